//! Addresses that an operator chose: a router breaks off on one that it has already or takes for a pattern.

use std::collections::HashSet;

/// Those of the chosen paths that can be served beside `taken`, without their closing slashes; of equal ones the first.
/// About the others there is a warning.
pub fn servable<'a, T>(chosen: impl Iterator<Item = (&'a str, T)>, taken: &[&'a str]) -> Vec<(&'a str, T)> {
    let mut taken: HashSet<&str> = taken.iter().copied().collect();
    let mut servable = Vec::new();
    for (path, what) in chosen {
        let path = path.trim_end_matches('/');
        if is_plain(path) && taken.insert(path) {
            servable.push((path, what));
        } else {
            tracing::warn!(
                target: "WebUI",
                "Nothing more is served at '{path}/', which is taken or no plain path: choose another"
            );
        }
    }
    servable
}

fn is_plain(path: &str) -> bool {
    let is_pattern = |segment: &str| segment.starts_with([':', '*']) || segment.contains(['{', '}']);
    path.len() > 1 && path.starts_with('/') && !path.split('/').any(is_pattern)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;

    use super::*;

    #[test]
    fn what_is_taken_or_no_plain_path_is_left_out() {
        let chosen = [
            ("/metrics/prometheus", 1),
            ("/metrics/prometheus/", 2),
            ("/metrics", 3),
            ("", 4),
            ("/", 5),
            ("prom", 6),
            ("/{x}/y", 7),
            ("/:x", 8),
            ("/a/*x", 9),
            ("/json/here", 10),
        ];
        let servable = servable(chosen.into_iter(), &["/metrics"]);
        assert_eq!(servable, [("/metrics/prometheus", 1), ("/json/here", 10)]);
        let router: Router =
            Router::new().route("/metrics", get(|| async {})).route("/json/{*x}", get(|| async {}));
        // It would break off here.
        let _: Router =
            servable.iter().fold(router, |router, (path, _)| router.route(path, get(|| async {})));
    }
}
