//! Reads what a caller wrote into a [`UserForm`].

use std::str::FromStr;

use serde_json::{Value, json};

use crate::domain::{email::Email, role::LadderRole, text, user::UserForm, violation::Violations};

/// The editable part of a user as a caller wrote it: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct UserDraft {
    /// See [`UserForm::email`].
    pub email: Option<String>,
    /// See [`UserForm::name`].
    pub name: Option<String>,
    /// See [`UserForm::role`].
    pub role: Option<String>,
}

impl UserDraft {
    /// The form that this describes.
    ///
    /// # Errors
    /// Every broken rule, each with a pointer into the request body.
    pub fn read(&self) -> Result<UserForm, Violations> {
        let mut wrong = Violations::none();
        let mut required = |pointer, given: &Option<String>, what: &str| {
            if given.is_none() {
                wrong.add(pointer, "required", format!("is required: {what}"));
            }
        };
        required("/email", &self.email, "people sign in by it");
        required("/name", &self.name, "say what to call the person");
        required("/role", &self.role, "use member, admin or super_admin");
        let email = wrong.take_optional("/email", self.email.as_deref(), Email::parse);
        let name = wrong.take_optional("/name", self.name.as_deref(), |it| text::line(it, 255));
        let role = wrong.take_optional("/role", self.role.as_deref(), LadderRole::from_str);
        match (email, name, role) {
            (Some(email), Some(name), Some(role)) => wrong.or(UserForm { email, name, role }),
            _ => Err(wrong),
        }
    }
}

/// The editable fields as the audit trail compares them.
pub(super) fn snapshot(form: &UserForm) -> Value {
    json!({
        "email": form.email.as_str(),
        "name": form.name,
        "role": form.role.as_str(),
    })
}
