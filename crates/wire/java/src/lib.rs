//! Java Object Serialization Streams (protocol version 5) as a generic object graph, both ways. Knows no Spark.
//!
//! ```text
//!   bytes ── read ──► Graph ── ObjectRef, DataCursor ──► what a caller makes of it
//!   bytes ◄── write ── Graph ◄── add_class, add_object, set_field, add_array … ◄── what a caller wants to say
//! ```
//!
//! Nothing is ever instantiated: a class is its descriptor, an object is the values of its fields and the data that
//! its `writeObject` wrote. serialVersionUIDs are read and kept, never checked. What [`read`] accepts, [`write`]
//! writes back byte for byte, whether anybody understands it or not. Authority: "Java Object Serialization
//! Specification", chapter 6, and `java.io.ObjectInputStream` of JDK 17 where that page leaves room.
//!
//! One thing a stream does not tell: whether a `writeObject` method wrote the fields first, by `defaultWriteObject`, as
//! all but a few do. Of a class that has fields and leaves them out (Scala 2.12's `ListBuffer`), the stream is refused.

mod build;
mod class;
mod code;
mod data;
mod error;
mod graph;
mod input;
mod limits;
mod read;
mod text;
mod view;
mod write;

pub use class::{ClassDescriptor, ClassFlags, Field, FieldKind};
pub use data::DataCursor;
pub use error::ReadError;
pub use graph::{Array, ClassId, Content, Elements, EnumConstant, Graph, Node, NodeId, Object, Value};
pub use limits::Limits;
pub use read::read;
pub use text::Text;
pub use view::ObjectRef;
pub use write::write;
