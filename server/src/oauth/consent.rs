//! What happens with a request that is right: sign in, ask, or answer; and what the person's answer brings about.

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::{
    authorize::{self, Answer},
    error::{ErrorCode, OAuthError},
    held::new_name,
    tenant_choice,
};
use crate::{
    app::{App, Change},
    clients::{cache::KnownClient, snapshot},
    crypto::digest::Digest,
    domain::{
        audit::{Action, FieldChange, Object},
        authorization::{AuthorizationRequest, CODE_LIVES, Code, Consent, Grant, HeldRequest},
        caller::Origin,
        client::{Client, Status},
        scope::Scope,
    },
    error::Result,
    people::sessions::SignedIn,
};

/// What comes next for a request.
#[derive(Debug)]
pub enum Step {
    /// The app is told that it cannot be.
    Refuse(OAuthError),
    /// The person signs in, maybe again.
    SignIn,
    /// The person is asked.
    Ask,
    /// Nobody need be asked: the app gets its code.
    Grant,
}

/// Whether the person signed in because this request asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInIs {
    /// They did.
    Fresh,
    /// They were signed in when the request came.
    FromBefore,
}

impl SignInIs {
    /// What it is for a request that was held.
    pub fn of(held: &HeldRequest, who: &SignedIn) -> Self {
        let later = who.signed_in_at > held.created_at;
        // A second is the least this server tells apart; within it another session tells.
        let at_once =
            who.signed_in_at == held.created_at && held.session_before != Some(who.session_id);
        if later || at_once {
            Self::Fresh
        } else {
            Self::FromBefore
        }
    }
}

/// What comes next for `request`, when `who` is signed in.
///
/// # Errors
/// The database being away.
pub async fn next_step(
    app: &App,
    known: &KnownClient,
    request: &AuthorizationRequest,
    who: Option<&SignedIn>,
    sign_in: SignInIs,
) -> Result<Step> {
    let silent = request.prompts.is_none();
    let refuse = |code, why: &str| Ok(Step::Refuse(OAuthError::new(code, why)));
    let ask_to_sign_in = || {
        if silent {
            refuse(
                ErrorCode::LoginRequired,
                "nobody is signed in, or not lately enough",
            )
        } else {
            Ok(Step::SignIn)
        }
    };
    let Some(who) = who else {
        return ask_to_sign_in();
    };
    let age = app.clock.now().unix() - who.signed_in_at.unix();
    let too_old = request.max_age.is_some_and(|most| age > most);
    // The whole second in which they signed in counts as age zero, so `max_age=0` has to be said by itself.
    let wanted = request.prompts.wants_sign_in() || request.max_age == Some(0) || too_old;
    if wanted && sign_in == SignInIs::FromBefore {
        return ask_to_sign_in();
    }
    if known.client.built_in {
        let tenant = tenant_choice::for_person(app, known, &who.user, &request.scope).await;
        return Ok(tenant.map_or_else(Step::Refuse, |_| Step::Grant));
    }
    if who.user.tenant_id != known.client.tenant_id {
        return refuse(
            ErrorCode::AccessDenied,
            "the person belongs to another tenant than the app",
        );
    }
    if !request.prompts.wants_consent() && is_allowed(app, request, who.user.id).await? {
        return Ok(Step::Grant);
    }
    if silent {
        return refuse(
            ErrorCode::ConsentRequired,
            "the person has not allowed this yet",
        );
    }
    Ok(Step::Ask)
}

/// Whether the person allowed all of this before.
async fn is_allowed(app: &App, request: &AuthorizationRequest, user: Uuid) -> Result<bool> {
    let consent = app.store.find_consent(user, request.client).await?;
    Ok(consent.is_some_and(|it| it.scope.covers(&request.scope)))
}

/// What was decided about a request, and by whom.
#[derive(Clone, Debug)]
pub enum Decision {
    /// The person said yes to the request with this name, just now.
    Allowed(String),
    /// The person said no to the request with this name.
    Denied(String),
    /// The person allowed it before; the request may have been held.
    AllowedBefore(Option<String>),
}

impl Decision {
    fn name(&self) -> Option<&str> {
        match self {
            Self::Allowed(name) | Self::Denied(name) => Some(name),
            Self::AllowedBefore(name) => name.as_deref(),
        }
    }
}

