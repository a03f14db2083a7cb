//! Whom somebody promised to get in touch with again: a list for the desk.

use app::talks::list::{Contact, Contacts};
use app::texts;
use axum::extract::State;
use axum::response::Response;
use domain::access::Action;
use leptos::prelude::*;

use super::{Reader, page};
use crate::access::Actor;
use crate::error::Error;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;
use crate::{audit, talks};

/// How many the list shows.
const MOST: usize = 300;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/talks", list)
}

async fn list(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let due = talks::due(&mut tx, MOST).await?;
    drop(tx);
    let contact = |person: domain::people::Participant| Contact {
        person: person.id,
        name: person.profile.full_name(),
        phone: person.profile.disclosed().phone,
    };
    let mut contacts: Vec<_> = due.into_iter().map(contact).collect();
    contacts.sort_by_cached_key(|contact| domain::names::sort_key(&contact.name));
    audit::note_list(&state, &actor, None, contacts.len(), &request::id_of(&extensions)).await?;
    let lang = reader.lang;
    let body = move || view! { <Contacts lang contacts/> }.into_any();
    Ok(page(&reader, texts::talks::contacts(lang), body).await)
}
