//! A reader of Java class files, as far as a serialVersionUID depends on them: names, modifiers, fields, methods. Of the
//! code it reads what a stack trace shows: the lines of the source.
//!
//! Authority: "The Java Virtual Machine Specification", chapter 4.

use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;

/// Modifiers of classes, fields and methods (`java.lang.reflect.Modifier`).
pub(super) mod modifier {
    pub(crate) const PUBLIC: u16 = 0x0001;
    pub(crate) const PRIVATE: u16 = 0x0002;
    pub(crate) const PROTECTED: u16 = 0x0004;
    pub(crate) const STATIC: u16 = 0x0008;
    pub(crate) const FINAL: u16 = 0x0010;
    pub(crate) const SYNCHRONIZED: u16 = 0x0020;
    pub(crate) const VOLATILE: u16 = 0x0040;
    pub(crate) const TRANSIENT: u16 = 0x0080;
    pub(crate) const NATIVE: u16 = 0x0100;
    pub(crate) const INTERFACE: u16 = 0x0200;
    pub(crate) const ABSTRACT: u16 = 0x0400;
    pub(crate) const STRICT: u16 = 0x0800;
    pub(crate) const ENUM: u16 = 0x4000;
}

/// One class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClassFile {
    /// As `Class.getName` has it.
    pub(super) name: String,
    /// As `Class.getModifiers` has them: for a nested class, what its source says.
    pub(super) modifiers: u16,
    /// None for `java.lang.Object`.
    pub(super) superclass: Option<String>,
    /// Those that it names itself.
    pub(super) interfaces: Vec<String>,
    pub(super) fields: Vec<Member>,
    /// Constructors and the static initializer among them.
    pub(super) methods: Vec<Member>,
}

/// A field or method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    /// As the class file has it, e.g. `Ljava/lang/String;` or `(I)V`.
    pub(super) descriptor: String,
    pub(super) modifiers: u16,
    /// The value of a static final field, where it is an integral constant.
    pub(super) constant: Option<i64>,
    /// The lines of the source that a method's code is of.
    pub(super) lines: BTreeSet<u16>,
}

impl Member {
    pub(super) fn is(&self, modifiers: u16) -> bool {
        self.modifiers & modifiers != 0
    }
}

/// Bytes that are no class file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    what: &'static str,
    at: usize,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed class file: {} at byte {}", self.what, self.at)
    }
}

/// An entry of the constant pool; those that nobody here asks for are `Other`.
#[derive(Clone, Copy)]
enum Constant<'a> {
    Text(&'a str),
    Class(u16),
    Integral(i64),
    Other,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    constants: Rc<Vec<Constant<'a>>>,
}

const MAGIC: u32 = 0xcafe_babe;

/// One entry of a method's table of exception handlers.
const HANDLER_BYTES: usize = 8;

