use proptest::prelude::*;

use super::RedirectUriProblem::*;
use super::*;

#[test]
fn good_uris_are_kept_as_written() {
    for text in [
        "https://app.example.com/callback",
        "https://app.example.com",
        "https://app.example.com/",
        "https://app.example.com:8443/a/b?x=1&y=%20z",
        "https://APP.example.com/CallBack",
        "https://xn--bcher-kva.example/cb",
        "https://my_app.example.com/cb",
        "https://192.0.2.7/cb",
        "https://[2001:db8::7]:8443/cb",
        "https://app.example.com/a..b/...c/.well-known/x",
        "https://app.example.com/cb?next=/../x",
        "https://app.example.com/a/@user/cb;v=1",
        "https://localhost/cb",
        "http://127.0.0.1/cb",
        "http://127.0.0.1:49152/cb",
        "http://[::1]:3000/cb?x=1",
        "http://localhost:3000/cb",
        "com.example.app:/callback",
        "com.example.app://callback",
        "com.example.app:callback",
        "com.googleusercontent.apps.123-abc:/oauth2redirect",
    ] {
        let uri = RedirectUri::parse(text);
        assert_eq!(uri.as_ref().map(RedirectUri::as_str), Ok(text));
        assert!(uri.unwrap().matches(text));
    }
}

#[test]
fn what_is_no_plain_uri_is_refused_for_its_reason() {
    let long = format!("https://app.example.com/{}", "a".repeat(1977));
    for (text, problem) in [
        ("", Empty),
        (long.as_str(), TooLong),
        ("/callback", NotAbsolute),
        ("//app.example.com/cb", NotAbsolute),
        ("app.example.com/cb", NotAbsolute),
        ("1https://app.example.com/cb", NotAbsolute),
        (":https://app.example.com/cb", NotAbsolute),
        ("https://app.example.com/cb#", Fragment),
        ("https://app.example.com/cb#x", Fragment),
        ("https://*.example.com/cb", Wildcard),
        ("https://app.example.com/*", Wildcard),
        ("https://app.example.com/cb?x=*", Wildcard),
        (" https://app.example.com/cb", IllegalCharacter),
        ("https://app.example.com/cb ", IllegalCharacter),
        ("https://app.example.com/c\tb", IllegalCharacter),
        ("https://app.example.com/cb\r\n", IllegalCharacter),
        ("ht\ntps://app.example.com/cb", IllegalCharacter),
        ("https://app.example.com\0/cb", IllegalCharacter),
        ("https:\\\\app.example.com\\cb", IllegalCharacter),
        (
            "https://evil.example\\@app.example.com/cb",
            IllegalCharacter,
        ),
        ("https://bücher.example/cb", IllegalCharacter),
        ("https://app.example.com/c\u{202e}b", IllegalCharacter),
        ("https://app。example.com/cb", IllegalCharacter),
        ("https://app.example.com/<script>", IllegalCharacter),
        ("https://app.example.com/\"x", IllegalCharacter),
        ("https://app.example.com/%", BadPercentEncoding),
        ("https://app.example.com/%2", BadPercentEncoding),
        ("https://app.example.com/%+1", BadPercentEncoding),
        ("https://app.example.com/%zz", BadPercentEncoding),
        ("https://app.example.com/%00", BadPercentEncoding),
        (
            "https://app.example.com/cb?x=%0d%0aSet-Cookie:a=b",
            BadPercentEncoding,
        ),
        ("https://app.example.com/%5C..", BadPercentEncoding),
    ] {
        assert_eq!(RedirectUri::parse(text), Err(problem), "{text:?}");
    }
}

