//! Servers of the tests' own, each on a thread of its own: on a free port of the loopback, gone when they are dropped.

use std::net::TcpListener;
use std::thread;

use axum::Router;
use tokio::runtime;
use tokio::sync::oneshot;

use conformance::{Failure, Result};

/// A router that is served.
#[derive(Debug)]
pub(crate) struct Served {
    port: u16,
    /// Dropped, it stops the server.
    _stop: oneshot::Sender<()>,
}

impl Served {
    pub(crate) fn start(router: Router) -> Result<Self> {
        let bound = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok((listener.local_addr()?.port(), listener))
        });
        let (port, listener) = bound.map_err(Failure::io("listen on a free port"))?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(Failure::io("start a runtime"))?;
        let (stop, stopped) = oneshot::channel();
        thread::spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                tokio::select! {
                    _ = axum::serve(listener, router) => {}
                    _ = stopped => {}
                }
            });
            // Requests that hang are not waited for.
            runtime.shutdown_background();
        });
        Ok(Self { port, _stop: stop })
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}
