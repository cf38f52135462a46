//! `/profiles`: kinds of clients, and the credential policy of the tenant.

use futures_util::FutureExt;
use poem::http::Uri;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    Tag,
    auth::{Authorized, ChangeProfiles, ViewProfiles},
    body::{Body, merged},
    etag, idempotency,
    json::Json,
    paging,
    problem::ApiError,
    profile_dto::{BreakingClientList, Profile, ProfileList},
    profile_form_dto::{CreateProfile, ProfileForm},
    reply::{Done, Found, Listed, Made},
};
use crate::{
    app::App,
    clients::{breaking, profile_form::ProfileDraft, profiles},
    domain::{caller::Caller, page::Limit, profile, version::Expected},
    error::Result,
};

type Answer<T> = std::result::Result<T, ApiError>;

/// The routes below `/profiles`.
pub struct ProfilesApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Profiles")]
impl ProfilesApi {
    /// List profiles
    ///
    /// The kinds of clients there are in the tenant: all of them with `profiles:view`, else those whose clients the
    /// caller may see.
    #[oai(path = "/profiles", method = "get", operation_id = "list_profiles")]
    async fn list_profiles(&self, auth: Authorized<ViewProfiles>) -> Answer<Listed<ProfileList>> {
        let all = profiles::list_profiles(&auth.app, &auth.caller).await?;
        let items = all.iter().map(Into::into).collect();
        Ok(Listed::Ok(Json(ProfileList { items }), None))
    }

    /// Create a profile
    ///
    /// A kind of client of the tenant's own. Its clients live by its rules as those of the built-in ones do by theirs,
    /// and the permission grid gets a row for them.
    #[oai(path = "/profiles", method = "post", operation_id = "create_profile")]
    async fn create_profile(
        &self,
        auth: Authorized<ChangeProfiles>,
        /// Makes a repeated request safe: the same key and body give the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<CreateProfile>,
    ) -> Answer<Made<Profile>> {
        let key = idempotency::read(idempotency_key.0.as_deref(), body.request)?;
        let (name, draft) = body.value.into_parts();
        let made = auth
            .change_once(key, move |change| {
                async move {
                    let profile = profiles::create_profile(change, &name, &draft).await?;
                    Ok(Profile::from(&profile))
                }
                .boxed()
            })
            .await?;
        Ok(Made::at(
            format!("/api/v1/profiles/{}", made.key),
            made.version,
            made,
        ))
    }

    /// Read a profile
    ///
    /// By its key.
    #[oai(path = "/profiles/:key", method = "get", operation_id = "get_profile")]
    async fn get_profile(
        &self,
        auth: Authorized<ViewProfiles>,
        /// The profile's key.
        key: Path<String>,
    ) -> Answer<Found<Profile>> {
        let profile = profiles::get_profile(&auth.app, &auth.caller, &key.0).await?;
        Ok(Found::Ok(
            Json(Profile::from(&profile)),
            etag::of(profile.version),
        ))
    }

