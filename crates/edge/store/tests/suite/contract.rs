//! What every store and every register has to do.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use edge_store::{Created, Register, Store, StoreError, Swap, Version};
use tokio::task::JoinSet;

/// What is both.
pub(crate) trait Both: Store + Register + Clone + 'static {}
impl<T: Store + Register + Clone + 'static> Both for T {}

/// The whole suite, for an empty store. `again` opens the same place once more, as another process would.
pub(crate) async fn whole<T: Both>(again: impl Fn() -> T) {
    entries_are_written_once(&again(), &again()).await;
    one_of_many_creates(&again).await;
    big_and_empty_entries(&again()).await;
    names_that_lead_elsewhere_are_refused(&again()).await;
    many_entries_are_listed(&again()).await;
    a_register_is_compared(&again(), &again()).await;
    an_old_version_of_an_equal_value_is_refused(&again()).await;
    no_swap_is_lost(&again).await;
    big_values(&again()).await;
}

fn text(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

async fn empty<T: Both>(store: &T) {
    for name in store.list().await.unwrap() {
        store.delete(&name).await.unwrap();
    }
    assert_eq!(store.list().await.unwrap(), Vec::<String>::new());
}

async fn entries_are_written_once<T: Both>(store: &T, other: &T) {
    assert_eq!(store.list().await.unwrap(), Vec::<String>::new());
    assert_eq!(store.read("7/1").await.unwrap(), None);
    assert_eq!(store.create("7/1", text("first")).await.unwrap(), Created::Created);
    assert_eq!(other.create("7/1", text("second")).await.unwrap(), Created::Exists);
    assert_eq!(other.read("7/1").await.unwrap(), Some(text("first")));
    // One name may begin like another, and be a part of its path.
    for name in ["7", "7/1/2", "7/10", "00000000000000000007/00000000000000000001", "a-b_c.d/E"] {
        assert_eq!(store.create(name, text(name)).await.unwrap(), Created::Created, "{name}");
        assert_eq!(other.read(name).await.unwrap(), Some(text(name)), "{name}");
    }
    let names = other.list().await.unwrap();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(names, sorted);
    assert_eq!(names.len(), 6, "{names:?}");
    assert!(names.contains(&"7/1/2".to_owned()), "{names:?}");
    store.delete("7/1").await.unwrap();
    store.delete("7/1").await.unwrap();
    assert_eq!(other.read("7/1").await.unwrap(), None);
    assert!(!other.list().await.unwrap().contains(&"7/1".to_owned()));
    assert_eq!(other.create("7/1", text("third")).await.unwrap(), Created::Created);
    empty(store).await;
}

async fn one_of_many_creates<T: Both>(again: &impl Fn() -> T) {
    const WRITERS: usize = 8;
    for round in 0..8 {
        let name = format!("race/{round}");
        let barrier = Arc::new(tokio::sync::Barrier::new(WRITERS));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let (store, name, barrier) = (again(), name.clone(), barrier.clone());
            writers.spawn(async move {
                let mine = text(&format!("{writer}"));
                barrier.wait().await;
                (store.create(&name, mine.clone()).await.unwrap() == Created::Created).then_some(mine)
            });
        }
        let winners: Vec<Bytes> = writers.join_all().await.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1, "{name}");
        assert_eq!(again().read(&name).await.unwrap().as_ref(), winners.first());
    }
    empty(&again()).await;
}

fn half_a_mebibyte() -> Bytes {
    (0..512 * 1024_u32).map(|index| (index * 7 % 251) as u8).collect()
}

async fn big_and_empty_entries<T: Both>(store: &T) {
    let big = half_a_mebibyte();
    assert_eq!(store.create("1/1", big.clone()).await.unwrap(), Created::Created);
    assert_eq!(store.read("1/1").await.unwrap(), Some(big));
    assert_eq!(store.create("1/2", Bytes::new()).await.unwrap(), Created::Created);
    assert_eq!(store.read("1/2").await.unwrap(), Some(Bytes::new()));
    if let Some(most) = store.max_bytes() {
        assert_eq!(store.create("1/3", Bytes::from(vec![1; most])).await.unwrap(), Created::Created);
        let error = store.create("1/4", Bytes::from(vec![1; most + 1])).await.unwrap_err();
        assert!(!error.is_transient() && error.to_string().contains("1/4"), "{error}");
    }
    empty(store).await;
}

