//! What is written is read, and what is damaged is said to be.

use std::collections::BTreeMap;

use model::message::RegisterWorker;
use model::{
    ApplicationDescription, ApplicationId, ApplicationRecord, Change, Command, Dialect, DriverDescription,
    DriverId, DriverRecord, EndpointRef, Entry, EntryKind, ExecutorResourceRequest, Memory, ObjectName,
    ResourceInformation, ResourceProfile, RpcAddress, SparkVersion, TaskResourceRequest, WorkerId,
    WorkerRecord,
};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;

use crate::{Damage, change_bytes, decode, describe_entry, describe_memory, encode, parse_name};

fn entry(kind: EntryKind, changes: Vec<Change>) -> Entry {
    let part = matches!(kind, EntryKind::Part { .. }).then_some(0);
    let name = ObjectName { epoch: 3, position: 17, part };
    Entry { name, writer: "m1:7077-9f".into(), nonce: u64::MAX, written_ms: -1, kind, changes }
}

fn profile() -> ResourceProfile {
    let executor =
        ExecutorResourceRequest { amount: u64::MAX, discovery_script: String::new(), vendor: "n".into() };
    ResourceProfile {
        id: 1,
        executor_resources: BTreeMap::from([("gpu".to_owned(), executor)]),
        task_resources: BTreeMap::from([("cpus".to_owned(), TaskResourceRequest { amount: 0.1 })]),
    }
}

fn examples() -> Vec<Change> {
    let command = Command {
        main_class: "org.example.Main".into(),
        arguments: vec!["--password=a1".into()],
        environment: vec![("TOKEN".into(), "s3cret\n\"\u{0}\u{1f980}".into())],
        java_options: vec!["-Dsecret=b2".into()],
        ..Command::default()
    };
    let address = RpcAddress::new("w1", 7078);
    let worker = RegisterWorker {
        id: WorkerId::new("worker-1"),
        host: "w1".into(),
        port: 7078,
        worker: EndpointRef::new("Worker", address.clone()),
        cores: 8,
        memory_mib: 1024,
        web_ui_url: "http://w1:8081".into(),
        master_address: RpcAddress::new("m1", 7077),
        resources: vec![ResourceInformation { name: "gpu".into(), addresses: vec!["0".into()] }],
        sparks: SparkVersion::parse("3.5.7").into_iter().collect(),
        memory_limit_mib: Some(2048),
        started_ms: None,
    };
    let application = ApplicationRecord {
        id: ApplicationId::new("app-1"),
        description: ApplicationDescription {
            name: "pi\nWorker forged".into(),
            user: "ann".into(),
            max_cores: Some(4),
            command: command.clone(),
            app_ui_url: String::new(),
            event_log_dir: None,
            event_log_codec: Some("zstd".into()),
            initial_executor_limit: Some(0),
            default_profile: profile(),
        },
        driver: EndpointRef { name: "AppClient".into(), address: None },
        submitted_ms: 1,
        totals: Some(vec![(profile(), 2)]),
        next_executor: 5,
        dialect: Dialect("3.5".into()),
    };
    let driver = DriverRecord {
        id: DriverId::new("driver-1"),
        description: DriverDescription { command, memory_mib: 512, cores: 1, ..DriverDescription::default() },
        submitted_ms: 2,
        worker: None,
    };
    vec![
        Change::Worker(Box::new(WorkerRecord { registration: worker, dialect: Dialect::default() })),
        Change::WorkerGone(WorkerId::new("worker-2")),
        Change::Application(Box::new(application)),
        Change::Totals { application: ApplicationId::new("app-1"), totals: vec![(profile(), 0)] },
        Change::ApplicationGone(ApplicationId::new("app-2")),
        Change::Driver(Box::new(driver)),
        Change::DriverGone(DriverId::new("driver-2")),
    ]
}

#[test]
fn an_entry_as_it_is_written() {
    let bytes = encode(&entry(EntryKind::Batch, examples()));
    insta::assert_snapshot!("an_entry", String::from_utf8(bytes).unwrap());
}

#[test]
fn an_entry_as_people_see_it() {
    let all = entry(EntryKind::Batch, examples());
    let text = describe_entry(&all);
    let mut memory = Memory::default();
    all.changes.into_iter().for_each(|change| memory.apply(change));
    let text = text + &describe_memory(&memory);
    for secret in ["s3cret", "a1", "b2"] {
        assert!(!text.contains(secret), "{text}");
    }
    insta::assert_snapshot!("an_entry_for_people", text);
}

#[test]
fn every_kind_is_read_as_it_was_written() {
    let kinds = [
        EntryKind::Claim,
        EntryKind::Batch,
        EntryKind::Part { of: u32::MAX },
        EntryKind::Complete { snapshot: u64::MAX, parts: 0 },
        EntryKind::Seal { next: 4 },
    ];
    for kind in kinds {
        let written = entry(kind, examples());
        assert_eq!(decode(written.name, &encode(&written)), Ok(written));
    }
}

