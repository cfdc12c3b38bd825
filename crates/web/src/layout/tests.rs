//! The frame: its policy holds for its own style and script and for no other; links lead to the web only.

use sha2::{Digest, Sha256};

use super::*;

/// As a content security policy names a style or script: `'sha256-…'` in base 64.
fn source(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::new();
    for three in Sha256::digest(text).chunks(3) {
        let bits =
            three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..=three.len() {
            encoded.push(char::from(LETTERS[(bits >> (18 - 6 * at)) as usize & 63]));
        }
    }
    while !encoded.len().is_multiple_of(4) {
        encoded.push('=');
    }
    format!("'sha256-{encoded}'")
}

#[test]
fn the_policy_names_the_style_and_the_script() {
    for (directive, text) in [("style-src", STYLE), ("script-src", SCRIPT)] {
        let right = format!("{directive} {};", source(text));
        assert!(POLICY.contains(&right), "after a change of the file the policy must say\n{right}\n");
    }
}

#[test]
fn a_page_carries_the_policy_before_anything_that_acts() {
    let page = message_page("T", "text", None);
    let policy = page.find("Content-Security-Policy").unwrap();
    assert!(policy < page.find("<style>").unwrap() && policy < page.find("<script>").unwrap());
    assert!(page.contains(SCRIPT) && page.contains(STYLE), "style and script stand there byte for byte");
    assert!(!SCRIPT.contains("</") && !STYLE.contains("</"), "nothing ends its element early");
}

#[test]
fn a_page_loads_nothing_from_elsewhere() {
    for text in [STYLE, SCRIPT, &message_page("T", "text", None)] {
        for mark in ["url(", "@import", "src=", "import(", "<link rel=\"stylesheet"] {
            assert!(!text.contains(mark), "{mark} in {text}");
        }
    }
}

#[test]
fn only_addresses_of_the_web_become_links() {
    let text = html! { "name" };
    for address in ["http://h:4040", "https://h/x?a=1", "HTTP://H"] {
        assert_eq!(link(address, &text).0, format!("<a href=\"{address}\">name</a>"));
    }
    for address in ["", "javascript:alert(1)", " http://h", "data:text/html,x", "//h/", "httpx://h", "ä"] {
        assert_eq!(link(address, &text).0, "name", "{address}");
    }
    let quote = link("http://h/\"onclick=\"x", &text).0;
    assert_eq!(quote, "<a href=\"http://h/&quot;onclick=&quot;x\">name</a>");
}

#[test]
fn a_message_is_text() {
    let page = message_page("<i>T</i>", "a < b & \"c\"", Some(("/", "Home & hearth")));
    assert!(page.contains("<title>&lt;i&gt;T&lt;/i&gt;</title>"), "{page}");
    assert!(page.contains("a &lt; b &amp; &quot;c&quot;"), "{page}");
    assert!(page.contains("<a href=\"/\">← Home &amp; hearth</a>"), "{page}");
    assert!(!page.contains("data-renews>"), "a message does not renew itself");
}

#[test]
fn a_bar_never_leaves_its_track() {
    for (used, total, width) in [(0, 0, 0), (1, 0, 0), (1, 3, 33), (9, 3, 100), (u64::MAX, u64::MAX, 1)] {
        let bar = bar(used, total).0;
        assert!(bar.contains(&format!("class=\"fill\" width=\"{width}\"")), "{used}/{total}: {bar}");
    }
}