async fn names_that_lead_elsewhere_are_refused<T: Both>(store: &T) {
    let long = "a".repeat(201);
    for name in [
        "", "/", "/1", "1/", "1//2", "..", "../1", "1/../2", ".new-1", "1/.2", "a:b", "a b", "ä", "a\0",
        "a\n", &long,
    ] {
        for error in [
            store.create(name, Bytes::new()).await.unwrap_err(),
            store.read(name).await.unwrap_err(),
            store.delete(name).await.unwrap_err(),
            store.get(name).await.unwrap_err(),
            store.swap(name, None, Bytes::new()).await.unwrap_err(),
        ] {
            assert!(!error.is_transient(), "{name:?}: {error}");
        }
    }
    assert!(store.get("a/b").await.is_err() && store.get("log").await.is_err());
    assert_eq!(store.list().await.unwrap(), Vec::<String>::new());
}

/// More than a page of a store that lists in pages of a thousand.
async fn many_entries_are_listed<T: Both>(store: &T) {
    const ENTRIES: u64 = 1100;
    let mut writers = JoinSet::new();
    for writer in 0..8 {
        let store = store.clone();
        writers.spawn(async move {
            for number in (0..ENTRIES).filter(|number| number % 8 == writer) {
                store.create(&format!("{number:020}/{number:020}"), text("x")).await.unwrap();
            }
        });
    }
    writers.join_all().await;
    let names: BTreeSet<String> = store.list().await.unwrap().into_iter().collect();
    let expected: BTreeSet<String> =
        (0..ENTRIES).map(|number| format!("{number:020}/{number:020}")).collect();
    assert_eq!(names, expected);
    let mut removers = JoinSet::new();
    for name in names {
        let store = store.clone();
        removers.spawn(async move { store.delete(&name).await.unwrap() });
        if removers.len() >= 8 {
            removers.join_next().await.unwrap().unwrap();
        }
    }
    removers.join_all().await;
    empty(store).await;
}

async fn swapped<T: Both>(store: &T, name: &str, expected: Option<&Version>, value: &str) -> Version {
    match store.swap(name, expected, text(value)).await.unwrap() {
        Swap::Swapped(version) => version,
        Swap::Conflict => panic!("{name} was not swapped for {value}"),
    }
}

async fn a_register_is_compared<T: Both>(store: &T, other: &T) {
    assert_eq!(store.get("lease").await.unwrap(), None);
    let foreign = Version::from("\"0123456789abcdef0123456789abcdef\"".to_owned());
    assert_eq!(store.swap("lease", Some(&foreign), text("x")).await.unwrap(), Swap::Conflict);
    let first = swapped(store, "lease", None, "a").await;
    assert_eq!(other.get("lease").await.unwrap(), Some((text("a"), first.clone())));
    assert_eq!(other.swap("lease", None, text("b")).await.unwrap(), Swap::Conflict);
    let second = swapped(other, "lease", Some(&first), "b").await;
    assert_ne!(first, second);
    assert_eq!(store.swap("lease", Some(&first), text("c")).await.unwrap(), Swap::Conflict);
    assert_eq!(store.get("lease").await.unwrap(), Some((text("b"), second)));
    // Registers are no entries.
    assert_eq!(store.list().await.unwrap(), Vec::<String>::new());
}