/// These lines with the last one that belongs to them.
fn object(lines: &[String]) -> String {
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let sum = crc32c::crc32c(body.as_bytes());
    format!("{body}{{\"lines\":{},\"crc32c\":\"{sum:08x}\",\"later\":null}}\n", lines.len())
}

fn lines(entry: &Entry) -> Vec<String> {
    let text = String::from_utf8(encode(entry)).unwrap();
    text.lines().take(entry.changes.len() + 1).map(ToOwned::to_owned).collect()
}

#[test]
fn what_a_newer_hearth_adds_is_passed_over() {
    let written = entry(EntryKind::Seal { next: 4 }, examples());
    let mut lines = lines(&written);
    lines[0] = lines[0].replacen('{', "{\"later\":[1],", 1);
    for line in &mut lines[1..] {
        *line = line.replace("\":{\"", "\":{\"later\":{},\"");
    }
    // A map has no fields: what is added to it is a resource.
    let lines: Vec<String> = lines
        .iter()
        .map(|line| line.replace("\"executor\":{\"later\":{},", "\"executor\":{"))
        .map(|line| line.replace("\"task\":{\"later\":{},", "\"task\":{"))
        .collect();
    assert!(lines.iter().all(|line| line.contains("later")), "{lines:?}");
    assert_eq!(decode(written.name, object(&lines).as_bytes()), Ok(written));
}

#[test]
fn what_a_newer_format_has_is_refused() {
    let written = entry(EntryKind::Claim, Vec::new());
    let found = decode(written.name, b"{\"hearth\":2,\"whatever\":1}\nand so on").unwrap_err();
    assert_eq!(found.damage, Damage::Newer { format: 2, known: 1 });
    assert_eq!(
        found.to_string(),
        "00000000000000000003/00000000000000000017: written by a newer Hearth (format 2, this one reads up to 1): use \
         that one"
    );
}

#[test]
fn every_cut_and_every_flipped_bit_is_found() {
    let written = entry(EntryKind::Batch, examples());
    let bytes = encode(&written);
    for end in 0..bytes.len() {
        let damage = decode(written.name, &bytes[..end]).unwrap_err().damage;
        assert!(matches!(damage, Damage::Truncated { .. } | Damage::Lines { .. }), "{end}: {damage}");
    }
    for at in 0..bytes.len() * 8 {
        let mut bytes = bytes.clone();
        bytes[at / 8] ^= 1 << (at % 8);
        assert!(decode(written.name, &bytes).is_err(), "bit {at}");
    }
}

#[test]
fn an_error_says_where_and_no_secret() {
    let written = entry(EntryKind::Batch, examples());
    let text = String::from_utf8(encode(&written)).unwrap();
    let say = |text: &str| decode(written.name, text.as_bytes()).unwrap_err().damage.to_string();
    assert!(say(&text.replace("ann", "bob")).starts_with("line 9: the checksum of the lines before is "));
    assert!(
        say(&text.replace("\"TOKEN\",", "\"TOKEN\"")).starts_with("line 4: it is no JSON (it is not JSON at")
    );
    let mut lines = lines(&written);
    lines[2] = lines[2].replacen("worker_gone", "s3cret", 1);
    let said = say(&object(&lines));
    assert!(said.starts_with("line 3: it is no change that is known here (a field is missing"), "{said}");
    let elsewhere = decode(ObjectName::entry(1, 2), text.as_bytes()).unwrap_err();
    assert_eq!(elsewhere.damage, Damage::Name { written: written.name });
}

#[test]
fn names_are_read_as_they_are_written() {
    for name in
        [ObjectName::entry(1, 0), ObjectName::entry(u64::MAX, u64::MAX), ObjectName::part(2, 3, u32::MAX)]
    {
        assert_eq!(parse_name(&name.to_string()), Some(name));
    }
    assert_eq!(ObjectName::part(2, 3, 4).to_string(), "00000000000000000002/00000000000000000003.000004");
    let good = ObjectName::part(2, 3, 4).to_string();
    for bad in
        ["", "lease", "1/2", &good[1..], &good.replace('.', "x"), &format!("{good}0"), &format!("{good}.tmp")]
    {
        assert_eq!(parse_name(bad), None, "{bad}");
    }
    assert_eq!(parse_name(&"9".repeat(20)), None);
    assert_eq!(parse_name(&format!("{}/{}", "9".repeat(20), "9".repeat(20))), None);
    assert_eq!(parse_name(&ObjectName::entry(0, 1).to_string()), None);
}

fn text() -> impl Strategy<Value = String> {
    any::<String>()
}

fn a_command() -> impl Strategy<Value = Command> {
    let lists = (vec(text(), 0..3), vec(text(), 0..3), vec(text(), 0..3), vec(text(), 0..3));
    (text(), vec((text(), text()), 0..3), lists).prop_map(|(main_class, environment, lists)| Command {
        main_class,
        arguments: lists.0,
        environment,
        class_path_entries: lists.1,
        library_path_entries: lists.2,
        java_options: lists.3,
    })
}

