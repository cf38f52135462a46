//! OpenID Connect: ID tokens, userinfo, discovery, signing out by an app.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use latchkey::crypto::{
    digest::Digest,
    signing::{VerifyingKey, decode_verified},
};
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::support::{Server, on_both_databases};

on_both_databases! {
    an_id_token_says_who_signed_in_when_and_for_whom,
    a_client_can_have_its_id_tokens_signed_by_rs256,
    userinfo_says_what_was_allowed_and_no_more,
    both_discovery_documents_are_one_and_true,
    an_app_signs_a_person_out_with_its_id_token,
    anybody_else_has_to_ask_before_signing_out,
    an_access_token_of_an_app_has_only_the_rights_that_were_allowed,
}

/// The claims of an ID token, verified by the JWKS.
async fn verified(server: &Server, token: &str) -> (String, Map<String, Value>) {
    let jwks = server.get("/oauth2/jwks").await.is(200).json;
    let algorithm = std::cell::RefCell::new(String::new());
    let claims = decode_verified(token, "JWT", |kid| {
        let keys = jwks["keys"].as_array()?;
        let key = keys.iter().find(|it| it["kid"] == kid)?;
        assert!(key.get("d").is_none(), "a private key is shown");
        algorithm.replace(key["alg"].as_str()?.to_owned());
        VerifyingKey::from_jwk(key).ok().map(Into::into)
    });
    (algorithm.into_inner(), claims.unwrap())
}

async fn an_id_token_says_who_signed_in_when_and_for_whom(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    server.clock.advance(30);
    let more = [("nonce", "n-1"), ("scope", "openid email")];
    let code = browser.allows(&app, &more).await.code();
    let got = server.redeem(&app, &code).await.is(200).json;
    let (algorithm, claims) = verified(&server, got["id_token"].as_str().unwrap()).await;
    assert_eq!(algorithm, "ES256");
    let now = server.clock.now().unix();
    assert_eq!(claims["iss"], server.url);
    assert_eq!(claims["sub"], json!(person.user.id));
    assert_eq!(claims["aud"], json!(app.client_id));
    assert_eq!(claims["nonce"], "n-1");
    assert_eq!(claims["iat"], now);
    assert_eq!(claims["auth_time"], now - 30);
    assert_eq!(claims["email"], "ada@example.com");
    assert!(claims.get("name").is_none());
    let digest = Digest::of(got["access_token"].as_str().unwrap().as_bytes());
    let half = BASE64_URL_SAFE_NO_PAD.encode(&digest.as_bytes()[..16]);
    assert_eq!(claims["at_hash"], half);
    let refresh = got["refresh_token"].as_str().unwrap();
    let again = server.refresh(&app, refresh).await.is(200).json;
    let (_, later) = verified(&server, again["id_token"].as_str().unwrap()).await;
    assert_eq!(later["auth_time"], now - 30);
    // An ID token is no access token.
    assert!(!server.is_alive(got["id_token"].as_str().unwrap()).await);
}

async fn a_client_can_have_its_id_tokens_signed_by_rs256(server: Server) {
    let admin = server.actor("admin").await;
    let fields = json!({ "id_token_signed_response_alg": "RS256" });
    let app = admin.registers_app(fields).await;
    let person = server.somebody("ada@example.com", "member").await;
    let node = server.second_node().await;
    let code = server
        .visitor_of(&person)
        .await
        .allows(&app, &[])
        .await
        .code();
    let got = server.redeem(&app, &code).await.is(200).json;
    let token = got["id_token"].as_str().unwrap();
    assert_eq!(verified(&server, token).await.0, "RS256");
    let keys = server.get("/oauth2/jwks").await.is(200).json;
    let of = |alg: &str| {
        let all = keys["keys"].as_array().unwrap().iter();
        all.filter(|it| it["alg"] == alg).count()
    };
    assert!(of("ES256") >= 1 && of("RS256") >= 1, "{keys}");
    // Access tokens stay as they are.
    assert!(server.is_alive(got["access_token"].as_str().unwrap()).await);
    let server = server.restart().await;
    assert_eq!(verified(&server, token).await.0, "RS256");
    drop(node);
    let wrong = json!({ "id_token_signed_response_alg": "none" });
    let path = format!("/api/v1/clients/{}", app.id);
    let reply = server.operator().await.patch(&path, wrong).await;
    assert_eq!(reply.is(422).errors()[0].0, "/id_token_signed_response_alg");
}

