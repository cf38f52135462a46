//! What no profile may say, because it would contradict itself.

use crate::domain::{
    auth_method::AuthMethod,
    grant_type::GrantType,
    profile::{Presence, RoleModel, Rules, SecretExpiry},
    violation::Violations,
};

/// What no profile may say, whoever wrote it.
pub(super) fn check(rules: &Rules, wrong: &mut Violations) {
    let has = |grant| rules.grant_types.contains(&grant);
    if has(GrantType::RefreshToken) && !has(GrantType::AuthorizationCode) {
        let message = "must contain authorization_code where they contain refresh_token";
        wrong.add("/grant_types", "inconsistent", message);
    }
    for (index, grant) in rules.default_grant_types.iter().enumerate() {
        if !rules.grant_types.contains(grant) {
            let pointer = format!("/default_grant_types/{index}");
            wrong.add(
                &pointer,
                "inconsistent",
                format!("{grant} is not among the grant_types"),
            );
        }
    }
    let by_default = has(GrantType::AuthorizationCode)
        && rules
            .default_grant_types
            .contains(&GrantType::AuthorizationCode);
    match rules.redirect_uris {
        Presence::Forbidden if has(GrantType::AuthorizationCode) => wrong.add(
            "/redirect_uris",
            "inconsistent",
            "cannot be forbidden with the grant type authorization_code",
        ),
        Presence::Required if !has(GrantType::AuthorizationCode) => wrong.add(
            "/redirect_uris",
            "inconsistent",
            "cannot be required without the grant type authorization_code",
        ),
        Presence::Optional | Presence::Forbidden if by_default => wrong.add(
            "/redirect_uris",
            "inconsistent",
            "must be required where authorization_code is among the default_grant_types",
        ),
        _ => {}
    }
    if (rules.roles == RoleModel::User) == has(GrantType::ClientCredentials) {
        wrong.add(
            "/roles/kind",
            "inconsistent",
            "must be user for clients that act for people only, and something else with client_credentials",
        );
    }
    match rules.auth_methods.first() {
        None | Some(AuthMethod::None) => wrong.add(
            "/auth_methods",
            "inconsistent",
            "must begin with a method that has a credential: it is the one a client has by default",
        ),
        Some(_) => {}
    }
    let may_be_public = rules.auth_methods.contains(&AuthMethod::None);
    if may_be_public && !has(GrantType::AuthorizationCode) {
        wrong.add(
            "/auth_methods",
            "inconsistent",
            "can contain none only with the grant type authorization_code",
        );
    }
    lifetimes(rules, wrong);
}

fn lifetimes(rules: &Rules, wrong: &mut Violations) {
    let lifetime = rules.token_lifetime;
    if lifetime.least > lifetime.most {
        let message = "must not be less than the least";
        wrong.add("/token_lifetime/most", "inconsistent", message);
    } else if let Some(default) = lifetime.default
        && !lifetime.range().contains(&default)
    {
        let message = format!("must be from {} to {}", lifetime.least, lifetime.most);
        wrong.add("/token_lifetime/default", "inconsistent", message);
    }
    let secret = rules.secret;
    if secret.longest_days.is_some() && secret.may_never_expire {
        wrong.add(
            "/secret/may_never_expire",
            "inconsistent",
            "must be false where longest_days is set",
        );
    }
    if secret.default_expiry == SecretExpiry::Never && !secret.may_never_expire {
        wrong.add(
            "/secret/default_expiry",
            "inconsistent",
            "cannot be never where may_never_expire is false",
        );
    }
    if let (SecretExpiry::Days(days), Some(longest)) = (secret.default_expiry, secret.longest_days)
        && days > longest
    {
        let message = format!("must be {longest}, the longest_days, or less");
        wrong.add("/secret/default_days", "inconsistent", message);
    }
}
