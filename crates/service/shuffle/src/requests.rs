//! What clients ask for by message (`ExternalBlockHandler.handleMessage`, 3.4 to 4.3).

use std::sync::Arc;

use core_shuffle::{Blocks, Executor, Files, Refusal, Wanted, checksum_file, left_behind, plain_name};
use edge_blocks::{FileError, diagnose, remove_file, room_for};
use tokio::task::spawn_blocking;
use tracing::{error, info, warn};
use wire_shuffle::{BlockId, DiagnoseCorruption, ExecutorShuffleInfo, FetchShuffleBlocks, Message};

use crate::chunks::{Owner, map_files};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::shared::{Shared, location};

/// The name under which push-based shuffles ask for merged blocks.
const MERGER: &str = "shuffle-push-merger";

impl Connection {
    pub(crate) async fn on_message(&mut self, message: Message) -> Result<Vec<u8>, Failure> {
        let shared = self.shared.clone();
        match message {
            Message::FetchShuffleBlocks(FetchShuffleBlocks {
                application,
                executor,
                shuffle,
                maps,
                reduces,
                batch,
            }) => {
                let (reduces, ends) = (reduces.elements, reduces.ends);
                self.open(application, executor, Blocks::Shuffle { shuffle, maps, reduces, ends, batch })
                    .await
            }
            Message::OpenBlocks { application, executor, blocks } => {
                let wanted = blocks.iter().map(|name| wanted(name)).collect::<Result<_, _>>()?;
                self.open(application, executor, Blocks::Named(wanted)).await
            }
            Message::RegisterExecutor { application, executor, info } => {
                register(shared, application, executor, info).await
            }
            Message::GetLocalDirsForExecutors { application, executors } => {
                local_dirs(&shared, &application, executors)
            }
            Message::RemoveBlocks { application, executor, blocks } => {
                let executor = shared.read().registered(&application, &executor)?;
                remove_blocks(executor, blocks).await
            }
            Message::DiagnoseCorruption(question) => diagnose_corruption(shared, question).await,
            Message::FinalizeShuffleMerge(_)
            | Message::RemoveShuffleMerge(_)
            | Message::FetchShuffleBlockChunks(_) => Err(Refusal::NoMerging.into()),
            other => Err(Refusal::Unexpected(other.name()).into()),
        }
    }

    /// Opens a stream. Whether its executor is registered is found out with its first chunk, as Spark's service has it:
    /// then a client knows which block it has to have made anew.
    async fn open(
        &mut self,
        application: String,
        executor: String,
        blocks: Blocks,
    ) -> Result<Vec<u8>, Failure> {
        let bytes = blocks.bytes() + application.len() + executor.len();
        let Some(room) = room_for(&self.shared.room, bytes).await else {
            return Err(Failure::other(
                "no more streams can be opened: those that are open take all the room",
            ));
        };
        let owner = Owner::new(application, executor, room);
        let (stream, chunks) = self.streams.open(owner, blocks)?;
        if chunks > 0 {
            self.shared.gauges.streams.set_more(1);
        }
        Ok(Message::StreamHandle { stream, chunks }.encode())
    }
}

fn wanted(name: &str) -> Result<Wanted, Failure> {
    Ok(match BlockId::parse(name)? {
        BlockId::Shuffle { shuffle, map, reduce } => {
            Wanted::Shuffle { shuffle, map, start: reduce, end: reduce.saturating_add(1) }
        }
        BlockId::Rdd { rdd, split } => Wanted::Rdd { rdd, split },
        BlockId::ShuffleChunk => return Err(Refusal::NoMerging.into()),
    })
}

