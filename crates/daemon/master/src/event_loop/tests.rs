//! What the loop says, and when: the keeper is held by hand.

use std::time::Duration;

use core_master::MasterConfig;
use edge_net::NetConfig;
use model::message::Reply as Answer;
use model::{DriverDescription, IdPattern, Memory, RpcAddress, SparkMatching, WorkerSelectionPolicy};
use tokio::task::JoinHandle;
use wire_deploy::Family;

use super::*;
use crate::keeper::Right;

/// Long enough for the slowest machine; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// A loop whose Master remembers, and its keeper's end of the wire.
struct Stand {
    requests: mpsc::Sender<Request>,
    orders: mpsc::UnboundedReceiver<Order>,
    news: mpsc::UnboundedSender<News>,
    right: Right,
    end: JoinHandle<Result<(), String>>,
}

impl Stand {
    fn new() -> Self {
        let address = RpcAddress::new("127.0.0.1", 7077);
        let (net_sender, net_events) = mpsc::channel(8);
        let network = Network::new(NetConfig::new(address.clone(), Vec::new(), Family::Scala212), net_sender);
        let (requests, request_queue) = mpsc::channel(8);
        let (order_sender, orders) = mpsc::unbounded_channel();
        let (news, news_queue) = mpsc::unbounded_channel();
        let right = Right::none();
        let keeper = Keeper { orders: order_sender, news: news_queue, right: right.clone() };
        let event_loop = EventLoop {
            core: Core::new(config(address), 1),
            clock: Clock::start(),
            network,
            net_events,
            requests: request_queue,
            asks: Asks::default(),
            traffic: Traffic::default(),
            versions: JoinSet::new(),
            outbox: Outbox::default(),
            keeper: Some(keeper),
            leads: false,
            outcome: None,
        };
        Self { requests, orders, news, right, end: tokio::spawn(event_loop.run()) }
    }

    /// It leads, with nothing remembered.
    async fn elect(&self) {
        self.right.extend(u64::MAX);
        self.news.send(News::Elected { memory: Box::<Memory>::default() }).unwrap();
        // The loop hears of news and of requests in any order.
        let alive = async { while self.status().await != model::RecoveryState::Alive {} };
        soon("the Master to lead", alive).await;
    }

    async fn submit(&self) -> oneshot::Receiver<Response> {
        let (reply, answer) = oneshot::channel();
        let what = core_master::Request::SubmitDriver(Box::<DriverDescription>::default());
        soon("the loop to listen", self.requests.send(Request::Ask(what, reply))).await.unwrap();
        answer
    }

    async fn status(&self) -> model::RecoveryState {
        let (reply, answer) = oneshot::channel();
        soon("the loop to listen", self.requests.send(Request::Snapshot(reply))).await.unwrap();
        soon("a page", answer).await.unwrap().status
    }

    /// All orders up to the one that writes a driver down; its number.
    async fn driver_written(&mut self) -> u64 {
        loop {
            match soon("the keeper's order", self.orders.recv()).await.unwrap() {
                Order::Append { number, changes } => {
                    if changes.iter().any(|change| matches!(change, Change::Driver(_))) {
                        return number;
                    }
                }
                Order::Release(_) => panic!("the loop ends"),
            }
        }
    }
}

fn config(address: RpcAddress) -> MasterConfig {
    let pattern = |text: &str| text.parse::<IdPattern>().unwrap();
    MasterConfig {
        address,
        web_ui_url: "http://127.0.0.1:8080".into(),
        spread_out: true,
        worker_selection_policy: WorkerSelectionPolicy::CoresFreeDesc,
        spread_out_drivers: true,
        max_drivers: usize::MAX,
        application_id_pattern: pattern("app-%s-%04d"),
        application_number_modulo: None,
        driver_id_pattern: pattern("driver-%s-%04d"),
        use_application_name_as_id: false,
        use_driver_id_as_application_name: false,
        default_cores: u32::MAX,
        worker_timeout_ms: 60_000,
        max_executor_retries: Some(10),
        retained_applications: 200,
        retained_drivers: 200,
        spark_matching: SparkMatching::Line,
        refuse_what_never_fits: true,
        remembers: true,
        recovery_timeout_ms: 60_000,
        dead_worker_persistence: 15,
    }
}

#[tokio::test]
async fn a_promise_is_made_when_it_is_durable() {
    let mut stand = Stand::new();
    stand.elect().await;
    let mut promise = stand.submit().await;
    let number = stand.driver_written().await;
    // A page is shown meanwhile: the loop has done all that it may do.
    assert_eq!(stand.status().await, model::RecoveryState::Alive);
    promise.try_recv().unwrap_err();
    stand.news.send(News::Durable(number)).unwrap();
    let answer = soon("the promise", promise).await.unwrap();
    assert!(matches!(answer, Response::Driver(Answer::SubmitDriver { success: true, .. })), "{answer:?}");
}

#[tokio::test]
async fn a_leader_whose_right_ran_out_says_nothing_more() {
    let mut stand = Stand::new();
    stand.elect().await;
    let promise = stand.submit().await;
    let number = stand.driver_written().await;
    // It was frozen; what it waited for has come meanwhile.
    stand.right.extend(0);
    stand.news.send(News::Durable(number)).unwrap();
    let order = soon("the loop to end", stand.orders.recv()).await;
    let Some(Order::Release(over)) = order else { panic!("{order:?}") };
    over.send(()).unwrap();
    soon("the loop to end", stand.end).await.unwrap().unwrap();
    promise.await.unwrap_err();
}

#[tokio::test]
async fn a_deposed_leader_ends_well_and_a_broken_keeper_is_an_error() {
    let mut stand = Stand::new();
    stand.elect().await;
    let promise = stand.submit().await;
    stand.driver_written().await;
    stand.news.send(News::Lost { why: "somebody else leads".into() }).unwrap();
    drop(stand.orders);
    soon("the loop to end", stand.end).await.unwrap().unwrap();
    promise.await.unwrap_err();

    let stand = Stand::new();
    stand.news.send(News::Failed("the log is damaged".into())).unwrap();
    drop(stand.orders);
    assert_eq!(soon("the loop to end", stand.end).await.unwrap(), Err("the log is damaged".into()));
}

#[tokio::test]
async fn a_standby_answers_and_promises_nothing() {
    let stand = Stand::new();
    let refused = soon("an answer", stand.submit().await).await.unwrap();
    assert!(matches!(refused, Response::Driver(Answer::SubmitDriver { success: false, .. })), "{refused:?}");
    assert_eq!(stand.status().await, model::RecoveryState::Standby);
}
