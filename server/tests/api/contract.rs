//! What holds for every request: methods, addresses, request ids, authentication, and headers.

use figment::{Figment, providers::Serialized};
use reqwest::Method;

use crate::support::{Kind, Server, on_both_databases};

on_both_databases! {
    a_request_id_goes_in_and_out,
    a_wrong_method_is_405_with_allow,
    an_unknown_address_is_a_problem,
    authentication_is_needed_and_said_how,
    answers_forbid_sniffing_and_caching,
    odd_ids_are_not_found,
}

async fn a_request_id_goes_in_and_out(server: Server) {
    let admin = server.actor("admin").await;
    let own = admin
        .request(Method::GET, "/api/v1/me")
        .header("X-Request-Id", "build-42_a.b");
    assert_eq!(
        own.send().await.is(200).header("x-request-id"),
        "build-42_a.b"
    );
    let own = admin
        .request(Method::GET, "/api/v1/clients/none")
        .header("X-Request-Id", "build-43");
    assert_eq!(
        own.send().await.is_problem(404, "not-found").json["request_id"],
        "build-43"
    );
    for odd in ["<script>", "a b", "", &"x".repeat(129)] {
        let wire = admin
            .request(Method::GET, "/api/v1/me")
            .header("X-Request-Id", odd);
        let reply = wire.send().await.is(200);
        assert_eq!(reply.header("x-request-id").len(), 36, "{odd}");
    }
    let one = server.get("/healthz").await.is(200);
    let other = server.get("/healthz").await.is(200);
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
}

async fn a_wrong_method_is_405_with_allow(server: Server) {
    let admin = server.actor("admin").await;
    for (method, path, allow) in [
        (Method::PUT, "/api/v1/signing-keys/rotate", "POST"),
        (Method::DELETE, "/api/v1/clients", "GET, POST"),
        (Method::POST, "/api/v1/clients/x", "DELETE, GET, PATCH, PUT"),
        (Method::GET, "/api/v1/clients/x/deactivate", "POST"),
        (Method::PUT, "/api/v1/audit", "GET"),
    ] {
        let reply = admin.request(method, path).send().await;
        let reply = reply.is_problem(405, "method-not-allowed");
        assert_eq!(reply.header("allow"), allow, "{path}");
    }
    let token = server.get("/oauth2/token").await.is(405);
    assert_eq!(token.header("allow"), "POST");
    let health = server
        .request(Method::POST, "/healthz")
        .send()
        .await
        .is(405);
    assert_eq!(health.header("allow"), "GET");
}

async fn an_unknown_address_is_a_problem(server: Server) {
    let admin = server.actor("admin").await;
    for path in [
        "/api/v1/nothing",
        "/api/v2/clients",
        "/api/v1/clients/x/y/z",
        "/api",
    ] {
        admin.get(path).await.is_problem(404, "not-found");
    }
}

async fn authentication_is_needed_and_said_how(server: Server) {
    let admin = server.actor("admin").await;
    let reply = server.get("/api/v1/clients").await;
    let reply = reply.is_problem(401, "unauthorized");
    assert_eq!(
        reply.header("www-authenticate"),
        "Bearer realm=\"latchkey\""
    );
    for header in ["Bearer nonsense", "Bearer a.b.c", "Bearer ", "bearer x"] {
        let wire = server.request(Method::GET, "/api/v1/clients");
        let reply = wire.header("Authorization", header).send().await.is(401);
        let challenge = reply.header("www-authenticate");
        assert!(challenge.starts_with("Bearer "), "{header}: {challenge}");
    }
    let basic = server.request(Method::GET, "/api/v1/clients");
    basic
        .header("Authorization", "Basic abc")
        .send()
        .await
        .is_problem(401, "unauthorized");
    let twice = admin.request(Method::GET, "/api/v1/me");
    let twice = twice.header("Authorization", "Bearer other").send().await;
    twice.is_problem(400, "malformed");
    // A token in the query is not looked at: addresses end up in logs.
    let query = format!("/api/v1/me?access_token={}", admin.token);
    server.get(&query).await.is_problem(401, "unauthorized");
}

async fn answers_forbid_sniffing_and_caching(server: Server) {
    let admin = server.actor("admin").await;
    for path in ["/api/v1/me", "/api/v1/clients", "/api/v1/nothing"] {
        let reply = admin.get(path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        let caching = reply.header("cache-control");
        assert!(
            caching == "private, no-cache" || caching == "no-store",
            "{caching}"
        );
    }
}

async fn odd_ids_are_not_found(server: Server) {
    let admin = server.actor("admin").await;
    for id in [
        "%00",
        "%2e%2e",
        "'%20OR%201=1",
        "%F0%9F%91%A9",
        "x",
        "00000000-0000-0000-0000-000000000000",
        &"y".repeat(4000),
    ] {
        let path = format!("/api/v1/clients/{id}");
        let reply = admin.get(&path).await;
        assert!(matches!(reply.status, 400 | 404), "{id}: {}", reply.text);
    }
    let broken = admin.get("/api/v1/clients/%ff").await;
    assert!(matches!(broken.status, 400 | 404), "{}", broken.text);
}

mod cors {
    use super::{Figment, Kind, Method, Serialized, Server};

    fn run(settings: Figment, test: impl AsyncFnOnce(Server)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async { test(Server::start_with(Kind::Sqlite, settings).await).await });
    }

    async fn preflight(server: &Server, origin: &str) -> crate::support::Reply {
        let wire = server.request(Method::OPTIONS, "/api/v1/clients");
        let wire = wire
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "GET");
        wire.send().await
    }

    #[test]
    fn it_is_off_unless_an_origin_is_named() {
        run(Figment::new(), async |server| {
            let reply = preflight(&server, "https://admin.example").await;
            assert_eq!(reply.header("access-control-allow-origin"), "");
        });
    }

    #[test]
    fn it_is_for_the_origins_that_are_named_only() {
        let settings = Figment::from(Serialized::default(
            "cors_origins",
            ["https://admin.example"],
        ));
        run(settings, async |server| {
            let reply = preflight(&server, "https://admin.example").await.is(200);
            assert_eq!(
                reply.header("access-control-allow-origin"),
                "https://admin.example"
            );
            let other = preflight(&server, "https://evil.example").await;
            assert_eq!(other.header("access-control-allow-origin"), "");
            // Never on the OAuth pages.
            let wire = server.request(Method::POST, "/oauth2/token");
            let reply = wire.header("Origin", "https://evil.example").send().await;
            assert_eq!(reply.header("access-control-allow-origin"), "");
        });
    }
}
