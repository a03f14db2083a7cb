//! What can go wrong in the server, and what the sender of a request learns of it.
//!
//! People meet a status and a page in their language; the cause goes to the log, under the request's id.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

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
    /// Signed in, but no role is active yet.
    #[error("no role chosen")]
    RoleNeeded,
    /// The request cannot be read; the text is for the log.
    #[error("unreadable request: {0}")]
    BadRequest(String),
    /// Full: try again in so many seconds.
    #[error("busy")]
    Busy { retry_after: u32 },
}

impl Error {
    /// The status that the sender gets.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::SignInNeeded | Self::RoleNeeded => StatusCode::UNAUTHORIZED,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Sql(sqlx::Error::PoolTimedOut) => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Whether a uniqueness rule of the database refused the write.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(e)) if e.is_unique_violation())
    }
}

/// Carried by a bare response until the frame draws the page in the reader's language.
#[derive(Clone, Copy)]
pub struct Unrendered(pub StatusCode);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(error = %self, "request failed");
        }
        let mut response = status.into_response();
        let retry = match self {
            Self::Busy { retry_after } => Some(retry_after),
            _ if status == StatusCode::SERVICE_UNAVAILABLE => Some(2),
            _ => None,
        };
        if let Some(seconds) = retry {
            response.headers_mut().insert(http::header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(Unrendered(status));
        response
    }
}
