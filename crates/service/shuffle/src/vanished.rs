//! Executors whose directories are gone, of which nobody told: a service of its own does not hear of the end of
//! applications, and would know them for ever, as Spark's does.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::Path;

use core_shuffle::Executor;
use tracing::{info, warn};

use crate::shared::Shared;

/// The registrations whose directories were gone at the last look. A disk may be away for a moment: only who has none at
/// two looks in a row is forgotten.
#[derive(Debug, Default)]
pub(crate) struct Vanished(HashSet<u64>);

impl Vanished {
    /// Looks at all directories, so it waits for disks.
    pub(crate) fn look(&mut self, shared: &Shared) {
        let all: Vec<_> = shared.read().all().map(|(of, one)| (of.to_owned(), one.clone())).collect();
        let gone: Vec<_> = all.into_iter().filter(|(_, executor)| has_vanished(executor)).collect();
        let before = std::mem::replace(&mut self.0, gone.iter().map(|(_, one)| one.number).collect());
        for (application, executor) in gone.iter().filter(|(_, one)| before.contains(&one.number)) {
            info!(
                target: "ExternalShuffleBlockResolver",
                "Executor {} of {application} is forgotten: its local directories are gone", executor.id
            );
            let mut store = shared.store();
            shared.write().remove_executor(application, &executor.id);
            if let Some(Err(error)) =
                store.as_mut().map(|store| store.remove(application, Some(&executor.id)))
            {
                warn!(target: "ExternalShuffleBlockResolver", "{error}");
            }
            shared.files.forget(executor.number);
        }
    }
}

/// Whether an executor has directories, and none of them exists. Any other trouble of a disk is no proof.
fn has_vanished(executor: &Executor) -> bool {
    let is_gone =
        |dir: &Path| matches!(dir.symlink_metadata(), Err(error) if error.kind() == ErrorKind::NotFound);
    executor.local_dirs().next().is_some() && executor.local_dirs().all(is_gone)
}

#[cfg(test)]
mod tests {
    use core_shuffle::Files;
    use edge_blocks::Store;

    use super::*;
    use crate::Settings;

    fn register(shared: &Shared, executor: &str, dirs: &[&Path]) {
        let files = Files {
            local_dirs: dirs.iter().map(|dir| dir.display().to_string()).collect(),
            sub_dirs: 64,
            shuffle_manager: "sort".into(),
        };
        let checked = shared.check("app-1", executor, &files).unwrap();
        shared.write().register("app-1", executor, checked).unwrap();
    }

    #[test]
    fn who_has_no_directory_at_two_looks_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().canonicalize().unwrap();
        let settings = Settings {
            threads: 1,
            max_connections: 1,
            max_chunks: 1,
            index_cache_bytes: 1 << 20,
            fetches_rdds: false,
            roots: vec![],
            store: None,
        };
        let store = Store::open(&base).unwrap().store;
        let shared = Shared::new(settings, 1, Some(store), String::new());
        let (stays, goes) = (base.join("stays"), base.join("goes"));
        std::fs::create_dir(&stays).unwrap();
        register(&shared, "0", &[&stays, &goes]);
        register(&shared, "1", &[&goes]);
        register(&shared, "2", &[]);
        let mut vanished = Vanished::default();
        vanished.look(&shared);
        assert_eq!(shared.read().executors(), 3, "once is no proof");
        std::fs::create_dir(&goes).unwrap();
        vanished.look(&shared);
        std::fs::remove_dir(&goes).unwrap();
        vanished.look(&shared);
        assert_eq!(shared.read().executors(), 3, "it was there in between");
        vanished.look(&shared);
        let left: Vec<_> = shared.read().views()[0].executors.iter().map(|one| one.id.clone()).collect();
        assert_eq!(left, ["0", "2"]);
    }
}
