//! Passwords that people choose, by NIST SP 800-63B: long enough, not a common one, and no rules of composition.

use secrecy::SecretString;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The fewest characters.
pub const SHORTEST: usize = 12;

/// The most characters. Nobody types more, and the check has an end.
pub const LONGEST: usize = 256;

/// How many guesses a password must withstand, as a power of ten. Well-known passwords, key rows, repetitions, dates
/// and what is known of the person fall far below; twelve random letters are far above.
const LEAST_GUESSES: f64 = 8.0;

/// Passwords that are well known although they are long, and that an estimate takes for good ones.
const WELL_KNOWN: [&str; 8] = [
    "correcthorsebatterystaple",
    "correct horse battery staple",
    "correct-horse-battery-staple",
    "thisismypassword",
    "thisisapassword",
    "letmeinletmein",
    "changemechangeme",
    "passwordpassword",
];

/// Why a password is refused. No message repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    /// Fewer characters than [`SHORTEST`].
    #[error("has fewer than {SHORTEST} characters: a few words in a row are easy to remember")]
    TooShort,
    /// More characters than [`LONGEST`].
    #[error("has more than {LONGEST} characters")]
    TooLong,
    /// One of those that are tried first.
    #[error(
        "is one of the first that would be guessed: avoid well-known passwords, rows of keys, repetitions and your \
         own name"
    )]
    Guessable,
    /// The one that is to be replaced.
    #[error("is the one you have now: choose another")]
    Unchanged,
}

/// A password in the form in which it is hashed: the same characters typed on different systems are the same password
/// (SP 800-63B, section 3.1.1.2: NFKC).
pub fn normalized(text: &str) -> SecretString {
    let mut normalized = Zeroizing::new(String::with_capacity(text.len() * 2));
    normalized.extend(text.nfkc());
    SecretString::from(normalized.as_str())
}

/// A password that may be set, in the form in which it is hashed. `known` is what is known of the person: name,
/// address.
///
/// # Errors
/// [`PasswordRefusal`] with what to do.
pub fn parse(text: &str, known: &[&str]) -> Result<SecretString, PasswordRefusal> {
    // Bytes first, so that normalising has an end, too.
    if text.len() > LONGEST * 4 || text.chars().count() > LONGEST {
        return Err(PasswordRefusal::TooLong);
    }
    let plain: Zeroizing<String> = Zeroizing::new(text.nfkc().collect());
    if plain.chars().count() < SHORTEST {
        return Err(PasswordRefusal::TooShort);
    }
    if is_guessable(&plain, known) {
        return Err(PasswordRefusal::Guessable);
    }
    Ok(SecretString::from(plain.as_str()))
}

fn is_guessable(plain: &str, known: &[&str]) -> bool {
    let lower = Zeroizing::new(plain.to_lowercase());
    if WELL_KNOWN.contains(&lower.as_str()) {
        return true;
    }
    // The address and its parts, the name and its parts.
    let joined: Vec<String> = known
        .iter()
        .map(|it| it.chars().filter(|it| it.is_alphanumeric()).collect())
        .collect();
    let mut words = vec!["latchkey"];
    words.extend(joined.iter().map(String::as_str));
    for text in known {
        words.push(text);
        words.extend(
            text.split(|it: char| !it.is_alphanumeric())
                .filter(|it| it.chars().count() > 2),
        );
    }
    zxcvbn::zxcvbn(plain, &words).guesses_log10() < LEAST_GUESSES
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    const KNOWN: [&str; 2] = ["ada.byron@example.org", "Ada Byron"];

    #[test]
    fn length_is_the_only_rule_of_form() {
        assert_eq!(
            parse("mxq vprtz k", &KNOWN).err(),
            Some(PasswordRefusal::TooShort)
        );
        assert!(parse("mxq vprtz kw", &KNOWN).is_ok());
        assert!(parse("olive fjord abacus", &KNOWN).is_ok());
        assert!(parse("短い合言葉ではありませんよね", &KNOWN).is_ok());
        let long: String = (0..LONGEST)
            .map(|it| char::from(b'a' + u8::try_from(it * it % 23).unwrap()))
            .collect();
        assert!(parse(&long, &KNOWN).is_ok());
        assert_eq!(
            parse(&(long + "x"), &KNOWN).err(),
            Some(PasswordRefusal::TooLong)
        );
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        for text in [
            "password1234",
            "Password1234!",
            "passwordpassword",
            "123456789012",
            "aaaaaaaaaaaa",
            "abcabcabcabcabc",
            "qwertyuiop[]",
            "qwertyuiopasdfghjkl",
            "1qaz2wsx3edc",
            "correcthorsebatterystaple",
            "latchkey2026",
            "latchkeylatchkey",
            "ada.byron@example.org",
            "AdaByron1234",
            "adabyron2026",
            "iloveyou1234",
        ] {
            assert_eq!(
                parse(text, &KNOWN).err(),
                Some(PasswordRefusal::Guessable),
                "{text}"
            );
        }
    }

    #[test]
    fn the_same_characters_typed_in_two_ways_are_one_password() {
        let composed = normalized("caf\u{e9} crème brûlée");
        let decomposed = normalized("cafe\u{301} cre\u{300}me bru\u{302}le\u{301}e");
        assert_eq!(composed.expose_secret(), decomposed.expose_secret());
    }
}
