//! Who may know whom: the rule of `lib.rs`, held by reading the sources.

use std::{
    collections::{BTreeSet, HashSet},
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

/// No room names `word`.
#[track_caller]
fn nobody(word: &str) {
    for (file, code) in sources() {
        assert!(!code.contains(word), "{file} names {word}");
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
fn only_crypto_names_the_libraries_of_cryptography() {
    // The domain checks the example of RFC 7636 with a digest.
    only(&["crypto", "domain"], "aws_lc_rs::");
    for library in ["argon2::", "josekit::", "getrandom::"] {
        only(&["crypto"], library);
    }
}

#[test]
fn only_config_reads_the_environment() {
    only(&["config"], "Env::");
    nobody("std::env");
    nobody("env::var(");
}

#[test]
fn only_the_clock_asks_for_the_time() {
    only(&["clock"], "SystemTime");
    nobody("now_utc");
}

/// What each room may name of this crate. The first rooms are the lowest.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("crypto", &[]),
    ("clock", &["domain"]),
    ("outbound", &["crypto", "domain"]),
    ("store", &["crypto", "domain"]),
    ("error", &["crypto", "domain", "store"]),
    ("config", &["crypto", "domain", "outbound", "store"]),
    ("telemetry", &["config"]),
    // The use cases, and the application that they work with: one level, in which each may ask the others.
    ("app", USE_CASES_KNOW),
    ("access", USE_CASES_KNOW),
    ("clients", USE_CASES_KNOW),
    ("oauth", USE_CASES_KNOW),
    ("people", USE_CASES_KNOW),
    ("bootstrap", USE_CASES_KNOW),
    ("jobs", USE_CASES_KNOW),
    // What answers: by use cases, and never by the database.
    (
        "api",
        &[
            "access",
            "app",
            "clients",
            "crypto",
            "domain",
            "error",
            "oauth",
            "oauth_http",
            "people",
        ],
    ),
    ("oauth_http", &["api", "app", "domain", "error", "oauth"]),
    (
        "pages",
        &[
            "access", "app", "clients", "crypto", "domain", "error", "oauth", "people",
        ],
    ),
    (
        "http",
        &["api", "app", "config", "domain", "oauth_http", "pages"],
    ),
    (
        "cli",
        &[
            "api",
            "app",
            "bootstrap",
            "clock",
            "config",
            "crypto",
            "error",
            "http",
            "jobs",
            "store",
            "telemetry",
        ],
    ),
    ("main", &[]),
    ("lib", &[]),
];

/// What a use case may name.
const USE_CASES_KNOW: &[&str] = &[
    "access", "app", "clients", "clock", "config", "crypto", "domain", "error", "oauth",
    "outbound", "people", "store",
];

/// The rooms of this crate that `code`, which stands in `file`, names: by `crate::room`, by `crate::{room, ..}`, and
/// from the outermost module of a room by `super::room`.
fn rooms_named(file: &str, code: &str) -> BTreeSet<String> {
    let is_outermost =
        !file.contains('/') || file.matches('/').count() == 1 && file.ends_with("/mod.rs");
    let word = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|it| it.is_alphanumeric() || *it == '_')
            .collect()
    };
    let mut named = BTreeSet::new();
    let roots = if is_outermost {
        &["crate::", "super::"][..]
    } else {
        &["crate::"]
    };
    for rest in roots.iter().flat_map(|root| code.split(root).skip(1)) {
        let Some(group) = rest.strip_prefix('{') else {
            named.insert(word(rest));
            continue;
        };
        let mut depth = 0;
        named.insert(word(group));
        for (place, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => drop(named.insert(word(&group[place + 1..]))),
                _ => {}
            }
        }
    }
    named.remove("");
    named
}

#[test]
fn a_room_names_only_those_it_may_know() {
    let mut rooms = BTreeSet::new();
    for (file, code) in sources() {
        let room = file.split(['/', '.']).next().unwrap();
        rooms.insert(room.to_owned());
        let known = MAY_KNOW.iter().find(|it| it.0 == room);
        let (_, known) =
            known.unwrap_or_else(|| panic!("{room} is a new room: say whom it may know"));
        for named in rooms_named(&file, &code) {
            let is_room = MAY_KNOW.iter().any(|it| it.0 == named);
            assert!(
                !is_room || named == room || known.contains(&named.as_str()),
                "{file} names {named}, which {room} may not know"
            );
        }
        // Paths that climb out of a room would pass by the rule above.
        assert!(
            !code.contains("super::super::"),
            "{file} climbs: write crate:: instead"
        );
    }
    for (room, known) in MAY_KNOW {
        assert!(rooms.contains(*room), "{room} is no room any more");
        assert!(
            known.iter().all(|it| rooms.contains(*it)),
            "{room} may know one that is no room any more"
        );
    }
}

#[test]
fn every_way_to_name_a_room_is_seen() {
    let named = |file: &str, code: &str| {
        rooms_named(file, code)
            .into_iter()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(named("api/roles.rs", "use crate::store::Store;"), "store");
    assert_eq!(
        named(
            "api/roles.rs",
            "use crate::{\n    app::{App, Change},\n    store::{A, B},\n};"
        ),
        "app store"
    );
    assert_eq!(
        named("api/roles.rs", "let it = crate::crypto::random();"),
        "crypto"
    );
    assert_eq!(named("api/mod.rs", "use super::store;"), "store");
    assert_eq!(named("api/roles.rs", "use super::users;"), "");
}

#[test]
fn what_answers_asks_the_database_by_use_cases_only() {
    for (file, code) in sources() {
        let room = file.split(['/', '.']).next().unwrap();
        let mut uses = code.split(".store").skip(1);
        let is_whole = |rest: &str| !rest.starts_with(|it: char| it.is_alphanumeric() || it == '_');
        assert!(
            !(["api", "oauth_http", "pages"].contains(&room) && uses.any(is_whole)),
            "{file} asks the database"
        );
    }
}

#[test]
fn the_domain_knows_no_runtime() {
    for library in ["tokio", "poem", "reqwest", "tracing"] {
        never(&["domain"], &format!("{library}::"));
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
