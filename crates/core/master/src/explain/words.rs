//! Why somebody waits, as one sentence without a line break: it stands in the log, on pages and in terminals.

use std::fmt::{self, Display, Write};

use model::SparkVersion;

use super::{Explanation, Reason};
use crate::amount::megabytes_to_string;

/// As many Sparks are named one by one.
const NAMED: usize = 6;

/// `needs 4 cores and 8.0 GiB per executor; the freest of 3 Workers has 2 cores and 6.0 GiB left; ...`
impl Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let out = &mut OneLine(f);
        let mut separator = "";
        if let Some(needs) = &self.needs {
            write!(out, "needs {needs}")?;
            separator = "; ";
        }
        for reason in &self.reasons {
            write!(out, "{separator}{reason}")?;
            separator = "; ";
        }
        Ok(())
    }
}

impl Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let out = &mut OneLine(f);
        match self {
            Self::NoWorkers => out.write_str("no Worker has registered"),
            Self::WorkersLost { workers } => {
                write!(out, "{} {} lost", Workers(*workers), either(*workers, "is", "are"))
            }
            Self::Decommissioning { workers } => {
                write!(out, "{} {} decommissioning", Workers(*workers), either(*workers, "is", "are"))
            }
            Self::LacksSpark { workers, wanted, there } => lacks_spark(out, *workers, wanted, there),
            Self::AskingSpark => out.write_str("its Spark is being found out"),
            Self::SparkUnknown { candidates } => spark_unknown(out, candidates),
            Self::NoRoom { workers, cores, memory_mib } => no_room(out, *workers, *cores, *memory_mib),
            Self::MemoryLimit { workers, needed_mib, free_mib } => {
                memory_limit(out, *workers, *needed_mib, *free_mib)
            }
            Self::Resource { workers, name, needed, free } => {
                let have = either(*workers, "has", "have");
                match free {
                    0 => write!(out, "{} {have} no {name} free, and it needs {needed}", Workers(*workers)),
                    _ => write!(
                        out,
                        "{} {have} at most {free} {name} free, and it needs {needed}",
                        Workers(*workers)
                    ),
                }
            }
            Self::TooLarge { cores, memory_mib } => write!(
                out,
                "no Worker could hold it, not even an idle one: the largest has {} and {}",
                Cores(*cores),
                Memory(*memory_mib)
            ),
            Self::MaxCores { most, needed } => write!(
                out,
                "one executor needs {}, and the application may have {most} in all (spark.cores.max, or the Master's \
                 spark.deploy.defaultCores)",
                Cores(*needed)
            ),
            Self::NothingWanted => out.write_str("it asks for no executor"),
            Self::Ahead { application, cores } => {
                write!(out, "{application} ahead of it holds {}", Cores(*cores))
            }
            Self::DriversHold { drivers: 1, cores } => write!(out, "a driver holds {}", Cores(*cores)),
            Self::DriversHold { drivers, cores } => write!(out, "{drivers} drivers hold {}", Cores(*cores)),
            Self::MaxDrivers { most } => {
                let drivers = either(*most, "driver runs", "drivers run");
                write!(out, "{most} {drivers}, and no more may (spark.deploy.maxDrivers)")
            }
            Self::ExecutorsFail { failed: 1, last } => write!(out, "its last executor failed: {last}"),
            Self::ExecutorsFail { failed, last } => {
                write!(out, "its last {failed} executors failed, the last one so: {last}")
            }
        }
    }
}

fn lacks_spark(out: &mut impl Write, workers: usize, wanted: &str, there: &[SparkVersion]) -> fmt::Result {
    write!(out, "{} {} ", Workers(workers), either(workers, "lacks", "lack"))?;
    match wanted {
        "" => out.write_str("its Spark")?,
        _ => write!(out, "Spark {wanted}")?,
    }
    if there.is_empty() { Ok(()) } else { write!(out, " (the Workers have {})", Sparks(there)) }
}

fn spark_unknown(out: &mut impl Write, candidates: &[SparkVersion]) -> fmt::Result {
    out.write_str("which Spark it is of cannot be told")?;
    match candidates {
        [] | [_] => {}
        [first, second] => write!(out, " ({first} or {second})")?,
        [first, .., last] => write!(out, " (one of {first} to {last})")?,
    }
    out.write_str(": name it with spark.executorEnv.HEARTH_SPARK_VERSION")
}

fn no_room(out: &mut impl Write, workers: usize, cores: u32, memory_mib: u32) -> fmt::Result {
    match (workers, cores, memory_mib) {
        (_, 0, _) => write!(out, "all cores of {} are in use", Workers(workers)),
        // The one that has most cores left: others may have memory.
        (1, _, 0) => write!(out, "all memory of {} is in use", Workers(workers)),
        // It may be too small for ever, where another that is large enough lacks the Spark.
        (1, ..) => {
            write!(out, "{} has {} and {} left", Workers(workers), Cores(cores), Memory(memory_mib))
        }
        _ => write!(
            out,
            "the freest of {} has {} and {} left",
            Workers(workers),
            Cores(cores),
            Memory(memory_mib)
        ),
    }
}

fn memory_limit(out: &mut impl Write, workers: usize, needed_mib: u32, free_mib: u32) -> fmt::Result {
    write!(
        out,
        "with all that it takes beside the heap it needs {}, and the {} of {} {} ",
        Memory(needed_mib),
        either(workers, "container", "containers"),
        Workers(workers),
        either(workers, "has", "have")
    )?;
    match free_mib {
        0 => out.write_str("nothing left"),
        _ => write!(out, "at most {} left", Memory(free_mib)),
    }
}

fn either<'a>(number: usize, one: &'a str, several: &'a str) -> &'a str {
    if number == 1 { one } else { several }
}

struct Workers(usize);

impl Display for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, either(self.0, "Worker", "Workers"))
    }
}

struct Cores(u32);

impl Display for Cores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, if self.0 == 1 { "core" } else { "cores" })
    }
}

struct Memory(u32);

impl Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&megabytes_to_string(self.0))
    }
}

struct Sparks<'a>(&'a [SparkVersion]);

impl Display for Sparks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (true, [first, .., last]) = (self.0.len() > NAMED, self.0) {
            return write!(f, "{} Sparks from {first} to {last}", self.0.len());
        }
        let last = self.0.len().saturating_sub(1);
        for (at, version) in self.0.iter().enumerate() {
            let separator = match at {
                0 => "",
                _ if at == last => " and ",
                _ => ", ",
            };
            write!(f, "{separator}{version}")?;
        }
        Ok(())
    }
}

/// What comes from peers, such as the last words of an executor, breaks no line and steers no terminal.
struct OneLine<W>(W);

impl<W: Write> Write for OneLine<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut parts = text.trim_end_matches(['\r', '\n']).split(char::is_control);
        self.0.write_str(parts.next().unwrap_or_default())?;
        parts.try_for_each(|part| {
            self.0.write_char(' ')?;
            self.0.write_str(part)
        })
    }
}
