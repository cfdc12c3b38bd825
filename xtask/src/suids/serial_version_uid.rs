//! The serialVersionUID of a class: the one that it declares, else the one that Java computes of it.
//!
//! Authority: "Java Object Serialization Specification", 4.6, and `ObjectStreamClass.computeDefaultSUID` of JDK 17 where
//! that page leaves room: members that the compiler made count, and an interface is abstract only if it has methods.

use sha1::{Digest, Sha1};

use super::class_file::{ClassFile, Member, modifier};

const CONSTRUCTOR: &str = "<init>";
const STATIC_INITIALIZER: &str = "<clinit>";

const OF_CLASSES: u16 = modifier::PUBLIC | modifier::FINAL | modifier::INTERFACE | modifier::ABSTRACT;
const OF_ALL_MEMBERS: u16 =
    modifier::PUBLIC | modifier::PRIVATE | modifier::PROTECTED | modifier::STATIC | modifier::FINAL;
const OF_FIELDS: u16 = OF_ALL_MEMBERS | modifier::VOLATILE | modifier::TRANSIENT;
const OF_METHODS: u16 =
    OF_ALL_MEMBERS | modifier::SYNCHRONIZED | modifier::NATIVE | modifier::ABSTRACT | modifier::STRICT;

/// The serialVersionUID of a serializable class; an error where its value cannot be known without running it.
pub(super) fn serial_version_uid(class: &ClassFile) -> Result<i64, String> {
    if class.is(modifier::ENUM) {
        return Ok(0);
    }
    let declared = class.field("serialVersionUID").filter(|field| {
        field.modifiers & (modifier::STATIC | modifier::FINAL) == modifier::STATIC | modifier::FINAL
    });
    match declared {
        None => Ok(computed(class)),
        Some(field) => field.constant.ok_or_else(|| {
            format!("the serialVersionUID of {} is no constant of its class file", class.name)
        }),
    }
}

/// What stands in the stream that is hashed.
#[derive(Default)]
struct Stream(Vec<u8>);

impl Stream {
    fn text(&mut self, text: &str) {
        self.0.extend((text.len() as u16).to_be_bytes());
        self.0.extend(text.as_bytes());
    }

    fn modifiers(&mut self, modifiers: u16) {
        self.0.extend(u32::from(modifiers).to_be_bytes());
    }

    fn member(&mut self, name: &str, modifiers: u16, signature: &str) {
        self.text(name);
        self.modifiers(modifiers);
        self.text(signature);
    }

    /// The first eight bytes of the hash, the least one first.
    fn hash(self) -> i64 {
        let hash = Sha1::digest(&self.0);
        hash.iter().take(8).rev().fold(0, |value, byte| value << 8 | i64::from(*byte))
    }
}

fn computed(class: &ClassFile) -> i64 {
    let mut stream = Stream::default();
    stream.text(&class.name);
    stream.modifiers(class_modifiers(class));
    let mut interfaces: Vec<&str> = class.interfaces.iter().map(String::as_str).collect();
    interfaces.sort_unstable();
    interfaces.into_iter().for_each(|interface| stream.text(interface));

    let mut fields: Vec<&Member> = class.fields.iter().filter(|field| field_counts(field)).collect();
    fields.sort_by_key(|field| &field.name);
    for field in fields {
        stream.member(&field.name, field.modifiers & OF_FIELDS, &field.descriptor);
    }
    if class.methods.iter().any(|method| method.name == STATIC_INITIALIZER) {
        stream.member(STATIC_INITIALIZER, modifier::STATIC, "()V");
    }
    let mut methods: Vec<&Member> = class.methods.iter().filter(|method| method_counts(method)).collect();
    methods.sort_by_key(|method| (method.name != CONSTRUCTOR, &method.name, &method.descriptor));
    for method in methods {
        stream.member(&method.name, method.modifiers & OF_METHODS, &method.descriptor.replace('/', "."));
    }
    stream.hash()
}

fn class_modifiers(class: &ClassFile) -> u16 {
    let modifiers = class.modifiers & OF_CLASSES;
    let has_methods = class.methods.iter().any(|method| method.name != STATIC_INITIALIZER);
    match (class.is(modifier::INTERFACE), has_methods) {
        (true, true) => modifiers | modifier::ABSTRACT,
        (true, false) => modifiers & !modifier::ABSTRACT,
        (false, _) => modifiers,
    }
}

fn field_counts(field: &Member) -> bool {
    !field.is(modifier::PRIVATE) || !field.is(modifier::STATIC | modifier::TRANSIENT)
}

fn method_counts(method: &Member) -> bool {
    method.name != STATIC_INITIALIZER && !method.is(modifier::PRIVATE)
}

#[cfg(test)]
mod tests;
