//! The applications that a person lets use the account, on the account page.

use futures_util::FutureExt;
use poem::{Response, handler};
use uuid::Uuid;

use super::{
    PageError, SentForm,
    account::{moment, signed_in},
    asked::{self, Asked},
    layout::see_other,
};
use crate::{
    app::App,
    domain::{caller::Caller, refusal::Refusal},
    error::{Error, Result},
    oauth::allowed,
};

/// An application in the list.
pub(super) struct ShownApplication {
    pub(super) id: Uuid,
    pub(super) name: String,
    /// What it may do.
    pub(super) may: Vec<Asked>,
    pub(super) allowed_at: String,
}

/// What the caller allowed.
///
/// # Errors
/// The database being away.
pub(super) async fn shown(app: &App, caller: &Caller) -> Result<Vec<ShownApplication>> {
    let all = allowed::list_own(app, caller).await?;
    let apis = app.known_apis(caller.tenant_id).await?;
    Ok(all
        .into_iter()
        .map(|it| ShownApplication {
            id: it.client.id,
            name: it.client.form.name,
            may: asked::in_words(&it.consent.scope, &apis),
            allowed_at: moment(it.consent.created_at),
        })
        .collect())
}

/// `POST /account/applications/disconnect`. One that is disconnected already is as good.
#[handler]
pub(super) async fn disconnect(form: SentForm) -> std::result::Result<Response, PageError> {
    let browser = &form.browser;
    let Some(me) = signed_in(browser).await? else {
        return Ok(see_other("/sign-in"));
    };
    let id = Uuid::try_parse(form.text("application")).map_err(|_| PageError::Unreadable)?;
    let done = browser
        .app
        .change(me.caller(browser.origin.clone()), move |change| {
            async move { allowed::withdraw_own(change, id).await }.boxed()
        })
        .await;
    match done {
        Ok(()) | Err(Error::Refused(Refusal::NotFound(_))) => {
            Ok(see_other("/account?done=application"))
        }
        Err(other) => Err(other.into()),
    }
}
