//! What the grants share that let a client act for a person.

use serde_json::json;

use super::TokenAnswer;
use crate::{
    access::held,
    access::known_apis::KnownApi,
    app::{App, Change},
    clients::cache::KnownClient,
    domain::{
        audit::{Action, FieldChange},
        authorization::Grant,
        scope::Scope,
        user::User,
    },
    error::{Error, Result as Outcome},
    oauth::{
        access_token::{self, ActsAs, ByApp},
        consent::grant_object,
        error::OAuthError,
        id_token, tenant_choice,
    },
};

/// What a client gets that acts for a person.
pub(super) struct ForPerson<'a> {
    /// The API that the access token is for.
    pub(super) api: &'a KnownApi,
    /// What the person allowed.
    pub(super) grant: &'a Grant,
    /// The person.
    pub(super) user: &'a User,
    /// What of it is granted now.
    pub(super) scope: &'a Scope,
    /// With which the next token is got.
    pub(super) refresh_token: Option<String>,
    /// What the client wants to find in the ID token.
    pub(super) nonce: Option<String>,
}

impl TokenAnswer {
    /// The tokens with which a client acts for a person. What was granted is always said.
    pub(super) async fn for_user(
        app: &App,
        known: &KnownClient,
        wanted: ForPerson<'_>,
    ) -> Result<Self, OAuthError> {
        let ForPerson {
            api,
            grant,
            user,
            scope,
            refresh_token,
            nonce,
        } = wanted;
        let tenant = tenant_choice::for_person(app, known, user, scope).await?;
        let held = held::list_held_by_person(app, user).await?;
        let by = ByApp {
            known,
            api,
            allowed: scope,
        };
        let acts_as = ActsAs::User {
            user,
            grant,
            tenant: &tenant,
            standing: by.standing(user, &held, tenant.id),
        };
        let issued = access_token::issue(app, known, api, scope, acts_as)?;
        let id_token = if scope.contains("openid") {
            let nonce = nonce.as_deref();
            Some(id_token::issue(app, known, grant, user, scope, &issued.token, nonce).await?)
        } else {
            None
        };
        Ok(Self {
            access_token: issued.token,
            expires_in: issued.expires_in,
            scope: Some(scope.to_string()),
            refresh_token,
            id_token,
        })
    }
}

/// The person that a grant is from, if they can be acted for now.
///
/// # Errors
/// `invalid_grant` when they cannot.
pub(super) async fn acting_for(
    app: &App,
    known: &KnownClient,
    grant: &Grant,
) -> Result<User, OAuthError> {
    let found = app.store.find_user_by_id(grant.user).await;
    let user = found.map_err(Error::from)?.filter(|it| {
        it.is_active() && (known.client.built_in || it.tenant_id == known.client.tenant_id)
    });
    user.ok_or_else(|| OAuthError::invalid_grant("the person is deactivated"))
}

/// Ends a grant with everything that came of it, and says why in the audit trail.
pub(in crate::oauth) async fn revoke_family(
    change: &Change,
    known: &KnownClient,
    grant: &Grant,
    why: &str,
) -> Outcome<()> {
    let client = &known.client;
    if change
        .store
        .revoke_grant(client.id, grant.id, change.now)
        .await?
    {
        let changes = vec![FieldChange {
            field: "revoked_why".to_owned(),
            before: serde_json::Value::Null,
            after: json!(why),
        }];
        change
            .record(Action::GrantRevoked, grant_object(grant, client), changes)
            .await?;
    }
    Ok(())
}
