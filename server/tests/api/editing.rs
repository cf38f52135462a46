//! Changing what is there: entity tags, replacing, merge-patch, and what is fixed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    hostile_input::pairs,
    support::{Server, client_path, on_both_databases},
};

on_both_databases! {
    a_stale_etag_is_refused_and_a_missing_one_where_it_is_required,
    odd_entity_tags_are_refused_or_match_nothing,
    two_people_who_edit_one_client_never_overwrite_each_other,
    null_clears_and_absent_keeps_in_a_patch,
    put_replaces_the_whole_form,
    what_was_read_can_be_put_back_unchanged,
    a_fixed_field_may_be_repeated_but_not_changed,
    a_field_that_is_set_at_creation_only_is_422_in_every_put_and_patch,
}

async fn a_stale_etag_is_refused_and_a_missing_one_where_it_is_required(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = client_path(&account);
    let read = admin.get(&path).await.is(200);
    assert_eq!(read.header("etag"), "\"1\"");
    admin
        .patch(&path, json!({ "name": "Second" }))
        .await
        .is(200);
    let form = json!({ "name": "Third", "role": "member" });
    let request = |method: Method| admin.request(method, &path);
    let missing = request(Method::PUT).json(&form).send().await;
    missing.is_problem(428, "precondition-required");
    let missing = request(Method::DELETE).send().await;
    missing.is_problem(428, "precondition-required");
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let stale = request(method).header("If-Match", "\"1\"").json(&form);
        stale.send().await.is_problem(412, "stale");
    }
    let fresh = request(Method::PUT).header("If-Match", "\"2\"").json(&form);
    assert_eq!(fresh.send().await.is(200).header("etag"), "\"3\"");
    let fresh = request(Method::PATCH)
        .header("If-Match", "\"3\"")
        .json(&json!({ "notes": "n" }));
    assert_eq!(fresh.send().await.is(200).header("etag"), "\"4\"");
    let fresh = request(Method::DELETE).header("If-Match", "\"4\"");
    fresh.send().await.is(204);
}

async fn odd_entity_tags_are_refused_or_match_nothing(server: Server) {
    let admin = server.actor("admin").await;
    let path = client_path(&admin.account);
    let patch = |tag: &str| {
        let wire = admin.request(Method::PATCH, &path).header("If-Match", tag);
        wire.json(&json!({ "notes": "n" })).send()
    };
    for odd in ["1", "", "\"1", "'1'"] {
        patch(odd).await.is_problem(400, "malformed");
    }
    // A weak tag never matches, and one that is not ours does not either (RFC 9110, section 13.1.1).
    for other in ["W/\"1\"", "\"abc\"", "\"-1\"", "\"99999999999999999999\""] {
        patch(other).await.is_problem(412, "stale");
    }
    patch("\"7\", \"1\"").await.is(200);
}

async fn two_people_who_edit_one_client_never_overwrite_each_other(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = client_path(&account);
    let edits = (0..8).map(|number| {
        let form = json!({ "name": format!("Edit {number}"), "role": "member" });
        let wire = admin.request(Method::PUT, &path);
        wire.header("If-Match", "\"1\"").json(&form).send()
    });
    let replies = futures_util::future::join_all(edits).await;
    let statuses: Vec<u16> = replies.iter().map(|it| it.status).collect();
    assert_eq!(
        statuses.iter().filter(|it| **it == 200).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|it| **it == 412).count(),
        7,
        "{statuses:?}"
    );
    let read = admin.get(&path).await.is(200);
    let winner = replies.iter().find(|it| it.status == 200).unwrap();
    assert_eq!(read.json, winner.json);
    assert_eq!(read.json["version"], 2);
}

