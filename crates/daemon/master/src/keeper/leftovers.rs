//! What a JVM's Master left, taken over once.

use edge_store::Store;
use model::{Change, Numbers, WorkerId};
use wire_deploy::{Leftover, decode_leftover};

/// What has to be written down so that it is remembered; empty where no JVM's Master left anything.
///
/// # Errors
/// With a sentence, where something cannot be read.
pub(super) async fn read(store: &dyn Store) -> Result<Vec<Change>, String> {
    let left = store.leftovers().await.map_err(|error| error.to_string())?;
    let mut changes = Vec::new();
    let mut numbers = Numbers { application: 1, driver: 1 };
    for (name, bytes) in left {
        let leftover = decode_leftover(&bytes).map_err(|error| {
            let place = store.place();
            format!(
                "{name} in {place}, which a JVM's Master left, cannot be read: {error}. Let that Master write it without \
                 spark.deploy.recoveryCompressionCodec and with Java's serializer, or move it away to do without it"
            )
        })?;
        changes.push(match leftover {
            Leftover::Application(record) => {
                numbers.application += 1;
                Change::Application(Box::new(record))
            }
            Leftover::Driver(mut record) => {
                numbers.driver += 1;
                // A JVM's Master does not write down where a driver runs, or whether: as there, one that no Worker brings
                // back is started again where it is supervised, and else lost.
                record.worker = Some(WorkerId::new("unknown"));
                Change::Driver(Box::new(record))
            }
            Leftover::Worker(record) => Change::Worker(Box::new(record)),
        });
    }
    if !changes.is_empty() {
        // This also says that it was taken over: who finds numbers in the log does not look for it again.
        changes.push(Change::Numbers(numbers));
    }
    Ok(changes)
}
