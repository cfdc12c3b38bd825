//! What carries a lease has to do this.

use std::sync::Arc;
use std::time::{Duration, Instant};

use edge_election::LeaseCarrier;
use edge_store::{Swap, Version};
use model::Lease;
use tokio::task::JoinSet;

use crate::contest;

pub(crate) type Carrier = Arc<dyn LeaseCarrier>;

/// The whole suite, for a place where no lease is yet. `again` opens it once more, as another process would.
pub(crate) async fn whole(again: impl Fn() -> Carrier) {
    a_lease_comes_back_as_it_was(&again(), &again()).await;
    who_was_frozen_writes_nothing_any_more(&again(), &again()).await;
    one_of_many_takes_it(&again).await;
    contest::one_leads_and_a_frozen_one_is_replaced(&again).await;
}

pub(crate) fn lease(holder: &str, term: u64, renewals: u64) -> Lease {
    Lease {
        holder: holder.to_owned(),
        address: format!("spark://{holder}:7077"),
        page: format!("http://{holder}:8080/ä?\"x\""),
        length_ms: 1234,
        term,
        renewals,
    }
}

async fn swapped(carrier: &Carrier, expected: Option<&Version>, lease: &Lease) -> Version {
    match carrier.swap(expected, lease).await.unwrap() {
        Swap::Swapped(version) => version,
        Swap::Conflict => panic!("{lease:?} was not written"),
    }
}

async fn a_lease_comes_back_as_it_was(carrier: &Carrier, other: &Carrier) {
    assert_eq!(carrier.get().await.unwrap(), None);
    let never = Version::from("1".to_owned());
    assert_eq!(carrier.swap(Some(&never), &lease("x", 1, 1)).await.unwrap(), Swap::Conflict);
    let first = swapped(carrier, None, &lease("a", 1, 1)).await;
    assert_eq!(other.get().await.unwrap(), Some((lease("a", 1, 1), first.clone())));
    assert_eq!(other.swap(None, &lease("b", 1, 1)).await.unwrap(), Swap::Conflict);
    let second = swapped(other, Some(&first), &lease("b", 2, 1)).await;
    assert_eq!(carrier.get().await.unwrap(), Some((lease("b", 2, 1), second.clone())));
    let freed = Lease { length_ms: 1000, term: 2, renewals: 2, ..Lease::default() };
    let third = swapped(carrier, Some(&second), &freed).await;
    assert_eq!(other.get().await.unwrap(), Some((freed, third)));
}

async fn who_was_frozen_writes_nothing_any_more(frozen: &Carrier, other: &Carrier) {
    let (_, version) = frozen.get().await.unwrap().unwrap();
    let own = swapped(frozen, Some(&version), &lease("frozen", 3, 1)).await;
    let mut version = own.clone();
    for renewals in 1..30 {
        version = swapped(other, Some(&version), &lease("other", 4, renewals)).await;
    }
    for renewals in 2..5 {
        let refused = frozen.swap(Some(&own), &lease("frozen", 3, renewals)).await.unwrap();
        assert_eq!(refused, Swap::Conflict);
    }
    assert_eq!(frozen.swap(None, &lease("frozen", 5, 1)).await.unwrap(), Swap::Conflict);
    assert_eq!(frozen.get().await.unwrap(), Some((lease("other", 4, 29), version)));
}

async fn one_of_many_takes_it(again: &impl Fn() -> Carrier) {
    const CONTESTANTS: u64 = 8;
    for round in 0..5 {
        let (_, version) = again().get().await.unwrap().unwrap();
        let barrier = Arc::new(tokio::sync::Barrier::new(CONTESTANTS as usize));
        let mut contestants = JoinSet::new();
        for contestant in 0..CONTESTANTS {
            let (carrier, version, barrier) = (again(), version.clone(), barrier.clone());
            contestants.spawn(async move {
                let mine = lease(&format!("{contestant}"), 10 + round, 1);
                barrier.wait().await;
                matches!(carrier.swap(Some(&version), &mine).await.unwrap(), Swap::Swapped(_)).then_some(mine)
            });
        }
        let winners: Vec<Lease> = contestants.join_all().await.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1, "{winners:?}");
        assert_eq!(again().get().await.unwrap().unwrap().0, winners[0]);
    }
}

/// While it hangs or is away, both verbs end in their time, with an error that names all.
pub(crate) async fn both_are_transient(carrier: &Carrier, within: Duration) {
    for swap in [false, true] {
        let started = Instant::now();
        let error = if swap {
            carrier.swap(Some(&Version::from("1".to_owned())), &lease("a", 1, 1)).await.unwrap_err()
        } else {
            carrier.get().await.unwrap_err()
        };
        assert!(started.elapsed() < within, "{:?}", started.elapsed());
        let text = error.to_string();
        assert!(error.is_transient() && text.contains(carrier.place()), "{text}");
        assert!(text.to_lowercase().contains("lease"), "{text}");
    }
}
