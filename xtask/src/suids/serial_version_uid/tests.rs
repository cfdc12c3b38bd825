//! What a JVM said of the classes of `testdata/Samples.java`, rule by rule.

use std::fs;
use std::path::Path;

use super::*;
use crate::suids::description::Description;
use crate::suids::jars::Jars;

fn sample(name: &str) -> ClassFile {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/suids/testdata");
    ClassFile::read(&fs::read(folder.join(format!("{name}.class"))).unwrap()).unwrap()
}

#[test]
fn every_sample_is_what_a_jvm_says() {
    let expected = include_str!("../testdata/expected.tsv");
    assert_eq!(expected.lines().count(), 17);
    for row in expected.lines() {
        let [name, suid, fields] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let class = sample(name);
        assert_eq!(class.name, name);
        assert_eq!(serial_version_uid(&class), Ok(suid.parse().unwrap()), "{name}");
        // The jars hold nothing: these classes name Java's interfaces themselves.
        if let Some(description) = Description::of(&class, &mut Jars::new()).unwrap() {
            let described = description.fields.iter().map(|(name, signature)| format!("{name}:{signature}"));
            let described = described.collect::<Vec<_>>().join(" ");
            assert_eq!(described, if fields == "-" { "" } else { fields }, "{name}");
        }
    }
}

#[test]
fn flags_say_how_objects_are_written() {
    let flags = |name| Description::of(&sample(name), &mut Jars::new()).unwrap().map(|it| it.flags);
    assert_eq!(flags("Plain"), Some(0x02));
    assert_eq!(flags("Custom"), Some(0x03));
    assert_eq!(flags("External"), Some(0x0c));
    assert_eq!(flags("Colour"), Some(0x12));
    assert_eq!(flags("Face"), None, "an interface is in no stream");
}

#[test]
fn a_value_that_no_constant_tells_is_refused() {
    let mut class = sample("Declared");
    class.fields.iter_mut().for_each(|field| field.constant = None);
    let error = serial_version_uid(&class).unwrap_err();
    assert_eq!(error, "the serialVersionUID of Declared is no constant of its class file");
}
