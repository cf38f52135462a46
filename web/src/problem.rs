//! What went wrong with a call: one type for every way a call can fail.

/// A problem by RFC 9457, or what comes nearest to one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The HTTP status, where there was an answer.
    pub(crate) status: Option<u16>,
    /// The last part of its type, such as `stale`.
    pub(crate) kind: String,
    /// What went wrong, in a few words.
    pub(crate) title: String,
    /// What went wrong this time, and what to do.
    pub(crate) detail: Option<String>,
    /// What to quote when asking for help.
    pub(crate) request_id: Option<String>,
    /// What is wrong with single fields.
    pub(crate) fields: Vec<FieldProblem>,
    /// The evidence that a secret is still in use, where that stands in the way.
    pub(crate) in_use: Option<InUse>,
}

/// How it is known that a secret is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InUse {
    /// When it was last accepted.
    pub(crate) last_used_at: String,
    /// From where.
    pub(crate) last_used_from: Option<String>,
    /// How often in all.
    pub(crate) use_count: i64,
}

/// What is wrong with one field of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldProblem {
    /// A JSON pointer into what was sent.
    pub(crate) pointer: String,
    /// What is wrong and what to do.
    pub(crate) message: String,
}

impl Problem {
    /// A problem that no server told us.
    pub(crate) fn local(title: &str, detail: &str) -> Self {
        Self {
            title: title.to_owned(),
            detail: Some(detail.to_owned()),
            ..Self::default()
        }
    }

    /// Nobody answered.
    pub(crate) fn unreachable() -> Self {
        Self::local(
            "The server cannot be reached",
            "Check the connection and try again. What you see and what you typed is still here.",
        )
    }

    /// The session is over.
    pub(crate) fn signed_out() -> Self {
        Self {
            status: Some(401),
            ..Self::local("You are signed out", "Sign in again to go on from here.")
        }
    }

    /// Somebody else changed the object in between.
    pub(crate) fn is_stale(&self) -> bool {
        self.status == Some(412)
    }

    /// In one line, for a message without room.
    pub(crate) fn line(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{}: {detail}", self.title),
            None => self.title.clone(),
        }
    }
}
