//! Keys: how they are kept, published and taken from others.

use super::*;

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
