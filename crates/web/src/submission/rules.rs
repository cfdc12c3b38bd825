//! What differs between releases, as one row per release in which something changed.

/// What a release does.
#[derive(Debug)]
pub(super) struct Rules {
    /// The first release that does so: major and minor version.
    since: (u32, u32),
    /// The actions below `/v1/submissions/`.
    pub(super) actions: &'static [Action],
    /// The actions, as the text says that names them.
    pub(super) actions_text: &'static str,
    /// What a create request must have.
    pub(super) required: &'static [&'static str],
    /// Whether `{{NAME}}` in properties and variables stands for a variable of the Master's.
    pub(super) has_placeholders: bool,
    /// Whether an empty or encoded-dot segment of a path makes it ambiguous, which is refused (Jetty 10).
    pub(super) refuses_ambiguous_paths: bool,
    /// Whether so does an encoded slash or what is no UTF-8 (Jetty 12).
    pub(super) refuses_encoded_slashes: bool,
    /// Whether a body may hold what is no UTF-8, with a replacement character in its place.
    pub(super) replaces_bad_text: bool,
    /// Whether `null` in the place of an object is an empty one.
    pub(super) null_is_empty: bool,
}

/// Something that can be asked for.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) name: &'static str,
    pub(super) method: &'static str,
}

impl Rules {
    /// Whether the protocol has this response.
    pub(super) fn answers_with(&self, response: &str) -> bool {
        let action = match response {
            "KillAllSubmissionResponse" => "killall",
            "ClearResponse" => "clear",
            "ReadyzResponse" => "readyz",
            _ => return true,
        };
        self.actions.iter().any(|known| known.name == action)
    }
}

const fn get(name: &'static str) -> Action {
    Action { name, method: "GET" }
}

const fn post(name: &'static str) -> Action {
    Action { name, method: "POST" }
}

const V3_4: Rules = Rules {
    since: (3, 4),
    actions: &[post("create"), post("kill"), get("status")],
    actions_text: "/create, /kill, or /status",
    required: &["appArgs", "environmentVariables", "spark.app.name"],
    has_placeholders: false,
    refuses_ambiguous_paths: false,
    refuses_encoded_slashes: false,
    replaces_bad_text: false,
    null_is_empty: false,
};

const V4_0: Rules = Rules {
    since: (4, 0),
    actions: &[post("create"), post("kill"), post("killall"), post("clear"), get("status"), get("readyz")],
    actions_text: "/create, /kill, /killall, /clear, /status, or /readyz",
    required: &[],
    has_placeholders: true,
    refuses_ambiguous_paths: true,
    ..V3_4
};

const V4_1: Rules = Rules { since: (4, 1), null_is_empty: true, ..V4_0 };

const V4_2: Rules = Rules { since: (4, 2), refuses_encoded_slashes: true, ..V4_1 };

const V4_3: Rules = Rules { since: (4, 3), replaces_bad_text: true, ..V4_2 };

static TABLE: [Rules; 5] = [V3_4, V4_0, V4_1, V4_2, V4_3];

/// The rules of a release: those of the newest row that is not newer, and of the oldest for what is older still.
pub(super) fn of(version: &str) -> &'static Rules {
    let mut numbers = version.split(['.', '-']).map(|number| number.parse::<u32>().unwrap_or(0));
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    TABLE.iter().rev().find(|rules| rules.since <= version).unwrap_or(&TABLE[0])
}