/// Nothing is said before it is kept: a service that is killed after the answer knows the executor again.
async fn register(
    shared: Arc<Shared>,
    application: String,
    executor: String,
    info: ExecutorShuffleInfo,
) -> Result<Vec<u8>, Failure> {
    let registering = spawn_blocking(move || -> Result<(), Refusal> {
        let ExecutorShuffleInfo { local_dirs, sub_dirs_per_local_dir: sub_dirs, shuffle_manager } = info;
        let files = Files { local_dirs, sub_dirs, shuffle_manager };
        let checked = shared.check(&application, &executor, &files)?;
        let mut store = shared.store();
        if let Some(store) = &mut *store {
            let Files { local_dirs, sub_dirs, shuffle_manager } = files.clone();
            let (application, executor) = (application.clone(), executor.clone());
            let kept =
                edge_blocks::Registered { application, executor, local_dirs, sub_dirs, shuffle_manager };
            if let Err(error) = store.put(kept) {
                error!(target: "ExternalShuffleBlockResolver", "Error saving registered executors: {error}");
            }
        }
        let registered = shared.write().register(&application, &executor, checked)?;
        drop(store);
        info!(
            target: "ExternalShuffleBlockResolver",
            "Registered executor AppExecId[appId={application},execId={}] with ExecutorShuffleInfo[localDirs={:?},\
             subDirsPerLocalDir={},shuffleManager={}]",
            registered.id, files.local_dirs, files.sub_dirs, files.shuffle_manager
        );
        Ok(())
    });
    if let Err(refusal) = registering.await? {
        warn!(target: "ExternalShuffleService", "An executor is not registered: {refusal}");
        return Err(refusal.into());
    }
    Ok(Vec::new())
}

fn local_dirs(shared: &Shared, application: &str, mut executors: Vec<String>) -> Result<Vec<u8>, Failure> {
    if executors.iter().any(|executor| executor == MERGER) {
        return Err(Refusal::NoMerging.into());
    }
    executors.sort_unstable();
    executors.dedup();
    let registry = shared.read();
    let local_dirs = executors
        .into_iter()
        .map(|executor| {
            let dirs = registry.registered(application, &executor)?.said_dirs();
            Ok((executor, dirs))
        })
        .collect::<Result<_, Refusal>>()?;
    Ok(Message::LocalDirsForExecutors { local_dirs }.encode())
}

async fn remove_blocks(executor: Arc<Executor>, blocks: Vec<String>) -> Result<Vec<u8>, Failure> {
    for name in &blocks {
        plain_name(name)?;
    }
    let removing = spawn_blocking(move || {
        let mut count = 0;
        for name in &blocks {
            let Some(place) = location(&executor, name) else { continue };
            match remove_file(&place) {
                Ok(()) => {
                    count += 1;
                    for left in left_behind(name).iter().filter_map(|left| location(&executor, left)) {
                        // Most of them were never there.
                        let _ = remove_file(&left);
                    }
                }
                Err(error) => warn!(
                    target: "ExternalShuffleBlockResolver",
                    "Failed to delete block: {}: {error}", place.path().display()
                ),
            }
        }
        count
    });
    Ok(Message::BlocksRemoved { count: removing.await? }.encode())
}

async fn diagnose_corruption(shared: Arc<Shared>, question: DiagnoseCorruption) -> Result<Vec<u8>, Failure> {
    let DiagnoseCorruption { application, executor, shuffle, map, reduce, checksum, algorithm } = question;
    let executor = shared.read().registered(&application, &executor)?;
    let diagnosing = spawn_blocking(move || -> Result<_, FileError> {
        let region = map_files(&executor, shuffle, map)?.region(reduce, reduce.saturating_add(1))?;
        let name = checksum_file(shuffle, map, &algorithm);
        Ok(location(&executor, &name).map(|checksums| {
            let cause = diagnose(&algorithm, &checksums, reduce, &region, checksum);
            info!(
                target: "ShuffleChecksumHelper",
                "Shuffle corruption diagnosis by {}: {cause:?}", checksums.path().display()
            );
            cause
        }))
    });
    let cause = diagnosing.await??.unwrap_or(wire_shuffle::CorruptionCause::UnknownIssue);
    Ok(Message::CorruptionCause(cause).encode())
}