async fn null_clears_and_absent_keeps_in_a_patch(server: Server) {
    let admin = server.actor("admin").await;
    let full = json!({
        "name": "Robot", "description": "d", "notes": "n", "owner": "o", "managed_by": "m", "token_lifetime": 600,
        "expires_at": "2027-01-01", "contacts": ["a@b.example"], "labels": { "a": "1", "b": "2" },
    });
    let account = admin.creates_with(full).await;
    let path = client_path(&account);
    let kept = admin.patch(&path, json!({})).await.is(200);
    assert_eq!(kept.json["version"], 1);
    for field in [
        "description",
        "notes",
        "owner",
        "managed_by",
        "token_lifetime",
        "expires_at",
    ] {
        let before = admin.get(&path).await.is(200).json;
        let after = admin
            .patch(&path, json!({ field: null }))
            .await
            .is(200)
            .json;
        assert!(after.get(field).is_none(), "{field}");
        for (name, value) in before.as_object().unwrap() {
            let moves = [field, "version", "usable_until", "updated_at", "updated_by"];
            if !moves.contains(&name.as_str()) {
                assert_eq!(&after[name], value, "{field} moved {name}");
            }
        }
    }
    // Within an object, too (RFC 7396).
    let patch = json!({ "labels": { "a": null, "c": "3" } });
    let labels = admin.patch(&path, patch).await.is(200).json["labels"].clone();
    assert_eq!(labels, json!({ "b": "2", "c": "3" }));
    let errors = admin
        .patch(&path, json!({ "name": null, "role": null }))
        .await
        .is(422)
        .errors();
    assert_eq!(
        errors,
        pairs(&[("/name", "required"), ("/role", "required")])
    );
    let merge = admin.request(Method::PATCH, &path);
    let merge = merge.body("application/merge-patch+json", r#"{"notes":"again"}"#);
    assert_eq!(merge.send().await.is(200).json["notes"], "again");
}

async fn put_replaces_the_whole_form(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin
        .creates_with(json!({ "description": "d", "notes": "n", "labels": { "a": "1" }, "token_lifetime": 600 }))
        .await;
    let path = client_path(&account);
    let form = json!({ "name": "Bare", "role": "member" });
    let bare = admin.put(&path, form).await.is(200);
    for field in ["description", "notes", "token_lifetime"] {
        assert!(bare.json.get(field).is_none(), "{field}");
    }
    assert_eq!(bare.json["labels"], json!({}));
    let errors = admin
        .put(&path, json!({}))
        .await
        .is_problem(422, "invalid")
        .errors();
    assert_eq!(
        errors,
        pairs(&[("/name", "required"), ("/role", "required")])
    );
}

async fn what_was_read_can_be_put_back_unchanged(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin
        .creates_with(
            json!({ "description": "d", "expires_at": "2027-01-01", "contacts": ["a@b.example"] }),
        )
        .await;
    let path = client_path(&account);
    let read = admin.get(&path).await.is(200).json;
    let names = [
        "client_id",
        "profile",
        "name",
        "description",
        "notes",
        "expires_at",
        "token_lifetime",
        "redirect_uris",
        "grant_types",
        "token_endpoint_auth_method",
        "role",
        "owner",
        "contacts",
        "labels",
        "managed_by",
    ];
    let form: serde_json::Map<String, Value> = names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), read.get(*name)?.clone())))
        .collect();
    let back = admin.put(&path, Value::Object(form)).await.is(200);
    assert_eq!(back.json, read);
}

async fn a_fixed_field_may_be_repeated_but_not_changed(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = client_path(&account);
    let same = json!({ "client_id": account.client_id, "profile": "service_account" });
    assert_eq!(admin.patch(&path, same).await.is(200).json["version"], 1);
    for other in [
        json!({ "client_id": "another", "profile": "app" }),
        json!({ "client_id": null, "profile": null }),
    ] {
        let reply = admin.patch(&path, other).await.is_problem(422, "invalid");
        let expected = [
            ("/client_id", "field_immutable"),
            ("/profile", "field_immutable"),
        ];
        assert_eq!(reply.errors(), pairs(&expected));
    }
    let form = json!({ "name": "", "role": "member", "client_id": "another" });
    let errors = admin.put(&path, form).await.is(422).errors();
    assert_eq!(
        errors,
        pairs(&[("/client_id", "field_immutable"), ("/name", "invalid")])
    );
}

async fn a_field_that_is_set_at_creation_only_is_422_in_every_put_and_patch(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Robot", "member").await;
    let client = client_path(&account);
    let credential = format!("{client}/credentials/{}", account.credential.unwrap());
    let makes = async |collection: &str, body: Value| {
        let made = operator.post(&format!("/api/v1/{collection}"), body).await;
        made.is(201).header("location").to_owned()
    };
    let api = json!({ "key": "orders", "name": "Orders", "audience": "https://orders.example" });
    let role = json!({ "key": "support", "name": "Support", "permissions": [] });
    let tenant = json!({ "key": "north", "name": "North" });
    let community = json!({ "key": "friends", "name": "Friends" });
    let profile = json!({ "key": "device", "name": "Device", "roles": { "kind": "grid" } });
    let all = [
        (client, "public"),
        (makes("apis", api).await, "key"),
        (makes("roles", role.clone()).await, "key"),
        (
            makes(
                "roles",
                json!({ "key": "other", "name": "O", "permissions": [] }),
            )
            .await,
            "scope",
        ),
        (makes("tenants", tenant).await, "key"),
        (makes("communities", community).await, "key"),
        (makes("profiles", profile).await, "key"),
    ];
    let fixed = |field: &str| pairs(&[(&format!("/{field}"), "field_immutable")]);
    for (path, field) in &all {
        let before = operator.get(path).await.is(200);
        for reply in [
            operator.put(path, json!({ *field: "other" })).await,
            operator.patch(path, json!({ *field: "other" })).await,
        ] {
            let errors = reply.is_problem(422, "invalid").errors();
            assert_eq!(errors, fixed(field), "{path}");
        }
        assert_eq!(operator.get(path).await.is(200).json, before.json);
        // A typing mistake besides is what it always was, and both are said.
        let both = json!({ *field: "other", "nmae": "x" });
        let errors = operator.patch(path, both).await.is(400).errors();
        assert_eq!(errors.len(), 2, "{path}");
    }
    let reply = operator
        .patch(&credential, json!({ "kind": "public_key" }))
        .await;
    assert_eq!(reply.is_problem(422, "invalid").errors(), fixed("kind"));
}
