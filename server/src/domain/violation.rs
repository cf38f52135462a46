//! All that is wrong with an input, not only the first thing.

use std::fmt::Display;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    /// JSON pointer (RFC 6901) to the value in the request body.
    pub pointer: String,
    /// A stable word for programs, such as `field_immutable` or `invalid`.
    pub code: &'static str,
    /// A plain sentence that says what to do.
    pub message: String,
}

/// Collects violations while an input is parsed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Nothing wrong so far.
    pub fn none() -> Self {
        Self::default()
    }

    /// One violation with code `invalid`.
    pub fn one(pointer: &str, message: impl Display) -> Self {
        let mut violations = Self::none();
        violations.add(pointer, "invalid", message);
        violations
    }

    /// Notes one more.
    pub fn add(&mut self, pointer: &str, code: &'static str, message: impl Display) {
        self.0.push(Violation {
            pointer: pointer.to_owned(),
            code,
            message: message.to_string(),
        });
    }

    /// The value of `result`, or `None` with its problem noted at `pointer`.
    pub fn take<T, E: Display>(&mut self, pointer: &str, result: Result<T, E>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problem) => {
                self.add(pointer, "invalid", problem);
                None
            }
        }
    }

    /// As [`take`](Self::take) for a value that may be absent.
    pub fn take_optional<T, E: Display>(
        &mut self,
        pointer: &str,
        text: Option<&str>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        text.and_then(|text| self.take(pointer, parse(text)))
    }

    /// Notes all of `more`, too.
    pub fn append(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// The same violations in a part of the input that stands at `pointer`.
    #[must_use]
    pub fn within(mut self, pointer: &str) -> Self {
        for violation in &mut self.0 {
            violation.pointer.insert_str(0, pointer);
        }
        self
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `value` when nothing was noted.
    ///
    /// # Errors
    /// All that was noted.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }

    /// What was noted, in order.
    pub fn as_slice(&self) -> &[Violation] {
        &self.0
    }
}
