//! A browser that is signed in.

use uuid::Uuid;

use super::timestamp::Timestamp;

/// How often `last_seen_at` is written at most, in seconds: reading a page writes nothing most of the time.
pub const SEEN_EVERY: i64 = 60;

/// A browser in which a person signed in. What is in its cookie is not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id, which opens nothing.
    pub id: Uuid,
    /// Who signed in.
    pub user_id: Uuid,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the person last proved who they are: `auth_time`.
    pub signed_in_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// The first second in which it is over, whatever happens.
    pub expires_at: Timestamp,
    /// From which address it was made.
    pub ip: Option<String>,
    /// In which program.
    pub user_agent: Option<String>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

impl Session {
    /// Whether it still counts at `now`, when it may rest for `idle` seconds.
    pub fn is_live(&self, now: Timestamp, idle: i64) -> bool {
        self.revoked_at.is_none() && now < self.expires_at && now < self.last_seen_at.plus(idle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        let start = Timestamp::from_unix_clamped(1_000);
        Session {
            id: Uuid::nil(),
            user_id: Uuid::nil(),
            created_at: start,
            signed_in_at: start,
            last_seen_at: start,
            expires_at: start.plus(100),
            ip: None,
            user_agent: None,
            revoked_at: None,
        }
    }

    #[test]
    fn a_session_is_over_in_the_first_second_of_either_limit_and_once_it_is_ended() {
        let mut one = session();
        let at = |seconds| Timestamp::from_unix_clamped(1_000 + i64::from(seconds));
        assert!(one.is_live(at(29), 30));
        assert!(!one.is_live(at(30), 30));
        one.last_seen_at = at(90);
        assert!(one.is_live(at(99), 30));
        assert!(!one.is_live(at(100), 30));
        one.revoked_at = Some(at(91));
        assert!(!one.is_live(at(92), 30));
    }
}
