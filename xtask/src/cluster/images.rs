//! The images that the cluster has.

use std::env;

use crate::containers::Image;

/// Their names.
#[derive(Debug)]
pub(super) struct Images {
    pub(super) spark: String,
    pub(super) notebook: String,
}

impl Images {
    /// Those that the chart names, unless two variables name others.
    pub(super) fn of_environment() -> Self {
        let named = |variable: &str, usual: &str| {
            env::var(variable).ok().filter(|name| !name.is_empty()).unwrap_or_else(|| usual.to_owned())
        };
        Self {
            spark: named("HEARTH_CHART_IMAGE", Image::Spark.name()),
            notebook: named("HEARTH_CHART_NOTEBOOK", Image::Notebook.name()),
        }
    }

    /// What the chart is told of them; nothing where it names them itself.
    pub(super) fn settings(&self) -> Vec<String> {
        let mut settings = Vec::new();
        if self.spark != Image::Spark.name() {
            for part in ["sparkMaster", "sparkWorker", "shuffleService", "historyServer"] {
                settings.extend(setting(part, &self.spark));
            }
        }
        if self.notebook != Image::Notebook.name() {
            settings.extend(setting("jupyter", &self.notebook));
        }
        settings
    }

    /// Workers of the notebook's image, for functions that need what notebooks have.
    pub(super) fn workers_with_pandas(&self) -> String {
        setting("sparkWorker", &self.notebook).join(",")
    }
}

fn setting(part: &str, image: &str) -> [String; 2] {
    // A colon before the last slash is a registry's port.
    let (repository, tag) = match image.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (image, "latest"),
    };
    [format!("{part}.image.repository={repository}"), format!("{part}.image.tag={tag}")]
}