    /// Replace a profile
    ///
    /// Replaces the whole editable part; what is left out is as delivered, or plain. The rules hold for what is written
    /// from then on. Clients that break them live on as they are, keep what is broken in later changes until somebody
    /// changes just that, and stand in `breaking`. `If-Match` is required.
    #[oai(
        path = "/profiles/:key",
        method = "put",
        operation_id = "replace_profile"
    )]
    async fn replace_profile(
        &self,
        auth: Authorized<ChangeProfiles>,
        /// The profile's key.
        key: Path<String>,
        /// Checks everything and saves nothing: the answer is what the profile would be, and which clients would break
        /// it.
        dry_run: Query<Option<bool>>,
        /// The ETag of the state this replaces.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ProfileForm>,
    ) -> Answer<Found<Profile>> {
        let expected = etag::required(if_match.0.as_deref())?;
        let draft: ProfileDraft = body.value.into();
        let Authorized { app, caller, .. } = auth;
        written(app, caller, key.0, dry_run.0, expected, move |_| Ok(draft)).await
    }

    /// Change a profile
    ///
    /// A merge-patch (RFC 7396) onto the editable part: what is left out stays, `null` clears. The rules hold as with
    /// PUT. `If-Match` is honoured.
    #[oai(
        path = "/profiles/:key",
        method = "patch",
        operation_id = "update_profile"
    )]
    async fn update_profile(
        &self,
        auth: Authorized<ChangeProfiles>,
        /// The profile's key.
        key: Path<String>,
        /// Checks everything and saves nothing: the answer is what the profile would be, and which clients would break
        /// it.
        dry_run: Query<Option<bool>>,
        /// The ETag of the state this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ProfileForm>,
    ) -> Answer<Found<Profile>> {
        let expected = etag::honoured(if_match.0.as_deref())?;
        let patch = body.json;
        let merge = move |current: &profile::Profile| {
            Ok(merged(&ProfileForm::from(current), &patch)?.into())
        };
        let Authorized { app, caller, .. } = auth;
        written(app, caller, key.0, dry_run.0, expected, merge).await
    }

    /// Delete a profile
    ///
    /// One of the tenant's own that no client has: as long as there are some, also deleted ones that can be restored, the
    /// answer is 409 and says how many. The permissions that opened its clients go with it. `If-Match` is required.
    #[oai(
        path = "/profiles/:key",
        method = "delete",
        operation_id = "delete_profile"
    )]
    async fn delete_profile(
        &self,
        auth: Authorized<ChangeProfiles>,
        /// The profile's key.
        key: Path<String>,
        /// The ETag of the state this deletes.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Answer<Done> {
        let expected = etag::required(if_match.0.as_deref())?;
        auth.change(move |change| {
            async move { profiles::delete_profile(change, &key.0, &expected).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }

    /// List the clients that break a profile
    ///
    /// Those that were made under other rules and would not be accepted as they are today, each with what it breaks.
    /// They work as before; to mend one, change what is broken.
    #[oai(
        path = "/profiles/:key/breaking",
        method = "get",
        operation_id = "list_breaking_clients"
    )]
    async fn list_breaking_clients(
        &self,
        auth: Authorized<ViewProfiles>,
        uri: &Uri,
        /// The profile's key.
        key: Path<String>,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> Answer<Listed<BreakingClientList>> {
        let limit = paging::limit(limit.0)?;
        let Authorized { app, caller, .. } = auth;
        let profile = breaking::get_breakable(&app, &caller, &key.0).await?;
        let list = list_of(&profile);
        let after = paging::open(&app, &list, cursor.0.as_deref())?;
        let page = breaking::list_breaking(&app, &caller, &profile, after, limit).await?;
        let next = paging::seal(&app, &list, page.next.as_ref())?;
        let link = paging::link(uri, next.as_deref());
        Ok(Listed::Ok(Json(BreakingClientList::of(&page, next)), link))
    }
}

/// What a cursor of the clients that break a profile belongs to.
fn list_of(profile: &profile::Profile) -> String {
    format!("breaking {}", profile.key)
}

/// Saves what `draft` makes of a profile, or only tries it, and shows it with the clients that break it.
async fn written<F>(
    app: App,
    caller: Caller,
    key: String,
    dry_run: Option<bool>,
    expected: Expected,
    draft: F,
) -> Answer<Found<Profile>>
where
    F: FnOnce(&profile::Profile) -> Result<ProfileDraft> + Send + 'static,
{
    let profile = if dry_run == Some(true) {
        profiles::try_profile(&app, &caller, &key, &expected, draft).await?
    } else {
        app.change(caller.clone(), move |change| {
            async move { profiles::replace_profile(change, &key, &expected, draft).await }.boxed()
        })
        .await?
    };
    let page = breaking::list_breaking(&app, &caller, &profile, None, Limit::DEFAULT).await?;
    // A cursor leads through the list of what is saved.
    let next = match dry_run {
        Some(true) => None,
        _ => paging::seal(&app, &list_of(&profile), page.next.as_ref())?,
    };
    let mut shown = Profile::from(&profile);
    shown.breaking = Some(BreakingClientList::of(&page, next));
    Ok(Found::Ok(Json(shown), etag::of(profile.version)))
}
