//! Master URLs: what is one, and what the answer is when it is not.

use super::*;

#[test]
fn several_masters_keep_their_order() {
    let url: MasterUrl = "spark://a:7077,[::1]:7078".parse().unwrap();
    assert_eq!(url.masters, [RpcAddress::new("a", 7077), RpcAddress::new("[::1]", 7078)]);
}

#[test]
fn what_is_not_a_master_url_is_named() {
    for bad in [
        "",
        "http://a:7077",
        "spark://",
        "spark://a",
        "spark://a:0",
        "spark://a:70770",
        "spark://:7077",
        "spark://::1:7077",
        "spark://a:7077,",
        "spark://a:7077/x",
    ] {
        let error = bad.parse::<MasterUrl>().unwrap_err().to_string();
        assert!(error.starts_with(&format!("'{bad}' is not a master URL")), "{error}");
        assert!(error.contains("spark://HOST:PORT"), "{error}");
    }
}
