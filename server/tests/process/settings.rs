//! Settings: the file, then the environment, then flags; and what a wrong one says.

use serde_json::Value;

use crate::support::{Home, answer, complaint};

fn config(home: &Home, arguments: &[&str]) -> Value {
    let mut all = vec!["config"];
    all.extend(arguments);
    let output = home.run(&all);
    assert!(output.status.success(), "{}", complaint(&output));
    serde_json::from_str(&answer(&output)).unwrap()
}

#[test]
fn the_environment_wins_over_the_file_and_a_flag_over_both() {
    let home = Home::new();
    let file = home.write(
        "latchkey.toml",
        "log = 'warn'\nclient_credentials_lifetime = '10m'\n[throttle]\nclient_failures = 7\n",
    );
    let shown = config(&home, &["--config", &file]);
    assert_eq!(shown["log"], "warn");
    assert_eq!(shown["client_credentials_lifetime"], "600s");
    assert_eq!(shown["throttle"]["client_failures"], 7);
    assert_eq!(shown["throttle"]["source_failures"], 180, "the default");

    let home = home
        .with("LATCHKEY_CONFIG", &file)
        .with("LATCHKEY_LOG", "error")
        .with("LATCHKEY_THROTTLE__CLIENT_FAILURES", "8");
    let shown = config(&home, &[]);
    assert_eq!(shown["log"], "error");
    assert_eq!(shown["throttle"]["client_failures"], 8);
    assert_eq!(config(&home, &["--log", "debug"])["log"], "debug");
}

#[test]
fn what_the_scripts_have_in_their_environment_is_no_setting() {
    let home = Home::new()
        .with("LATCHKEY_URL", "http://127.0.0.1:8080")
        .with("LATCHKEY_REQUIRE_POSTGRES", "1");
    config(&home, &[]);
}

#[test]
fn lists_can_be_given_in_the_environment() {
    let home = Home::new()
        .with(
            "LATCHKEY_TRUSTED_PROXIES",
            "[\"10.0.0.0/8\", \"192.0.2.1\"]",
        )
        .with("LATCHKEY_CORS_ORIGINS", "[\"https://admin.example.org\"]");
    let shown = config(&home, &[]);
    assert_eq!(shown["trusted_proxies"][0], "10.0.0.0/8");
    assert_eq!(shown["cors_origins"][0], "https://admin.example.org");
}

#[test]
fn every_setting_is_in_the_readme() {
    let readme = include_str!("../../../README.md");
    let shown = config(&Home::new(), &[]);
    for (name, value) in shown.as_object().unwrap() {
        let names: Vec<String> = match value.as_object() {
            Some(inner) => inner.keys().map(|it| format!("{name}.{it}")).collect(),
            None => vec![name.clone()],
        };
        for name in names {
            let variable = name.to_uppercase().replace('.', "__");
            assert!(readme.contains(&format!("`{name}`")), "{name}");
            assert!(readme.contains(&format!("{variable}`")), "{variable}");
        }
    }
}

