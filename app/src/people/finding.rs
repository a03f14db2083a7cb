//! People found while a name is typed: a server function at an address of its own, called by `public/find.js`. Without
//! that script the search is sent by its button.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// One row of what was found, as the list shows it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FoundPerson {
    pub href: String,
    pub initials: String,
    pub name: String,
    pub more: String,
    /// What is to be done about the person; empty for nothing.
    pub tag: String,
}

/// What was found, likeliest first, and a sentence that tells how many there are in all.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FoundPeople {
    pub told: String,
    pub people: Vec<FoundPerson>,
}

#[cfg(feature = "ssr")]
pub use server::Finder;

/// Who is found by what is typed, within the reach of the one who asks.
///
/// # Errors
/// When the database cannot be read; nothing of the reason travels.
#[server(name = FindPeople, prefix = "/api/desk/v1", endpoint = "people/find", input = server_fn::codec::Json)]
pub async fn find_people(typed: String) -> Result<FoundPeople, ServerFnError> {
    let Finder(find) = expect_context();
    find(typed).await.ok_or_else(|| ServerFnError::new("not read"))
}

#[cfg(feature = "ssr")]
mod server {
    use std::pin::Pin;
    use std::sync::Arc;

    use super::FoundPeople;

    type Finding = Pin<Box<dyn Future<Output = Option<FoundPeople>> + Send>>;

    /// How the server finds them, given to the function as context.
    #[derive(Clone)]
    pub struct Finder(pub Arc<dyn Fn(String) -> Finding + Send + Sync>);

    impl Finder {
        pub fn new<F>(find: impl Fn(String) -> F + Send + Sync + 'static) -> Self
        where
            F: Future<Output = Option<FoundPeople>> + Send + 'static,
        {
            Self(Arc::new(move |typed| Box::pin(find(typed))))
        }
    }
}
