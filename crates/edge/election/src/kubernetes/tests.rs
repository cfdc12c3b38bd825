//! What stands in a Lease's fields.

use super::*;

fn lease(holder: &str, term: u64) -> Lease {
    Lease {
        holder: holder.to_owned(),
        address: "spark://a:7077".to_owned(),
        page: "http://a:8080".to_owned(),
        length_ms: 1500,
        term,
        renewals: 12,
    }
}

#[test]
fn people_see_who_holds_it_and_since_when() {
    let mut object = Object::default();
    object.metadata.labels = Some(BTreeMap::from([("app".to_owned(), "spark".to_owned())]));
    let at = |second| Timestamp::from_second(second).unwrap();
    encode(&mut object, &lease("a", 3), at(100));
    encode(&mut object, &lease("a", 3), at(101));
    let spec = object.spec.clone().unwrap();
    assert_eq!(spec.holder_identity.as_deref(), Some("a"));
    assert_eq!((spec.lease_duration_seconds, spec.lease_transitions), (Some(2), Some(3)));
    assert_eq!((spec.acquire_time, spec.renew_time), (Some(MicroTime(at(100))), Some(MicroTime(at(101)))));
    assert_eq!(decode(&object), lease("a", 3));
    encode(&mut object, &lease("b", 4), at(102));
    assert_eq!(object.spec.clone().unwrap().acquire_time, Some(MicroTime(at(102))));
    assert_eq!(object.metadata.labels.unwrap()["app"], "spark");
}

#[test]
fn a_lease_of_somebody_else_is_heeded() {
    let mut object = Object::default();
    assert!(decode(&object).is_free());
    assert_eq!(decode(&object).length_ms, 15_000);
    let spec = object.spec.get_or_insert_default();
    spec.holder_identity = Some("other".to_owned());
    spec.lease_duration_seconds = Some(7);
    spec.lease_transitions = Some(-1);
    let lease = decode(&object);
    assert_eq!((lease.holder.as_str(), lease.length_ms, lease.term), ("other", 7000, 0));
    let annotations = object.metadata.annotations.get_or_insert_default();
    annotations.insert(LENGTH.to_owned(), "no number".to_owned());
    assert_eq!(decode(&object).length_ms, 7000);
}