/// How a decision ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The app is told by a redirect to this address.
    SendTo(String),
    /// The request was answered before, or is too old.
    Over,
    /// The app was switched off in between.
    AppGone,
}

/// Carries a decision out: marks the request as answered, remembers the consent, and makes grant and code.
///
/// # Errors
/// The database being away.
pub async fn decide(
    app: &App,
    who: &SignedIn,
    request: AuthorizationRequest,
    decision: Decision,
    origin: Origin,
) -> Result<Outcome> {
    let who = who.clone();
    app.change(who.caller(origin), move |change| {
        carry_out(change, who, request, decision).boxed()
    })
    .await
}

async fn carry_out(
    change: &Change,
    who: SignedIn,
    request: AuthorizationRequest,
    decision: Decision,
) -> Result<Outcome> {
    let found = change.store.find_client_to_rely_on(request.client).await?;
    let Some(client) = found.filter(|it| it.deleted_at.is_none() && it.status == Status::Active)
    else {
        return Ok(Outcome::AppGone);
    };
    if let Some(name) = decision.name() {
        let digest = Digest::of(name.as_bytes());
        let first = change
            .store
            .answer_authorization_request(&digest, change.now)
            .await?;
        if !first {
            return Ok(Outcome::Over);
        }
    }
    let told = |answer: &Answer<'_>| authorize::answer(&change.app, &request, answer);
    if let Decision::Denied(_) = decision {
        let error = OAuthError::new(ErrorCode::AccessDenied, "the person did not allow it");
        return Ok(Outcome::SendTo(told(&Answer::Error(&error))));
    }
    if let Decision::Allowed(_) = decision {
        remember(change, &client, who.user.id, &request.scope).await?;
    }
    let code = make_code(change, &client, &who, &request).await?;
    Ok(Outcome::SendTo(told(&Answer::Code(&code))))
}

async fn remember(change: &Change, client: &Client, user: Uuid, scope: &Scope) -> Result<()> {
    let before = change.store.find_consent(user, client.id).await?;
    let known = before.as_ref().map(|it| it.scope.clone());
    let consent = Consent {
        user,
        client: client.id,
        scope: known
            .as_ref()
            .map_or_else(|| scope.clone(), |it| it.and(scope)),
        created_at: before.map_or(change.now, |it| it.created_at),
        updated_at: change.now,
    };
    change.store.replace_consent(&consent).await?;
    if known.as_ref() == Some(&consent.scope) {
        return Ok(());
    }
    let changes = vec![FieldChange {
        field: "scope".to_owned(),
        before: json!(known),
        after: json!(consent.scope),
    }];
    change
        .record(
            Action::ConsentGiven,
            snapshot::client_object(client),
            changes,
        )
        .await
}

async fn make_code(
    change: &Change,
    client: &Client,
    who: &SignedIn,
    request: &AuthorizationRequest,
) -> Result<String> {
    let (text, digest) = new_name(&change.app, "")?;
    let grant = Grant {
        id: Uuid::now_v7(),
        client: client.id,
        user: who.user.id,
        session: who.session_id,
        api: request.api,
        scope: request.scope.clone(),
        signed_in_at: who.signed_in_at,
        created_at: change.now,
        expires_at: change.now.plus(CODE_LIVES),
        revoked_at: None,
    };
    let code = Code {
        grant: grant.id,
        redirect_uri: request
            .redirect_uri_was_sent
            .then(|| request.redirect_uri.clone()),
        challenge: request.challenge.clone(),
        nonce: request.nonce.clone(),
        expires_at: change.now.plus(CODE_LIVES),
        used_at: None,
    };
    change.store.insert_grant(&grant).await?;
    change.store.insert_code(&digest, &code).await?;
    let changes = vec![FieldChange {
        field: "scope".to_owned(),
        before: serde_json::Value::Null,
        after: json!(grant.scope),
    }];
    change
        .record(Action::GrantCreated, grant_object(&grant, client), changes)
        .await?;
    Ok(text)
}

/// How the audit trail names a grant.
pub(super) fn grant_object(grant: &Grant, client: &Client) -> Object {
    Object {
        kind: "grant",
        id: grant.id,
        name: client.form.name.clone(),
        client: Some(client.id),
    }
}
