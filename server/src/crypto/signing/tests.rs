use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use josekit::jwk::Jwk;
use josekit::jws::JwsVerifier;
use josekit::jwt;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const ALL: [Algorithm; 4] = [
    Algorithm::Es256,
    Algorithm::EdDsa,
    Algorithm::Rs256,
    Algorithm::Ps256,
];

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm, &Random::seeded(1)).unwrap()
}

fn decode(token: &str, key: &SigningKey) -> Result<Value, TokenRejected> {
    decode_verified(token, "at+jwt", |kid| {
        (kid == key.kid()).then(|| Arc::clone(key.verifying_key()))
    })
    .map(Value::Object)
}

/// A token with any header, properly signed by `key`.
fn forge(key: &SigningKey, header: &str, claims: &str) -> String {
    let signed = format!(
        "{}.{}",
        BASE64_URL_SAFE_NO_PAD.encode(header),
        BASE64_URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = key.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn a_signed_token_is_read_back() {
    for algorithm in ALL {
        let key = key(algorithm);
        let claims = json!({"sub": "service-user", "exp": 1, "scope": "a b"});
        let token = key.sign_jwt("at+jwt", &claims).unwrap();
        assert_eq!(decode(&token, &key), Ok(claims), "{algorithm}");
    }
}

#[test]
fn a_stored_key_is_read_back_and_is_the_same() {
    for algorithm in ALL {
        let original = key(algorithm);
        let stored = original.to_pkcs8().unwrap();
        let restored = SigningKey::from_pkcs8(algorithm, &stored).unwrap();
        assert_eq!(restored.kid(), original.kid());
        let token = restored.sign_jwt("at+jwt", &json!({})).unwrap();
        assert!(decode(&token, &original).is_ok(), "{algorithm}");
    }
}

#[test]
fn a_stored_key_of_another_algorithm_or_a_broken_one_is_refused() {
    let stored = key(Algorithm::EdDsa).to_pkcs8().unwrap();
    for bytes in [stored.as_slice(), &stored[1..], b""] {
        assert_eq!(
            SigningKey::from_pkcs8(Algorithm::Es256, bytes).unwrap_err(),
            SigningProblem::BadKey(Algorithm::Es256)
        );
    }
}

#[test]
fn the_same_randomness_gives_the_same_key() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        assert_eq!(key(algorithm).kid(), key(algorithm).kid());
        let other = SigningKey::generate(algorithm, &Random::seeded(2)).unwrap();
        assert_ne!(key(algorithm).kid(), other.kid());
    }
}

#[test]
fn a_public_jwk_has_what_it_needs_and_nothing_private() {
    for (algorithm, members) in [
        (
            Algorithm::Es256,
            &["alg", "crv", "kid", "kty", "use", "x", "y"][..],
        ),
        (Algorithm::EdDsa, &["alg", "crv", "kid", "kty", "use", "x"]),
        (Algorithm::Rs256, &["alg", "e", "kid", "kty", "n", "use"]),
        (Algorithm::Ps256, &["alg", "e", "kid", "kty", "n", "use"]),
    ] {
        let key = key(algorithm);
        let jwk = key.verifying_key().jwk();
        let mut names: Vec<_> = jwk.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, members);
        assert_eq!(jwk["alg"], algorithm.name());
        assert_eq!(jwk["use"], "sig");
        assert_eq!(jwk["kid"], key.kid());
    }
}