prop_compose! {
    fn an_address()(host in text(), port in any::<u16>()) -> RpcAddress {
        RpcAddress::new(host, port)
    }
}

prop_compose! {
    fn an_endpoint()(name in text(), address in of(an_address())) -> EndpointRef {
        EndpointRef { name, address }
    }
}

prop_compose! {
    fn a_profile()(
        id in any::<u32>(),
        executor in btree_map(text(), (any::<u64>(), text(), text()), 0..3),
        task in btree_map(text(), prop_oneof![0.0..f64::MAX, 0.0..1.0], 0..3),
    ) -> ResourceProfile {
        let executor = executor.into_iter().map(|(name, (amount, discovery_script, vendor))| {
            (name, ExecutorResourceRequest { amount, discovery_script, vendor })
        });
        let task = task.into_iter().map(|(name, amount)| (name, TaskResourceRequest { amount }));
        ResourceProfile { id, executor_resources: executor.collect(), task_resources: task.collect() }
    }
}

fn a_spark() -> impl Strategy<Value = SparkVersion> {
    "[0-9]\\.[0-9]{1,2}(\\.[0-9]{1,2}(-SNAPSHOT)?)?".prop_map(|text| SparkVersion::parse(&text).unwrap())
}

prop_compose! {
    fn a_worker()(
        id in text(), port in any::<u16>(), worker in an_endpoint(), master_address in an_address(),
        texts in (text(), text(), text()), numbers in any::<(u32, u32, Option<u32>, Option<u64>)>(),
        resources in vec((text(), vec(text(), 0..3)), 0..3), sparks in vec(a_spark(), 0..3),
    ) -> Change {
        let (host, web_ui_url, dialect) = texts;
        let (cores, memory_mib, memory_limit_mib, started_ms) = numbers;
        let resource = |(name, addresses)| ResourceInformation { name, addresses };
        let resources = resources.into_iter().map(resource).collect();
        let registration = RegisterWorker {
            id: WorkerId::new(id), host, port, worker, cores, memory_mib, web_ui_url, master_address, resources,
            sparks, memory_limit_mib, started_ms,
        };
        Change::Worker(Box::new(WorkerRecord { registration, dialect: Dialect(dialect) }))
    }
}

prop_compose! {
    fn an_application()(
        texts in (text(), text(), text(), text(), text()), command in a_command(), profile in a_profile(),
        numbers in any::<(Option<u32>, Option<u32>, u64, u32)>(), logs in (of(text()), of(text())),
        driver in an_endpoint(), totals in of(vec((a_profile(), any::<u32>()), 0..3)),
    ) -> Change {
        let (id, name, user, app_ui_url, dialect) = texts;
        let (max_cores, initial_executor_limit, submitted_ms, next_executor) = numbers;
        let description = ApplicationDescription {
            name, user, max_cores, command, app_ui_url, event_log_dir: logs.0, event_log_codec: logs.1,
            initial_executor_limit, default_profile: profile,
        };
        Change::Application(Box::new(ApplicationRecord {
            id: ApplicationId::new(id), description, driver, submitted_ms, totals, next_executor,
            dialect: Dialect(dialect),
        }))
    }
}

prop_compose! {
    fn a_driver()(
        id in text(), jar_url in text(), numbers in any::<(u32, u32, bool, u64)>(), command in a_command(),
        resources in vec((text(), any::<u32>()), 0..3), spark in of(a_spark()), worker in of(text()),
    ) -> Change {
        let (memory_mib, cores, supervise, submitted_ms) = numbers;
        let description = DriverDescription { jar_url, memory_mib, cores, supervise, command, resources, spark };
        let worker = worker.map(WorkerId::new);
        Change::Driver(Box::new(DriverRecord { id: DriverId::new(id), description, submitted_ms, worker }))
    }
}

fn a_change() -> impl Strategy<Value = Change> {
    let totals = (text(), vec((a_profile(), any::<u32>()), 0..3));
    prop_oneof![
        a_worker(),
        text().prop_map(|id| Change::WorkerGone(WorkerId::new(id))),
        an_application(),
        totals.prop_map(|(id, totals)| Change::Totals { application: ApplicationId::new(id), totals }),
        text().prop_map(|id| Change::ApplicationGone(ApplicationId::new(id))),
        a_driver(),
        text().prop_map(|id| Change::DriverGone(DriverId::new(id))),
    ]
}

proptest! {
    #[test]
    fn every_change_is_read_as_it_was_written(changes in vec(a_change(), 0..4)) {
        let sizes: usize = changes.iter().map(change_bytes).sum();
        let written = entry(EntryKind::Batch, changes);
        let bytes = encode(&written);
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let ends = lines[0].len() + lines[lines.len() - 1].len();
        prop_assert_eq!(sizes, bytes.len() - ends);
        prop_assert!(describe_entry(&written).lines().count() == written.changes.len() + 1);
        prop_assert_eq!(decode(written.name, &bytes), Ok(written));
    }
}