#[test]
fn the_settings_are_shown_without_the_password_of_the_database() {
    for url in [
        "postgres://latchkey:hunter2@db.example.org/latchkey",
        "postgres://latchkey@db.example.org/latchkey?password=hunter2",
    ] {
        let home = Home::new().with("DATABASE_URL", url);
        let output = home.run(&["config"]);
        let shown = answer(&output);
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("db.example.org"), "{shown}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn a_wrong_setting_says_which_it_is_what_was_found_and_what_is_expected() {
    for (name, value, words) in [
        (
            "LATCHKEY_LISEN",
            "127.0.0.1:1",
            ["lisen", "a setting with this name", "latchkey config"],
        ),
        (
            "LATCHKEY_LISTEN",
            "8080",
            ["listen", "8080", "127.0.0.1:8080"],
        ),
        (
            "LATCHKEY_LISTEN",
            "localhost:http",
            ["listen", "localhost:http", "127.0.0.1:8080"],
        ),
        (
            "DATABASE_URL",
            "mysql://db.example.org/x",
            ["database_url", "mysql:", "postgres://"],
        ),
        (
            "DATABASE_URL",
            "postgres//typo:hunter2@x",
            ["database_url", "found", "postgres://"],
        ),
        (
            "LATCHKEY_DATABASE_URL",
            "sqlite:",
            ["database_url", "sqlite:", "sqlite:///"],
        ),
        (
            "LATCHKEY_PUBLIC_URL",
            "login.example.org",
            [
                "public_url",
                "login.example.org",
                "https://login.example.org",
            ],
        ),
        (
            "LATCHKEY_PUBLIC_URL",
            "https://a.example/?x=1",
            ["public_url", "?x=1", "query"],
        ),
        (
            "LATCHKEY_PUBLIC_URL",
            "ftp://a.example",
            ["public_url", "ftp://a.example", "http or https"],
        ),
        (
            "LATCHKEY_PUBLIC_URL",
            "https://a.example/auth",
            ["public_url", "/auth", "without path"],
        ),
        (
            "LATCHKEY_CLIENT_CREDENTIALS_LIFETIME",
            "soon",
            ["client_credentials_lifetime", "soon", "10m"],
        ),
        (
            "LATCHKEY_CLIENT_CREDENTIALS_LIFETIME",
            "25h",
            ["client_credentials_lifetime", "25h", "24h"],
        ),
        (
            "LATCHKEY_CLIENT_CREDENTIALS_LIFETIME",
            "0s",
            ["client_credentials_lifetime", "0s", "from 1s"],
        ),
        (
            "LATCHKEY_SIGNING_ALGORITHM",
            "none",
            ["signing_algorithm", "none", "ES256"],
        ),
        (
            "LATCHKEY_SIGNING_ALGORITHM",
            "HS256",
            ["signing_algorithm", "HS256", "ES256"],
        ),
        (
            "LATCHKEY_TRUSTED_PROXIES",
            "[\"everyone\"]",
            ["trusted_proxies", "everyone", "10.0.0.0/8"],
        ),
        (
            "LATCHKEY_TRUSTED_PROXIES",
            "everyone",
            ["trusted_proxies", "everyone", "10.0.0.0/8"],
        ),
        (
            "LATCHKEY_CORS_ORIGINS",
            "[\"*\"]",
            ["cors_origins", "*", "https://admin.example.org"],
        ),
        (
            "LATCHKEY_LOG_FORMAT",
            "xml",
            ["log_format", "xml", "text or json"],
        ),
        (
            "LATCHKEY_LOG",
            "info,latchkey=loud",
            ["log", "latchkey=loud", "debug,sqlx=warn"],
        ),
        (
            "LATCHKEY_DATABASE_CONNECTIONS",
            "1",
            ["database_connections", "1", "from 2"],
        ),
        (
            "LATCHKEY_DATABASE_CONNECTIONS",
            "many",
            ["database_connections", "many", "number"],
        ),
        (
            "LATCHKEY_CLIENT_CACHE",
            "-1",
            ["client_cache", "-1", "number"],
        ),
        (
            "LATCHKEY_THROTTLE__CLIENT_FAILURES",
            "0",
            ["throttle.client_failures", "0", "from 1"],
        ),
        (
            "LATCHKEY_THROTTLE__CLIENT_FALURES",
            "9",
            ["falures", "a setting with this name", "latchkey config"],
        ),
        (
            "LATCHKEY_CONFIG",
            "/no/such/file.toml",
            ["config", "/no/such/file.toml", "a file that exists"],
        ),
    ] {
        let home = Home::new().with(name, value);
        for command in ["serve", "config", "migrate", "bootstrap"] {
            let refused = home.run(&[command]);
            let said = complaint(&refused);
            assert_eq!(refused.status.code(), Some(2), "{name}={value}: {said}");
            for word in words {
                assert!(
                    said.contains(word),
                    "{name}={value}: no {word:?} in: {said}"
                );
            }
            assert!(!said.contains("hunter2"), "{said}");
            assert!(!home.data().exists(), "{name}={value}");
        }
    }
}

#[test]
fn a_mistake_in_the_file_says_where_it_is() {
    let home = Home::new();
    for (text, words) in [
        ("listen = \n", ["latchkey.toml", "line 1"]),
        (
            "listne = '127.0.0.1:1'\n",
            ["listne", "a setting with this name"],
        ),
        ("client_cache = 'big'\n", ["client_cache", "big"]),
    ] {
        let file = home.write("latchkey.toml", text);
        let refused = home.run(&["serve", "--config", &file]);
        let said = complaint(&refused);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        for word in words {
            assert!(said.contains(word), "{text:?}: no {word:?} in: {said}");
        }
    }
}
