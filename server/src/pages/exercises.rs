//! Exercises for home: public pages, the same for everybody, without sign-in and without anybody's data.

use app::exercises::pages::{ExercisePage, Exercises};
use app::exercises::sheet::Sheet;
use app::exercises::{PATH, said};
use app::own::around::Back;
use app::texts::exercises as words;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use domain::exercises::Exercise;
use http::{HeaderMap, StatusCode};
use leptos::prelude::*;

use super::{Reader, own_page};
use crate::db::Unscoped;
use crate::error::Error;
use crate::help;
use crate::letters;
use crate::own::Own;
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes.get(PATH, all).get("/exercises/sheet", sheet).get("/exercises/{exercise}", one)
}

/// Whoever opens the page: anybody, or somebody who takes part and has come from their own page, to which it leads back.
struct Caller {
    reader: Reader,
    signed_in: bool,
}

impl Caller {
    /// `here`: after a change of language it is opened again there.
    async fn new(state: &AppState, headers: &HeaderMap, own: Result<Own, Error>, here: String) -> Result<Self, Error> {
        let (mut reader, signed_in) = match own {
            Ok(own) => (own.reader, true),
            Err(Error::SignInNeeded) => {
                let mut tx = state.db.read(Unscoped::Door).await?;
                let form = letters::form_at_the_door(&mut tx).await?;
                let mut reader = Reader::nobody(headers, state).of_participants().addressed(form);
                reader.help = help::at_the_door(&mut tx).await?;
                (reader, false)
            }
            Err(other) => return Err(other),
        };
        reader.here = here;
        Ok(Self { reader, signed_in })
    }

    async fn page(self, status: StatusCode, title: &str, body: impl FnOnce() -> AnyView + Send + 'static) -> Response {
        let (lang, signed_in) = (self.reader.lang, self.signed_in);
        let body = move || {
            let back = signed_in.then(|| view! { <div class="screen-only"><Back lang/></div> });
            view! { {back}{body()} }.into_any()
        };
        own_page(&self.reader, status, title, signed_in, body).await
    }

    async fn choice(self, missing: bool) -> Response {
        let lang = self.reader.lang;
        let status = if missing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        self.page(status, words::title(lang), move || view! { <Exercises lang missing/> }.into_any()).await
    }
}

async fn all(State(state): State<AppState>, headers: HeaderMap, own: Result<Own, Error>) -> Result<Response, Error> {
    Ok(Caller::new(&state, &headers, own, PATH.to_owned()).await?.choice(false).await)
}

async fn one(
    State(state): State<AppState>,
    headers: HeaderMap,
    own: Result<Own, Error>,
    Path(code): Path<String>,
) -> Result<Response, Error> {
    let exercise = Exercise::from_code(&code).ok_or(Error::NotFound)?;
    let caller = Caller::new(&state, &headers, own, format!("{PATH}/{}", exercise.code())).await?;
    let lang = caller.reader.lang;
    let body = move || view! { <ExercisePage lang exercise/> }.into_any();
    Ok(caller.page(StatusCode::OK, said(lang, exercise).name, body).await)
}

/// The programme of the exercises that are named, in the order of the list, each once; what is no exercise is left out.
async fn sheet(
    State(state): State<AppState>,
    headers: HeaderMap,
    own: Result<Own, Error>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let query = query.unwrap_or_default();
    let named: Vec<_> = query.split('&').filter_map(|pair| Exercise::from_code(pair.strip_prefix("e=")?)).collect();
    let chosen: Vec<Exercise> = Exercise::ALL.iter().copied().filter(|exercise| named.contains(exercise)).collect();
    if chosen.is_empty() {
        return Ok(Caller::new(&state, &headers, own, PATH.to_owned()).await?.choice(true).await);
    }
    let codes: Vec<_> = chosen.iter().map(|exercise| format!("e={}", exercise.code())).collect();
    let here = format!("/exercises/sheet?{}", codes.join("&"));
    let caller = Caller::new(&state, &headers, own, here).await?;
    let lang = caller.reader.lang;
    let body = move || view! { <Sheet lang chosen/> }.into_any();
    Ok(caller.page(StatusCode::OK, words::sheet::title(lang), body).await)
}
