//! Who calls, and whether they may: an argument of every handler.
//!
//! `Authorized<ViewClients>` as a handler's argument is what protects its route and what the OpenAPI document says
//! about it, both from the same type.

use std::marker::PhantomData;

use poem::{FromRequest, Request, RequestBody, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};

use super::{contract, problem::ApiError, rate_limit::Remaining};
use crate::{
    access::{self, Found},
    app::App,
    domain::{
        caller::{Caller, Origin},
        permission::{Access, Permission},
    },
};

/// What a handler needs its caller to have.
pub trait Needs: Send + Sync + 'static {
    /// The name that stands for it in the document until [`document`](super::document) rewrites it: `needs ` and the
    /// permission, if there is one.
    const SCHEME: &'static str;

    /// Whether `caller` has it.
    fn allows(caller: &Caller) -> bool;
}

/// How the name of a [`Needs`] begins.
pub const SCHEME_PREFIX: &str = "needs ";

/// Any caller with a valid token.
pub struct AnyCaller;

impl Needs for AnyCaller {
    const SCHEME: &'static str = "needs ";

    fn allows(_: &Caller) -> bool {
        true
    }
}

/// `clients:view`, or the right to see the clients of some profile; the use case looks at which.
pub struct ViewClients;

impl Needs for ViewClients {
    const SCHEME: &'static str = "needs clients:view";

    fn allows(caller: &Caller) -> bool {
        caller.reaches_clients(Access::View)
    }
}

/// `clients:change`, or the right to change the clients of some profile; the use case looks at which.
pub struct ChangeClients;

impl Needs for ChangeClients {
    const SCHEME: &'static str = "needs clients:change";

    fn allows(caller: &Caller) -> bool {
        caller.reaches_clients(Access::Change)
    }
}

/// `roles:view`.
pub struct ViewRoles;

impl Needs for ViewRoles {
    const SCHEME: &'static str = "needs roles:view";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("roles", Access::View)
    }
}

/// `roles:change`.
pub struct ChangeRoles;

impl Needs for ChangeRoles {
    const SCHEME: &'static str = "needs roles:change";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("roles", Access::Change)
    }
}

/// `profiles:view`, or the right to see the clients of some profile; the use case looks at which.
pub struct ViewProfiles;

impl Needs for ViewProfiles {
    const SCHEME: &'static str = "needs profiles:view";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("profiles", Access::View) || caller.reaches_clients(Access::View)
    }
}

/// `profiles:change`.
pub struct ChangeProfiles;

impl Needs for ChangeProfiles {
    const SCHEME: &'static str = "needs profiles:change";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("profiles", Access::Change)
    }
}

/// `settings:view`.
pub struct ViewSettings;

impl Needs for ViewSettings {
    const SCHEME: &'static str = "needs settings:view";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("settings", Access::View)
    }
}

/// `settings:change`.
pub struct ChangeSettings;

impl Needs for ChangeSettings {
    const SCHEME: &'static str = "needs settings:change";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("settings", Access::Change)
    }
}

/// `apis:view`.
pub struct ViewApis;

impl Needs for ViewApis {
    const SCHEME: &'static str = "needs apis:view";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("apis", Access::View)
    }
}

/// `apis:change`.
pub struct ChangeApis;

impl Needs for ChangeApis {
    const SCHEME: &'static str = "needs apis:change";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("apis", Access::Change)
    }
}

/// `audit:view`.
pub struct ViewAudit;

impl Needs for ViewAudit {
    const SCHEME: &'static str = "needs audit:view";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("audit", Access::View)
    }
}

/// `users:view`.
pub struct ViewUsers;

impl Needs for ViewUsers {
    const SCHEME: &'static str = "needs users:view";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("users", Access::View)
    }
}

/// `users:change`.
pub struct ChangeUsers;

impl Needs for ChangeUsers {
    const SCHEME: &'static str = "needs users:change";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("users", Access::Change)
    }
}

/// `groups:view`.
pub struct ViewGroups;

impl Needs for ViewGroups {
    const SCHEME: &'static str = "needs groups:view";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("groups", Access::View)
    }
}

/// `groups:change`.
pub struct ChangeGroups;

impl Needs for ChangeGroups {
    const SCHEME: &'static str = "needs groups:change";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("groups", Access::Change)
    }
}

/// `tenant:change`, or an operator; the use case looks at which tenant.
pub struct ChangeTenant;

impl Needs for ChangeTenant {
    const SCHEME: &'static str = "needs tenant:change";

    fn allows(caller: &Caller) -> bool {
        caller.operator || caller.rights.allow("tenant", Access::Change)
    }
}

