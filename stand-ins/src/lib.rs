//! Servers of the tests' own: in the place of a real one, or in front of it.

pub mod api_server;
pub mod faulty_store;
mod served;

pub use api_server::ApiServer;
pub use faulty_store::{Fault, FaultyStore};
