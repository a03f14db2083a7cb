//! What can go wrong in the server, and what the sender of a request learns of it.
//!
//! People meet a status and a page in their language; the cause goes to the log, under the request's id.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::db::Fault;

/// Everything that is not the sender's typing error. Those are values of their forms.
#[derive(thiserror::Error, Debug)]
pub enum Error {
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A row, a file or a chain that breaks a promise.
    #[error("broken data: {0}")]
    Broken(String),
    #[error("{0}")]
    Config(String),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Not there, or not within reach: the two answer alike.
    #[error("not found")]
    NotFound,
    /// The role may not do this at all.
    #[error("not allowed")]
    Forbidden,
    /// Nobody is signed in.
    #[error("sign-in needed")]
    SignInNeeded,
    /// Signed in, but nothing opens before a second factor is set up.
    #[error("no second factor")]
    FactorNeeded,
    /// Signed in, but no role is active yet.
    #[error("no role chosen")]
    RoleNeeded,
    /// The request cannot be read; the text is for the log.
    #[error("unreadable request: {0}")]
    BadRequest(String),
    /// A change that does not come from our own pages.
    #[error("not from our own pages")]
    CrossSite,
    #[error("method not allowed")]
    WrongMethod,
    #[error("too large")]
    TooLarge,
    /// Too many tries: wait so many seconds.
    #[error("too many tries")]
    Wait { seconds: u32 },
    /// Full: try again in so many seconds.
    #[error("busy")]
    Busy { retry_after: u32 },
}

impl Error {
    /// A row that must be there is not.
    pub const NO_ROW: Self = Self::Sql(sqlx::Error::RowNotFound);

    /// The status that the sender gets.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Wait { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::SignInNeeded | Self::FactorNeeded | Self::RoleNeeded => StatusCode::UNAUTHORIZED,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
            _ if self.fault().is_some() => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Carried by a bare response until the frame draws the page in the reader's language.
#[derive(Clone, Copy, Debug)]
pub struct Unrendered {
    pub status: StatusCode,
    /// The error in one word, for the API.
    pub word: &'static str,
}

/// The word of what only somebody signed in may ask for.
pub const SIGN_IN: &str = "sign_in";
/// The word of what the role may not do.
pub const FORBIDDEN: &str = "forbidden";
/// The word of a change that does not come from our own pages.
pub const CROSS_SITE: &str = "cross_site";

impl Error {
    /// What the database cannot do just now.
    fn fault(&self) -> Option<Fault> {
        if let Self::Sql(error) = self { Fault::of(error) } else { None }
    }

    /// The error in one word.
    fn word(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Forbidden => FORBIDDEN,
            Self::SignInNeeded => SIGN_IN,
            Self::FactorNeeded => "set_up_second_factor",
            Self::RoleNeeded => "choose_role",
            Self::BadRequest(_) => "bad_request",
            Self::CrossSite => CROSS_SITE,
            Self::WrongMethod => "wrong_method",
            Self::TooLarge => "too_large",
            Self::Wait { .. } => "wait",
            Self::Busy { .. } => "busy",
            _ if self.fault().is_some() => "busy",
            _ => "internal",
        }
    }

    /// After how many seconds another try makes sense.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Busy { retry_after } => Some(*retry_after),
            Self::Wait { seconds } => Some(*seconds),
            _ => self.fault().and_then(|fault| fault.retry_after().as_secs().try_into().ok()),
        }
    }

    /// Says in the log what the database cannot do just now.
    pub fn log_fault(&self) {
        match self.fault() {
            Some(Fault::Full) => tracing::error!(error = %self, "nothing can be stored: the disk is full or broken"),
            Some(fault) => tracing::warn!(error = %self, ?fault, "the database cannot do it just now"),
            None => {}
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(error = %self, "request failed");
        }
        self.log_fault();
        let mut response = status.into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(http::header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(Unrendered { status, word: self.word() });
        response
    }
}
