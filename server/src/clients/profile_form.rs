//! Reads what a caller wrote into the rules of a profile.

mod consistent;
mod draft;
mod fixed;

use std::{ops::RangeInclusive, str::FromStr};

use uuid::Uuid;

pub use self::{
    draft::{ClientIdDraft, ExpiryDraft, LifetimeDraft, ProfileDraft, RoleModelDraft, SecretDraft},
    fixed::Fixed,
};
use crate::domain::{
    client_id::WirePattern,
    grant_type::GrantType,
    profile::{
        ClientIdRule, ExpiryRule, LifetimeRule, Presence, RoleModel, Rules, SecretExpiry,
        SecretRule,
    },
    role::Role,
    text,
    violation::Violations,
};

/// The shortest and the longest life of an access token that a profile may allow, in seconds.
const LIFETIMES: RangeInclusive<i64> = 60..=86_400;

/// How many days a profile may speak of.
const DAYS: RangeInclusive<i64> = 1..=3_650;

/// What a draft is read for.
pub struct Reading<'a> {
    /// What a field means that is left out.
    pub base: &'a Rules,
    /// What cannot change.
    pub fixed: Fixed<'a>,
    /// The roles that the tenant knows.
    pub roles: &'a [Role],
    /// The tenant.
    pub tenant_id: Uuid,
}

impl Reading<'_> {
    /// The rules that `draft` describes. All that is wrong is noted.
    pub fn read(&self, draft: &ProfileDraft, wrong: &mut Violations) -> Rules {
        let base = self.base;
        let grant_types = words("/grant_types", draft.grant_types.as_deref(), wrong)
            .unwrap_or_else(|| base.grant_types.clone());
        let defaults = draft.default_grant_types.as_deref();
        let default_grant_types =
            words("/default_grant_types", defaults, wrong).unwrap_or_else(|| {
                let mut defaults = base.default_grant_types.clone();
                defaults.retain(|it| grant_types.contains(it));
                if defaults.is_empty() {
                    grant_types.clone()
                } else {
                    defaults
                }
            });
        let acts_for_users = grant_types.contains(&GrantType::AuthorizationCode);
        let rules = Rules {
            redirect_uris: redirect_uris(draft, base, acts_for_users, wrong),
            client_id: client_id(&draft.client_id, base, wrong),
            roles: self.role_model(&draft.roles, wrong),
            token_lifetime: lifetime(&draft.token_lifetime, base, wrong),
            expiry: expiry(&draft.expiry, base, wrong),
            secret: secret(&draft.secret, base, wrong),
            auth_methods: words("/auth_methods", draft.auth_methods.as_deref(), wrong)
                .unwrap_or_else(|| base.auth_methods.clone()),
            grant_types,
            default_grant_types,
        };
        if wrong.is_empty() {
            consistent::check(&rules, wrong);
            self.fixed.check(&rules, wrong);
        }
        rules
    }

    fn role_model(&self, draft: &RoleModelDraft, wrong: &mut Violations) -> RoleModel {
        let base = self.base.roles.clone();
        let model = match draft.kind.as_deref() {
            None => base,
            Some("user") => RoleModel::User,
            Some("ladder") => RoleModel::Ladder,
            Some("grid") => RoleModel::Grid,
            Some("set") => RoleModel::Set {
                mandatory: base.mandatory().unwrap_or_default().to_vec(),
            },
            Some(_) => {
                wrong.add(
                    "/roles/kind",
                    "invalid",
                    "must be user, ladder, grid or set",
                );
                base
            }
        };
        let Some(keys) = &draft.mandatory else {
            return model;
        };
        if model.mandatory().is_none() {
            if !keys.is_empty() {
                let message = "belongs to the kind set: the others have no roles to demand";
                wrong.add("/roles/mandatory", "not_allowed", message);
            }
            return model;
        }
        let mut mandatory: Vec<String> = Vec::new();
        for (index, key) in keys.iter().enumerate() {
            let known = |it: &&Role| it.key == *key && it.scope.is_of_tenant(self.tenant_id);
            if !self.roles.iter().any(|it| known(&it)) {
                wrong.add(
                    &format!("/roles/mandatory/{index}"),
                    "unknown_role",
                    "is no role of the tenant: GET /api/v1/roles lists them",
                );
            } else if !mandatory.contains(key) {
                mandatory.push(key.clone());
            }
        }
        RoleModel::Set { mandatory }
    }
}

