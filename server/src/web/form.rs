//! Plain forms as they were typed: fields by name, nothing guessed, nothing unreadable let through.

use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request};

use crate::error::Error;

/// The fields of a form, in the order of the page; a name may come several times.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// What was typed into the field, without spaces at its ends; empty when it did not come.
    pub fn one(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// Exactly what was typed: for passwords.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// Every value of a field with several.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.trim()).collect()
    }
}

/// No browser sends these from a form's fields: NUL and its kin, and what broken encoding decodes to.
fn is_unreadable(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || c == char::REPLACEMENT_CHARACTER
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let form = axum::Form::<Vec<(String, String)>>::from_request(request, state).await;
        let axum::Form(pairs) = form.map_err(|rejection| match rejection {
            FormRejection::BytesRejection(_) => Error::TooLarge,
            other => Error::BadRequest(other.to_string()),
        })?;
        if pairs.iter().any(|(key, value)| key.chars().chain(value.chars()).any(is_unreadable)) {
            return Err(Error::BadRequest("a form with control characters or broken encoding".into()));
        }
        Ok(Self(pairs))
    }
}