#[test]
fn the_key_id_is_the_thumbprint_of_the_rfcs() {
    // RFC 8037, appendix A.3.
    let jwk = json!({
        "kty": "OKP", "crv": "Ed25519",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    });
    let key = VerifyingKey::from_jwk(&jwk).unwrap();
    assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    // RFC 7638, 3.1, where the key has a kid of its own that is not the thumbprint.
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let jwk = json!({"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256"});
    let key = VerifyingKey::from_jwk(&jwk).unwrap();
    assert_eq!(key.kid(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

#[test]
fn the_signature_of_the_rfc_verifies() {
    // RFC 7515, appendix A.3: its signature, over its key.
    let jwk = json!({
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    let key = Arc::new(VerifyingKey::from_jwk(&jwk).unwrap());
    let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let claims = decode_verified_with(token, |_| Ok(Arc::clone(&key))).unwrap();
    assert_eq!(claims["iss"], "joe");
}

#[test]
fn josekit_verifies_our_tokens_by_its_own_means() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
        let key = key(algorithm);
        let token = key.sign_jwt("at+jwt", &json!({"sub": "x"})).unwrap();
        let jwk = Jwk::from_map(key.verifying_key().jwk().clone()).unwrap();
        let verifier: Box<dyn JwsVerifier> = match algorithm {
            Algorithm::Es256 => Box::new(josekit::jws::ES256.verifier_from_jwk(&jwk).unwrap()),
            Algorithm::EdDsa => Box::new(josekit::jws::EdDSA.verifier_from_jwk(&jwk).unwrap()),
            _ => Box::new(josekit::jws::RS256.verifier_from_jwk(&jwk).unwrap()),
        };
        let (payload, _) = jwt::decode_with_verifier(&token, &*verifier).unwrap();
        assert_eq!(payload.subject(), Some("x"), "{algorithm}");
    }
}

#[test]
fn a_type_is_compared_in_any_case_and_without_application() {
    let key = key(Algorithm::Es256);
    for typ in [
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "Application/At+Jwt",
    ] {
        assert!(
            decode(&key.sign_jwt(typ, &json!({})).unwrap(), &key).is_ok(),
            "{typ}"
        );
    }
    for typ in [
        "",
        "JWT",
        "at+jwt ",
        "application/application/at+jwt",
        "text/at+jwt",
    ] {
        let token = key.sign_jwt(typ, &json!({})).unwrap();
        assert_eq!(decode(&token, &key), Err(TokenRejected::WrongType), "{typ}");
    }
}

#[test]
fn an_evil_header_is_refused_even_when_properly_signed() {
    let key = key(Algorithm::Es256);
    let kid = key.kid();
    for (header, reason) in [
        (
            format!(r#"{{"alg":"none","typ":"at+jwt","kid":"{kid}"}}"#),
            TokenRejected::WrongAlgorithm,
        ),
        (
            format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{kid}"}}"#),
            TokenRejected::WrongAlgorithm,
        ),
        (
            format!(r#"{{"alg":"es256","typ":"at+jwt","kid":"{kid}"}}"#),
            TokenRejected::WrongAlgorithm,
        ),
        (
            format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{kid}"}}"#),
            TokenRejected::WrongAlgorithm,
        ),
        (
            format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#),
            TokenRejected::WrongType,
        ),
        (
            r#"{"alg":"ES256","typ":"at+jwt"}"#.to_owned(),
            TokenRejected::UnknownKey,
        ),
        (
            r#"{"alg":"ES256","typ":"at+jwt","kid":"other"}"#.to_owned(),
            TokenRejected::UnknownKey,
        ),
        (
            r#"{"alg":"ES256","typ":"at+jwt","jwk":{"kty":"EC"}}"#.to_owned(),
            TokenRejected::UnknownKey,
        ),
        (
            r#"{"alg":"ES256","typ":"at+jwt","jku":"https://evil.example"}"#.to_owned(),
            TokenRejected::UnknownKey,
        ),
        (
            format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{kid}","crit":["exp"]}}"#),
            TokenRejected::CriticalExtension,
        ),
        (
            format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{kid}","crit":[]}}"#),
            TokenRejected::CriticalExtension,
        ),
        (
            format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{kid}","crit":null}}"#),
            TokenRejected::CriticalExtension,
        ),
        (
            format!(r#"{{"typ":"at+jwt","kid":"{kid}"}}"#),
            TokenRejected::BadHeader,
        ),
        (
            format!(r#"{{"alg":"ES256","alg":"none","typ":"at+jwt","kid":"{kid}"}}"#),
            TokenRejected::BadHeader,
        ),
        (
            format!(r#"{{"alg":["ES256"],"typ":"at+jwt","kid":"{kid}"}}"#),
            TokenRejected::BadHeader,
        ),
        (
            format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{kid}"}} x"#),
            TokenRejected::BadHeader,
        ),
        (
            format!(r#"["ES256","{kid}","at+jwt"]"#),
            TokenRejected::BadHeader,
        ),
        (
            format!(
                r#"{{"alg":"ES256","typ":"at+jwt","kid":"{kid}","x":"{}"}}"#,
                "x".repeat(2048)
            ),
            TokenRejected::BadHeader,
        ),
        (
            format!(
                r#"{{"alg":"ES256","typ":"at+jwt","kid":"{kid}","x":{}}}"#,
                "[".repeat(900)
            ),
            TokenRejected::BadHeader,
        ),
        ("null".to_owned(), TokenRejected::BadHeader),
        (String::new(), TokenRejected::BadHeader),
    ] {
        assert_eq!(
            decode(&forge(&key, &header, "{}"), &key),
            Err(reason),
            "{header}"
        );
    }
}

#[test]
fn claims_that_are_no_object_are_refused() {
    let key = key(Algorithm::Es256);
    let header = format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{}"}}"#, key.kid());
    for claims in ["", "null", "[]", "1", "{", "{}x"] {
        assert_eq!(
            decode(&forge(&key, &header, claims), &key),
            Err(TokenRejected::BadClaims),
            "{claims}"
        );
    }
}

#[test]
fn a_token_that_is_not_three_strict_parts_is_refused() {
    let key = key(Algorithm::Es256);
    let token = key.sign_jwt("at+jwt", &json!({"a": 1})).unwrap();
    let parts: Vec<_> = token.split('.').collect();
    for text in [
        String::new(),
        ".".to_owned(),
        parts[0].to_owned(),
        parts[..2].join("."),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{}", parts[2]),
        format!("{token}="),
        format!("{token}\n"),
        format!(" {token}"),
        format!("{}=.{}.{}", parts[0], parts[1], parts[2]),
        format!("{}.{}=.{}", parts[0], parts[1], parts[2]),
        token.replace('.', ".."),
    ] {
        let found = decode(&text, &key).unwrap_err();
        assert_eq!(found, TokenRejected::NotCompact, "{text}");
    }
    let long = format!("{token}{}", "A".repeat(16 * 1024));
    assert_eq!(decode(&long, &key), Err(TokenRejected::TooLong));
}

#[test]
fn a_token_signed_by_another_key_is_refused() {
    let ours = key(Algorithm::Es256);
    let theirs = SigningKey::generate(Algorithm::Es256, &Random::seeded(2)).unwrap();
    let header = format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{}"}}"#, ours.kid());
    let token = forge(&theirs, &header, "{}");
    assert_eq!(decode(&token, &ours), Err(TokenRejected::WrongSignature));
}

#[test]
fn an_empty_or_all_zero_signature_is_refused() {
    for algorithm in ALL {
        let key = key(algorithm);
        let token = key.sign_jwt("at+jwt", &json!({})).unwrap();
        let (signed, _) = token.rsplit_once('.').unwrap();
        for signature in [vec![], vec![0; 64], vec![0; 256], vec![0xff; 64]] {
            let token = format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature));
            assert_eq!(decode(&token, &key), Err(TokenRejected::WrongSignature));
        }
    }
}

#[test]
fn a_jwk_that_cannot_be_trusted_is_refused_for_its_reason() {
    let good = Value::Object(key(Algorithm::Es256).verifying_key().jwk().clone());
    let rsa = Value::Object(key(Algorithm::Rs256).verifying_key().jwk().clone());
    let with = |jwk: &Value, name: &str, value: Value| {
        let mut jwk = jwk.clone();
        jwk[name] = value;
        jwk
    };
    let short = BASE64_URL_SAFE_NO_PAD.encode([0xff; 128]);
    for (jwk, problem) in [
        (json!("x"), JwkProblem::NotAnObject),
        (json!({}), JwkProblem::Unsupported),
        (json!({"kty": "oct", "k": "AAAA"}), JwkProblem::Private),
        (with(&good, "d", json!("AAAA")), JwkProblem::Private),
        (
            with(&good, "use", json!("enc")),
            JwkProblem::NotForSignatures,
        ),
        (with(&good, "crv", json!("P-384")), JwkProblem::Unsupported),
        (with(&good, "alg", json!("none")), JwkProblem::Unsupported),
        (with(&good, "alg", json!("RS256")), JwkProblem::Unsupported),
        (with(&good, "alg", json!(1)), JwkProblem::Unsupported),
        (with(&good, "kid", json!("")), JwkProblem::BadKid),
        (with(&good, "kid", json!(1)), JwkProblem::BadKid),
        (with(&good, "x", json!("AAAA")), JwkProblem::BadNumbers),
        (with(&good, "x", good["y"].clone()), JwkProblem::BadNumbers),
        (with(&good, "y", Value::Null), JwkProblem::BadNumbers),
        (with(&rsa, "alg", json!("ES256")), JwkProblem::Unsupported),
        (with(&rsa, "n", json!(short)), JwkProblem::BadNumbers),
        (with(&rsa, "e", json!("AQ")), JwkProblem::BadNumbers),
        (with(&rsa, "e", json!("Ag")), JwkProblem::BadNumbers),
        (with(&rsa, "e", json!("AQAAAAAB")), JwkProblem::BadNumbers),
    ] {
        assert_eq!(VerifyingKey::from_jwk(&jwk).unwrap_err(), problem, "{jwk}");
    }
}

#[test]
fn a_client_may_choose_its_key_id() {
    let mut jwk = Value::Object(key(Algorithm::Es256).verifying_key().jwk().clone());
    jwk["kid"] = json!("2026-01");
    let key = VerifyingKey::from_jwk(&jwk).unwrap();
    assert_eq!(key.kid(), "2026-01");
    assert_eq!(key.jwk()["kid"], "2026-01");
}

#[test]
fn debug_shows_no_private_key() {
    let key = key(Algorithm::EdDsa);
    let expected = format!(
        "SigningKey {{ algorithm: EdDsa, kid: {:?}, .. }}",
        key.kid()
    );
    assert_eq!(format!("{key:?}"), expected);
}

#[test]
fn keys_are_shared_between_threads() {
    fn is_shareable<T: Send + Sync>() {}
    is_shareable::<SigningKey>();
    is_shareable::<VerifyingKey>();
}

#[test]
fn warming_up_works() {
    assert_eq!(warm_up(&Random::system()), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_changed_character_is_refused(
        seed: u64,
        place: prop::sample::Index,
        character in "[A-Za-z0-9_.-]",
    ) {
        let key = SigningKey::generate(Algorithm::EdDsa, &Random::seeded(seed)).unwrap();
        let token = key.sign_jwt("at+jwt", &json!({"sub": seed.to_string()})).unwrap();
        let place = place.index(token.len());
        prop_assume!(!token[place..].starts_with(&character));
        let changed = format!("{}{character}{}", &token[..place], &token[place + 1..]);
        prop_assert!(decode(&changed, &key).is_err());
    }

    #[test]
    fn decoding_never_panics(text: String, header: String) {
        let key = key(Algorithm::EdDsa);
        let _ = decode(&text, &key);
        let _ = decode(&forge(&key, &header, &text), &key);
    }
}
