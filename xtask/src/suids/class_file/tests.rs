//! What a class file holds, and what is none.

use super::*;

const METHODS: &[u8] = include_bytes!("../testdata/Methods.class");
const FIELDS: &[u8] = include_bytes!("../testdata/Fields.class");
const GUARDED: &[u8] = include_bytes!("../testdata/Outer$Guarded.class");

#[test]
fn names_members_and_constants_are_read() {
    let class = ClassFile::read(METHODS).unwrap();
    assert_eq!((&*class.name, class.superclass.as_deref()), ("Methods", Some("java.lang.Object")));
    assert_eq!(class.interfaces, ["java.io.Serializable", "java.lang.Comparable", "java.lang.Cloneable"]);
    let named = |name: &str| class.methods.iter().filter(|method| method.name == name).count();
    assert_eq!((named("<init>"), named("compareTo"), named("secret")), (3, 2, 1));

    let class = ClassFile::read(FIELDS).unwrap();
    assert_eq!(class.field("CONSTANT").unwrap().constant, Some(7));
    assert_eq!(class.field("open").unwrap().constant, None);
    assert_eq!(class.field("table").unwrap().descriptor, "[[D");
    assert!(class.field("shared").unwrap().is(modifier::STATIC));
    assert!(!class.field("count").unwrap().is(modifier::STATIC | modifier::TRANSIENT));
}

#[test]
fn the_lines_of_a_method_are_read() {
    let class = ClassFile::read(METHODS).unwrap();
    let lines = |name: &str| -> Vec<u16> {
        let methods = class.methods.iter().filter(|method| method.name == name);
        methods.flat_map(|method| &method.lines).copied().collect()
    };
    assert_eq!(lines("secret"), [41]);
    // What the compiler made of it stands on the line of the class.
    assert_eq!(lines("compareTo"), [47, 37]);
    assert!(lines("outside").is_empty(), "a native method has no code");
}

#[test]
fn a_nested_class_is_as_its_source_says() {
    let class = ClassFile::read(GUARDED).unwrap();
    assert!(class.is(modifier::PROTECTED) && class.is(modifier::STATIC), "{:#x}", class.modifiers);
    assert!(!class.is(modifier::PUBLIC), "the class file's own flags say public of what is protected");
}

#[test]
fn what_is_no_class_file_is_refused() {
    for length in 0..METHODS.len() {
        let error = ClassFile::read(&METHODS[..length]).unwrap_err();
        assert!(error.to_string().contains("an early end at byte "), "{length}: {error}");
    }
    let error = ClassFile::read(b"PK\x03\x04").unwrap_err();
    assert_eq!(error.to_string(), "malformed class file: no class file's first four bytes at byte 4");
}

#[test]
fn changed_bytes_never_panic() {
    for at in 0..METHODS.len() {
        for byte in [0, 1, 7, 0x7f, 0xff] {
            let mut changed = METHODS.to_vec();
            changed[at] = byte;
            let _ = ClassFile::read(&changed);
        }
    }
}
