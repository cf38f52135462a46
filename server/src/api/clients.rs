//! `/clients`: the life of a client.

use futures_util::FutureExt;
use poem::http::Uri;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    Tag,
    auth::{Authorized, ChangeClients, ViewClients},
    body::Body,
    client_dto::{Client, ClientList, CreatedClient, EffectiveStatus, reveal},
    client_form_dto::{ClientForm, CreateClient},
    credential_dto::Credential,
    etag, idempotency,
    json::Json,
    paging,
    problem::{ApiError, field_problems},
    reply::{Done, Found, Listed, Made},
};
use crate::{
    app::{App, Change},
    clients::{
        breaking, change, create, lifecycle,
        read::{self, ClientColumn, ClientFilter, ClientPage, ClientSort},
    },
    domain::{
        caller::Caller, client, days::Days, timestamp::Timestamp, version::Version,
        violation::Violations,
    },
    error::Result,
};

type Answer<T> = std::result::Result<T, ApiError>;

/// The routes below `/clients`.
pub struct ClientsApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Clients")]
impl ClientsApi {
    /// Create a client
    ///
    /// Makes a client of a profile, with its service user and, where the profile says so, its first secret. The
    /// secret is in this answer and never again. With an `Idempotency-Key` the request can be repeated safely.
    #[oai(path = "/clients", method = "post", operation_id = "create_client")]
    async fn create_client(
        &self,
        auth: Authorized<ChangeClients>,
        /// Makes a repeated request safe: the same key and body give the same answer for 24 hours.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<CreateClient>,
    ) -> Answer<Made<CreatedClient>> {
        let key = idempotency::read(idempotency_key.0.as_deref(), body.request)?;
        let new = body.value.into();
        let made = auth
            .change_once(key, move |change| {
                async move {
                    let made = create::create_client(change, &new).await?;
                    let secret = made.secret.as_ref().map(|it| &it.stored);
                    let kept = secret.or(made.public_key.as_ref()).map(|it| &it.credential);
                    Ok(CreatedClient {
                        client: Client::of(&made.client, change.now)
                            .holding(&made.held, made.client.tenant_id),
                        client_secret: made.secret.as_ref().map(|it| reveal(&it.text)),
                        credential: kept.map(|it| Credential::of(it, change.now)),
                    })
                }
                .boxed()
            })
            .await?;
        let location = format!("/api/v1/clients/{}", made.client.id);
        Ok(Made::at(location, made.client.version, made))
    }

