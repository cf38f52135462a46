//! One file per screen.

pub(crate) mod not_found;
pub(crate) mod styleguide;
