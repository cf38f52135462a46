use proptest::prelude::*;

use super::*;

prop_compose! {
    fn generated()(key_id: [u8; 8], secret: [u8; 32]) -> GeneratedSecret {
        GeneratedSecret::from_random(Made::Secret, key_id, &secret)
    }
}

proptest! {
    #[test]
    fn a_generated_secret_is_recognised_with_its_key_id(secret in generated()) {
        let presented = GeneratedSecret::parse(Made::Secret, secret.text().expose_secret()).unwrap();
        prop_assert_eq!(presented.key_id, secret.key_id());
    }

    #[test]
    fn a_generated_secret_is_ascii_letters_digits_and_underscores(secret in generated()) {
        let text = secret.text().expose_secret();
        prop_assert_eq!(text.len(), LENGTH);
        let allowed = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
        prop_assert!(text.bytes().all(allowed));
    }

    #[test]
    fn a_changed_character_is_refused(
        secret in generated(),
        place: prop::sample::Index,
        character in any::<char>(),
    ) {
        let text = secret.text().expose_secret();
        let place = place.index(text.len());
        prop_assume!(!text[place..].starts_with(character));
        let changed = format!("{}{character}{}", &text[..place], &text[place + 1..]);
        prop_assert!(GeneratedSecret::parse(Made::Secret, &changed).is_err());
    }

    #[test]
    fn a_lost_or_an_extra_character_is_refused(
        secret in generated(),
        place: prop::sample::Index,
        character in "[a-z2-7_]",
    ) {
        let text = secret.text().expose_secret();
        let place = place.index(text.len());
        let lost = format!("{}{}", &text[..place], &text[place + 1..]);
        prop_assert!(GeneratedSecret::parse(Made::Secret, &lost).is_err());
        let extra = format!("{}{character}{}", &text[..place], &text[place..]);
        prop_assert!(GeneratedSecret::parse(Made::Secret, &extra).is_err());
    }

    #[test]
    fn parsing_never_panics(text: String, rest: String) {
        let _ = GeneratedSecret::parse(Made::Secret, &text);
        let _ = GeneratedSecret::parse(Made::Secret, &format!("{PREFIX}{rest}"));
        let _ = ImportedSecret::parse(&text);
        let _ = KeyId::parse(&text);
    }

    #[test]
    fn a_key_id_is_read_back_from_its_text(bytes: [u8; 8]) {
        let key_id = KeyId(bytes);
        prop_assert_eq!(key_id.to_string().len(), KEY_ID_LEN);
        prop_assert_eq!(KeyId::parse(&key_id.to_string()), Ok(key_id));
    }
}

#[test]
fn every_character_at_every_place_counts() {
    let secret = GeneratedSecret::from_random(Made::Secret, [1; 8], &[2; 32]);
    let text = secret.text().expose_secret();
    for place in 0..text.len() {
        for character in ' '..='~' {
            if text[place..].starts_with(character) {
                continue;
            }
            let changed = format!("{}{character}{}", &text[..place], &text[place + 1..]);
            assert!(
                GeneratedSecret::parse(Made::Secret, &changed).is_err(),
                "{changed}"
            );
        }
    }
}

#[test]
fn the_form_never_changes() {
    let secret = GeneratedSecret::from_random(Made::Secret, [1, 2, 3, 4, 5, 6, 7, 8], &[32; 32]);
    assert_eq!(
        secret.text().expose_secret(),
        "lks_aebagbafaydqq_eaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqafryyria"
    );
    assert_eq!(secret.key_id().to_string(), "aebagbafaydqq");
    assert_eq!(secret.hint(), secret.text().expose_secret()[LENGTH - 4..]);
}

#[test]
fn a_secret_without_our_prefix_is_not_ours() {
    for text in ["", "lks", "LKS_", "secret", "xlks_aaaa", "läks_"] {
        assert_eq!(
            GeneratedSecret::parse(Made::Secret, text),
            Err(NotGenerated::NotOurs),
            "{text}"
        );
    }
}

#[test]
fn our_prefix_with_something_else_is_a_mistake() {
    for text in ["lks_", "lks_secret", "lks_ä"] {
        assert_eq!(
            GeneratedSecret::parse(Made::Secret, text),
            Err(NotGenerated::BadChecksum),
            "{text}"
        );
    }
}

#[test]
fn a_right_checksum_does_not_excuse_a_wrong_form() {
    for covered in [
        format!("lks_aebagbafaydqq-{}", "a".repeat(RANDOM_LEN)),
        format!("lks_aebagbafaydq1_{}", "a".repeat(RANDOM_LEN)),
        format!("lks_aebagbafaydqr_{}", "a".repeat(RANDOM_LEN)),
        format!("lks_aebagbafaydqq_{}", "A".repeat(RANDOM_LEN)),
    ] {
        let text = format!("{covered}{}", checksum(&covered).as_str());
        assert_eq!(
            GeneratedSecret::parse(Made::Secret, &text),
            Err(NotGenerated::BadChecksum),
            "{text}"
        );
    }
}

#[test]
fn a_key_id_has_one_spelling() {
    for text in [
        "aebagbafaydqr",
        "AEBAGBAFAYDQQ",
        "aebagbafaydq",
        "aebagbafaydqqa",
        "aebagbafaydq=",
    ] {
        assert_eq!(KeyId::parse(text), Err(NotAKeyId), "{text}");
    }
}

#[test]
fn debug_shows_nothing_of_a_secret() {
    let secret = GeneratedSecret::from_random(Made::Secret, [1; 8], &[2; 32]);
    let shown = format!("{secret:?}");
    assert!(
        !shown.contains(&secret.text().expose_secret()[18..30]),
        "{shown}"
    );
    let imported = ImportedSecret::parse("correct horse battery").unwrap();
    assert_eq!(format!("{imported:?}"), "ImportedSecret(..)");
}

#[test]
fn a_fit_secret_is_brought_along_unchanged() {
    for text in [
        "correct horse battery staple",
        "0123456789abcdef",
        "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
        &"abcde".repeat(51),
    ] {
        let secret = ImportedSecret::parse(text).unwrap();
        assert_eq!(secret.text().expose_secret(), text);
        assert!(text.ends_with(&secret.hint()));
    }
}

#[test]
fn an_unfit_secret_is_refused_for_its_reason() {
    for (text, problem) in [
        ("", ImportedSecretProblem::TooShort),
        ("0123456789abcde", ImportedSecretProblem::TooShort),
        (
            &"abcdefgh".repeat(33)[..257],
            ImportedSecretProblem::TooLong,
        ),
        (" 0123456789abcdef", ImportedSecretProblem::SpaceAtAnEnd),
        ("0123456789abcdef ", ImportedSecretProblem::SpaceAtAnEnd),
        (
            "0123456789abcdef\n",
            ImportedSecretProblem::NotPrintableAscii,
        ),
        (
            "0123456789\tabcdef",
            ImportedSecretProblem::NotPrintableAscii,
        ),
        (
            "0123456789äbcdefg",
            ImportedSecretProblem::NotPrintableAscii,
        ),
        (
            "0123456789\0abcdef",
            ImportedSecretProblem::NotPrintableAscii,
        ),
        ("xxxxxxxxxxxxxxxxxxxx", ImportedSecretProblem::TooUniform),
        ("abcdabcdabcdabcdabcd", ImportedSecretProblem::TooUniform),
        (
            "lks_0123456789abcdef",
            ImportedSecretProblem::LooksGenerated,
        ),
    ] {
        assert_eq!(
            ImportedSecret::parse(text).unwrap_err(),
            problem,
            "{text:?}"
        );
    }
}
