//! Nothing outside of a local directory can be opened or removed.

use std::os::unix::fs::symlink;

use super::*;

struct Stand {
    _folder: tempfile::TempDir,
    dir: PathBuf,
    secret: PathBuf,
}

fn stand() -> Stand {
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().canonicalize().unwrap();
    let (dir, secret) = (base.join("blockmgr-1"), base.join("secret"));
    fs::create_dir_all(dir.join("0c")).unwrap();
    fs::write(&secret, "secret").unwrap();
    fs::write(dir.join("0c/here"), "block").unwrap();
    Stand { _folder: folder, dir, secret }
}

impl Stand {
    fn at(&self, sub_dir: &str, name: &str) -> Location {
        Location { local_dir: self.dir.clone(), sub_dir: sub_dir.into(), name: name.into() }
    }
}

#[test]
fn a_file_is_opened_with_its_length() {
    let stand = stand();
    let (_, length) = open(&stand.at("0c", "here")).unwrap();
    assert_eq!(length, 5);
    let missing = open(&stand.at("0c", "gone")).unwrap_err();
    assert_eq!(missing.kind(), io::ErrorKind::NotFound);
}

#[test]
fn no_link_and_no_dots_lead_out() {
    let stand = stand();
    symlink(&stand.secret, stand.dir.join("0c/link")).unwrap();
    symlink(stand.secret.parent().unwrap(), stand.dir.join("0d")).unwrap();
    symlink(&stand.dir, stand.dir.with_file_name("blockmgr-2")).unwrap();
    let elsewhere = Location { local_dir: stand.dir.with_file_name("blockmgr-2"), ..stand.at("0c", "here") };
    for location in [
        stand.at("0c", "link"),
        stand.at("0d", "secret"),
        stand.at("..", "secret"),
        stand.at("0c", "../../secret"),
        stand.at("0c/../..", "secret"),
        stand.at("0c", stand.secret.to_str().unwrap()),
        stand.at("", "secret"),
        stand.at("0c", ""),
        stand.at("0c", "."),
        elsewhere,
    ] {
        assert!(open(&location).is_err(), "{location:?} was opened");
    }
    for location in [stand.at("0d", "secret"), stand.at("..", "secret"), stand.at("0c", "../../secret")] {
        assert!(remove_file(&location).is_err(), "{location:?} was removed");
    }
    remove_file(&stand.at("0c", "link")).unwrap();
    assert!(stand.secret.exists(), "the link is removed, not what it leads to");
}

#[test]
fn what_is_no_plain_file_is_refused_at_once() {
    let stand = stand();
    fs::create_dir(stand.dir.join("0c/folder")).unwrap();
    rustix::fs::mknodat(CWD, stand.dir.join("0c/pipe"), FileType::Fifo, Mode::RUSR, 0).unwrap();
    for name in ["folder", "pipe"] {
        let error = open(&stand.at("0c", name)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{name}: {error}");
    }
}

#[test]
fn only_what_is_not_served_goes() {
    let stand = stand();
    for name in ["shuffle_0_1_0.data", "shuffle_0_1_0.index", "temp_shuffle_1", "rdd_1_2"] {
        fs::write(stand.dir.join("0c").join(name), "x").unwrap();
    }
    let removed = remove_unserved(&stand.dir, &|name| name.ends_with(".data") || name.ends_with(".index"));
    assert_eq!(removed.unwrap(), 3);
    let mut left: Vec<_> =
        fs::read_dir(stand.dir.join("0c")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["shuffle_0_1_0.data", "shuffle_0_1_0.index"]);
    remove_tree(&stand.dir).unwrap();
    remove_tree(&stand.dir).unwrap();
    assert!(!stand.dir.exists() && stand.secret.exists());
}

#[test]
fn a_path_is_followed_as_far_as_it_exists() {
    let stand = stand();
    let link = stand.dir.with_file_name("link");
    symlink(&stand.dir, &link).unwrap();
    assert_eq!(true_path(&link.join("new/one")), Some(stand.dir.join("new/one")));
    let nowhere = stand.dir.with_file_name("nowhere");
    symlink("/does/not/exist", &nowhere).unwrap();
    assert_eq!(true_path(&nowhere.join("x")), None);
}
