//! The permission grid: which permissions there are in a tenant.

use super::{
    api::Api,
    permission::{Access, Permission, PermissionSet},
    profile::Profile,
    role::{MANAGEMENT_RESOURCES, ManagementResource},
    violation::Violations,
};

/// A row of the grid: a resource, and how far it can be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The part before the colon.
    pub resource: String,
    /// What a person reads.
    pub label: String,
    /// The key of the registered API it belongs to; `None` is the management API.
    pub api: Option<String>,
    /// How far it can be opened at most. What can be changed can be viewed.
    pub most: Access,
}

impl Row {
    /// The columns it has.
    pub const fn access(&self) -> &'static [Access] {
        columns(self.most)
    }

    fn of_management(resource: &ManagementResource) -> Self {
        Self {
            resource: resource.key.to_owned(),
            label: resource.label.to_owned(),
            api: None,
            most: resource.most(),
        }
    }
}

/// The columns of a row that can be opened as far as `most`.
pub const fn columns(most: Access) -> &'static [Access] {
    match most {
        Access::View => &[Access::View],
        Access::Change => &[Access::View, Access::Change],
    }
}

/// All rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid(Vec<Row>);

impl Grid {
    /// The rows of the management API: what is built in, and the clients of each profile that the tenant made.
    pub fn of_management(profiles: &[Profile]) -> Self {
        let mut rows: Vec<Row> = MANAGEMENT_RESOURCES
            .iter()
            .map(Row::of_management)
            .collect();
        rows.extend(
            profiles
                .iter()
                .filter(|it| it.tenant_id.is_some())
                .map(|profile| Row {
                    resource: profile.key.clone(),
                    label: profile.name.clone(),
                    api: None,
                    most: Access::Change,
                }),
        );
        Self(rows)
    }

    /// These rows, and those of `apis`.
    #[must_use]
    pub fn and_of(mut self, apis: &[Api]) -> Self {
        self.0.extend(apis.iter().flat_map(Api::rows));
        self
    }

    /// The rows of a community.
    pub fn of_community() -> Self {
        let rows = super::role::COMMUNITY_RESOURCES.iter();
        Self(rows.map(Row::of_management).collect())
    }

    /// Every permission of the rows, the implied ones too.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> {
        self.0.iter().map(|row| Permission {
            resource: row.resource.clone(),
            access: row.most,
        })
    }

    /// The rows, in order.
    pub fn rows(&self) -> &[Row] {
        &self.0
    }

    /// The set that `texts` make, each a permission of the grid. Problems are noted at `pointer` and the index.
    pub fn parse(&self, pointer: &str, texts: &[String], wrong: &mut Violations) -> PermissionSet {
        let mut set = PermissionSet::default();
        for (index, text) in texts.iter().enumerate() {
            let pointer = format!("{pointer}/{index}");
            let Some(permission) = wrong.take(&pointer, text.parse::<Permission>()) else {
                continue;
            };
            match self.0.iter().find(|it| it.resource == permission.resource) {
                None => wrong.add(
                    &pointer,
                    "unknown_permission",
                    "is not a row of the permission grid: GET /api/v1/permissions lists them",
                ),
                Some(row) if row.most < permission.access => wrong.add(
                    &pointer,
                    "unknown_permission",
                    format!("does not exist: {} can only be viewed", row.resource),
                ),
                Some(_) => set.insert(permission),
            }
        }
        set
    }
}