async fn userinfo_says_what_was_allowed_and_no_more(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    for (scope, claims) in [
        ("openid", &["sub"][..]),
        ("openid email", &["sub", "email"]),
        ("openid profile", &["sub", "name", "updated_at"]),
    ] {
        let code = browser.allows(&app, &[("scope", scope)]).await.code();
        let got = server.redeem(&app, &code).await.is(200).json;
        let bearer = format!("Bearer {}", got["access_token"].as_str().unwrap());
        for method in [Method::GET, Method::POST] {
            let reply = server.request(method, "/oauth2/userinfo");
            let reply = reply.header("Authorization", &bearer).send().await.is(200);
            let names: Vec<&String> = reply.json.as_object().unwrap().keys().collect();
            assert_eq!(names, claims);
            assert_eq!(reply.json["sub"], json!(person.user.id));
        }
    }
    let none = server.get("/oauth2/userinfo").await.is(401);
    assert_eq!(none.header("www-authenticate"), "Bearer realm=\"latchkey\"");
    let machine = format!("Bearer {}", admin.token);
    let reply = server.request(Method::GET, "/oauth2/userinfo");
    let reply = reply.header("Authorization", &machine).send().await.is(403);
    assert!(
        reply
            .header("www-authenticate")
            .contains("insufficient_scope")
    );
}

async fn both_discovery_documents_are_one_and_true(server: Server) {
    let one = server
        .get("/.well-known/openid-configuration")
        .await
        .is(200)
        .json;
    let other = server
        .get("/.well-known/oauth-authorization-server")
        .await
        .is(200)
        .json;
    assert_eq!(one, other);
    assert_eq!(one["issuer"], server.url);
    assert_eq!(one["response_types_supported"], json!(["code"]));
    assert_eq!(one["authorization_response_iss_parameter_supported"], true);
    for (name, value) in one.as_object().unwrap() {
        assert_ne!(value, &json!([]), "{name} is empty");
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let path = value.as_str().unwrap().strip_prefix(&server.url).unwrap();
            assert_ne!(server.get(path).await.status, 404, "{name}");
        }
    }
}

async fn an_app_signs_a_person_out_with_its_id_token(server: Server) {
    let admin = server.actor("admin").await;
    let after = "https://app.example/bye";
    let app = admin
        .registers_app(json!({ "post_logout_redirect_uris": [after] }))
        .await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let code = browser.allows(&app, &[]).await.code();
    let got = server.redeem(&app, &code).await.is(200).json;
    let path = |uri: &str| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("id_token_hint", got["id_token"].as_str().unwrap());
        query
            .append_pair("post_logout_redirect_uri", uri)
            .append_pair("state", "a b");
        format!("/oauth2/logout?{}", query.finish())
    };
    let cookie = browser.cookie.clone();
    let reply = browser.get(&path(after)).await.is(303);
    assert_eq!(reply.header("location"), format!("{after}?state=a%20b"));
    // The old cookie opens nothing any more.
    browser.cookie = cookie;
    assert!(
        browser
            .get("/account")
            .await
            .is(303)
            .header("location")
            .starts_with("/sign-in")
    );
    let reply = browser.get(&path("https://evil.example/")).await.is(303);
    assert_eq!(reply.header("location"), "/signed-out");
}

async fn anybody_else_has_to_ask_before_signing_out(server: Server) {
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let page = browser.get("/oauth2/logout").await.is(200);
    browser.get("/account").await.is(200);
    let reply = browser
        .submit(&page, "/oauth2/logout/confirm", &[])
        .await
        .is(303);
    assert_eq!(reply.header("location"), "/signed-out");
    browser.get("/account").await.is(303);
}

async fn an_access_token_of_an_app_has_only_the_rights_that_were_allowed(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "super_admin").await;
    let mut browser = server.visitor_of(&person).await;
    let may_list = async |scope: &str, browser: &mut crate::support::Visitor| {
        let code = browser.allows(&app, &[("scope", scope)]).await.code();
        let got = server.redeem(&app, &code).await.is(200).json;
        let token = got["access_token"].as_str().unwrap().to_owned();
        server.with_token(app.clone(), token)
    };
    let bare = may_list("openid", &mut browser).await;
    bare.get("/api/v1/clients")
        .await
        .is_problem(403, "missing-permission");
    assert_eq!(
        bare.get("/api/v1/me").await.is(200).json["permissions"],
        json!([])
    );
    let viewer = may_list("openid clients:view", &mut browser).await;
    viewer.get("/api/v1/clients").await.is(200);
    let path = format!("/api/v1/clients/{}/deactivate", app.id);
    viewer
        .does(&path)
        .await
        .is_problem(403, "missing-permission");
    // The admin screens act with all that the person may do, and nobody is asked.
    let me = server.admin_screens(&mut browser).await;
    me.does(&path).await.is(200);
    me.does("/api/v1/clients/latchkey-admin/deactivate")
        .await
        .is_problem(409, "client_built_in");
}
