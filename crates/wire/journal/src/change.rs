//! Changes as JSON has them: mirrors of the model's types, whose names and fields are the format.

mod application;
mod driver;
mod worker;

use model::{ApplicationId, Change, Dialect, DriverId, EndpointRef, RpcAddress, SparkVersion, WorkerId};
use serde::{Deserialize, Serialize};

use application::{Application, Totals};
use driver::Driver;
use worker::Worker;

/// What a value is that nobody can have written; the text is the reason.
pub(crate) type Impossible = &'static str;

/// One line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChangeLine {
    Worker(Box<Worker>),
    WorkerGone(Id),
    Application(Box<Application>),
    Totals(Totals),
    ApplicationGone(Id),
    Driver(Box<Driver>),
    DriverGone(Id),
    Numbers(Numbers),
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Id {
    id: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Numbers {
    application: u64,
    driver: u64,
}

impl ChangeLine {
    pub(crate) fn of(change: &Change) -> Self {
        let id = |id: &str| Id { id: id.to_owned() };
        match change {
            Change::Worker(record) => Self::Worker(Box::new(Worker::of(record))),
            Change::WorkerGone(gone) => Self::WorkerGone(id(gone.as_str())),
            Change::Application(record) => Self::Application(Box::new(Application::of(record))),
            Change::Totals { application, totals } => Self::Totals(Totals::of(application, totals)),
            Change::ApplicationGone(gone) => Self::ApplicationGone(id(gone.as_str())),
            Change::Driver(record) => Self::Driver(Box::new(Driver::of(record))),
            Change::DriverGone(gone) => Self::DriverGone(id(gone.as_str())),
            Change::Numbers(model::Numbers { application, driver }) => {
                Self::Numbers(Numbers { application: *application, driver: *driver })
            }
        }
    }

    pub(crate) fn change(self) -> Result<Change, Impossible> {
        Ok(match self {
            Self::Worker(worker) => Change::Worker(Box::new(worker.record()?)),
            Self::WorkerGone(gone) => Change::WorkerGone(WorkerId::new(gone.id)),
            Self::Application(application) => Change::Application(Box::new(application.record()?)),
            Self::Totals(totals) => totals.change()?,
            Self::ApplicationGone(gone) => Change::ApplicationGone(ApplicationId::new(gone.id)),
            Self::Driver(driver) => Change::Driver(Box::new(driver.record()?)),
            Self::DriverGone(gone) => Change::DriverGone(DriverId::new(gone.id)),
            Self::Numbers(Numbers { application, driver }) => {
                Change::Numbers(model::Numbers { application, driver })
            }
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Address {
    host: String,
    port: u16,
}

impl Address {
    fn of(address: &RpcAddress) -> Self {
        Self { host: address.host.clone(), port: address.port }
    }

    fn address(self) -> RpcAddress {
        RpcAddress::new(self.host, self.port)
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Endpoint {
    name: String,
    address: Option<Address>,
}

impl Endpoint {
    fn of(endpoint: &EndpointRef) -> Self {
        Self { name: endpoint.name.clone(), address: endpoint.address.as_ref().map(Address::of) }
    }

    fn endpoint(self) -> EndpointRef {
        EndpointRef { name: self.name, address: self.address.map(Address::address) }
    }
}

/// Not written where it is empty.
fn is_silent(dialect: &Dialect) -> bool {
    dialect.0.is_empty()
}

/// Dialects are texts.
mod dialect {
    use model::Dialect;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(dialect: &Dialect, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&dialect.0)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Dialect, D::Error> {
        String::deserialize(from).map(Dialect)
    }
}

fn spark(text: &str) -> Result<SparkVersion, Impossible> {
    SparkVersion::parse(text).ok_or("a version of Spark is none")
}
