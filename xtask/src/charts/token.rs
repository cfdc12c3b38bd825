//! The notebook's token: made where there is none, another one each time, and kept where there is one.

use conformance::{Failure, Result};
use serde_json::{Value, json};

use super::RELEASE;
use super::helm::Helms;
use super::report::{Report, Verdict};

/// Installs the chart on a cluster that is a few answers.
const SCRIPT: &str = include_str!("../../python/kept_token.py");

/// A token that is there already, as a Secret has it.
const KEPT: &str = "a2VwdCBhY3Jvc3MgdXBncmFkZXM=";

/// How long 40 characters are in a Secret.
const LENGTH: usize = 56;

/// Whether it is so.
pub(super) fn check(helms: &Helms, report: &mut Report) -> Result<()> {
    let said = helms.python(
        SCRIPT,
        |helm, chart| json!({"helm": helm, "chart": chart, "release": RELEASE, "token": KEPT}),
    )?;
    let tokens: Value = serde_json::from_str(&said)
        .map_err(|error| Failure::unexpected(format!("no tokens but {said:?}: {error}")))?;
    report.check("the notebook's token is made by chance and kept", judge(&tokens));
    Ok(())
}

fn judge(tokens: &Value) -> Verdict {
    let token = |which: &str| tokens[which].as_str().unwrap_or_default();
    let (first, second, kept) = (token("first"), token("second"), token("kept"));
    if first.len() != LENGTH || second.len() != LENGTH || first == second {
        return Err("two new installations do not have two tokens of 40 characters".to_owned());
    }
    if kept == KEPT { Ok(()) } else { Err("the token that was there was replaced".to_owned()) }
}
