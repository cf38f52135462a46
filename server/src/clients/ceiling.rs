//! The ceiling rule: nobody makes, changes or takes over a client that may do more than they may.

use crate::{
    domain::{
        caller::Caller,
        client::{Client, ClientForm},
        permission::{Access, Rights},
        refusal::Refusal,
        role::LadderRole,
    },
    error::Result,
};

/// Rights of a client with this form.
pub fn rights_of(form: &ClientForm) -> Rights {
    form.role.map_or_else(Rights::none, LadderRole::rights)
}

/// Refuses a caller whose rights do not cover those of a client with `form`.
///
/// # Errors
/// [`Refusal::RoleExceedsCaller`].
pub fn covers(caller: &Caller, form: &ClientForm, operator: bool) -> Result<()> {
    if caller.rights.cover(&rights_of(form)) && (caller.operator || !operator) {
        Ok(())
    } else {
        Err(Refusal::RoleExceedsCaller.into())
    }
}

/// Refuses a caller who may not do this to clients of `profile`. One who may not even see them gets the answer that
/// they do not exist.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::MissingPermission`].
pub fn may(caller: &Caller, access: Access, client: &Client) -> Result<()> {
    if caller.may_reach_clients_of(&client.profile, access) {
        Ok(())
    } else if caller.may_reach_clients_of(&client.profile, Access::View) {
        let needed = format!("{}:{}", client.profile, access.as_str());
        Err(Refusal::MissingPermission(needed).into())
    } else {
        Err(Refusal::NotFound("client").into())
    }
}
