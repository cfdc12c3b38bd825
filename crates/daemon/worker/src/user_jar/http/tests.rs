//! Where a server may send us, and whom we believe. The certificate in `tests/data` is of nobody and for 127.0.0.1.

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

fn certificate() -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(include_bytes!("../../../tests/data/server.pem")).unwrap()
}

/// Answers one request over TLS, if the client believes it.
async fn serve_over_tls() -> (Uri, JoinHandle<bool>) {
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("../../../tests/data/server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/app.jar", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(stream).await else { return false };
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await.unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nbytes")
            .await
            .unwrap();
        stream.shutdown().await.unwrap();
        true
    });
    (url.parse().unwrap(), server)
}

#[tokio::test]
async fn a_server_that_is_trusted_gives_its_file() {
    let mut trusted = RootCertStore::empty();
    trusted.add(certificate()).unwrap();
    let (url, server) = serve_over_tls().await;
    let mut file = Vec::new();
    download_trusting(trusted, &url, &mut file, PATIENCE).await.unwrap();
    assert_eq!(file, b"bytes");
    assert!(server.await.unwrap());
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_gives_nothing() {
    let (url, server) = serve_over_tls().await;
    let mut file = Vec::new();
    let reason = download(&url, &mut file, PATIENCE).await.unwrap_err();
    assert!(reason.contains("certificate"), "{reason}");
    assert!(file.is_empty());
    assert!(!server.await.unwrap());
}

#[test]
fn redirects_are_followed_but_not_into_the_open() {
    let to = |from: &'static str, location: &'static str| {
        redirected(&Uri::from_static(from), &HeaderValue::from_static(location)).map(|url| url.to_string())
    };
    for (location, url) in [
        ("/b.jar?c", "http://h:1/b.jar?c"),
        ("b.jar", "http://h:1/x/b.jar"),
        ("//other/b.jar", "http://other/b.jar"),
        ("https://other/b.jar", "https://other/b.jar"),
    ] {
        assert_eq!(to("http://h:1/x/a.jar?d", location).as_deref(), Ok(url));
    }
    for location in ["http://h/a.jar", "ftp://h/a.jar", "https://h h/"] {
        let reason = to("https://h/a.jar", location).unwrap_err();
        assert!(reason.contains(location), "{reason}");
    }
}
