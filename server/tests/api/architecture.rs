//! Who may know whom: the rule of `lib.rs`, held by reading the sources.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

/// Every source of the server, as its path below `src` and its text without comments.
fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    let code = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let lines = text.lines().filter(|it| !it.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    };
    let name = |path: &PathBuf| {
        path.strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    files.iter().map(|it| (name(it), code(it))).collect()
}

/// Only these rooms name `word`.
#[track_caller]
fn only(rooms: &[&str], word: &str) {
    let mut named = 0;
    for (file, code) in sources() {
        if code.contains(word) {
            named += 1;
            let room = file.split(['/', '.']).next().unwrap();
            assert!(rooms.contains(&room), "{file} names {word}");
        }
    }
    assert!(
        named > 0,
        "nobody names {word}: the rule has lost its meaning"
    );
}

/// These rooms do not name `word`.
#[track_caller]
fn never(rooms: &[&str], word: &str) {
    for (file, code) in sources() {
        let room = file.split(['/', '.']).next().unwrap();
        assert!(
            !(rooms.contains(&room) && code.contains(word)),
            "{file} names {word}"
        );
    }
}

#[test]
fn only_the_store_names_the_database_library() {
    only(&["store"], "sea_orm::");
    only(&["store"], "sqlx::");
}

#[test]
fn only_the_surfaces_name_the_web_framework() {
    only(&["api", "oauth_http", "pages", "http"], "poem");
}

#[test]
fn only_config_reads_the_environment() {
    only(&["config"], "Env::");
    never(
        &[
            "access",
            "api",
            "app",
            "bootstrap",
            "clients",
            "clock",
            "crypto",
            "domain",
            "error",
            "http",
            "jobs",
            "oauth",
            "oauth_http",
            "pages",
            "people",
            "store",
            "telemetry",
        ],
        "std::env",
    );
    never(&["config", "cli"], "env::var(");
}

#[test]
fn only_the_clock_asks_for_the_time() {
    only(&["clock"], "SystemTime");
    never(
        &[
            "access", "api", "clients", "config", "domain", "jobs", "oauth", "people", "store",
        ],
        "now_utc",
    );
}

#[test]
fn the_domain_knows_nobody() {
    for room in [
        "api",
        "app",
        "clients",
        "access",
        "oauth",
        "oauth_http",
        "http",
        "store",
        "crypto",
        "config",
        "jobs",
        "clock",
    ] {
        never(&["domain"], &format!("crate::{room}"));
    }
    for library in ["tokio", "poem", "reqwest", "tracing"] {
        never(&["domain"], &format!("{library}::"));
    }
}

#[test]
fn lower_rooms_do_not_know_higher_ones() {
    for higher in ["api", "oauth_http", "http", "pages", "cli"] {
        let path = format!("crate::{higher}::");
        never(
            &[
                "clients", "access", "oauth", "people", "store", "crypto", "jobs",
            ],
            &path,
        );
    }
    for higher in ["clients", "access", "oauth", "people", "app"] {
        never(&["store", "crypto"], &format!("crate::{higher}"));
    }
}

#[test]
fn there_is_no_room_for_odds_and_ends() {
    for (file, _) in sources() {
        for word in [
            "utils",
            "helpers",
            "common",
            "manager",
            "service.rs",
            "misc",
        ] {
            assert!(!file.contains(word), "{file}");
        }
    }
}

#[test]
fn migrations_know_no_entity() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/src");
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains("entity::") && !text.contains("latchkey::"));
    }
}

/// The custom properties of a style sheet, as they are declared first.
fn properties(path: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = fs::read_to_string(path).unwrap();
    let declared = text.lines().filter_map(|it| {
        let (name, value) = it.trim().strip_prefix("--")?.split_once(':')?;
        Some((name.to_owned(), value.trim().to_owned()))
    });
    // What comes again below is for fingers and small screens.
    let mut seen = HashSet::new();
    declared
        .filter(|(name, _)| seen.insert(name.clone()))
        .collect()
}

#[test]
fn the_pages_for_people_look_as_the_admin_app_does() {
    let app = properties("../web/styles/tokens.css");
    let own = properties("templates/pages.css");
    let shared = own.iter().filter(|(name, value)| {
        let Some((_, of_app)) = app.iter().find(|(it, _)| it == name) else {
            return false;
        };
        assert_eq!(value, of_app, "--{name}");
        true
    });
    assert!(shared.count() > 20, "the tokens are not found any more");
}
