//! One suite for all that can carry a lease, and Kubernetes' own answers.

mod api_server;
mod carriers;
mod contest;
mod contract;
mod kubernetes;