async fn an_old_version_of_an_equal_value_is_refused<T: Both>(store: &T) {
    let old = swapped(store, "equal", None, "a").await;
    let between = swapped(store, "equal", Some(&old), "b").await;
    let new = swapped(store, "equal", Some(&between), "a").await;
    assert_ne!(old, new);
    assert_eq!(store.swap("equal", Some(&old), text("late")).await.unwrap(), Swap::Conflict);
    // A frozen process comes back much later.
    let mut version = new;
    for round in 0..40 {
        version = swapped(store, "equal", Some(&version), &format!("{round}")).await;
    }
    assert_eq!(store.swap("equal", Some(&old), text("late")).await.unwrap(), Swap::Conflict);
    assert_eq!(store.get("equal").await.unwrap(), Some((text("39"), version)));
}

/// A counter that many raise: it shows as many as were told that they did, and perhaps some of those who were told
/// nothing: a server under such a load may answer with an error.
async fn no_swap_is_lost<T: Both>(again: &impl Fn() -> T) {
    const WRITERS: u64 = 8;
    const EACH: u64 = 8;
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let store = again();
        writers.spawn(async move {
            let (mut done, mut unsure) = (0, 0);
            while done < EACH {
                let (value, version) = match store.get("counter").await {
                    Ok(None) => (0, None),
                    Ok(Some((bytes, version))) => (number(&bytes), Some(version)),
                    Err(error) => {
                        assert!(error.is_transient(), "{error}");
                        continue;
                    }
                };
                let next = text(&(value + 1).to_string());
                match store.swap("counter", version.as_ref(), next).await {
                    Ok(Swap::Swapped(_)) => done += 1,
                    Ok(Swap::Conflict) => {}
                    Err(error) => {
                        assert!(error.is_transient(), "{error}");
                        unsure += 1;
                    }
                }
            }
            unsure
        });
    }
    let unsure: u64 = writers.join_all().await.into_iter().sum();
    let (bytes, _) = again().get("counter").await.unwrap().unwrap();
    let told = WRITERS * EACH;
    assert!((told..=told + unsure).contains(&number(&bytes)), "{told} and {unsure}: {bytes:?}");
}

fn number(bytes: &Bytes) -> u64 {
    std::str::from_utf8(bytes).unwrap().parse().unwrap()
}

async fn big_values<T: Both>(store: &T) {
    let big = half_a_mebibyte();
    let swap = store.swap("big", None, big.clone()).await.unwrap();
    let Swap::Swapped(version) = swap else { panic!("the register is not empty") };
    assert_eq!(store.get("big").await.unwrap(), Some((big, version)));
}

/// While a store hangs or is away each verb ends in its time, with an error that names all.
pub(crate) async fn all_verbs_are_transient<T: Both>(store: &T, within: Duration) {
    let version = Version::from("1".to_owned());
    let check = |name: &str, started: Instant, error: StoreError| {
        assert!(started.elapsed() < within, "{name} took {:?}", started.elapsed());
        assert!(error.is_transient(), "{error}");
        let (text, place) = (error.to_string(), Store::place(store));
        assert!(text.contains(name) && text.contains(place), "{text}");
    };
    let started = Instant::now();
    check("9/9", started, store.create("9/9", text("x")).await.unwrap_err());
    let started = Instant::now();
    check("9/8", started, store.read("9/8").await.unwrap_err());
    let started = Instant::now();
    check("the entries", started, store.list().await.unwrap_err());
    let started = Instant::now();
    check("9/7", started, store.delete("9/7").await.unwrap_err());
    let started = Instant::now();
    check("away", started, store.get("away").await.unwrap_err());
    let started = Instant::now();
    check("away", started, store.swap("away", Some(&version), text("x")).await.unwrap_err());
}

/// The store works again, maybe after some tries: on a busy machine a verb may still come too late.
pub(crate) async fn recovers<T: Both>(store: &T) {
    let started = Instant::now();
    while let Err(error) = works(store).await {
        assert!(error.is_transient() && started.elapsed() < Duration::from_secs(60), "{error}");
        // Who is refused at once would ask without end.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn works<T: Both>(store: &T) -> Result<(), StoreError> {
    store.list().await?;
    let name = format!("recovered/{}", fastrand::u64(..));
    assert_eq!(store.create(&name, text("x")).await?, Created::Created);
    assert_eq!(store.read(&name).await?, Some(text("x")));
    Ok(())
}
