//! What of a profile cannot change any more.

use std::mem::discriminant;

use crate::domain::{
    profile::{ExpiryRule, Rules},
    violation::Violations,
};

/// What of a profile cannot change any more.
#[derive(Clone, Copy, Debug)]
pub enum Fixed<'a> {
    /// Nothing: it is new.
    Nothing,
    /// How its clients get their ids and their rights: both are part of every client that is there.
    Kind(&'a Rules),
    /// All but the credential policy, which may be stricter than what is delivered.
    Structure(&'a Rules),
}

impl Fixed<'_> {
    /// Notes what `rules` would change of it.
    pub(super) fn check(self, rules: &Rules, wrong: &mut Violations) {
        let mut fixed = |pointer: &str, is_kept: bool, message: &str| {
            if !is_kept {
                wrong.add(pointer, "field_immutable", message);
            }
        };
        let (Self::Kind(of) | Self::Structure(of)) = self else {
            return;
        };
        let kind = "cannot be changed after creation: make a new profile instead";
        let same = discriminant(&rules.client_id) == discriminant(&of.client_id);
        fixed("/client_id/kind", same, kind);
        let same = discriminant(&rules.roles) == discriminant(&of.roles);
        fixed("/roles/kind", same, kind);
        if let Self::Structure(of) = self {
            let built_in = "belongs to the built-in profile: make a profile of your own instead";
            fixed(
                "/grant_types",
                rules.grant_types == of.grant_types,
                built_in,
            );
            let same = rules.default_grant_types == of.default_grant_types;
            fixed("/default_grant_types", same, built_in);
            let same = rules.roles.mandatory() == of.roles.mandatory();
            fixed("/roles/mandatory", same, built_in);
            let same = rules.redirect_uris == of.redirect_uris;
            fixed("/redirect_uris", same, built_in);
            let same = rules.secret.at_creation == of.secret.at_creation;
            fixed("/secret/at_creation", same, built_in);
            stricter(rules, of, wrong);
        }
    }
}

/// A built-in profile keeps its promises: what it is delivered with can be narrowed, not widened.
fn stricter(rules: &Rules, of: &Rules, wrong: &mut Violations) {
    let (lifetime, bounds) = (rules.token_lifetime, of.token_lifetime);
    if lifetime.least < bounds.least {
        let message = format!("must be {} or more in this built-in profile", bounds.least);
        wrong.add("/token_lifetime/least", "out_of_range", message);
    }
    if lifetime.most > bounds.most {
        let message = format!("must be {} or less in this built-in profile", bounds.most);
        wrong.add("/token_lifetime/most", "out_of_range", message);
    }
    match (rules.expiry, of.expiry) {
        (ExpiryRule::Optional, ExpiryRule::Required { .. }) => wrong.add(
            "/expiry/kind",
            "field_immutable",
            "is required in this built-in profile",
        ),
        (ExpiryRule::Required { fixed: false, .. }, ExpiryRule::Required { fixed: true, .. }) => {
            wrong.add(
                "/expiry/fixed",
                "field_immutable",
                "is true in this built-in profile",
            );
        }
        _ => {}
    }
    for (index, method) in rules.auth_methods.iter().enumerate() {
        if !of.auth_methods.contains(method) {
            wrong.add(
                &format!("/auth_methods/{index}"),
                "not_allowed",
                format!("is {method}, which this built-in profile does not have"),
            );
        }
    }
}
