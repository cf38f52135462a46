//! A client and a credential as the audit trail compares them: every field by its name in the API, nothing secret.

use serde_json::{Value, json};

use crate::domain::{
    audit::Object,
    client::{Client, ClientForm},
    credential::{Credential, CredentialKind, PublicKeys},
    redirect_uri::RedirectUri,
    role::LadderRole,
};

/// The editable fields.
pub fn of_form(form: &ClientForm) -> Value {
    let texts =
        |all: &[RedirectUri]| json!(all.iter().map(RedirectUri::as_str).collect::<Vec<_>>());
    json!({
        "name": form.name,
        "description": form.description,
        "notes": form.notes,
        "expires_at": form.expires_at,
        "token_lifetime": form.token_lifetime,
        "redirect_uris": texts(&form.redirect_uris),
        "post_logout_redirect_uris": texts(&form.post_logout_redirect_uris),
        "grant_types": form.grant_types,
        "token_endpoint_auth_method": form.token_endpoint_auth_method,
        "id_token_signed_response_alg": form.id_token_signed_response_alg,
        "role": form.role.map(LadderRole::as_str),
        "owner": form.owner,
        "contacts": form.contacts,
        "labels": form.labels,
        "managed_by": form.managed_by,
    })
}

/// The editable fields of a credential.
pub fn of_credential(credential: &Credential) -> Value {
    json!({
        "description": credential.description,
        "hint": credential.hint,
        "expires_at": credential.expires_at,
    })
}

/// All that is said about a new credential.
pub fn of_new_credential(credential: &Credential) -> Value {
    let mut all = of_credential(credential);
    if credential.kind != CredentialKind::Secret {
        all["kind"] = json!(credential.kind.as_str());
    }
    match &credential.public_keys {
        Some(PublicKeys::Inline(jwks)) => {
            let keys = jwks["keys"].as_array().into_iter().flatten();
            all["kids"] = keys.map(|it| it["kid"].clone()).collect();
        }
        Some(PublicKeys::At(uri)) => all["jwks_uri"] = json!(uri),
        None => {}
    }
    all
}

/// How the audit trail names a client.
pub fn client_object(client: &Client) -> Object {
    Object {
        kind: "client",
        id: client.id,
        name: client.form.name.clone(),
        client: Some(client.id),
    }
}

/// How the audit trail names a credential.
pub fn credential_object(credential: &Credential) -> Object {
    let name = credential.description.clone();
    Object {
        kind: "credential",
        id: credential.id,
        name: name.unwrap_or_else(|| format!("…{}", credential.hint)),
        client: Some(credential.client),
    }
}

/// All that is said about a new client.
pub fn of_new(client: &Client) -> Value {
    let mut all = of_form(&client.form);
    all["client_id"] = json!(client.client_id.as_str());
    all["profile"] = json!(client.profile);
    all["public"] = json!(client.public);
    all["status"] = json!(client.status.as_str());
    // What is not set is not news.
    if let Some(fields) = all.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    all
}
