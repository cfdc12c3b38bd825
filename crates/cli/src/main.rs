//! The one binary, `hearth`.

fn main() {}