    /// List clients
    ///
    /// A page of the clients that the caller may see. Follow `next` (or the `Link` header) for more; a page stays
    /// right while clients are added. Filters are combined by "and".
    #[oai(path = "/clients", method = "get", operation_id = "list_clients")]
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a query parameter of the API"
    )]
    async fn list_clients(
        &self,
        auth: Authorized<ViewClients>,
        uri: &Uri,
        /// How many to show, 1 to 200; 50 unless given.
        limit: Query<Option<i64>>,
        /// Where the page begins: `next` of the page before.
        cursor: Query<Option<String>>,
        /// `name`, `created_at`, `usable_until` or `last_used_at`; with a `-` before it, backwards.
        sort: Query<Option<String>>,
        /// Whether to count all that match.
        total: Query<Option<bool>>,
        /// Part of the name, the client id or the notes, without regard to case.
        q: Query<Option<String>>,
        /// Only clients of this profile.
        profile: Query<Option<String>>,
        /// Only clients in this state.
        effective_status: Query<Option<EffectiveStatus>>,
        /// Only clients with this role.
        role: Query<Option<String>>,
        /// Only clients of this owner.
        owner: Query<Option<String>>,
        /// Only clients with this label, as `key` or `key:value`.
        label: Query<Option<String>>,
        /// Whether to show only clients that nobody answers for.
        unowned: Query<Option<bool>>,
        /// Only active clients that end within so many days, 1 to 366, or a credential of which does.
        expires_within: Query<Option<i64>>,
        /// Only clients that were refused a token within so many days, 1 to 366; the last 31 are known.
        refused_within: Query<Option<i64>>,
        /// Only clients that can get no token any more from this moment on.
        expires_before: Query<Option<String>>,
        /// Only clients that got no token since this moment.
        unused_since: Query<Option<String>>,
        /// Only clients made at or after this moment.
        created_after: Query<Option<String>>,
        /// Deleted clients that can be restored, instead of those that are there.
        deleted: Query<Option<bool>>,
    ) -> Answer<Listed<ClientList>> {
        let limit = paging::limit(limit.0)?;
        let sort = sort.0.unwrap_or_else(|| "name".to_owned());
        let mut wrong = Violations::none();
        let filter = ClientFilter {
            deleted: deleted.0.unwrap_or_default(),
            profiles: profile.0.map(|it| vec![it]),
            effective_status: effective_status.0.map(Into::into),
            role: role.0,
            owner: owner.0,
            unowned: unowned.0.unwrap_or_default(),
            expires_within: days(&mut wrong, "expires_within", expires_within.0),
            refused_within: days(&mut wrong, "refused_within", refused_within.0),
            label: label.0.map(|it| match it.split_once(':') {
                Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                None => (it, None),
            }),
            expires_before: moment(&mut wrong, "expires_before", expires_before.0.as_deref()),
            unused_since: moment(&mut wrong, "unused_since", unused_since.0.as_deref()),
            created_after: moment(&mut wrong, "created_after", created_after.0.as_deref()),
            search: paging::search(&mut wrong, q.0),
        };
        let order = wrong.take("sort", sort_of(&sort));
        let list = format!("clients {sort} {filter:?}");
        let (Some(order), true) = (order, wrong.is_empty()) else {
            return Err(ApiError::violations(400, &wrong));
        };
        let Authorized { app, caller, .. } = auth;
        let after = paging::open(&app, &list, cursor.0.as_deref())?;
        let page = ClientPage {
            sort: order,
            after: after.as_ref(),
            limit,
            with_total: total.0.unwrap_or_default(),
        };
        let page = read::list_clients(&app, &caller, filter, page).await?;
        let next = paging::seal(&app, &list, page.next.as_ref())?;
        let now = app.clock.now();
        let link = paging::link(uri, next.as_deref());
        let body = ClientList {
            items: page
                .items
                .iter()
                .map(|(client, held)| Client::of(client, now).holding(held, client.tenant_id))
                .collect(),
            next,
            total: page.total.map(Into::into),
        };
        Ok(Listed::Ok(Json(body), link))
    }

    /// Read a client
    ///
    /// By its uuid or its wire id. A deleted client is found by its uuid while it can be restored.
    #[oai(path = "/clients/:id", method = "get", operation_id = "get_client")]
    async fn get_client(
        &self,
        auth: Authorized<ViewClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
    ) -> Answer<Found<Client>> {
        let client = read::get_client(&auth.app, &auth.caller, &id.0).await?;
        found(&client, &auth.app).await
    }

    /// Replace a client
    ///
    /// Replaces the whole editable part: what is left out is cleared or set to its default. `If-Match` is required.
    #[oai(path = "/clients/:id", method = "put", operation_id = "replace_client")]
    async fn replace_client(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The ETag of the state this replaces.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ClientForm>,
    ) -> Answer<Found<Client>> {
        let expected = etag::required(if_match.0.as_deref())?;
        let form = body.value;
        changed(auth.app, auth.caller, move |change| {
            async move {
                let wanted = |client: &client::Client| Ok(form.replacing(client).into());
                change::replace_client(change, &id.0, &expected, wanted).await
            }
            .boxed()
        })
        .await
    }

    /// Change a client
    ///
    /// A merge-patch (RFC 7396) onto the editable part: what is left out stays, `null` clears. `If-Match` is honoured.
    #[oai(
        path = "/clients/:id",
        method = "patch",
        operation_id = "update_client"
    )]
    async fn update_client(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The ETag of the state this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ClientForm>,
    ) -> Answer<Found<Client>> {
        let expected = etag::honoured(if_match.0.as_deref())?;
        let patch = body.json;
        changed(auth.app, auth.caller, move |change| {
            async move {
                let wanted = |client: &client::Client| {
                    Ok(super::body::merged(&ClientForm::from(client), &patch)?.into())
                };
                change::replace_client(change, &id.0, &expected, wanted).await
            }
            .boxed()
        })
        .await
    }

    /// Delete a client
    ///
    /// Ends it, its credentials and all its tokens at once. It can be restored for 30 days. `If-Match` is required.
    #[oai(
        path = "/clients/:id",
        method = "delete",
        operation_id = "delete_client"
    )]
    async fn delete_client(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
        /// The ETag of the state this deletes.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Answer<Done> {
        let expected = etag::required(if_match.0.as_deref())?;
        auth.change(move |change| {
            async move { lifecycle::delete_client(change, &id.0, &expected).await }.boxed()
        })
        .await?;
        Ok(Done::NoContent)
    }

    /// Deactivate a client
    ///
    /// No new tokens from now on, and every live one is dead at once. It can be reactivated.
    #[oai(
        path = "/clients/:id/deactivate",
        method = "post",
        operation_id = "deactivate_client"
    )]
    async fn deactivate_client(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
    ) -> Answer<Found<Client>> {
        changed(auth.app, auth.caller, move |change| {
            async move { lifecycle::deactivate_client(change, &id.0).await }.boxed()
        })
        .await
    }

    /// Reactivate a client
    ///
    /// Brings back its live secrets and nothing else: tokens from before stay dead.
    #[oai(
        path = "/clients/:id/reactivate",
        method = "post",
        operation_id = "reactivate_client"
    )]
    async fn reactivate_client(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
    ) -> Answer<Found<Client>> {
        changed(auth.app, auth.caller, move |change| {
            async move { lifecycle::reactivate_client(change, &id.0).await }.boxed()
        })
        .await
    }

    /// Revoke all tokens of a client
    ///
    /// Every live token is dead at once; the client may get new ones.
    #[oai(
        path = "/clients/:id/revoke-tokens",
        method = "post",
        operation_id = "revoke_client_tokens"
    )]
    async fn revoke_client_tokens(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid or wire id.
        id: Path<String>,
    ) -> Answer<Found<Client>> {
        changed(auth.app, auth.caller, move |change| {
            async move { lifecycle::revoke_client_tokens(change, &id.0).await }.boxed()
        })
        .await
    }

    /// Restore a deleted client
    ///
    /// Within 30 days of its deletion, by its uuid. Its tokens stay dead; its live secrets work again.
    #[oai(
        path = "/clients/:id/restore",
        method = "post",
        operation_id = "restore_client"
    )]
    async fn restore_client(
        &self,
        auth: Authorized<ChangeClients>,
        /// The client's uuid.
        id: Path<String>,
    ) -> Answer<Found<Client>> {
        changed(auth.app, auth.caller, move |change| {
            async move { lifecycle::restore_client(change, &id.0).await }.boxed()
        })
        .await
    }
}

