//! The commands beside `serve`.

use std::fs;

use crate::support::{Home, answer, complaint, workspace};

#[test]
fn the_document_that_is_checked_in_is_the_one_of_the_code() {
    let printed = Home::new().run(&["openapi"]);
    let kept = fs::read_to_string(workspace().join("openapi/openapi.json")).unwrap();
    assert!(
        answer(&printed) == kept,
        "openapi/openapi.json is out of date: run `just openapi`"
    );
}

#[test]
fn migrating_is_safe_to_repeat_and_makes_no_client() {
    let home = Home::new();
    for _ in 0..2 {
        let migrated = home.run(&["migrate"]);
        assert!(migrated.status.success(), "{}", complaint(&migrated));
        assert_eq!(answer(&migrated), "The database is up to date.\n");
    }
    let server = home.serve(&[]);
    assert!(!server.operator().client_secret.is_empty());
}

#[test]
fn help_teaches_the_commands_and_the_settings() {
    let help = answer(&Home::new().run(&["--help"]));
    for word in [
        "serve",
        "migrate",
        "openapi",
        "config",
        "bootstrap",
        "--listen",
        "--data-dir",
        "--public-url",
        "--database-url",
        "--config",
        "--log",
        "LATCHKEY_LISTEN",
        "DATABASE_URL",
        "127.0.0.1:8080",
    ] {
        assert!(
            help.contains(word),
            "--help does not mention {word}:\n{help}"
        );
    }
}

#[test]
fn an_unknown_command_or_flag_exits_with_2_and_says_what_there_is() {
    let home = Home::new();
    for arguments in [&["surf"][..], &["serve", "--lisen", "127.0.0.1:1"], &[]] {
        let refused = home.run(arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert!(complaint(&refused).contains("Usage"), "{arguments:?}");
    }
}

#[test]
fn an_address_that_is_taken_is_said_with_the_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = Home::new().run(&["serve", "--listen", &address]);
    assert_eq!(refused.status.code(), Some(1));
    let said = complaint(&refused);
    assert!(
        said.contains(&address) && said.contains("--listen"),
        "{said}"
    );
}

#[test]
fn a_data_folder_that_cannot_be_made_is_said() {
    let home = Home::new();
    let file = home.write("in-the-way", "");
    let refused = home.run(&["serve", "--data-dir", &format!("{file}/data")]);
    assert_eq!(refused.status.code(), Some(1));
    let said = complaint(&refused);
    assert!(
        said.contains("data folder") && said.contains(&file),
        "{said}"
    );
}