#[test]
fn evil_schemes_are_refused_for_their_reason() {
    for (text, problem) in [
        ("javascript:alert(1)", DangerousScheme),
        ("JavaScript://app.example.com/%20alert(1)", DangerousScheme),
        ("data:text/html,x", DangerousScheme),
        ("vbscript:x", DangerousScheme),
        ("file:///etc/passwd", DangerousScheme),
        ("blob:https://app.example.com/x", DangerousScheme),
        ("view-source:https://app.example.com/x", DangerousScheme),
        ("myapp:/cb", SchemeWithoutDot),
        ("myapp://cb", SchemeWithoutDot),
        ("urn:ietf:wg:oauth:2.0:oob", SchemeWithoutDot),
        ("localhost:3000/cb", SchemeWithoutDot),
        ("mailto:a@b.example", SchemeWithoutDot),
        ("app.example.com:8443/cb", NotAbsolute),
        ("app.example.com:8443", NotAbsolute),
        ("com.:/cb", SchemeWithoutDot),
        ("com..example:/cb", SchemeWithoutDot),
        ("ftp://app.example.com/cb", SchemeWithoutDot),
        ("wss://app.example.com/cb", SchemeWithoutDot),
        ("com.example.app:", NothingAfterScheme),
    ] {
        assert_eq!(RedirectUri::parse(text), Err(problem), "{text:?}");
    }
}

#[test]
fn evil_hosts_and_ports_are_refused_for_their_reason() {
    for (text, problem) in [
        ("http://app.example.com/cb", HttpElsewhere),
        ("http://127.0.0.2/cb", HttpElsewhere),
        ("http://[::2]/cb", HttpElsewhere),
        ("http://localhost.evil.example/cb", HttpElsewhere),
        ("http://127.0.0.1.evil.example/cb", HttpElsewhere),
        ("http://localhost./cb", HttpElsewhere),
        ("http://[::ffff:127.0.0.1]/cb", HttpElsewhere),
        ("http://127.1/cb", BadHost),
        ("http://0x7f.0.0.1/cb", BadHost),
        ("http://2130706433/cb", BadHost),
        ("https://0300.0250.1.1/cb", BadHost),
        ("http://[0:0:0:0:0:0:0:1]/cb", BadHost),
        ("https://user@app.example.com/cb", UserInformation),
        ("https://user:pass@app.example.com/cb", UserInformation),
        ("https://app.example.com:x@evil.example/cb", UserInformation),
        ("http://127.0.0.1:80@evil.example/cb", UserInformation),
        ("com.example.app://user@host/cb", UserInformation),
        ("https:///cb", BadHost),
        ("https://", BadHost),
        ("https:", BadHost),
        ("https:/app.example.com/cb", BadHost),
        ("https:app.example.com/cb", BadHost),
        ("https://?x=1", BadHost),
        ("https://a..b.example/cb", BadHost),
        ("https://.example/cb", BadHost),
        ("https://-a.example/cb", BadHost),
        ("https://app%2eexample.com/cb", BadHost),
        (
            "https://app.example.com%2f@evil.example/cb",
            UserInformation,
        ),
        ("https://[::1/cb", BadHost),
        ("https://[::1]x/cb", BadHost),
        ("https://[::1%25eth0]/cb", BadHost),
        ("https://app.example.com:/cb", BadPort),
        ("https://app.example.com:0/cb", BadPort),
        ("https://app.example.com:0443/cb", BadPort),
        ("https://app.example.com:65536/cb", BadPort),
        ("https://app.example.com:+443/cb", BadPort),
        ("https://app.example.com:443:443/cb", BadPort),
    ] {
        assert_eq!(RedirectUri::parse(text), Err(problem), "{text:?}");
    }
}

#[test]
fn dot_segments_are_refused_however_they_are_written() {
    for (text, problem) in [
        ("https://app.example.com/a/../cb", DotSegment),
        ("https://app.example.com/./cb", DotSegment),
        ("https://app.example.com/cb/..", DotSegment),
        ("https://app.example.com/a/%2e%2E/cb", DotSegment),
        ("https://app.example.com/a/.%2e/cb", DotSegment),
        ("https://app.example.com/a%2f..%2fcb", DotSegment),
        ("https://app.example.com/a/%252e%252e/cb", DotSegment),
        ("https://app.example.com/a/..;/cb", DotSegment),
        ("https://app.example.com/a/..%3bx/cb", DotSegment),
        ("https://app.example.com/a%255c..%255ccb", DotSegment),
        ("com.example.app:/a/../cb", DotSegment),
    ] {
        assert_eq!(RedirectUri::parse(text), Err(problem), "{text:?}");
    }
}

#[test]
fn the_longest_uri_has_2000_characters() {
    let text = format!("https://app.example.com/{}", "a".repeat(1976));
    assert_eq!(text.len(), LONGEST);
    assert!(RedirectUri::parse(&text).is_ok());
}