fn tag_of(client: &Client) -> String {
    etag::of(Version(client.version))
}

async fn found(client: &client::Client, app: &App) -> Answer<Found<Client>> {
    let held = read::list_assignments(app, client).await?;
    let broken = breaking::broken_by(app, client, &held).await?;
    let mut shown = Client::of(client, app.clock.now()).holding(&held, client.tenant_id);
    shown.broken_rules = Some(field_problems(&broken));
    let tag = tag_of(&shown);
    Ok(Found::Ok(Json(shown), tag))
}

async fn changed<F>(app: App, caller: Caller, work: F) -> Answer<Found<Client>>
where
    F: for<'a> FnOnce(
            &'a mut Change,
        ) -> futures_util::future::BoxFuture<'a, Result<client::Client>>
        + Send
        + 'static,
{
    let client = app.change(caller, work).await?;
    found(&client, &app).await
}

fn moment(wrong: &mut Violations, name: &str, text: Option<&str>) -> Option<Timestamp> {
    wrong.take_optional(name, text, Timestamp::parse)
}

fn days(wrong: &mut Violations, name: &str, number: Option<i64>) -> Option<Days> {
    number.and_then(|it| wrong.take(name, Days::parse(it)))
}

fn sort_of(text: &str) -> std::result::Result<ClientSort, &'static str> {
    let (descending, column) = match text.strip_prefix('-') {
        Some(column) => (true, column),
        None => (false, text),
    };
    let by = match column {
        "name" => ClientColumn::Name,
        "created_at" => ClientColumn::CreatedAt,
        "usable_until" => ClientColumn::UsableUntil,
        "last_used_at" => ClientColumn::LastUsedAt,
        _ => {
            return Err(
                "must be name, created_at, usable_until or last_used_at, with a - before it for backwards",
            );
        }
    };
    Ok(ClientSort { by, descending })
}
