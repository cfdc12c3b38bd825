//! Executors come and go, and those that keep their files elsewhere do not come in.

use super::*;

fn files(local_dirs: &[&str]) -> Files {
    Files {
        local_dirs: local_dirs.iter().map(|dir| (*dir).to_owned()).collect(),
        sub_dirs: 64,
        shuffle_manager: "sort".into(),
    }
}

fn check(files: &Files, roots: &[&str]) -> Result<Checked, String> {
    let roots: Vec<_> = roots.iter().map(PathBuf::from).collect();
    // A link: /link leads to /etc.
    let follow = |path: &Path| {
        let target = path.strip_prefix("/tmp/link").map(|rest| Path::new("/etc").join(rest));
        Some(target.unwrap_or_else(|_| path.to_owned()))
    };
    Registry::check("app-1", "0", files, &roots, follow).map_err(|error| error.to_string())
}

#[test]
fn an_executor_is_registered_again_and_removed_with_its_application() {
    let mut registry = Registry::default();
    for (application, executor, dir) in
        [("app-1", "0", "/a"), ("app-1", "1", "/b"), ("app-1", "0", "/c"), ("app-2", "0", "/d")]
    {
        let checked = check(&files(&[dir]), &[]).unwrap();
        registry.register(application, executor, checked).unwrap();
    }
    assert_eq!(registry.executors(), 3);
    let zero = registry.registered("app-1", "0").unwrap();
    assert_eq!(zero.local_dirs().collect::<Vec<_>>(), [Path::new("/c")], "the last word counts");
    zero.tally.sent(2, 100);
    assert_eq!(registry.views()[0].counts.bytes, 100);
    assert_eq!(registry.remove_application("app-1").len(), 2);
    assert_eq!(registry.executors(), 1);
    assert_eq!(registry.counts().bytes, 100, "what is gone still counts");
    let error = registry.registered("app-1", "0").unwrap_err().to_string();
    assert!(error.starts_with("Executor is not registered (appId=app-1, execId=0)"), "{error}");
    registry.remove_executor("app-2", "0");
    registry.remove_executor("app-2", "0");
    assert_eq!((registry.executors(), registry.views().len()), (0, 0));
}

#[test]
fn directories_lie_below_the_roots() {
    assert!(check(&files(&["/tmp/spark-1/blockmgr-2", "/tmp/x"]), &["/tmp"]).is_ok());
    assert!(check(&files(&["/anywhere"]), &[]).is_ok(), "without roots there is nothing to hold it against");
    assert!(check(&files(&[]), &["/tmp"]).is_ok());
    for (dir, why) in [
        ("/var/lib", "not under any"),
        ("/tmp", "not under any"),
        ("/tmpfoo/x", "not under any"),
        ("/tmp/link/passwd", "not under any"),
        ("/tmp/../etc", "'..' stands in it"),
        ("relative", "absolute"),
        ("", "absolute"),
        ("/tmp/a\0b", "no directory"),
    ] {
        let error = check(&files(&["/tmp/well", dir]), &["/tmp"]).unwrap_err();
        assert!(error.contains(why) && error.contains("executor 0"), "{dir}: {error}");
    }
}

#[test]
fn forged_counts_and_ids_are_refused() {
    for sub_dirs in [0, -1, i32::MIN, i32::MAX] {
        let error = check(&Files { sub_dirs, ..files(&["/tmp/x"]) }, &[]).unwrap_err();
        assert_eq!(error, format!("the number of subdirectories of a local directory cannot be {sub_dirs}"));
    }
    let many = vec!["/tmp/x"; MOST_LOCAL_DIRS + 1];
    assert!(check(&files(&many), &[]).is_err());
    for id in ["", "a\nb", &"x".repeat(256)] {
        let refused = Registry::check(id, "0", &files(&[]), &[], |_| None);
        assert!(matches!(refused, Err(Refusal::Id(_))), "{id}");
    }
}
