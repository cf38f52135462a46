//! Groups of people.

mod form;
mod group;
mod list;
mod members;

pub(crate) use group::Group;
pub(crate) use list::Groups;

use std::sync::Arc;

use crate::api::types;

/// The group that is shown.
pub(super) type Item = Arc<types::Group>;
