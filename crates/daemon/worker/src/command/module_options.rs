//! A driver's options and those that its Spark needs of Java.

/// Puts in front of a driver's options those that its submitter did not give: what stands later wins.
pub(super) fn complete(given: &[String], module_options: &[&'static str]) -> Vec<String> {
    let missing = module_options.iter().filter(|option| !given.iter().any(|one| one == *option));
    missing.map(ToString::to_string).chain(given.iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::complete;

    #[test]
    fn what_was_given_is_not_given_again_and_wins() {
        let given = ["-Da=b".to_owned(), "--x".to_owned()];
        assert_eq!(complete(&given, &["--x", "-Da=c"]), ["-Da=c", "-Da=b", "--x"]);
    }
}
