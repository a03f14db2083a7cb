//! Those who test, with the day of their training: for coordinators.

use app::access::testers::{TesterLine, TesterList, TrainingTyped};
use app::texts;
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::ids::UserId;
use http::StatusCode;
use leptos::prelude::*;

use super::{Reader, Said, Sent, id_in, page_with_status, see_other};
use crate::access::manage::{note_training, training_typed};
use crate::access::training::{self, Tester};
use crate::access::{Actor, ScopedTx};
use crate::error::Error;
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/testers", list).post("/testers/{id}", note)
}

async fn list(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(Said { said }): Query<Said>,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    draw(&reader, &mut tx, said == "saved", None).await
}

/// What is wrong with what was typed of whom.
type Wrong = (UserId, String, Vec<FieldError>);

async fn draw(reader: &Reader, tx: &mut ScopedTx, done: bool, wrong: Option<Wrong>) -> Result<Response, Error> {
    let (lang, today) = (reader.lang, tx.scope().today());
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let line = |tester: Tester| {
        let known = TrainingTyped::known(tester.trained_on, today);
        let own = wrong.as_ref().filter(|(id, ..)| *id == tester.id).cloned();
        let (training, errors) = match own {
            Some((_, typed, errors)) => (TrainingTyped { typed, ..known }, errors),
            None => (known, Vec::new()),
        };
        TesterLine { id: tester.id.to_string(), name: tester.name, training, errors }
    };
    let lines: Vec<_> = training::list(tx).await?.into_iter().map(line).collect();
    let body = move || view! { <TesterList lang lines done/> }.into_any();
    Ok(page_with_status(reader, status, texts::testers::title(lang), body).await)
}

async fn note(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::UseDesk)?;
    let (sent, id): (_, UserId) = (&sent, id_in(&id)?);
    let answer = sent.state.write(sent.scope(), |mut tx| async move {
        let known = training::find(&mut tx, id).await?.trained_on;
        let trained_on = match training_typed(sent, known) {
            Ok(day) => day,
            Err(errors) => {
                let wrong = (id, sent.fields.one("trained_on").to_owned(), errors);
                let shown = draw(&sent.reader, &mut tx, false, Some(wrong)).await?;
                return Ok(tx.undone(shown));
            }
        };
        note_training(sent, &mut tx, id, trained_on).await?;
        Ok(tx.done(see_other("/testers?said=saved")))
    });
    answer.await
}
