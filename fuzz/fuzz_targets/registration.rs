//! Any registration: refused, or its files lie below one of its directories, whatever they are called.
#![no_main]

use core_shuffle::{Files, Registry, plain_name};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (String, String, Vec<String>, i32, String)| {
    let (application, executor, local_dirs, sub_dirs, name) = input;
    let files = Files { local_dirs, sub_dirs, shuffle_manager: String::new() };
    let roots = ["/tmp".into()];
    let Ok(checked) = Registry::check(&application, &executor, &files, &roots, |path| Some(path.to_owned())) else {
        return;
    };
    let mut registry = Registry::default();
    let registered = registry.register(&application, &executor, checked).expect("room for one");
    if let (Ok(name), false) = (plain_name(&name), files.local_dirs.is_empty()) {
        let place = registered.place(name).expect("it has directories");
        assert!(place.local_dir.starts_with("/tmp") && place.local_dir != std::path::Path::new("/tmp"));
        assert!(!place.sub_dir.contains(['/', '.']) && !place.name.contains('/'));
    }
});
