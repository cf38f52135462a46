//! `/me`: the caller itself.

use futures_util::FutureExt;
use poem_openapi::{Object, OpenApi, param::Path};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Tag,
    auth::{AnyCaller, Authorized, themselves},
    body::Body,
    json::Json,
    problem::ApiError,
    reply::{Done, Listed},
};
use crate::{
    domain::{
        caller::ActorKind,
        permission::{PermissionSet, Rights},
        refusal::Refusal,
        role::{MANAGEMENT_RESOURCES, ManagementResource},
        session,
        violation::Violations,
    },
    people::{
        passwords::{self, Proof},
        read, sessions,
    },
};

/// The caller, and what it may do at this moment.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Me {
    /// `client` or `user`.
    pub kind: String,
    /// The id of the client or user.
    pub id: Uuid,
    /// `sub` of its tokens.
    pub subject: Uuid,
    /// What people call it.
    pub name: String,
    /// By which it signs in, if it is a person.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The tenant it acts in.
    pub tenant_id: Uuid,
    /// Its rung of the ladder.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Whether it may manage tenants and communities.
    pub operator: bool,
    /// What it may do, such as `users:view`.
    pub permissions: Vec<String>,
}

/// Another password for oneself.
#[derive(Clone, Object)]
pub struct ChangePassword {
    /// The one that works now.
    pub current_password: String,
    /// The one that is to work from now on: 12 to 256 characters, not one of the first to be guessed.
    pub new_password: String,
}

/// A browser in which the person is signed in.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Session {
    /// Its id, which opens nothing.
    pub id: Uuid,
    /// Whether it is the one behind this token.
    pub current: bool,
    /// When the person signed in.
    pub signed_in_at: String,
    /// When it was last used, to the minute.
    pub last_seen_at: String,
    /// The first second in which it is over, whatever happens.
    pub expires_at: String,
    /// From which address the person signed in.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// In which program.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}

impl Session {
    fn of(session: session::Session, this: Option<Uuid>) -> Self {
        Self {
            id: session.id,
            current: this == Some(session.id),
            signed_in_at: session.signed_in_at.to_string(),
            last_seen_at: session.last_seen_at.to_string(),
            expires_at: session.expires_at.to_string(),
            ip: session.ip,
            user_agent: session.user_agent,
        }
    }
}

/// The sessions of a person.
#[derive(Clone, Debug, Object, Serialize)]
pub struct SessionList {
    /// The sessions, the one used last first.
    pub items: Vec<Session>,
}

type Answer<T> = Result<T, ApiError>;

/// The routes of the caller itself.
pub struct MeApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Me")]
impl MeApi {
    /// Read the caller
    ///
    /// Who the token acts as, and what it may do at this moment. Any valid token will do.
    #[oai(path = "/me", method = "get", operation_id = "get_me")]
    async fn get_me(&self, auth: Authorized<AnyCaller>) -> Answer<Listed<Me>> {
        let caller = auth.caller;
        let email = match caller.actor.kind {
            ActorKind::User if themselves(&caller).is_ok() => {
                let user = read::get_own(&auth.app, &caller).await?;
                Some(user.form.email.to_string())
            }
            _ => None,
        };
        let permissions = match &caller.rights {
            Rights::Everything => MANAGEMENT_RESOURCES
                .iter()
                .map(ManagementResource::permission)
                .collect::<PermissionSet>()
                .iter()
                .map(|it| it.to_string())
                .collect(),
            Rights::Only(set) => set.iter().map(|it| it.to_string()).collect(),
        };
        let me = Me {
            kind: caller.actor.kind.as_str().to_owned(),
            id: caller.actor.id,
            subject: caller.subject,
            name: caller.actor.name,
            email,
            tenant_id: caller.tenant_id,
            role: caller.role.map(|it| it.to_string()),
            operator: caller.operator,
            permissions,
        };
        Ok(Listed::Ok(Json(me), None))
    }

    /// Change one's own password
    ///
    /// For people only. Every session but the one behind this token ends. Applications that were allowed stay
    /// connected; `/me/applications` lists them, and ends them.
    #[oai(
        path = "/me/password",
        method = "post",
        operation_id = "change_my_password"
    )]
    async fn change_my_password(
        &self,
        auth: Authorized<AnyCaller>,
        body: Body<ChangePassword>,
    ) -> Answer<Done> {
        themselves(&auth.caller)?;
        let Authorized { app, caller, .. } = auth;
        let user = read::get_own(&app, &caller).await?;
        let source = caller.origin.ip;
        match passwords::prove_own(&app, &user, &body.value.current_password, source).await? {
            Proof::Right => {}
            Proof::Wrong => {
                let wrong = Violations::one("/current_password", "is not the password you have");
                return Err(ApiError::violations(422, &wrong));
            }
            Proof::NotSaid(wait) => return Err(ApiError::slow_down(wait)),
        }
        let new = &body.value.new_password;
        let hash = passwords::hash_new(&app, &user, new, "/new_password").await?;
        let except = caller.session_id;
        app.change(caller, move |change| {
            async move { passwords::choose_password(change, &user, &hash, except).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }

    /// List one's own sessions
    ///
    /// The browsers in which the person is signed in, the one used last first. For people only.
    #[oai(
        path = "/me/sessions",
        method = "get",
        operation_id = "list_my_sessions"
    )]
    async fn list_my_sessions(&self, auth: Authorized<AnyCaller>) -> Answer<Listed<SessionList>> {
        themselves(&auth.caller)?;
        let user = read::get_own(&auth.app, &auth.caller).await?;
        let all = sessions::list_sessions(&auth.app, user.id).await?;
        let this = auth.caller.session_id;
        let items = all.into_iter().map(|it| Session::of(it, this)).collect();
        Ok(Listed::Ok(Json(SessionList { items }), None))
    }

    /// End one of one's own sessions
    ///
    /// That browser is signed out at once. For people only.
    #[oai(
        path = "/me/sessions/:id",
        method = "delete",
        operation_id = "end_my_session"
    )]
    async fn end_my_session(
        &self,
        auth: Authorized<AnyCaller>,
        /// The session's id.
        id: Path<Uuid>,
    ) -> Answer<Done> {
        themselves(&auth.caller)?;
        let user = read::get_own(&auth.app, &auth.caller).await?;
        let ended = auth
            .change(move |change| {
                async move { sessions::end_session(change, &user, id.0).await }.boxed()
            })
            .await?;
        if ended {
            Ok(Done::NoContent)
        } else {
            Err(Refusal::NotFound("session").into())
        }
    }

    /// End all of one's other sessions
    ///
    /// Every browser is signed out but the one behind this token. For people only.
    #[oai(
        path = "/me/sessions",
        method = "delete",
        operation_id = "end_my_other_sessions"
    )]
    async fn end_my_other_sessions(&self, auth: Authorized<AnyCaller>) -> Answer<Done> {
        themselves(&auth.caller)?;
        let user = read::get_own(&auth.app, &auth.caller).await?;
        let this = auth.caller.session_id;
        auth.change(move |change| {
            async move { sessions::end_sessions(change, &user, this).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }
}
