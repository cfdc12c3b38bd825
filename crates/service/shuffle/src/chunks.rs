//! Chunks and streams: which stretch of which file, and off it goes.

use std::sync::Arc;

use core_shuffle::{Executor, Refusal, Wanted, data_file, index_file, rdd_file};
use edge_blocks::{ChannelError, FileError, MapFiles, MapKey, Region, open_file, open_map_files};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::spawn_blocking;
use tracing::{debug, warn};
use wire_transport::{Frame, StreamChunkId};

use crate::connection::Connection;
use crate::failure::Failure;
use crate::shared::{Shared, location};

/// Whose blocks a stream gives out.
pub(crate) struct Owner {
    application: Box<str>,
    executor: Box<str>,
    known: Option<Arc<Executor>>,
    _room: OwnedSemaphorePermit,
}

impl Owner {
    pub(crate) fn new(application: String, executor: String, room: OwnedSemaphorePermit) -> Self {
        let (application, executor) = (application.into(), executor.into());
        Self { application, executor, known: None, _room: room }
    }

    fn registered(&mut self, shared: &Shared) -> Result<Arc<Executor>, Refusal> {
        if let Some(known) = &self.known {
            return Ok(known.clone());
        }
        let executor = shared.read().registered(&self.application, &self.executor)?;
        self.known = Some(executor.clone());
        Ok(executor)
    }
}

/// A chunk that can be sent.
struct Chunk {
    region: Region,
    executor: Arc<Executor>,
    blocks: u64,
}

type Taken = (Result<Arc<Executor>, Refusal>, Wanted);

impl Connection {
    pub(crate) async fn on_chunk_request(&mut self, id: StreamChunkId) -> Result<(), ChannelError> {
        let shared = self.shared.clone();
        let in_transfer = shared.gauges.chunks.enter();
        if in_transfer.now > shared.settings.max_chunks {
            return Err(self.too_many(in_transfer.now));
        }
        let taken =
            self.streams.take(id.stream, id.chunk, |owner, wanted| (owner.registered(&shared), wanted));
        let failure = match self.chunk(taken).await? {
            Ok(chunk) => match self.channel.send_chunk(id, &chunk.region).await {
                Ok(()) => {
                    chunk.executor.tally.sent(chunk.blocks, chunk.region.length);
                    return Ok(());
                }
                Err(ChannelError::TooLong(error)) => {
                    chunk.executor.tally.failed();
                    Failure::other(format!(
                        "{error}: fetch it as a stream (spark.network.maxRemoteBlockSizeFetchToMem)"
                    ))
                }
                Err(error) => return Err(error),
            },
            Err(failure) => failure,
        };
        let error = failure.text();
        debug!(target: "ExternalShuffleService", "A chunk that {} asked for is not given: {error}", self.peer);
        self.channel.answer(&Frame::ChunkFetchFailure { id, error }).await
    }

    pub(crate) async fn on_stream_request(&mut self, stream: String) -> Result<(), ChannelError> {
        let shared = self.shared.clone();
        let in_transfer = shared.gauges.chunks.enter();
        if in_transfer.now > shared.settings.max_chunks {
            return Err(self.too_many(in_transfer.now));
        }
        let taken = self.streams.take_named(&stream, |owner, wanted| (owner.registered(&shared), wanted));
        match self.chunk(taken).await? {
            Ok(chunk) => {
                self.channel.send_stream(stream, &chunk.region).await?;
                chunk.executor.tally.sent(chunk.blocks, chunk.region.length);
                Ok(())
            }
            Err(failure) => {
                let error = failure.text();
                debug!(target: "ExternalShuffleService", "A stream that {} asked for is not given: {error}", self.peer);
                self.channel.answer(&Frame::StreamFailure { stream, error }).await
            }
        }
    }

    /// As `ChunkFetchRequestHandler` does (3.5): the client comes again after a while.
    fn too_many(&self, chunks: u64) -> ChannelError {
        let limit = self.shared.settings.max_chunks;
        ChannelError::Socket(std::io::Error::other(format!(
            "{chunks} chunks are being transferred, spark.shuffle.maxChunksBeingTransferred allows {limit}"
        )))
    }

    /// Finds the stretch that a taken chunk is, and has its beginning ready.
    async fn chunk(
        &mut self,
        taken: Result<(Taken, Option<Owner>), Refusal>,
    ) -> Result<Result<Chunk, Failure>, ChannelError> {
        let ((executor, wanted), ended) = match taken {
            Ok(taken) => taken,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        if ended.is_some() {
            self.shared.gauges.streams.set_fewer(1);
        }
        let executor = match executor {
            Ok(executor) => executor,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let region = match find(&self.shared, &executor, wanted).await {
            Ok(region) => region,
            Err(failure) => {
                executor.tally.failed();
                warn!(target: "ExternalShuffleService", "A block cannot be given: {}", failure.text());
                return Ok(Err(failure));
            }
        };
        match self.channel.ready(&region).await? {
            Ok(waited) => {
                if waited {
                    self.shared.gauges.cold_reads.count();
                }
                let blocks = match wanted {
                    Wanted::Shuffle { start, end, .. } => u64::from(end.abs_diff(start)),
                    Wanted::Rdd { .. } => 1,
                };
                Ok(Ok(Chunk { region, executor, blocks }))
            }
            Err(error) => {
                executor.tally.failed();
                let dirs: Vec<_> = executor.local_dirs().map(|dir| dir.display().to_string()).collect();
                let text = format!("a block cannot be read from {}: {error}", dirs.join(","));
                warn!(target: "ExternalShuffleService", "{text}");
                Ok(Err(Failure::other(text)))
            }
        }
    }
}

async fn find(shared: &Arc<Shared>, executor: &Arc<Executor>, wanted: Wanted) -> Result<Region, Failure> {
    let (shuffle, map, start, end) = match wanted {
        Wanted::Shuffle { shuffle, map, start, end } => (shuffle, map, start, end),
        Wanted::Rdd { rdd, split } => return rdd_block(executor, rdd, split).await,
    };
    let key = MapKey { registration: executor.number, shuffle, map };
    let files = match shared.files.get(&key) {
        Some(files) => files,
        None => {
            let of = executor.clone();
            let opened = spawn_blocking(move || map_files(&of, shuffle, map)).await??;
            let files = Arc::new(opened);
            shared.files.insert(key, files.clone());
            files
        }
    };
    if files.is_in_memory() {
        return Ok(files.region(start, end)?);
    }
    Ok(spawn_blocking(move || files.region(start, end)).await??)
}

/// Waits for disks.
pub(crate) fn map_files(executor: &Executor, shuffle: i32, map: i64) -> Result<MapFiles, FileError> {
    let (index, data) = (index_file(shuffle, map), data_file(shuffle, map));
    match (location(executor, &index), location(executor, &data)) {
        (Some(index), Some(data)) => open_map_files(&index, &data),
        _ => Err(nowhere(index)),
    }
}

async fn rdd_block(executor: &Arc<Executor>, rdd: i32, split: i32) -> Result<Region, Failure> {
    let executor = executor.clone();
    let opened = spawn_blocking(move || {
        let name = rdd_file(rdd, split);
        match location(&executor, &name) {
            Some(location) => open_file(&location),
            None => Err(nowhere(name)),
        }
    });
    Ok(opened.await??)
}

fn nowhere(path: String) -> FileError {
    FileError::File { path, source: std::io::Error::other("its executor has no local directories") }
}
