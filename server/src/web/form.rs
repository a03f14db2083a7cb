//! Plain forms as they were typed: fields by name, nothing guessed, nothing unreadable let through.

use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request};
use domain::text::normal;

use crate::error::Error;

/// The fields of a form, in the order of the page; a name may come several times.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<Field>);

#[derive(Clone, Debug)]
struct Field {
    name: String,
    /// As it came.
    raw: String,
    /// As it is kept and compared ([`domain::text::normal`]).
    value: String,
}

impl Fields {
    /// Names and values in the order of the page; nothing when something in them cannot be read.
    pub fn of(pairs: Vec<(String, String)>) -> Option<Self> {
        let field = |(name, raw): (String, String)| Field { value: normal(&raw).into_owned(), name, raw };
        let readable = !pairs.iter().any(|(key, value)| key.chars().chain(value.chars()).any(is_unreadable));
        readable.then(|| Self(pairs.into_iter().map(field).collect()))
    }

    /// What was typed into the field, without spaces at its ends; empty when it did not come.
    pub fn one(&self, name: &str) -> &str {
        self.named(name).map_or("", |field| field.value.trim())
    }

    /// Exactly what was typed: for passwords, which [`crate::access::password`] reads.
    pub fn raw(&self, name: &str) -> &str {
        self.named(name).map_or("", |field| field.raw.as_str())
    }

    fn named(&self, name: &str) -> Option<&Field> {
        self.0.iter().find(|field| field.name == name)
    }

    /// Everything that was said, name and value by turns, in the order of the page.
    pub fn words(&self) -> Vec<&str> {
        self.0.iter().flat_map(|field| [field.name.as_str(), field.value.as_str()]).collect()
    }

    /// Every value of a field with several.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|field| field.name == name).map(|field| field.value.trim()).collect()
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
        Self::of(pairs).ok_or_else(|| Error::BadRequest("a form with control characters or broken encoding".into()))
    }
}