/// An operator: who may manage tenants and communities.
pub struct OperatorsOnly;

impl Needs for OperatorsOnly {
    const SCHEME: &'static str = "needs operator";

    fn allows(caller: &Caller) -> bool {
        caller.operator
    }
}

/// `anonymization:change`.
pub struct Anonymize;

impl Needs for Anonymize {
    const SCHEME: &'static str = "needs anonymization:change";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("anonymization", Access::Change)
    }
}

/// `signing_keys:view`.
pub struct ViewSigningKeys;

impl Needs for ViewSigningKeys {
    const SCHEME: &'static str = "needs signing_keys:view";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("signing_keys", Access::View)
    }
}

/// `signing_keys:change`.
pub struct ChangeSigningKeys;

impl Needs for ChangeSigningKeys {
    const SCHEME: &'static str = "needs signing_keys:change";

    fn allows(caller: &Caller) -> bool {
        caller.rights.allow("signing_keys", Access::Change)
    }
}

/// A caller that has what `N` names.
pub struct Authorized<N> {
    /// Who it is.
    pub caller: Caller,
    /// The application.
    pub app: App,
    needs: PhantomData<N>,
}

impl<'a, N: Needs> ApiExtractor<'a> for Authorized<N> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        registry.create_security_scheme(
            N::SCHEME,
            MetaSecurityScheme {
                ty: "http",
                description: None,
                name: None,
                key_in: None,
                scheme: Some("bearer"),
                bearer_format: Some("JWT"),
                flows: None,
                openid_connect_url: None,
            },
        );
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![N::SCHEME]
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<Self::ParamType>,
    ) -> poem::Result<Self> {
        let app = <poem::web::Data<&App> as FromRequest>::from_request(request, body)
            .await?
            .0;
        let caller = authenticate(app, request).await?;
        if !N::allows(&caller) {
            let permission = N::SCHEME.trim_start_matches(SCHEME_PREFIX);
            return Err(ApiError::missing_permission(permission).into());
        }
        let remaining = request.data::<Remaining>().cloned().unwrap_or_default();
        remaining.note(app.rate_limit.count(caller.subject))?;
        contract::check_address(request)?;
        Ok(Self {
            caller,
            app: app.clone(),
            needs: PhantomData,
        })
    }
}

async fn authenticate(app: &App, request: &Request) -> Result<Caller, ApiError> {
    let missing = || {
        ApiError::unauthorized(
            "send an access token of this server as Authorization: Bearer",
            false,
        )
    };
    let mut headers = request.headers().get_all(header::AUTHORIZATION).iter();
    let header = headers.next().ok_or_else(missing)?;
    if headers.next().is_some() {
        return Err(ApiError::malformed(
            "There are two Authorization headers: send one.",
        ));
    }
    let text = header.to_str().map_err(|_| missing())?;
    let (scheme, token) = text.split_once(' ').ok_or_else(missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(missing());
    }
    let origin = request.data::<Origin>().cloned().unwrap_or_default();
    let found = access::find_caller(app, token.trim(), origin).await;
    match found.map_err(ApiError::from)? {
        Found::Caller(caller) => Ok(*caller),
        Found::Nobody => Err(ApiError::unauthorized(
            "the access token is not valid: it is malformed, expired, revoked, or for another API",
            true,
        )),
        Found::MustWait(wait) => Err(ApiError::slow_down(wait)),
    }
}

impl Caller {
    /// Whether it may reach the clients of at least one profile.
    fn reaches_clients(&self, access: Access) -> bool {
        let everywhere = self.rights.allow("clients", access);
        everywhere || self.client_profiles(access).next().is_some()
    }

    fn client_profiles(&self, access: Access) -> impl Iterator<Item = Permission> {
        use crate::domain::{
            permission::{PermissionSet, Rights},
            role::opens_clients,
        };
        let set = match &self.rights {
            Rights::Everything => None,
            Rights::Only(set) => Some(set),
        };
        set.into_iter()
            .flat_map(PermissionSet::iter)
            .filter(move |it| it.access >= access && opens_clients(&it.resource))
    }
}

/// Refuses whoever is not a person at the admin screens: a machine has no account of its own here, and an app that acts
/// for a person may not change how they sign in or what they allowed.
///
/// # Errors
/// 403.
pub fn themselves(caller: &Caller) -> Result<(), ApiError> {
    if caller.session_id.is_some() {
        return Ok(());
    }
    Err(ApiError::new(
        403,
        "not-yourself",
        "This is for people themselves",
        "Sign in to the admin screens to do this: no client, and no app that acts for you, may do it.",
    ))
}
