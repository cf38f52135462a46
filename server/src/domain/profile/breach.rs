//! Which rules of a profile a client breaks that was made under other rules. It lives on: rules hold for what is
//! written from then on.

use super::{ExpiryRule, Presence, Rules};
use crate::domain::{
    auth_method::AuthMethod, client::Client, credential::Credential, timestamp::Timestamp,
    violation::Violations,
};

impl Rules {
    /// What of a client these rules would not let anybody write today. Of its credentials the live ones count.
    pub fn broken_by(
        &self,
        client: &Client,
        credentials: &[Credential],
        roles: &[String],
        now: Timestamp,
    ) -> Violations {
        let mut broken = Violations::none();
        let form = &client.form;
        if let Some(lifetime) = form.token_lifetime
            && !self.token_lifetime.range().contains(&lifetime.seconds())
        {
            let (least, most) = (self.token_lifetime.least, self.token_lifetime.most);
            let found = lifetime.seconds();
            broken.add(
                "/token_lifetime",
                "out_of_range",
                format!("is {found} seconds; this profile allows {least} to {most} seconds"),
            );
        }
        for grant in &form.grant_types {
            if !self.grant_types.contains(grant) {
                let message = format!("contains {grant}, which this profile does not allow");
                broken.add("/grant_types", "not_allowed", message);
            }
        }
        let method = form.token_endpoint_auth_method;
        if client.public && !self.auth_methods.contains(&AuthMethod::None) {
            broken.add(
                "/public",
                "not_allowed",
                "is true; this profile wants a credential",
            );
        } else if !self.auth_methods.contains(&method) {
            let message = format!("is {method}, which this profile does not allow");
            broken.add("/token_endpoint_auth_method", "not_allowed", message);
        }
        match self.redirect_uris {
            Presence::Required if form.redirect_uris.is_empty() => {
                broken.add(
                    "/redirect_uris",
                    "required",
                    "is empty; this profile wants one",
                );
            }
            Presence::Forbidden if !form.redirect_uris.is_empty() => broken.add(
                "/redirect_uris",
                "not_allowed",
                "is not part of this profile",
            ),
            _ => {}
        }
        if matches!(self.expiry, ExpiryRule::Required { .. }) && form.expires_at.is_none() {
            broken.add(
                "/expires_at",
                "required",
                "is not set; this profile wants an end",
            );
        }
        for missing in self.roles.mandatory().unwrap_or_default() {
            if !roles.contains(missing) {
                let message = format!("lacks {missing}, which every client of this profile has");
                broken.add("/roles", "mandatory", message);
            }
        }
        for credential in credentials.iter().filter(|it| it.is_live(now)) {
            self.secret_broken_by(credential, &mut broken);
        }
        broken
    }

    fn secret_broken_by(&self, credential: &Credential, broken: &mut Violations) {
        if self
            .secret
            .allows(credential.created_at, credential.expires_at)
        {
            return;
        }
        let pointer = format!("/credentials/{}/expires_at", credential.id);
        match (credential.expires_at, self.secret.longest_days) {
            (Some(end), Some(days)) => broken.add(
                &pointer,
                "too_late",
                format!("is {end}; this profile lets a secret live {days} days"),
            ),
            _ => broken.add(
                &pointer,
                "required",
                "is not set; this profile wants an end",
            ),
        }
    }
}
