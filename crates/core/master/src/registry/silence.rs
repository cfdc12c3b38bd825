//! Workers in the order in which they were last heard of: the one that has been silent longest stands first.
//!
//! A heartbeat moves its Worker to the end, whatever their number; nobody looks at all of them to find those that are
//! overdue.

use model::WorkerId;

/// A ring of Workers; the first link is nobody's and closes it.
#[derive(Clone, Debug)]
pub(crate) struct Silence {
    links: Vec<Link>,
    /// Links that nobody uses.
    vacant: Vec<Place>,
}

/// Where a Worker stands in the ring; it keeps its place for life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(usize);

#[derive(Clone, Debug)]
struct Link {
    before: usize,
    after: usize,
    /// None for the link that closes the ring, and for vacant ones.
    worker: Option<WorkerId>,
    heard_ms: u64,
}

const ENDS: usize = 0;

impl Default for Silence {
    fn default() -> Self {
        Self {
            links: vec![Link { before: ENDS, after: ENDS, worker: None, heard_ms: 0 }],
            vacant: Vec::new(),
        }
    }
}

impl Silence {
    /// Takes in a Worker that was heard of now.
    pub(crate) fn insert(&mut self, worker: WorkerId, now_ms: u64) -> Place {
        let link = Link { before: ENDS, after: ENDS, worker: Some(worker), heard_ms: now_ms };
        let place = match self.vacant.pop() {
            Some(place) => {
                self.links[place.0] = link;
                place
            }
            None => {
                self.links.push(link);
                Place(self.links.len() - 1)
            }
        };
        self.append(place);
        place
    }

    /// A Worker was heard of now.
    pub(crate) fn hear(&mut self, place: Place, now_ms: u64) {
        self.unlink(place);
        self.links[place.0].heard_ms = now_ms;
        self.append(place);
    }

    /// Gives a place back.
    pub(crate) fn remove(&mut self, place: Place) {
        self.unlink(place);
        self.links[place.0].worker = None;
        self.vacant.push(place);
    }

    /// The Worker that has been silent longest, and when it was last heard of.
    pub(crate) fn longest(&self) -> Option<(&WorkerId, u64)> {
        let link = &self.links[self.links[ENDS].after];
        link.worker.as_ref().map(|worker| (worker, link.heard_ms))
    }

    /// All of them, the longest silence first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&WorkerId, u64)> {
        let first = self.links[ENDS].after;
        let links = std::iter::successors(Some(first), |at| Some(self.links[*at].after));
        links.map_while(|at| {
            let link = &self.links[at];
            link.worker.as_ref().map(|worker| (worker, link.heard_ms))
        })
    }

    fn append(&mut self, place: Place) {
        let last = self.links[ENDS].before;
        self.links[place.0].before = last;
        self.links[place.0].after = ENDS;
        self.links[last].after = place.0;
        self.links[ENDS].before = place.0;
    }

    fn unlink(&mut self, place: Place) {
        let Link { before, after, .. } = self.links[place.0];
        self.links[before].after = after;
        self.links[after].before = before;
    }
}

#[cfg(test)]
mod tests;
