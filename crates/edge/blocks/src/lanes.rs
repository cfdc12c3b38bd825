//! The threads on which connections live: each has a runtime of its own, and a connection stays where it was put.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::sync::mpsc;

/// How many threads of a lane may wait for disks at once.
const WAITING_THREADS: usize = 8;

#[derive(Debug)]
struct Lane {
    sockets: mpsc::UnboundedSender<TcpStream>,
    connections: Arc<AtomicUsize>,
}

/// Some threads that serve connections. They end when this is dropped, and their connections with them.
#[derive(Debug)]
pub struct Lanes {
    lanes: Vec<Lane>,
}

impl Lanes {
    /// Starts so many threads; `serve` is what a connection does.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start<S, F>(count: usize, serve: S) -> io::Result<Self>
    where
        S: Fn(TcpStream) -> F + Clone + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let lanes = (0..count.max(1)).map(|number| lane(number, serve.clone())).collect::<io::Result<_>>()?;
        Ok(Self { lanes })
    }

    /// Gives a connection to the thread that has the fewest.
    pub fn take(&self, socket: TcpStream) {
        let fewest = self.lanes.iter().min_by_key(|lane| lane.connections.load(Ordering::Relaxed));
        let Some(lane) = fewest else { return };
        lane.connections.fetch_add(1, Ordering::Relaxed);
        // A thread that is gone has panicked, and the log says so: the client will come again.
        let _ = lane.sockets.send(socket);
    }

    /// How many connections there are.
    pub fn connections(&self) -> usize {
        self.lanes.iter().map(|lane| lane.connections.load(Ordering::Relaxed)).sum()
    }
}

fn lane<S, F>(number: usize, serve: S) -> io::Result<Lane>
where
    S: Fn(TcpStream) -> F + Clone + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(WAITING_THREADS)
        .build()?;
    let (sockets, mut queue) = mpsc::unbounded_channel::<TcpStream>();
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = connections.clone();
    thread::Builder::new().name(format!("blocks-{number}")).spawn(move || {
        runtime.block_on(async {
            while let Some(socket) = queue.recv().await {
                let (served, here) = (serve(socket), Here(counter.clone()));
                tokio::spawn(async move {
                    served.await;
                    drop(here);
                });
            }
        });
        // What still waits for a disk is not waited for.
        runtime.shutdown_background();
    })?;
    Ok(Lane { sockets, connections })
}

/// Counts a connection for as long as it lives, however it ends.
struct Here(Arc<AtomicUsize>);

impl Drop for Here {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
