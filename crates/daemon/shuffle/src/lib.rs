//! The shuffle service as a daemon of its own: the service, and a page that shows what it does.
//!
//! ```text
//!   lib     start, stop        pages   what browsers, scrapers and probes are answered
//! ```

mod pages;

use edge_config::ShuffleServiceSettings;
use edge_telemetry::Clock;
use service_shuffle::ShuffleService;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::info;

/// A shuffle service that listens and runs.
#[derive(Debug)]
pub struct Shuffle {
    service: ShuffleService,
    web_ui_url: String,
    stop_pages: watch::Sender<bool>,
    pages: JoinHandle<()>,
}

/// Why a service did not start: a sentence that names what was wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

impl Shuffle {
    /// Binds both ports and begins to serve.
    ///
    /// # Errors
    /// When a port cannot be bound.
    pub async fn start(settings: ShuffleServiceSettings) -> Result<Self, StartError> {
        let clock = Clock::start();
        let bound =
            edge_net::bind(&settings.web_ui_bind, settings.web_ui_port, settings.port_max_retries).await;
        let web_ui = bound.map_err(|error| StartError(error.to_string()))?;
        let port = web_ui
            .local_addr()
            .map_err(|error| StartError(format!("a bound port has no address: {error}")))?;
        let web_ui_url = format!("http://{}:{}", settings.public_host, port.port());
        let service = ShuffleService::listen(&settings.host, &settings.service).await.map_err(StartError)?;
        info!(target: "Utils", "Successfully started service 'ShuffleServiceUI' on port {}.", port.port());
        info!(
            target: "ShuffleServiceUI",
            "Bound ShuffleServiceUI to {}, and started at {web_ui_url}", settings.web_ui_bind
        );
        let (stop_pages, mut stopped) = watch::channel(false);
        let router = pages::router(service.handle(), clock, &settings);
        let ended = async move {
            // An error means that the service is gone, which stops its pages too.
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let pages = tokio::spawn(edge_http::serve(web_ui, router, ended));
        Ok(Self { service, web_ui_url, stop_pages, pages })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.service.port()
    }

    /// Its page.
    pub fn web_ui_url(&self) -> &str {
        &self.web_ui_url
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// Always: it goes on until it is stopped.
    pub async fn ended(&mut self) -> Result<(), String> {
        self.service.ended().await;
        Err("the shuffle service broke off".to_owned())
    }

    /// Ends it.
    pub async fn stop(self) {
        info!(target: "ExternalShuffleService", "Shutting down shuffle service.");
        drop(self.service);
        let _ = self.stop_pages.send(true);
        let _ = self.pages.await;
    }
}