/// A list of words that is not empty, each once.
fn words<T>(pointer: &str, given: Option<&[String]>, wrong: &mut Violations) -> Option<Vec<T>>
where
    T: FromStr<Err: std::fmt::Display> + PartialEq,
{
    let given = given?;
    if given.is_empty() {
        wrong.add(pointer, "required", "must name at least one");
        return None;
    }
    let mut words = Vec::new();
    for (index, text) in given.iter().enumerate() {
        if let Some(word) = wrong.take(&format!("{pointer}/{index}"), T::from_str(text))
            && !words.contains(&word)
        {
            words.push(word);
        }
    }
    Some(words)
}

/// A number within `range`.
fn number(
    pointer: &str,
    given: Option<i64>,
    range: &RangeInclusive<i64>,
    wrong: &mut Violations,
) -> Option<u32> {
    let given = given?;
    if !range.contains(&given) {
        let message = format!("must be a number from {} to {}", range.start(), range.end());
        wrong.add(pointer, "out_of_range", message);
        return None;
    }
    u32::try_from(given).ok()
}

fn client_id(draft: &ClientIdDraft, base: &Rules, wrong: &mut Violations) -> ClientIdRule {
    let pattern = draft.wire_pattern.as_deref();
    let pattern = wrong.take_optional("/client_id/wire_pattern", pattern, WirePattern::parse);
    let rule = match (draft.kind.as_deref(), &base.client_id) {
        (Some("generated"), _) => ClientIdRule::Generated,
        (Some("preferred"), _) => ClientIdRule::Preferred,
        (Some("chosen"), ClientIdRule::Chosen { .. }) | (None, _) => base.client_id.clone(),
        (Some("chosen"), _) => ClientIdRule::Chosen {
            wire_pattern: WirePattern::plain(),
        },
        (Some(_), _) => {
            let message = "must be generated, preferred or chosen";
            wrong.add("/client_id/kind", "invalid", message);
            return base.client_id.clone();
        }
    };
    match (rule, pattern) {
        (ClientIdRule::Chosen { .. }, Some(wire_pattern)) => ClientIdRule::Chosen { wire_pattern },
        (rule, Some(_)) => {
            let message = "belongs to the kind chosen: other ids travel as they are";
            wrong.add("/client_id/wire_pattern", "not_allowed", message);
            rule
        }
        (rule, None) => rule,
    }
}

fn redirect_uris(
    draft: &ProfileDraft,
    base: &Rules,
    acts_for_users: bool,
    wrong: &mut Violations,
) -> Presence {
    match draft.redirect_uris.as_deref() {
        Some("required") => Presence::Required,
        Some("optional") => Presence::Optional,
        Some("forbidden") => Presence::Forbidden,
        Some(_) => {
            let message = "must be required, optional or forbidden";
            wrong.add("/redirect_uris", "invalid", message);
            base.redirect_uris
        }
        // Who names only the grants means what goes with them.
        None if (base.redirect_uris == Presence::Forbidden) == acts_for_users => {
            if acts_for_users {
                Presence::Required
            } else {
                Presence::Forbidden
            }
        }
        None => base.redirect_uris,
    }
}

