//! Scopes and resources of a token request (RFC 6749, section 3.3; RFC 8707).

use crate::support::{Reply, Server, on_both_databases};

on_both_databases! {
    the_home_tenant_can_be_named_and_is_echoed,
    a_tenant_that_is_not_the_clients_is_an_invalid_scope,
    an_unknown_scope_is_an_invalid_scope,
    a_resource_that_is_not_ours_is_an_invalid_target,
}

async fn ask(server: &Server, more: &[(&str, &str)]) -> Reply {
    let account = server.actor("admin").await.account;
    let mut fields = vec![
        ("grant_type", "client_credentials"),
        ("client_id", account.client_id.as_str()),
        ("client_secret", account.secret.as_str()),
    ];
    fields.extend(more);
    server.post_form("/oauth2/token", &fields).await
}

fn is_invalid_scope(reply: &Reply) {
    assert_eq!(reply.status, 400, "{}", reply.text);
    assert_eq!(reply.json["error"], "invalid_scope");
}

async fn the_home_tenant_can_be_named_and_is_echoed(server: Server) {
    let reply = ask(&server, &[("scope", "tenant:default")]).await.is(200);
    assert_eq!(reply.json["scope"], "tenant:default");
    let reply = ask(&server, &[("scope", "tenant:default tenant:default")]).await;
    assert_eq!(reply.is(200).json["scope"], "tenant:default", "once");
}

async fn a_tenant_that_is_not_the_clients_is_an_invalid_scope(server: Server) {
    server.super_admin_of("elsewhere", None).await;
    for scope in [
        "tenant:elsewhere",
        "tenant:unknown",
        "tenant:",
        "tenant:default tenant:elsewhere",
        "tenant:elsewhere tenant:default",
        "tenant:DEFAULT",
        "Tenant:default",
    ] {
        is_invalid_scope(&ask(&server, &[("scope", scope)]).await);
    }
}

async fn an_unknown_scope_is_an_invalid_scope(server: Server) {
    for scope in [
        "openid",
        "clients:change",
        "tenant:default admin",
        "*",
        "a  b",
        "offline_access",
    ] {
        is_invalid_scope(&ask(&server, &[("scope", scope)]).await);
    }
}

async fn a_resource_that_is_not_ours_is_an_invalid_target(server: Server) {
    let own = format!("{}/api/v1", server.url);
    ask(&server, &[("resource", &own)]).await.is(200);
    for more in [
        &[("resource", "https://elsewhere.example.org/")][..],
        &[("resource", "not a uri")],
        &[
            ("resource", &own),
            ("resource", "https://elsewhere.example.org/"),
        ],
    ] {
        let reply = ask(&server, more).await.is(400);
        assert_eq!(reply.json["error"], "invalid_target");
    }
}
