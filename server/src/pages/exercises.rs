//! Exercises for home: public pages, the same for everybody, without sign-in and without anybody's data.

use app::exercises::pages::{ExercisePage, Exercises};
use app::exercises::sheet::Sheet;
use app::exercises::{PATH, said};
use app::texts::exercises as words;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use domain::exercises::Exercise;
use http::{HeaderMap, StatusCode};
use leptos::prelude::*;

use super::{Reader, own_page};
use crate::error::Error;
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes.get(PATH, all).get("/exercises/sheet", sheet).get("/exercises/{exercise}", one)
}

/// Whoever opens the page; after a change of language it is opened again here.
fn reader(state: &AppState, headers: &HeaderMap, here: String) -> Reader {
    let mut reader = Reader::nobody(headers, state).of_participants();
    reader.here = here;
    reader
}

async fn all(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let reader = reader(&state, &headers, PATH.to_owned());
    choice(&reader, false).await
}

async fn choice(reader: &Reader, missing: bool) -> Response {
    let lang = reader.lang;
    let status = if missing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    own_page(reader, status, words::title(lang), false, move || view! { <Exercises lang missing/> }.into_any()).await
}

async fn one(State(state): State<AppState>, headers: HeaderMap, Path(code): Path<String>) -> Result<Response, Error> {
    let exercise = Exercise::from_code(&code).ok_or(Error::NotFound)?;
    let reader = reader(&state, &headers, format!("{PATH}/{}", exercise.code()));
    let lang = reader.lang;
    let body = move || view! { <ExercisePage lang exercise/> }.into_any();
    Ok(own_page(&reader, StatusCode::OK, said(lang, exercise).name, false, body).await)
}

/// The programme of the exercises that are named, in the order of the list, each once; what is no exercise is left out.
async fn sheet(State(state): State<AppState>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let named: Vec<_> = query.split('&').filter_map(|pair| Exercise::from_code(pair.strip_prefix("e=")?)).collect();
    let chosen: Vec<Exercise> = Exercise::ALL.iter().copied().filter(|exercise| named.contains(exercise)).collect();
    if chosen.is_empty() {
        return choice(&reader(&state, &headers, PATH.to_owned()), true).await;
    }
    let codes: Vec<_> = chosen.iter().map(|exercise| format!("e={}", exercise.code())).collect();
    let reader = reader(&state, &headers, format!("/exercises/sheet?{}", codes.join("&")));
    let lang = reader.lang;
    let body = move || view! { <Sheet lang chosen/> }.into_any();
    own_page(&reader, StatusCode::OK, words::sheet::title(lang), false, body).await
}
