//! Lists of clients: search.

use serde_json::json;

use crate::support::{Server, client_path, listing::names, on_both_databases};

on_both_databases! {
    search_finds_any_part_without_regard_to_case,
    search_takes_every_character_literally,
}

async fn search_finds_any_part_without_regard_to_case(server: Server) {
    let admin = server.actor("admin").await;
    let one = admin
        .creates_with(json!({ "name": "Nightly Export 09", "notes": "for the Archive" }))
        .await;
    admin
        .creates_with(json!({ "name": "夜間請求バッチ" }))
        .await;
    admin.creates_with(json!({ "name": "ÜBERSICHT" })).await;
    for (term, found) in [
        ("nightly", "Nightly Export 09"),
        ("LY EX", "Nightly Export 09"),
        ("archive", "Nightly Export 09"),
        ("  nightly  ", "Nightly Export 09"),
        ("09", "Nightly Export 09"),
        (&one.client_id[3..15], "Nightly Export 09"),
        ("請求", "夜間請求バッチ"),
        ("夜", "夜間請求バッチ"),
        ("間請求バ", "夜間請求バッチ"),
        ("übersicht", "ÜBERSICHT"),
    ] {
        assert_eq!(names(&admin, &[("q", term)]).await, [found], "{term}");
    }
    assert!(names(&admin, &[("q", "nothing like it")]).await.is_empty());
    // Nothing but white space searches for nothing.
    assert_eq!(names(&admin, &[("q", "  ")]).await.len(), 5);
    let long = "x".repeat(256);
    let wire = admin.request(reqwest::Method::GET, "/api/v1/clients");
    wire.query(&[("q", &long)])
        .send()
        .await
        .is_problem(400, "malformed");
    // A changed name is found by what it is, not by what it was.
    admin
        .patch(
            &client_path(&one),
            json!({ "name": "Daily", "notes": null }),
        )
        .await
        .is(200);
    assert!(names(&admin, &[("q", "nightly")]).await.is_empty());
    assert_eq!(names(&admin, &[("q", "dail")]).await, ["Daily"]);
}

async fn search_takes_every_character_literally(server: Server) {
    let admin = server.actor("admin").await;
    let odd = [
        "100% sure",
        "under_score",
        "back\\slash",
        "quo\"ted\" word",
        "o'neill & sons",
        "star*fish",
        "starfish",
        "what? so",
        "what now",
        "array[7]",
        "a-b (c)",
        "x OR y",
        "semi; colon",
    ];
    for name in odd {
        admin.creates(name, "member").await;
    }
    for (term, found) in [
        ("100%", "100% sure"),
        ("%", "100% sure"),
        ("r_s", "under_score"),
        ("k\\s", "back\\slash"),
        ("\\", "back\\slash"),
        ("\"ted\"", "quo\"ted\" word"),
        ("\"", "quo\"ted\" word"),
        ("o'neill", "o'neill & sons"),
        ("'", "o'neill & sons"),
        ("r*f", "star*fish"),
        ("t? ", "what? so"),
        ("?", "what? so"),
        ("y[7", "array[7]"),
        ("[", "array[7]"),
        ("7]", "array[7]"),
        ("-b (c", "a-b (c)"),
        ("x or y", "x OR y"),
        ("; c", "semi; colon"),
    ] {
        assert_eq!(names(&admin, &[("q", term)]).await, [found], "{term}");
    }
    for nothing in [
        "100%%",
        "und%score",
        "NOT x",
        "x AND y",
        "name:x",
        "\"x\" NEAR \"y\"",
        "qu_ted",
        "st?r",
        "[a-z]",
        "t*n",
    ] {
        assert!(
            names(&admin, &[("q", nothing)]).await.is_empty(),
            "{nothing}"
        );
    }
}
