//! What the list of clients is asked for: everything of it stands in the address.

use crate::{
    address::Address,
    api::{Api, types},
    clock,
    problem::Problem,
};

/// One page of the list, as the address says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClientQuery {
    search: Option<String>,
    /// The tab.
    pub(crate) profile: Option<String>,
    /// The tab of deleted clients.
    pub(crate) deleted: bool,
    status: Option<String>,
    role: Option<String>,
    owner: Option<String>,
    label: Option<String>,
    /// Only those that nobody answers for.
    unowned: bool,
    /// Days within which they end, or a secret of theirs.
    expires: Option<i64>,
    /// Days within which they were refused a token.
    refused: Option<i64>,
    /// Days without a token.
    unused: Option<i64>,
    sort: Option<String>,
    limit: i64,
    cursor: Option<String>,
}

impl ClientQuery {
    /// Reads the address, tracked.
    pub(crate) fn read(address: Address) -> Self {
        let number = |name: &str| address.get(name).and_then(|it| it.parse().ok());
        Self {
            search: address.get("q"),
            profile: address.get("profile"),
            deleted: address.get("deleted").is_some(),
            status: address.get("status"),
            role: address.get("role"),
            owner: address.get("owner"),
            label: address.get("label"),
            unowned: address.get("unowned").is_some(),
            expires: number("expires"),
            refused: number("refused"),
            unused: number("unused"),
            sort: address.get("sort"),
            limit: number("limit").unwrap_or(50),
            cursor: address.get("cursor"),
        }
    }

    /// Whether anything narrows the tab down.
    pub(crate) fn is_narrowed(&self) -> bool {
        let Self {
            search,
            status,
            role,
            owner,
            label,
            ..
        } = self;
        [search, status, role, owner, label]
            .iter()
            .any(|it| it.is_some())
            || self.unowned
            || self.expires.is_some()
            || self.refused.is_some()
            || self.unused.is_some()
    }

    /// Asks the server.
    ///
    /// # Errors
    /// Whatever the call fails with.
    pub(crate) async fn ask(self, api: Api) -> Result<types::ClientList, Problem> {
        // Whole days, because a cursor belongs to the filter it was made with.
        let day = |days: i64| clock::to_api(clock::end_of_utc_day(clock::now(), days));
        let unused_since = self.unused.map(|days| day(-days));
        let status = self.status.and_then(|it| it.parse().ok());
        let sort = self.sort;
        api.call(|client| {
            client.list_clients(
                None,
                self.cursor.as_deref(),
                self.deleted.then_some(true),
                status,
                None,
                self.expires,
                self.label.as_deref(),
                Some(self.limit),
                self.owner.as_deref(),
                self.profile.as_deref(),
                self.search.as_deref(),
                self.refused,
                self.role.as_deref(),
                sort.as_deref(),
                self.cursor.is_none().then_some(true),
                self.unowned.then_some(true),
                unused_since.as_deref(),
            )
        })
        .await
    }
}
