//! A Lease of Kubernetes: on a real API server where `KUBECONFIG` names one, on a stand-in always.

use std::sync::Arc;
use std::time::Duration;

use edge_election::{KubernetesLease, KubernetesSettings};
use edge_store::{Limits, Swap, Version};
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::DeleteParams;
use kube::config::AuthInfo;
use kube::{Api, Client, Config};
use serde_json::json;
use stand_ins::api_server::{ApiServer, NAMESPACE, TOKEN};

use crate::contract::{self, Carrier, lease};

const LIMITS: Limits = Limits { entries: Duration::from_secs(10), register: Duration::from_secs(5) };

const SHORT: Limits = Limits { register: Duration::from_millis(300), ..LIMITS };

fn opened(server: &ApiServer, token: &str, namespace: &str, limits: Limits) -> Carrier {
    opened_at(&server.address(), token, namespace, limits)
}

fn opened_at(address: &str, token: &str, namespace: &str, limits: Limits) -> Carrier {
    let mut config = Config::new(format!("http://{address}").parse().unwrap());
    let auth: AuthInfo = serde_json::from_value(json!({ "token": token })).unwrap();
    config.auth_info = auth;
    let settings = KubernetesSettings::with(config, Some(namespace), "hearth-master");
    Arc::new(KubernetesLease::open(settings, limits).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_of_kubernetes_carries_it() {
    let server = ApiServer::start().unwrap();
    contract::whole(|| opened(&server, TOKEN, NAMESPACE, LIMITS)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_cluster_carries_it() {
    if std::env::var_os("KUBECONFIG").is_none() {
        println!("SKIPPED: KUBECONFIG names no cluster; the stand-in alone was tested");
        return;
    }
    let name = format!("hearth-test-{:x}", fastrand::u32(..));
    let settings = KubernetesSettings::infer(None, &name).await.unwrap();
    contract::whole(|| Arc::new(KubernetesLease::open(settings.clone(), LIMITS).unwrap()) as Carrier).await;
    let leases: Api<Lease> = Api::default_namespaced(Client::try_default().await.unwrap());
    leases.delete(&name, &DeleteParams::default()).await.unwrap();
}

#[tokio::test]
async fn what_others_put_there_stays() {
    let server = ApiServer::start().unwrap();
    server.put(
        "hearth-master",
        json!({"kind": "Lease", "apiVersion": "coordination.k8s.io/v1", "metadata": {
            "name": "hearth-master", "namespace": NAMESPACE,
            "labels": {"helm.sh/chart": "x"}, "annotations": {"note": "of an operator"}}}),
    );
    let carrier = opened(&server, TOKEN, NAMESPACE, LIMITS);
    let (free, version) = carrier.get().await.unwrap().unwrap();
    assert!(free.is_free());
    assert_ne!(carrier.swap(Some(&version), &lease("a", 1, 1)).await.unwrap(), Swap::Conflict);
    let object = server.object("hearth-master");
    assert_eq!(object["metadata"]["labels"]["helm.sh/chart"], "x");
    assert_eq!(object["metadata"]["annotations"]["note"], "of an operator");
    assert_eq!(object["spec"]["holderIdentity"], "a");
}

#[tokio::test]
async fn a_lease_that_somebody_removed_is_a_conflict() {
    let server = ApiServer::start().unwrap();
    let carrier = opened(&server, TOKEN, NAMESPACE, LIMITS);
    let Swap::Swapped(first) = carrier.swap(None, &lease("a", 1, 1)).await.unwrap() else { panic!() };
    let Swap::Swapped(second) = carrier.swap(Some(&first), &lease("a", 1, 2)).await.unwrap() else {
        panic!()
    };
    server.remove("hearth-master");
    // Of the first we know no object any more, and whoever names none makes one.
    for version in [&first, &second] {
        assert_eq!(carrier.swap(Some(version), &lease("a", 1, 3)).await.unwrap(), Swap::Conflict);
        assert_eq!(carrier.get().await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_an_operator_has_to_change_is_said() {
    let server = ApiServer::start().unwrap();
    let says = |error: edge_store::StoreError, words: &[&str]| {
        let text = error.to_string();
        assert!(!error.is_transient(), "{text}");
        for word in words.iter().chain(&["Lease hearth-master", "http://127.0.0.1"]) {
            assert!(text.contains(word), "{word:?} is not in: {text}");
        }
    };
    let stranger = opened(&server, "who", NAMESPACE, LIMITS);
    says(stranger.get().await.unwrap_err(), &["401", "ServiceAccount"]);
    says(stranger.swap(None, &lease("a", 1, 1)).await.unwrap_err(), &["401", "namespace spark"]);
    let elsewhere = opened(&server, TOKEN, "nowhere", LIMITS);
    says(elsewhere.swap(None, &lease("a", 1, 1)).await.unwrap_err(), &["404", "namespace nowhere"]);
    let carrier = opened(&server, TOKEN, NAMESPACE, LIMITS);
    server.refuse(Some(403));
    says(carrier.get().await.unwrap_err(), &["403", "Role", "get, create and update"]);
    server.refuse(Some(422));
    says(carrier.swap(None, &lease("a", 1, 1)).await.unwrap_err(), &["422"]);
}

#[tokio::test]
async fn trouble_of_the_api_server_is_transient_and_never_repeated() {
    let server = ApiServer::start().unwrap();
    let carrier = opened(&server, TOKEN, NAMESPACE, LIMITS);
    let version = Version::from("1".to_owned());
    for code in [429, 500, 503, 504] {
        server.refuse(Some(code));
        let before = server.requests();
        let read = carrier.get().await.unwrap_err();
        let written = carrier.swap(Some(&version), &lease("a", 1, 1)).await.unwrap_err();
        assert!(read.is_transient() && written.is_transient(), "{read} {written}");
        assert!(written.to_string().contains("may have taken effect"), "{written}");
        assert_eq!(server.requests(), before + 2, "{code}");
    }
}

#[tokio::test]
async fn who_hangs_or_is_away_is_given_up_in_time() {
    let server = ApiServer::start().unwrap();
    let carrier = opened(&server, TOKEN, NAMESPACE, SHORT);
    server.refuse(Some(0));
    contract::both_are_transient(&carrier, Duration::from_secs(5)).await;
    server.refuse(None);
    assert_eq!(carrier.get().await.unwrap(), None);
    // A port that was ours a moment ago, and that nobody listens on.
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    };
    contract::both_are_transient(&opened_at(&closed, TOKEN, NAMESPACE, SHORT), Duration::from_secs(5)).await;
}