impl ClassFile {
    /// Reads a whole class file.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader { bytes, at: 0, constants: Rc::default() };
        if reader.u32()? != MAGIC {
            return Err(reader.malformed("no class file's first four bytes"));
        }
        let _version = reader.u32()?;
        reader.read_constants()?;
        let own_flags = reader.u16()?;
        let name = reader.class()?.ok_or_else(|| reader.malformed("a class without a name"))?;
        let superclass = reader.class()?;
        let mut interfaces = Vec::new();
        for _ in 0..reader.u16()? {
            interfaces.extend(reader.class()?);
        }
        let fields = reader.members()?;
        let methods = reader.members()?;
        let modifiers = reader.nested_modifiers(&name)?.unwrap_or(own_flags);
        Ok(Self { name, modifiers, superclass, interfaces, fields, methods })
    }

    pub(super) fn is(&self, modifiers: u16) -> bool {
        self.modifiers & modifiers != 0
    }

    /// The field of that name.
    pub(super) fn field(&self, name: &str) -> Option<&Member> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl<'a> Reader<'a> {
    fn malformed(&self, what: &'static str) -> Malformed {
        Malformed { what, at: self.at }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| self.malformed("an early end"))?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn unsigned(&mut self, count: usize) -> Result<u64, Malformed> {
        Ok(self.take(count)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    fn u16(&mut self) -> Result<u16, Malformed> {
        Ok(self.unsigned(2)? as u16)
    }

    fn u32(&mut self) -> Result<u32, Malformed> {
        Ok(self.unsigned(4)? as u32)
    }

    fn read_constants(&mut self) -> Result<(), Malformed> {
        let count = usize::from(self.u16()?);
        // Number 0 is none.
        let mut constants = vec![Constant::Other];
        while constants.len() < count {
            let tag = self.take(1)?[0];
            let constant = match tag {
                1 => {
                    let length = usize::from(self.u16()?);
                    // Java's UTF-8 differs from the plain one only in NUL and beyond the basic plane.
                    let text = std::str::from_utf8(self.take(length)?);
                    text.map_or(Constant::Other, Constant::Text)
                }
                3 => Constant::Integral(i64::from(self.u32()? as i32)),
                5 => Constant::Integral(self.unsigned(8)? as i64),
                7 => Constant::Class(self.u16()?),
                6 => self.skipped(8)?,
                8 | 16 | 19 | 20 => self.skipped(2)?,
                15 => self.skipped(3)?,
                4 | 9 | 10 | 11 | 12 | 17 | 18 => self.skipped(4)?,
                _ => return Err(self.malformed("an unknown kind of constant")),
            };
            constants.push(constant);
            // A long or double takes two numbers.
            if matches!(tag, 5 | 6) {
                constants.push(Constant::Other);
            }
        }
        self.constants = Rc::new(constants);
        Ok(())
    }

    fn skipped(&mut self, count: usize) -> Result<Constant<'a>, Malformed> {
        self.take(count).map(|_| Constant::Other)
    }

    fn text(&mut self) -> Result<&'a str, Malformed> {
        let number = self.u16()?;
        self.text_at(number)
    }

    fn text_at(&self, number: u16) -> Result<&'a str, Malformed> {
        match self.constants.get(usize::from(number)) {
            Some(Constant::Text(text)) => Ok(text),
            _ => Err(self.malformed("a name that is no text")),
        }
    }

    /// A class by name; none where the number is 0.
    fn class(&mut self) -> Result<Option<String>, Malformed> {
        match self.u16()? {
            0 => Ok(None),
            number => match self.constants.get(usize::from(number)) {
                Some(Constant::Class(name)) => Ok(Some(self.text_at(*name)?.replace('/', "."))),
                _ => Err(self.malformed("a class that is none")),
            },
        }
    }

    fn members(&mut self) -> Result<Vec<Member>, Malformed> {
        (0..self.u16()?).map(|_| self.member()).collect()
    }

    fn member(&mut self) -> Result<Member, Malformed> {
        let modifiers = self.u16()?;
        let (name, descriptor) = (self.text()?.to_owned(), self.text()?.to_owned());
        let (mut constant, mut lines) = (None, BTreeSet::new());
        for _ in 0..self.u16()? {
            let (attribute, mut content) = self.attribute()?;
            match attribute {
                "ConstantValue" => {
                    let number = usize::from(content.u16()?);
                    if let Some(Constant::Integral(value)) = self.constants.get(number) {
                        constant = Some(*value);
                    }
                }
                "Code" => lines = content.lines_of_code()?,
                _ => {}
            }
        }
        Ok(Member { name, descriptor, modifiers, constant, lines })
    }

    /// The lines that an attribute `Code` has in its tables of line numbers.
    fn lines_of_code(&mut self) -> Result<BTreeSet<u16>, Malformed> {
        let _max_stack_and_locals = self.u32()?;
        let code_bytes = self.u32()? as usize;
        self.take(code_bytes)?;
        let handlers = usize::from(self.u16()?);
        self.take(handlers * HANDLER_BYTES)?;
        let mut lines = BTreeSet::new();
        for _ in 0..self.u16()? {
            let (attribute, mut content) = self.attribute()?;
            if attribute == "LineNumberTable" {
                for _ in 0..content.u16()? {
                    let (_start_pc, line) = (content.u16()?, content.u16()?);
                    lines.insert(line);
                }
            }
        }
        Ok(lines)
    }

    /// An attribute's name, and a reader of what it holds.
    fn attribute(&mut self) -> Result<(&'a str, Reader<'a>), Malformed> {
        let name = self.text()?;
        let length = self.u32()? as usize;
        let content = self.take(length)?;
        Ok((name, Reader { bytes: content, at: 0, constants: Rc::clone(&self.constants) }))
    }

    /// What the source says of a nested class; the class file's own flags know neither `private` nor `protected`.
    fn nested_modifiers(&mut self, name: &str) -> Result<Option<u16>, Malformed> {
        for _ in 0..self.u16()? {
            let (attribute, mut content) = self.attribute()?;
            if attribute != "InnerClasses" {
                continue;
            }
            for _ in 0..content.u16()? {
                let (inner, _outer, _simple_name) = (content.class()?, content.u16()?, content.u16()?);
                let modifiers = content.u16()?;
                if inner.as_deref() == Some(name) {
                    return Ok(Some(modifiers));
                }
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
