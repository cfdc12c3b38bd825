//! Answers of an object store that moto never gives.

use std::time::Duration;

use bytes::Bytes;
use edge_store::{Created, Limits, Register as _, S3, S3Settings, Store as _, StoreError, Swap, Version};

use crate::s3;
use crate::stub::{Reply, Stub, error, with};

const LIMITS: Limits = Limits { entries: Duration::from_millis(700), register: Duration::from_millis(500) };

const TAG: &str = "etag: \"1\"";

async fn stub() -> (Stub, S3) {
    let stub = Stub::start().await;
    let store = s3::opened("s3a://bucket/p", &stub.address, LIMITS);
    (stub, store)
}

async fn create(store: &S3) -> Result<Created, StoreError> {
    store.create("4/2", Bytes::from_static(b"x")).await
}

async fn swap(store: &S3) -> Result<Swap, StoreError> {
    store.swap("lease", Some(&Version::from("\"0\"".to_owned())), Bytes::from_static(b"x")).await
}

fn says(error: &StoreError, transient: bool, words: &[&str]) {
    let text = error.to_string();
    assert_eq!(error.is_transient(), transient, "{text}");
    for word in words.iter().chain(&["s3a://bucket/p", "http://127.0.0.1"]) {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
}

#[tokio::test]
async fn a_write_under_way_is_not_an_entry_that_exists() {
    let (stub, store) = stub().await;
    let busy = || error(409, "ConditionalRequestConflict");
    stub.reply([busy(), busy(), with(200, &[TAG], "")]);
    assert_eq!(create(&store).await.unwrap(), Created::Created);
    let requests = stub.requests();
    assert_eq!(requests.len(), 3);
    assert!(
        requests
            .iter()
            .all(|head| head.contains("if-none-match: *") && head.starts_with("PUT /bucket/p/log/4/2"))
    );

    stub.reply([busy(), error(412, "PreconditionFailed")]);
    assert_eq!(create(&store).await.unwrap(), Created::Exists);
    stub.reply([busy(), with(200, &[TAG], "")]);
    assert_eq!(swap(&store).await.unwrap(), Swap::Swapped(Version::from("\"1\"".to_owned())));
    stub.reply([busy(), error(412, "PreconditionFailed")]);
    assert_eq!(swap(&store).await.unwrap(), Swap::Conflict);
    assert!(stub.requests().last().unwrap().contains("if-match: \"0\""));
    // Again and again: that says nothing of what is there.
    stub.reply((0..5).map(|_| busy()));
    says(&create(&store).await.unwrap_err(), true, &["4/2", "409", "ConditionalRequestConflict"]);
    stub.reply((0..5).map(|_| busy()));
    says(&swap(&store).await.unwrap_err(), true, &["lease", "409"]);
}

#[tokio::test]
async fn trouble_of_the_store_is_transient_and_never_repeated() {
    let (stub, store) = stub().await;
    for (status, code) in
        [(500, "InternalError"), (503, "SlowDown"), (429, "TooManyRequests"), (400, "RequestTimeout")]
    {
        stub.requests();
        stub.reply([error(status, code)]);
        says(&create(&store).await.unwrap_err(), true, &["4/2", code, "may have taken effect"]);
        stub.reply([error(status, code)]);
        says(&swap(&store).await.unwrap_err(), true, &["lease", code, "may have taken effect"]);
        stub.reply([error(status, code)]);
        says(&store.read("4/2").await.unwrap_err(), true, &["4/2", code]);
        stub.reply([error(status, code)]);
        says(&store.list().await.unwrap_err(), true, &["the entries", code]);
        stub.reply([error(status, code)]);
        says(&store.delete("4/2").await.unwrap_err(), true, &["4/2", code]);
        assert_eq!(stub.requests().len(), 5);
    }
}

#[tokio::test]
async fn what_an_operator_has_to_change_is_said() {
    let (stub, store) = stub().await;
    for (status, code, word) in [
        (403, "AccessDenied", "fs.s3a.access.key"),
        (403, "SignatureDoesNotMatch", "fs.s3a.access.key"),
        (401, "Unauthorized", "fs.s3a.access.key"),
        (400, "ExpiredToken", "fs.s3a.access.key"),
        (403, "RequestTimeTooSkewed", "clock"),
        (404, "NoSuchBucket", "Make the bucket"),
        (301, "PermanentRedirect", "fs.s3a.endpoint.region"),
        (400, "AuthorizationHeaderMalformed", "fs.s3a.endpoint.region"),
        (501, "NotImplemented", ""),
    ] {
        let permanent = status != 501;
        stub.reply([error(status, code)]);
        let who = format!("{} answered {status}", stub.address);
        says(&create(&store).await.unwrap_err(), !permanent, &["4/2", code, word, &who]);
        stub.reply([error(status, code)]);
        says(&store.get("lease").await.unwrap_err(), !permanent, &["lease", code, word]);
    }
}

#[tokio::test]
async fn a_machine_without_credentials_is_said() {
    let (machine, store) = (Stub::start().await, Stub::start().await);
    let mut properties = s3::properties(&store.address);
    properties.retain(|key, _| !key.ends_with(".key"));
    let metadata = ("AWS_METADATA_ENDPOINT".to_owned(), format!("http://{}", machine.address));
    let settings = S3Settings::new("s3a://bucket/p", &properties, [metadata]).unwrap();
    let store = S3::open(settings, LIMITS).unwrap();
    for reply in [with(403, &[], ""), with(500, &[], ""), Reply::Bytes(String::new())] {
        machine.reply([reply]);
        says(&create(&store).await.unwrap_err(), false, &["no credentials were given", "AWS_ACCESS_KEY_ID"]);
    }
}

#[tokio::test]
async fn garbage_and_halves_are_transient() {
    let (stub, store) = stub().await;
    let raw = |text: &str| Reply::Bytes(text.to_owned());
    let half = || raw("HTTP/1.1 200 OK\r\netag: \"1\"\r\ncontent-length: 100\r\n\r\nhalf");
    for reply in [
        raw("garbage\r\n\r\n"),
        raw(""),
        raw("HTTP/1.1 200 OK\r\ncontent-len"),
        half(),
        raw("HTTP/1.1 500 Said\r\ncontent-length: 100\r\n\r\n<Er"),
    ] {
        stub.reply([reply.clone()]);
        says(&store.read("4/2").await.unwrap_err(), true, &["4/2"]);
        stub.reply([reply.clone()]);
        says(&create(&store).await.unwrap_err(), true, &["4/2"]);
        stub.reply([reply]);
        says(&swap(&store).await.unwrap_err(), true, &["lease"]);
    }
    for body in ["", "no xml", "<ListBucketResult><Contents>", "<html></html>"] {
        stub.reply([with(200, &[], body)]);
        let listed = store.list().await;
        assert!(!matches!(&listed, Ok(names) if !names.is_empty()), "{body}: {listed:?}");
        if let Err(error) = listed {
            says(&error, true, &["the entries"]);
        }
    }
    // Without a tag nobody could swap it later.
    stub.reply([with(200, &[], "")]);
    says(&swap(&store).await.unwrap_err(), true, &["lease", "ETag"]);
    stub.reply([with(200, &[TAG], "somebody else's text")]);
    let foreign = store.get("lease").await;
    assert!(foreign.is_err(), "{foreign:?}");
}

#[tokio::test]
async fn who_hangs_is_given_up_in_time() {
    let (stub, store) = stub().await;
    stub.reply([Reply::Hang, Reply::Hang, Reply::Hang]);
    says(&create(&store).await.unwrap_err(), true, &["4/2", "700 ms"]);
    says(&swap(&store).await.unwrap_err(), true, &["lease", "500 ms"]);
    says(&store.list().await.unwrap_err(), true, &["the entries", "700 ms"]);
}
