//! Spark's state enumerations, with Spark's names and ids.

use std::fmt;

macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $id:literal $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant = $id,)*
        }

        impl $name {
            /// All, in the order of their ids.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The ordinal that stands on the wire.
            pub fn id(self) -> i32 {
                self as i32
            }

            /// The state with that ordinal.
            pub fn from_id(id: i32) -> Option<Self> {
                match id {
                    $($id => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The state with that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Spark's name for it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

states! {
    /// Where an executor is in its life (`org.apache.spark.deploy.ExecutorState`).
    ExecutorState {
        /// Sent to its Worker, no process seen yet.
        Launching = 0 "LAUNCHING",
        /// Its process runs.
        Running = 1 "RUNNING",
        /// Ended on request.
        Killed = 2 "KILLED",
        /// Could not be launched.
        Failed = 3 "FAILED",
        /// Its Worker was lost.
        Lost = 4 "LOST",
        /// Its process ended by itself.
        Exited = 5 "EXITED",
        /// Told to leave once its blocks are safe.
        Decommissioned = 6 "DECOMMISSIONED",
    }
}

impl ExecutorState {
    /// Whether nothing can follow (`ExecutorState.isFinished`).
    pub fn is_finished(self) -> bool {
        matches!(self, Self::Killed | Self::Failed | Self::Lost | Self::Exited)
    }
}

states! {
    /// Where a cluster-mode driver is in its life (`org.apache.spark.deploy.master.DriverState`).
    DriverState {
        /// Waits for a Worker.
        Submitted = 0 "SUBMITTED",
        /// Its process runs.
        Running = 1 "RUNNING",
        /// Ended with status 0.
        Finished = 2 "FINISHED",
        /// Failed and supervised: waits for a Worker again.
        Relaunching = 3 "RELAUNCHING",
        /// Not known, after a recovery.
        Unknown = 4 "UNKNOWN",
        /// Ended on request.
        Killed = 5 "KILLED",
        /// Ended with another status.
        Failed = 6 "FAILED",
        /// Could not be launched.
        Error = 7 "ERROR",
    }
}

states! {
    /// Where an application is in its life (`org.apache.spark.deploy.master.ApplicationState`).
    ApplicationState {
        /// Registered, no executor yet.
        Waiting = 0 "WAITING",
        /// Has or had an executor.
        Running = 1 "RUNNING",
        /// Ended by itself.
        Finished = 2 "FINISHED",
        /// Removed after too many failed executors.
        Failed = 3 "FAILED",
        /// Ended on request.
        Killed = 4 "KILLED",
        /// Not known, after a recovery.
        Unknown = 5 "UNKNOWN",
    }
}

states! {
    /// Where a Worker stands with the Master (`org.apache.spark.deploy.master.WorkerState`).
    WorkerState {
        /// Registered and heard of.
        Alive = 0 "ALIVE",
        /// Lost.
        Dead = 1 "DEAD",
        /// Leaves: gets nothing new.
        Decommissioned = 2 "DECOMMISSIONED",
        /// Not known, after a recovery.
        Unknown = 3 "UNKNOWN",
    }
}

states! {
    /// Whether a Master leads (`org.apache.spark.deploy.master.RecoveryState`).
    RecoveryState {
        /// Another one leads, or none yet.
        Standby = 0 "STANDBY",
        /// Leads.
        Alive = 1 "ALIVE",
        /// Reads what the last leader left and hears from Workers and drivers.
        Recovering = 2 "RECOVERING",
        /// Drops what did not answer.
        CompletingRecovery = 3 "COMPLETING_RECOVERY",
    }
}
