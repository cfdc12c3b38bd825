//! Classes that we send are taken by each release, and come back with the serialVersionUIDs that they have there.

use std::fs;

use wire_deploy::{Mirror, decode_mirror, encode_mirror};

use crate::spark::Spark;

#[test]
fn real_spark_says_its_classes_back() {
    for spark in Spark::selected() {
        let folder = tempfile::tempdir().unwrap();
        let mirrors = [("driver", Mirror::Driver), ("worker", Mirror::Worker)];
        for (name, mirror) in mirrors {
            let stream = encode_mirror(mirror, spark.family());
            fs::write(folder.path().join(format!("{name}.bin")), stream).unwrap();
        }
        spark.run("readback.py", folder.path());
        for (name, _) in mirrors {
            let text = fs::read_to_string(folder.path().join(format!("{name}.text"))).unwrap();
            let again = fs::read(folder.path().join(format!("{name}.again")));
            let again = again.unwrap_or_else(|_| panic!("Spark {}: {name}: {text}", spark.version));
            let origin = decode_mirror(&again).unwrap_or_else(|| panic!("Spark {}: {text}", spark.version));
            let told: Vec<&str> = origin.releases.versions().collect();
            assert!(told.contains(&&*spark.version), "Spark {}: {told:?}", spark.version);
            let line = spark.version.rsplit_once('.').unwrap().0;
            assert!(
                told.iter().all(|version| version.starts_with(line)),
                "Spark {}: {told:?}",
                spark.version
            );
            assert_eq!(origin.unknown, None);
        }
    }
}
