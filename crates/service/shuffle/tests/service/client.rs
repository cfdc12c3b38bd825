//! A client that speaks frames, and the files of an executor that it asks for.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::BytesMut;
use core_shuffle::{Files, Registry};
use service_shuffle::{Settings, ShuffleService};
use wire_shuffle::{ExecutorShuffleInfo, FetchShuffleBlocks, Lists, Message};
use wire_transport::{Decoder, Frame, Item, StreamChunkId};

pub(crate) const APPLICATION: &str = "app-1";
pub(crate) const SUB_DIRS: i32 = 64;

/// A running service with an executor's directories.
pub(crate) struct Stand {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) service: ShuffleService,
    pub(crate) dirs: Vec<PathBuf>,
}

pub(crate) fn settings(folder: &Path) -> Settings {
    Settings {
        threads: 2,
        max_connections: 100_000,
        max_chunks: u64::MAX,
        index_cache_bytes: 1 << 20,
        fetches_rdds: true,
        roots: vec![folder.canonicalize().unwrap()],
        store: Some(folder.to_owned()),
    }
}

impl Stand {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(folder.path());
        change(&mut settings);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let service = ShuffleService::start(settings, listener).await.unwrap();
        let base = folder.path().canonicalize().unwrap();
        let dirs: Vec<_> = ["disk1", "disk2"].iter().map(|disk| base.join(disk).join("blockmgr-1")).collect();
        dirs.iter().for_each(|dir| fs::create_dir_all(dir).unwrap());
        Self { folder, service, dirs }
    }

    pub(crate) fn client(&self) -> Client {
        Client::dial(self.service.port())
    }

    pub(crate) fn info(&self) -> ExecutorShuffleInfo {
        ExecutorShuffleInfo {
            local_dirs: self.dirs.iter().map(|dir| dir.display().to_string()).collect(),
            sub_dirs_per_local_dir: SUB_DIRS,
            shuffle_manager: "sort".into(),
        }
    }

    pub(crate) fn register(&self, executor: &str) -> Client {
        let mut client = self.client();
        assert_eq!(client.register(executor, self.info()), Ok(Vec::new()));
        client
    }

    /// Where a file belongs.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        let info = self.info();
        let files = Files { local_dirs: info.local_dirs, sub_dirs: SUB_DIRS, shuffle_manager: String::new() };
        let checked = Registry::check("a", "e", &files, &[], |path| Some(path.to_owned())).unwrap();
        let executor = Registry::default().register("a", "e", checked).unwrap();
        let place = executor.place(name).unwrap();
        let dir = place.local_dir.join(&place.sub_dir);
        fs::create_dir_all(&dir).unwrap();
        dir.join(name)
    }

    /// Writes what a map task would have written.
    pub(crate) fn write_map(&self, shuffle: i32, map: i64, blocks: &[&[u8]]) {
        let mut offset = 0_u64;
        let mut index = offset.to_be_bytes().to_vec();
        for block in blocks {
            offset += block.len() as u64;
            index.extend(offset.to_be_bytes());
        }
        fs::write(self.path(&format!("shuffle_{shuffle}_{map}_0.index")), index).unwrap();
        fs::write(self.path(&format!("shuffle_{shuffle}_{map}_0.data")), blocks.concat()).unwrap();
    }
}

pub(crate) fn fetch(executor: &str, shuffle: i32, maps: &[(i64, &[i32])], batch: bool) -> Message {
    let mut reduces = Lists::default();
    for (_, list) in maps {
        reduces.elements.extend_from_slice(list);
        reduces.ends.push(reduces.elements.len() as u32);
    }
    Message::FetchShuffleBlocks(FetchShuffleBlocks {
        application: APPLICATION.into(),
        executor: executor.into(),
        shuffle,
        maps: maps.iter().map(|(map, _)| *map).collect(),
        reduces,
        batch,
    })
}

/// One connection.
pub(crate) struct Client {
    pub(crate) socket: TcpStream,
    decoder: Decoder,
    buffer: BytesMut,
}

impl Client {
    pub(crate) fn dial(port: u16) -> Self {
        let socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self { socket, decoder: Decoder::new(64 << 20), buffer: BytesMut::new() }
    }

    pub(crate) fn send(&mut self, frame: &Frame) {
        let mut bytes = BytesMut::new();
        frame.encode(&mut bytes, 64 << 20).unwrap();
        self.socket.write_all(&bytes).unwrap();
    }

    /// The next item; none when the service has closed the connection.
    pub(crate) fn item(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.decoder.decode(&mut self.buffer).unwrap() {
                return Some(item);
            }
            let mut piece = [0; 65536];
            match self.socket.read(&mut piece) {
                Ok(0) => return None,
                Ok(count) => self.buffer.extend_from_slice(&piece[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return None,
                Err(error) => panic!("no answer: {error}"),
            }
        }
    }

    pub(crate) fn frame(&mut self) -> Frame {
        match self.item() {
            Some(Item::Frame(frame)) => frame,
            other => panic!("expected a frame, found {other:?}"),
        }
    }

    pub(crate) fn ask(&mut self, message: &Message) -> Result<Vec<u8>, String> {
        self.ask_bytes(message.encode())
    }

    pub(crate) fn ask_bytes(&mut self, body: Vec<u8>) -> Result<Vec<u8>, String> {
        self.send(&Frame::RpcRequest { request: 7, body: body.into() });
        match self.frame() {
            Frame::RpcResponse { request: 7, body } => Ok(body.to_vec()),
            Frame::RpcFailure { request: 7, error } => Err(error),
            other => panic!("expected an answer, found {other:?}"),
        }
    }

    pub(crate) fn register(&mut self, executor: &str, info: ExecutorShuffleInfo) -> Result<Vec<u8>, String> {
        let (application, executor) = (APPLICATION.into(), executor.into());
        self.ask(&Message::RegisterExecutor { application, executor, info })
    }

    pub(crate) fn open(&mut self, message: &Message) -> Result<(i64, i32), String> {
        match Message::decode(&self.ask(message)?) {
            Ok(Message::StreamHandle { stream, chunks }) => Ok((stream, chunks)),
            other => panic!("expected a stream, found {other:?}"),
        }
    }

    pub(crate) fn ask_chunk(&mut self, stream: i64, chunk: i32) {
        self.send(&Frame::ChunkFetchRequest { id: StreamChunkId { stream, chunk } });
    }

    pub(crate) fn chunk(&mut self) -> Result<Vec<u8>, String> {
        match self.frame() {
            Frame::ChunkFetchSuccess { body, .. } => Ok(body.to_vec()),
            Frame::ChunkFetchFailure { error, .. } => Err(error),
            other => panic!("expected a chunk, found {other:?}"),
        }
    }

    /// Opens a stream and takes all of it; what the service counts of it is counted.
    pub(crate) fn fetch(&mut self, message: &Message) -> Vec<Result<Vec<u8>, String>> {
        let (stream, chunks) = self.open(message).unwrap();
        (0..chunks).for_each(|chunk| self.ask_chunk(stream, chunk));
        let found = (0..chunks).map(|_| self.chunk()).collect();
        // A chunk is counted once it has gone, and before the next request is read.
        let nothing =
            Message::GetLocalDirsForExecutors { application: APPLICATION.into(), executors: vec![] };
        assert!(self.ask(&nothing).is_ok());
        found
    }
}
