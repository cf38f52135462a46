//! Reads what a caller wrote about an API: every broken rule at once, each with a pointer.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::Change,
    domain::{
        api::{
            Api, ApiForm, ApiPermission, Chosen, MOST_INTROSPECTION_CLIENTS, MOST_PERMISSIONS,
            TokenFormat,
        },
        audience::Audience,
        key::Key,
        lifetime::TokenLifetime,
        permission::Access,
        text,
        violation::Violations,
    },
    error::Result,
};

/// The lifetimes that an API may set for its tokens, in seconds.
const LIFETIMES: std::ops::RangeInclusive<u32> = 60..=86_400;

/// The editable part of an API as a caller wrote it: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct ApiDraft {
    /// See [`ApiForm::audience`].
    pub audience: Option<String>,
    /// See [`ApiForm::name`].
    pub name: Option<String>,
    /// See [`ApiForm::description`].
    pub description: Option<String>,
    /// See [`ApiForm::permissions`].
    pub permissions: Vec<PermissionDraft>,
    /// See [`ApiForm::token_format`].
    pub token_format: Option<String>,
    /// See [`ApiForm::token_lifetime`], in seconds.
    pub token_lifetime: Option<i64>,
    /// See [`ApiForm::chosen`].
    pub chosen: Chosen,
    /// Uuids or wire ids of clients; see [`ApiForm::introspection_clients`].
    pub introspection_clients: Vec<String>,
}

/// A row of the permission grid as a caller wrote it.
#[derive(Clone, Debug, Default)]
pub struct PermissionDraft {
    /// See [`ApiPermission::key`].
    pub key: String,
    /// See [`ApiPermission::label`].
    pub label: String,
    /// `view` and `change`, or `view` alone.
    pub access: Vec<String>,
}

/// The form that `draft` describes, in the tenant of the change. `before` is what the API is now.
///
/// # Errors
/// The database being away. What is wrong with the draft goes to `wrong`.
pub(super) async fn read(
    change: &Change,
    draft: &ApiDraft,
    before: Option<&Api>,
    wrong: &mut Violations,
) -> Result<Option<ApiForm>> {
    let audience = required(wrong, "/audience", draft.audience.as_deref(), |it| {
        Audience::parse(it).map_err(|it| it.to_string())
    });
    let audience = audience.filter(|it| {
        let own = it.is_within(change.app.settings.issuer());
        if own {
            wrong.add(
                "/audience",
                "invalid",
                "lies at the address of this server: use the address of the API itself",
            );
        }
        !own
    });
    let name = required(wrong, "/name", draft.name.as_deref(), |it| {
        text::line(it, 255).map_err(|it| it.to_string())
    });
    let description = text::description(draft.description.as_deref(), wrong);
    let token_format = wrong.take_optional(
        "/token_format",
        draft.token_format.as_deref(),
        str::parse::<TokenFormat>,
    );
    let token_lifetime = draft.token_lifetime.and_then(|it| {
        let parsed = TokenLifetime::parse(it, &LIFETIMES);
        let parsed = parsed.map_err(|_| format!("is {it} seconds; allowed are 60 to 86400"));
        wrong.take("/token_lifetime", parsed)
    });
    let permissions = permissions(&draft.permissions, wrong);
    let clients = clients(change, draft, before, wrong).await?;
    let (Some(audience), Some(name)) = (audience, name) else {
        return Ok(None);
    };
    Ok(Some(ApiForm {
        audience,
        name,
        description,
        permissions,
        token_format: token_format.unwrap_or_default(),
        token_lifetime,
        chosen: draft.chosen,
        introspection_clients: clients,
    }))
}

fn required<T>(
    wrong: &mut Violations,
    pointer: &str,
    text: Option<&str>,
    parse: impl FnOnce(&str) -> std::result::Result<T, String>,
) -> Option<T> {
    if text.is_none() {
        wrong.add(pointer, "required", "is required");
    }
    wrong.take_optional(pointer, text, parse)
}

