//! Every question has exactly one answer, and every request one response of its kind.

use std::collections::{BTreeMap, BTreeSet};

use core_master::{Request, Response};
use model::Ask;
use model::message::Reply;

#[derive(Debug, Default)]
pub(super) struct Asks {
    open: BTreeSet<Ask>,
    requests: BTreeMap<u64, Request>,
}

impl Asks {
    pub(super) fn asked(&mut self, ask: Ask) {
        self.open.insert(ask);
    }

    pub(super) fn answered(&mut self, ask: Ask) -> Result<(), String> {
        if self.open.remove(&ask) {
            Ok(())
        } else {
            Err(format!("{ask:?} was answered twice, or never asked"))
        }
    }

    pub(super) fn requested(&mut self, request: u64, what: &Request) {
        self.requests.insert(request, what.clone());
    }

    /// What the response is to.
    pub(super) fn responded(&mut self, request: u64, response: &Response) -> Result<Request, String> {
        let what = self.requests.remove(&request);
        let what = what.ok_or_else(|| format!("request {request} was answered twice, or never made"))?;
        let fits = matches!(
            (&what, response),
            (Request::SubmitDriver(_), Response::Driver(Reply::SubmitDriver { .. }))
                | (Request::KillDriver(_), Response::Driver(Reply::KillDriver { .. }))
                | (Request::DriverStatus(_), Response::Driver(Reply::DriverStatus { .. }))
                | (Request::KillAllDrivers, Response::KillAllDrivers { success: true, .. })
                | (Request::ClearCompleted, Response::Cleared { success: true, .. })
                | (Request::Readyz, Response::Ready(true))
                | (Request::DecommissionHosts(_), Response::Decommissioned(_))
        );
        if fits { Ok(what) } else { Err(format!("{what:?} was answered with {response:?}")) }
    }

    pub(super) fn none_is_open(&self) -> Result<(), String> {
        if let Some((_, what)) = self.requests.first_key_value() {
            return Err(format!("{what:?} was not answered"));
        }
        self.open.first().map_or(Ok(()), |ask| Err(format!("{ask:?} was not answered")))
    }
}
