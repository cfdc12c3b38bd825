//! What the Master's page server does one way in one release of Spark and another way in the next.

use axum::http::StatusCode;
use edge_config::SparkVersion;

/// The ways of one release and those after it, until the next that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Release {
    /// How an address without its closing slash leads to the one with it.
    pub(super) slash_status: StatusCode,
    /// Whether `/json/FIELD` shows one field; before that it shows all.
    pub(super) json_has_fields: bool,
    /// Whether ending something needs the page's token; before that scripts did without.
    pub(super) kill_needs_token: bool,
}

/// The newest first.
const RELEASES: [(&str, Release); 3] = [
    ("4.2", Release { slash_status: StatusCode::MOVED_PERMANENTLY, ..OF_4_0 }),
    ("4.0", OF_4_0),
    ("0", Release { slash_status: StatusCode::FOUND, json_has_fields: false, kill_needs_token: false }),
];

const OF_4_0: Release =
    Release { slash_status: StatusCode::FOUND, json_has_fields: true, kill_needs_token: true };

impl Release {
    /// The ways of the release that the daemon says it is.
    pub(super) fn of(spark_version: &str) -> Self {
        let version = SparkVersion { text: spark_version.to_owned(), installed: true };
        let of = RELEASES.iter().find(|(since, _)| !version.is_before(since));
        of.map_or(OF_4_0, |(_, release)| *release)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_release_has_its_ways() {
        for (version, slash_status, json_has_fields, kill_needs_token) in [
            ("3.4.4", 302, false, false),
            ("3.5.7", 302, false, false),
            ("4.0.0", 302, true, true),
            ("4.1.2", 302, true, true),
            ("4.2.0", 301, true, true),
            ("4.10.0-SNAPSHOT", 301, true, true),
        ] {
            let slash_status = StatusCode::from_u16(slash_status).unwrap();
            let expected = Release { slash_status, json_has_fields, kill_needs_token };
            assert_eq!(Release::of(version), expected, "{version}");
        }
    }
}
