//! Text that people write: names, descriptions, notes.

use super::violation::Violations;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// More characters than the field holds.
    #[error("has {found} characters; at most {most} are allowed")]
    TooLong {
        /// Characters found.
        found: usize,
        /// Characters allowed.
        most: usize,
    },
    /// A character that is invisible or turns the text's direction, so that one name could pose as another.
    #[error("contains the invisible or control character U+{0:04X}: remove it")]
    Forbidden(u32),
}

/// Whether a character may not stand in text: control characters, marks that turn the direction of
/// writing and zero-width ones. ZERO WIDTH JOINER and NON-JOINER stay allowed, since emoji and several
/// scripts need them.
fn is_forbidden(character: char, multiline: bool) -> bool {
    if multiline && matches!(character, '\n' | '\r' | '\t') {
        return false;
    }
    character.is_control()
        || matches!(
            character,
            '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}' | '\u{202A}'
                ..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'
                ..='\u{FFFB}' | '\u{E0001}'
        )
}

fn parse(text: &str, most: usize, multiline: bool) -> Result<String, TextProblem> {
    let text = text.trim();
    let found = text.chars().count();
    if found > most {
        return Err(TextProblem::TooLong { found, most });
    }
    if let Some(bad) = text.chars().find(|it| is_forbidden(*it, multiline)) {
        return Err(TextProblem::Forbidden(bad.into()));
    }
    Ok(text.to_owned())
}

/// One line of 1 to `most` characters, white space at the ends removed.
///
/// # Errors
/// [`TextProblem`] when it is empty, too long or holds a forbidden character.
pub fn line(text: &str, most: usize) -> Result<String, TextProblem> {
    let text = parse(text, most, false)?;
    if text.is_empty() {
        return Err(TextProblem::Empty);
    }
    Ok(text)
}

/// Several lines of at most `most` characters. Empty text is `None`: clearing and leaving blank are the same.
///
/// # Errors
/// [`TextProblem`] when it is too long or holds a forbidden character.
pub fn paragraph(text: &str, most: usize) -> Result<Option<String>, TextProblem> {
    let text = parse(text, most, true)?;
    Ok((!text.is_empty()).then_some(text))
}

/// What a thing is for, as a caller wrote it in `description`: several lines of at most 500 characters. What is wrong
/// with it is noted.
pub fn description(written: Option<&str>, wrong: &mut Violations) -> Option<String> {
    let read = paragraph(written?, 500);
    wrong.take("/description", read).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_script_round_trip() {
        for name in [
            "夜間請求",
            "مزامنة المستودع",
            "Café Zürich",
            "👩‍👩‍👧 sync",
            "<b>&amp;</b>",
        ] {
            assert_eq!(line(name, 255).as_deref(), Ok(name));
        }
    }

    #[test]
    fn invisible_and_turning_characters_are_refused() {
        for name in ["a\u{202E}b", "a\u{200B}b", "a\0b", "a\nb", "a\u{7}b"] {
            assert!(
                matches!(line(name, 255), Err(TextProblem::Forbidden(_))),
                "{name:?}"
            );
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(line(&"é".repeat(255), 255).is_ok());
        assert_eq!(
            line(&"é".repeat(256), 255),
            Err(TextProblem::TooLong {
                found: 256,
                most: 255
            })
        );
        assert_eq!(line("  ", 255), Err(TextProblem::Empty));
        assert_eq!(paragraph(" ", 255), Ok(None));
    }
}
