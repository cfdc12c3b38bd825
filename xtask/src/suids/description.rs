//! A class as it stands in a stream: what `java.io.ObjectStreamClass` says of it.

use conformance::{Failure, Result};

use super::class_file::{ClassFile, Member, modifier};
use super::jars::Jars;
use super::serial_version_uid::serial_version_uid;

/// Flags of a class descriptor (`java.io.ObjectStreamConstants.SC_*`).
const SC_WRITE_METHOD: u8 = 0x01;
const SC_SERIALIZABLE: u8 = 0x02;
const SC_EXTERNALIZABLE: u8 = 0x04;
const SC_BLOCK_DATA: u8 = 0x08;
const SC_ENUM: u8 = 0x10;

/// A class as it stands in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Description {
    pub(super) suid: i64,
    pub(super) flags: u8,
    /// The superclass, where that is serializable.
    pub(super) parent: Option<String>,
    /// Names and signatures, in the order of the stream.
    pub(super) fields: Vec<(String, String)>,
}

impl Description {
    /// Describes a class; none where it is not serializable, or only an interface.
    pub(super) fn of(class: &ClassFile, jars: &mut Jars) -> Result<Option<Self>> {
        if class.is(modifier::INTERFACE) || !implements(class, SERIALIZABLE, jars)? {
            return Ok(None);
        }
        if class.field("serialPersistentFields").is_some() {
            let name = &class.name;
            return Err(Failure::unexpected(format!(
                "{name} chooses its fields by serialPersistentFields, which a class file does not tell"
            )));
        }
        let is_externalizable = implements(class, EXTERNALIZABLE, jars)?;
        let is_enum = class.is(modifier::ENUM);
        let flags = if is_enum {
            SC_SERIALIZABLE | SC_ENUM
        } else if is_externalizable {
            SC_EXTERNALIZABLE | SC_BLOCK_DATA
        } else if has_write_method(class) {
            SC_SERIALIZABLE | SC_WRITE_METHOD
        } else {
            SC_SERIALIZABLE
        };
        Ok(Some(Self {
            suid: serial_version_uid(class).map_err(Failure::unexpected)?,
            flags,
            parent: parent(class, jars)?,
            fields: if is_enum || is_externalizable { Vec::new() } else { fields(class) },
        }))
    }
}

const SERIALIZABLE: &str = "java.io.Serializable";
const EXTERNALIZABLE: &str = "java.io.Externalizable";

/// Java's own classes lie in no jar. Of those that Spark extends these are serializable.
fn is_serializable_of_java(name: &str) -> bool {
    [SERIALIZABLE, EXTERNALIZABLE, "java.lang.Enum", "java.lang.Number"].contains(&name)
        || (name.starts_with("java.") && (name.ends_with("Exception") || name.ends_with("Error")))
}

/// Whether a class implements one of Java's two interfaces, itself or by whatever it extends.
fn implements(class: &ClassFile, interface: &str, jars: &mut Jars) -> Result<bool> {
    for above in class.interfaces.iter().chain(&class.superclass) {
        if above == interface || (interface == SERIALIZABLE && is_serializable_of_java(above)) {
            return Ok(true);
        }
        if let Some(above) = jars.class(above)?
            && implements(&above, interface, jars)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn parent(class: &ClassFile, jars: &mut Jars) -> Result<Option<String>> {
    let Some(name) = &class.superclass else { return Ok(None) };
    let is_serializable = match jars.class(name)? {
        Some(parent) => implements(&parent, SERIALIZABLE, jars)?,
        None => is_serializable_of_java(name),
    };
    Ok(is_serializable.then(|| name.clone()))
}

fn has_write_method(class: &ClassFile) -> bool {
    class.methods.iter().any(|method| {
        method.name == "writeObject"
            && method.descriptor == "(Ljava/io/ObjectOutputStream;)V"
            && method.is(modifier::PRIVATE)
            && !method.is(modifier::STATIC)
    })
}

/// Primitives before references, each by name (`ObjectStreamField.compareTo`).
fn fields(class: &ClassFile) -> Vec<(String, String)> {
    let is_kept = |field: &&Member| !field.is(modifier::STATIC | modifier::TRANSIENT);
    let mut fields: Vec<&Member> = class.fields.iter().filter(is_kept).collect();
    fields.sort_by_key(|field| (field.descriptor.starts_with(['L', '[']), &field.name));
    fields.into_iter().map(|field| (field.name.clone(), field.descriptor.clone())).collect()
}