#[test]
fn a_uri_that_differs_anywhere_does_not_match() {
    let uri = RedirectUri::parse("https://app.example.com/callback?x=1").unwrap();
    for presented in [
        "",
        "https://app.example.com/callback",
        "https://app.example.com/callback?x=2",
        "https://app.example.com/callback/?x=1",
        "https://app.example.com/Callback?x=1",
        "HTTPS://app.example.com/callback?x=1",
        "https://APP.example.com/callback?x=1",
        "https://app.example.com:443/callback?x=1",
        "https://a.app.example.com/callback?x=1",
        "https://user@app.example.com/callback?x=1",
        "https://app.example.com/a/../callback?x=1",
        "https://app.example.com/%63allback?x=1",
        "https://app.example.com/callback?x=1#",
        "https://app.example.com/callback?x=1 ",
    ] {
        assert!(!uri.matches(presented), "{presented}");
    }
}

#[test]
fn a_loopback_address_matches_with_any_port_and_nothing_else() {
    for host in LOOPBACK {
        for registered in [format!("{host}/cb"), format!("{host}:8080/cb")] {
            let uri = RedirectUri::parse(&registered).unwrap();
            for port in ["", ":1", ":8080", ":65535"] {
                assert!(
                    uri.matches(&format!("{host}{port}/cb")),
                    "{registered} {port}"
                );
            }
            for rest in [
                ":/cb",
                ":0/cb",
                ":080/cb",
                ":65536/cb",
                ":8080/cb/",
                ":8080/CB",
                ":8080/cb?x",
                ":8080",
                ".evil.example/cb",
                ":80@evil.example/cb",
                ":8080/../cb",
                ":8080\\/cb",
                "@evil.example/cb",
                ":+80/cb",
                ":80:80/cb",
                ":8080/cb#x",
            ] {
                assert!(
                    !uri.matches(&format!("{host}{rest}")),
                    "{registered} {rest}"
                );
            }
        }
    }
}

#[test]
fn the_two_loopback_addresses_are_not_each_other() {
    let uri = RedirectUri::parse("http://127.0.0.1/cb").unwrap();
    assert!(!uri.matches("http://[::1]:80/cb"));
    assert!(!uri.matches("http://localhost/cb"));
    assert!(!uri.matches("https://127.0.0.1:80/cb"));
}

#[test]
fn a_loopback_address_without_a_path_matches_with_any_port() {
    let uri = RedirectUri::parse("http://127.0.0.1:1234").unwrap();
    assert!(uri.matches("http://127.0.0.1:4321"));
    assert!(!uri.matches("http://127.0.0.1:4321/"));
    assert!(!uri.matches("http://127.0.0.1.evil.example"));
}

#[test]
fn localhost_and_https_loopback_match_only_with_their_port() {
    for registered in ["http://localhost:3000/cb", "https://127.0.0.1:3000/cb"] {
        let uri = RedirectUri::parse(registered).unwrap();
        assert!(uri.matches(registered));
        assert!(!uri.matches(&registered.replace("3000", "3001")));
    }
}

proptest! {
    #[test]
    fn parsing_and_matching_never_panic(text: String, rest in "[ -~]{0,40}", presented: String) {
        let _ = RedirectUri::parse(&text);
        for start in ["https://", "http://127.0.0.1", "http://[::1]", "com.example:"] {
            let text = format!("{start}{rest}");
            if let Ok(uri) = RedirectUri::parse(&text) {
                prop_assert!(uri.matches(&text));
                prop_assert_eq!(uri.as_str(), text);
                let _ = uri.matches(&presented);
                let _ = uri.matches(&format!("{start}{presented}"));
            }
        }
    }

    #[test]
    fn what_a_browser_would_rewrite_into_another_host_is_refused(rest in "[ -~]{0,40}") {
        if let Ok(uri) = RedirectUri::parse(&format!("https://{rest}")) {
            let url = Url::parse(uri.as_str()).unwrap();
            let host = url.host_str().unwrap().to_owned();
            let written = uri.as_str()["https://".len()..].to_ascii_lowercase();
            prop_assert!(written.starts_with(&host), "{uri} leads to {host}");
        }
    }
}
