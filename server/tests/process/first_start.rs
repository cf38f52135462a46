//! What a first start makes, and what later starts make of it.

use std::fs;

use crate::support::{Credentials, Home, answer, complaint};

#[tokio::test]
async fn the_first_start_prints_the_operator_once_and_the_second_does_not() {
    let home = Home::new();
    let server = home.serve(&[]);
    let operator = server.operator();
    assert_eq!(server.printed().matches(&operator.client_secret).count(), 1);
    assert!(!server.logged().contains(&operator.client_secret));
    server.token(&operator).await;
    server.stop();

    let again = home.serve(&[]);
    assert!(!again.printed().contains("client_secret"));
    again.token(&operator).await;
}

#[tokio::test]
async fn a_first_start_makes_a_folder_with_a_database_and_a_master_key_of_its_owner_only() {
    let home = Home::new();
    let server = home.serve(&[]);
    assert!(home.data().join("latchkey.db").is_file());
    let wal = home.data().join("latchkey.db-wal");
    assert!(wal.is_file(), "the database writes ahead");
    let key = fs::metadata(home.data().join("master.key")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
        let folder = fs::metadata(home.data()).unwrap();
        assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    }
    server.stop();
    assert!(!wal.exists(), "a stopped server leaves one file");
}

#[cfg(unix)]
#[test]
fn a_master_key_that_others_can_read_is_refused_with_what_to_do() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    home.serve(&[]).stop();
    let key = home.data().join("master.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let refused = home.run(&["serve"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = complaint(&refused);
    assert!(said.contains("0644"), "{said}");
    assert!(
        said.contains(&format!("chmod 600 {}", key.display())),
        "{said}"
    );
}

#[test]
fn another_databases_master_key_is_refused_with_what_to_do() {
    let home = Home::new();
    home.serve(&[]).stop();
    fs::remove_file(home.data().join("master.key")).unwrap();
    // The wrong one, and none at all: then a new one would be as wrong.
    for _ in 0..2 {
        let refused = home.run(&["serve"]);
        assert_eq!(refused.status.code(), Some(1));
        let said = complaint(&refused);
        assert!(
            said.contains("start with the master key that this database was made with"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    use sea_orm::{ConnectionTrait, Database};
    let home = Home::new();
    let server = home.serve(&[]);
    let operator = server.operator();
    server.stop();
    let url = format!("sqlite://{}", home.data().join("latchkey.db").display());
    let database = Database::connect(&url).await.unwrap();
    let sql = |text: &'static str| database.execute_unprepared(text);
    sql("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m999_from_the_future', 0)")
        .await
        .unwrap();
    for command in ["serve", "migrate", "bootstrap"] {
        let refused = home.run(&[command]);
        assert_eq!(refused.status.code(), Some(1), "{command}");
        let said = complaint(&refused);
        assert!(said.contains("m999_from_the_future"), "{said}");
        assert!(said.contains("start the newer version"), "{said}");
        assert_eq!(answer(&refused), "", "{command}");
    }
    sql("DELETE FROM seaql_migrations WHERE version = 'm999_from_the_future'")
        .await
        .unwrap();
    database.close().await.unwrap();
    home.serve(&[]).token(&operator).await;
}

#[tokio::test]
async fn someone_locked_out_gets_a_new_operator_while_the_server_runs() {
    let home = Home::new();
    let server = home.serve(&[]);
    let made = home.run(&["bootstrap", "--json"]);
    assert!(made.status.success(), "{}", complaint(&made));
    let json: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!(json["email"], "admin@localhost");
    assert!(json["password"].as_str().unwrap().len() > 20);
    let operator = Credentials::of(&json);
    let token = server.token(&operator).await;
    let made = server
        .create_client(&token, "Nightly")
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), 201);

    let spoken = answer(&home.run(&["bootstrap"]));
    assert!(spoken.contains("client_id "), "{spoken}");
    assert!(spoken.contains("cannot be shown again"), "{spoken}");
}
