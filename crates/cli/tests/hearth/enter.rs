//! `hearth enter` with a real process: what it becomes, and what it hands on.

use rustix::process::Signal;

use super::place;

#[test]
fn a_master_is_entered_with_its_flags_and_those_of_the_log() {
    let place = place().variable("SPARK_MODE", "master");
    let line = ["enter", "--log-format", "json", "--log-level", "info", "--port", "0", "--webui-port", "0"];
    let mut master = place.start(&line);
    let bound = master.logged("Bound MasterWebUI to");
    let bound: serde_json::Value = serde_json::from_str(&bound).unwrap();
    assert_eq!((&bound["level"], &bound["target"]), (&"INFO".into(), &"MasterWebUI".into()));
    assert!(!bound["message"].as_str().unwrap().contains(":8080"), "{bound}");
    master.signal(Signal::TERM);
    assert_eq!(master.end().status, Some(0));
}

#[test]
fn a_program_takes_its_place_with_its_own_flags() {
    let ran = place().run(&["enter", "/bin/sh", "-c", "echo $0 $1", "--log-format", "mine"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), "--log-format mine\n"));
    let missing = place().run(&["enter", "no-such-program"]);
    assert_eq!(missing.status, Some(1));
    assert!(missing.stderr.contains("cannot run no-such-program"), "{}", missing.stderr);
}