fn lifetime(draft: &LifetimeDraft, base: &Rules, wrong: &mut Violations) -> LifetimeRule {
    let base = base.token_lifetime;
    let mut seconds = |name: &str, given| {
        let pointer = format!("/token_lifetime/{name}");
        number(&pointer, given, &LIFETIMES, wrong)
    };
    let least = seconds("least", draft.least).unwrap_or(base.least);
    let most = seconds("most", draft.most).unwrap_or(base.most);
    // What nobody asked for follows the range.
    let within = base.default.map(|it| it.clamp(least, most.max(least)));
    LifetimeRule {
        default: seconds("default", draft.default).or(within),
        least,
        most,
    }
}

fn expiry(draft: &ExpiryDraft, base: &Rules, wrong: &mut Violations) -> ExpiryRule {
    let required = match draft.kind.as_deref() {
        None => matches!(base.expiry, ExpiryRule::Required { .. }),
        Some("optional") => false,
        Some("required") => true,
        Some(_) => {
            wrong.add("/expiry/kind", "invalid", "must be optional or required");
            return base.expiry;
        }
    };
    let default_days = number("/expiry/default_days", draft.default_days, &DAYS, wrong);
    if !required {
        for (name, given) in [
            ("fixed", draft.fixed == Some(true)),
            ("default_days", draft.default_days.is_some()),
        ] {
            if given {
                let pointer = format!("/expiry/{name}");
                wrong.add(&pointer, "not_allowed", "belongs to the kind required");
            }
        }
        return ExpiryRule::Optional;
    }
    let (was_fixed, days) = match base.expiry {
        ExpiryRule::Optional => (false, None),
        ExpiryRule::Required {
            fixed,
            default_days,
        } => (fixed, default_days),
    };
    ExpiryRule::Required {
        fixed: draft.fixed.unwrap_or(was_fixed),
        default_days: default_days.or(days),
    }
}

fn secret(draft: &SecretDraft, base: &Rules, wrong: &mut Violations) -> SecretRule {
    let base = base.secret;
    let longest_days = number("/secret/longest_days", draft.longest_days, &DAYS, wrong);
    let longest_days = longest_days.or(base.longest_days);
    // Who bounds the life of secrets wants them to end.
    let may_never = base.may_never_expire && longest_days.is_none();
    let may_never_expire = draft.may_never_expire.unwrap_or(may_never);
    let days = number("/secret/default_days", draft.default_days, &DAYS, wrong);
    let default_expiry = match (draft.default_expiry.as_deref(), days) {
        (Some("days") | None, Some(days)) => SecretExpiry::Days(days),
        (Some("days"), None) => {
            let message = "is required with the default_expiry days";
            wrong.add("/secret/default_days", "required", message);
            base.default_expiry
        }
        (Some(word), None) => match word {
            "never" => SecretExpiry::Never,
            "one_year" => SecretExpiry::OneYear,
            "with_client" => SecretExpiry::WithClient,
            _ => {
                let message = "must be never, one_year, with_client or days";
                wrong.add("/secret/default_expiry", "invalid", message);
                base.default_expiry
            }
        },
        (Some(_), Some(_)) => {
            let message = "belongs to the default_expiry days";
            wrong.add("/secret/default_days", "not_allowed", message);
            base.default_expiry
        }
        (None, None) if base.default_expiry == SecretExpiry::Never && !may_never_expire => {
            SecretExpiry::OneYear
        }
        (None, None) => base.default_expiry,
    };
    SecretRule {
        at_creation: draft.at_creation.unwrap_or(base.at_creation),
        default_expiry,
        may_never_expire,
        longest_days,
    }
}

/// Name and description, which every profile of a tenant has of its own.
pub fn read_names(draft: &ProfileDraft, wrong: &mut Violations) -> (String, Option<String>) {
    if draft.name.is_none() {
        let message = "is required: say what to call clients of this kind";
        wrong.add("/name", "required", message);
    }
    let name = wrong.take_optional("/name", draft.name.as_deref(), |it| text::line(it, 255));
    let description = text::description(draft.description.as_deref(), wrong);
    (name.unwrap_or_default(), description)
}
