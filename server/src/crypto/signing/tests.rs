mod keys;

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
