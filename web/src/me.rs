//! The person who is signed in, and what they may do.

use std::collections::BTreeSet;

use futures_util::future::join;

use crate::{
    api::{Api, types},
    components::permission_grid::Ceiling,
    forms::profiles,
    problem::Problem,
    session::{Session, use_session},
};

/// The caller of the API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Me {
    /// `client` or `user`.
    pub(crate) kind: String,
    /// Its id.
    pub(crate) id: String,
    /// `sub` of its tokens.
    pub(crate) subject: String,
    /// What people call it.
    pub(crate) name: String,
    /// The tenant it acts in.
    pub(crate) tenant_id: String,
    /// Its rung of the ladder.
    pub(crate) role: Option<String>,
    /// Whether it may manage tenants and communities.
    pub(crate) operator: bool,
    /// What it may do, such as `users:view`.
    pub(crate) permissions: BTreeSet<String>,
}

impl Me {
    /// Asks the server.
    ///
    /// # Errors
    /// Whatever the call fails with.
    pub(crate) async fn read(session: Session) -> Result<Self, Problem> {
        let api = Api::of(session);
        let me = api.call(async |client| client.get_me().await);
        let known = api.call(async |client| client.list_profiles().await);
        let (me, known) = join(me, known).await;
        let me: types::Me = me?;
        // Who may not see them does without: the built-in ones are known as they are delivered.
        if let Ok(known) = known {
            profiles::learn(&known.items);
        }
        Ok(Self {
            kind: me.kind,
            id: me.id.to_string(),
            subject: me.subject.to_string(),
            name: me.name,
            tenant_id: me.tenant_id.to_string(),
            role: me.role,
            operator: me.operator,
            permissions: me.permissions.into_iter().collect(),
        })
    }

    /// Whether this permission is there; `change` brings `view` along.
    pub(crate) fn may_view(&self, resource: &str) -> bool {
        self.permissions.contains(&format!("{resource}:view")) || self.may_change(resource)
    }

    /// Whether this resource may be changed.
    pub(crate) fn may_change(&self, resource: &str) -> bool {
        self.permissions.contains(&format!("{resource}:change"))
    }

    /// What it may tick in a permission grid: nobody gives what they do not have.
    pub(crate) fn ceiling(&self) -> Ceiling {
        if self.operator || self.role.as_deref() == Some("super_admin") {
            Ceiling::None
        } else {
            Ceiling::Own(self.permissions.clone())
        }
    }

    /// Whether clients of this profile may be seen.
    pub(crate) fn may_view_clients_of(&self, profile: &str) -> bool {
        self.may_view("clients") || self.may_view(profile)
    }

    /// Whether clients of this profile may be changed.
    pub(crate) fn may_change_clients_of(&self, profile: &str) -> bool {
        self.may_change("clients") || self.may_change(profile)
    }

    /// Whether any clients may be seen.
    pub(crate) fn may_view_some_clients(&self) -> bool {
        self.may_view("clients") || profiles::all().iter().any(|it| self.may_view(it.key))
    }

    /// Whether any clients may be made.
    pub(crate) fn may_change_some_clients(&self) -> bool {
        self.may_change("clients") || profiles::all().iter().any(|it| self.may_change(it.key))
    }
}

/// The person who is signed in.
pub(crate) fn use_me() -> std::sync::Arc<Me> {
    use_session().me()
}