fn permissions(drafts: &[PermissionDraft], wrong: &mut Violations) -> Vec<ApiPermission> {
    if drafts.len() > MOST_PERMISSIONS {
        let rule = format!(
            "are {}; the most there can be is {MOST_PERMISSIONS}",
            drafts.len()
        );
        wrong.add("/permissions", "too_many", rule);
        return Vec::new();
    }
    let mut all: Vec<ApiPermission> = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let at = |field: &str| format!("/permissions/{index}/{field}");
        let key = wrong.take(&at("key"), Key::parse(&draft.key));
        let label = wrong.take(&at("label"), text::line(&draft.label, 255));
        let most = access(&draft.access, &at("access"), wrong);
        let (Some(key), Some(label), Some(most)) = (key, label, most) else {
            continue;
        };
        if all.iter().any(|it| it.key == key.as_str()) {
            wrong.add(
                &at("key"),
                "duplicate",
                "is there twice: name each permission once",
            );
            continue;
        }
        all.push(ApiPermission {
            key: key.to_string(),
            label,
            most,
        });
    }
    all
}

/// How far a row can be opened. Change implies View, also here.
fn access(words: &[String], pointer: &str, wrong: &mut Violations) -> Option<Access> {
    let mut most = None;
    for (index, word) in words.iter().enumerate() {
        let one = match word.as_str() {
            "view" => Access::View,
            "change" => Access::Change,
            _ => {
                wrong.add(
                    &format!("{pointer}/{index}"),
                    "invalid",
                    "must be view or change",
                );
                continue;
            }
        };
        most = most.max(Some(one));
    }
    if words.is_empty() {
        wrong.add(pointer, "required", "must name view, or view and change");
    }
    most
}

/// Clients of the tenant. Those that were there before may stay, whatever became of them.
async fn clients(
    change: &Change,
    draft: &ApiDraft,
    before: Option<&Api>,
    wrong: &mut Violations,
) -> Result<Vec<Uuid>> {
    let pointer = "/introspection_clients";
    let all = &draft.introspection_clients;
    if all.len() > MOST_INTROSPECTION_CLIENTS {
        let rule = format!(
            "are {}; the most there can be is {MOST_INTROSPECTION_CLIENTS}",
            all.len()
        );
        wrong.add(pointer, "too_many", rule);
        return Ok(Vec::new());
    }
    let there = before.map_or(&[][..], |it| &it.form.introspection_clients);
    let mut found: Vec<Uuid> = Vec::new();
    for (index, reference) in all.iter().enumerate() {
        let kept = Uuid::try_parse(reference)
            .ok()
            .filter(|it| there.contains(it));
        let id = match kept {
            Some(id) => Some(id),
            None => find_client(change, reference, &format!("{pointer}/{index}"), wrong).await?,
        };
        if let Some(id) = id.filter(|it| !found.contains(it)) {
            found.push(id);
        }
    }
    Ok(found)
}

async fn find_client(
    change: &Change,
    reference: &str,
    pointer: &str,
    wrong: &mut Violations,
) -> Result<Option<Uuid>> {
    let tenant_id = change.caller.tenant_id;
    let client = change
        .store
        .find_client_for_change(tenant_id, reference)
        .await?;
    let Some(client) = client.filter(|it| it.deleted_at.is_none()) else {
        wrong.add(
            pointer,
            "unknown_client",
            "names no client of this tenant: use its id or client_id",
        );
        return Ok(None);
    };
    if client.public {
        wrong.add(
            pointer,
            "public_client",
            "is a public client, which cannot prove itself: use a client with a secret",
        );
        return Ok(None);
    }
    Ok(Some(client.id))
}

/// An API as the audit trail compares it.
pub(super) fn snapshot(key: &str, form: &ApiForm) -> Value {
    json!({
        "key": key,
        "audience": form.audience.as_str(),
        "name": form.name,
        "description": form.description,
        "permissions": form.permissions,
        "token_format": form.token_format.as_str(),
        "token_lifetime": form.token_lifetime,
        "default": form.chosen == Chosen::ByDefault,
        "introspection_clients": form.introspection_clients,
    })
}
