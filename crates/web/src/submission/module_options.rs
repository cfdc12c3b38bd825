//! The options that Spark needs of a Java with modules (17 and later), by version.
//!
//! A driver in client mode gets them from `spark-submit`, an executor from its driver, and a driver in cluster mode from
//! nobody unless it was submitted over REST to a Master of 4.x: on Java 17 its `SparkContext` then fails. Here every
//! driver gets those of its release.

/// One option, and the versions (major, minor) that have it (`JavaModuleOptions` of each release).
struct ModuleOption {
    option: &'static str,
    since: (u32, u32),
    until: Option<(u32, u32)>,
}

const fn always(option: &'static str) -> ModuleOption {
    ModuleOption { option, since: (0, 0), until: None }
}

const fn since(since: (u32, u32), option: &'static str) -> ModuleOption {
    ModuleOption { option, since, until: None }
}

const OPTIONS: [ModuleOption; 23] = [
    always("-XX:+IgnoreUnrecognizedVMOptions"),
    since((4, 0), "--add-modules=jdk.incubator.vector"),
    always("--add-opens=java.base/java.lang=ALL-UNNAMED"),
    always("--add-opens=java.base/java.lang.invoke=ALL-UNNAMED"),
    always("--add-opens=java.base/java.lang.reflect=ALL-UNNAMED"),
    always("--add-opens=java.base/java.io=ALL-UNNAMED"),
    always("--add-opens=java.base/java.net=ALL-UNNAMED"),
    always("--add-opens=java.base/java.nio=ALL-UNNAMED"),
    always("--add-opens=java.base/java.util=ALL-UNNAMED"),
    always("--add-opens=java.base/java.util.concurrent=ALL-UNNAMED"),
    always("--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED"),
    always("--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED"),
    always("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"),
    always("--add-opens=java.base/sun.nio.cs=ALL-UNNAMED"),
    always("--add-opens=java.base/sun.security.action=ALL-UNNAMED"),
    always("--add-opens=java.base/sun.util.calendar=ALL-UNNAMED"),
    always("--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED"),
    ModuleOption { until: Some((4, 1)), ..always("-Djdk.reflect.useDirectMethodHandle=false") },
    since((4, 0), "-Dio.netty.tryReflectionSetAccessible=true"),
    since((4, 1), "-Dio.netty.allocator.type=pooled"),
    since((4, 1), "-Dio.netty.handler.ssl.defaultEndpointVerificationAlgorithm=NONE"),
    since((4, 2), "--sun-misc-unsafe-memory-access=allow"),
    since((4, 1), "--enable-native-access=ALL-UNNAMED"),
];

/// The options of a Spark of this version, in its own order. A Java without modules ignores them: the first one says so.
pub fn module_options(version: &str) -> Vec<&'static str> {
    let mut numbers = version.split(['.', '-']).map(|number| number.parse::<u32>().ok());
    // What calls itself otherwise is most likely a build of the newest.
    let version = numbers.next().flatten().zip(numbers.next().flatten()).unwrap_or((u32::MAX, 0));
    let has =
        |option: &&ModuleOption| option.since <= version && option.until.is_none_or(|until| version <= until);
    OPTIONS.iter().filter(has).map(|option| option.option).collect()
}

#[cfg(test)]
mod tests {
    use super::module_options;

    #[test]
    fn each_version_has_its_own() {
        let of_3 = module_options("3.5.7");
        assert_eq!(of_3.len(), 17);
        assert_eq!(
            (of_3[0], of_3[16]),
            ("-XX:+IgnoreUnrecognizedVMOptions", "-Djdk.reflect.useDirectMethodHandle=false")
        );
        let of_newest = module_options("4.3.0");
        assert_eq!(of_newest.len(), 22);
        assert_eq!(of_newest[21], "--enable-native-access=ALL-UNNAMED");
        assert!(!of_newest.contains(&"-Djdk.reflect.useDirectMethodHandle=false"));
        for (version, count) in
            [("3.4.0", 17), ("4.0.5", 19), ("4.1.4", 22), ("4.2.1", 22), ("4.4.0-SNAPSHOT", 22), ("head", 22)]
        {
            assert_eq!(module_options(version).len(), count, "{version}");
        }
    }
}
