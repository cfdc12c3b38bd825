//! Options of the Java virtual machine that let Spark into Java's own modules (`JavaModuleOptions`, 3.4 to 4.3), and how a
//! text of options is taken apart.
//!
//! From 4.0 on Spark gives them to drivers that come this way; before, only in client mode, and a driver on Java 17
//! failed without them. Here every driver gets those of its release.

/// In every release. With the first one, a Java that is too old for another one passes over it.
pub(super) const OPENED: &[&str] = &[
    "-XX:+IgnoreUnrecognizedVMOptions",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
    "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/java.net=ALL-UNNAMED",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.util=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
    "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.cs=ALL-UNNAMED",
    "--add-opens=java.base/sun.security.action=ALL-UNNAMED",
    "--add-opens=java.base/sun.util.calendar=ALL-UNNAMED",
    "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
];

/// Vectors for linear algebra, from 4.0 on.
pub(super) const INCUBATOR: &[&str] = &["--add-modules=jdk.incubator.vector"];

/// What serializers need on Java 17; up to 4.2.
pub(super) const REFLECTION: &[&str] = &["-Djdk.reflect.useDirectMethodHandle=false"];

/// From 4.0 on.
pub(super) const NETTY: &[&str] = &["-Dio.netty.tryReflectionSetAccessible=true"];

/// From 4.1 on.
pub(super) const NATIVE: &[&str] = &[
    "-Dio.netty.allocator.type=pooled",
    "-Dio.netty.handler.ssl.defaultEndpointVerificationAlgorithm=NONE",
    "--enable-native-access=ALL-UNNAMED",
];

/// From 4.2 on.
pub(super) const UNSAFE_MEMORY: &[&str] = &["--sun-misc-unsafe-memory-access=allow"];

/// The words of a text, with quotes as a shell has them; a quote without its end reaches to the end of the text
/// (`Utils.splitCommandString`, 3.5).
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some('"'), '\\') => word.get_or_insert_default().extend(letters.next()),
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ' | '\t' | '\r' | '\n') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}
