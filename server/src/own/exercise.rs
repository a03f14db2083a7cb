//! One's own programme for home: looking at it, telling on which days it was done, and printing it. Relatives see nothing
//! of it.

use std::collections::{BTreeMap, BTreeSet};

use app::home_programmes::own::{
    DAYS, KeptExercisePage, OWN_KEPT, OWN_PATH, OWN_SHEET, OwnExercise, OwnExercisePage, WEEKS,
};
use app::home_programmes::sheet::{HomeSheet, HomeSheetPage};
use app::home_weeks::mondays;
use app::own::words::plain_day;
use app::texts::Lang;
use app::texts::home_exercise::{own as words, sheet as sheet_words};
use app::ui::Tone;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::home_programmes::HomeProgramme;
use domain::home_weeks::{Verb, done_in, is_told_by_oneself};
use domain::ids::ParticipantId;
use domain::sync::server::write::Seen;
use domain::time::Day;
use leptos::prelude::*;

use super::page::own_again;
use super::{Own, answer, first_name};
use crate::access::{InReach, ScopedTx};
use crate::error::Error;
use crate::pages::{id_in, script, see_other};
use crate::people::own_data::account_names;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::{home_programmes, home_weeks};

pub fn routes(routes: Routes) -> Routes {
    routes.get(OWN_PATH, show).post(OWN_PATH, tell).get(OWN_SHEET, sheet).get(OWN_KEPT, kept)
}

/// Of what is shown of the person, in the log.
const LOOK: &str = "exercise";

/// What was told, and of which day where that is not today.
#[derive(serde::Deserialize)]
struct Told {
    #[serde(default)]
    said: String,
    #[serde(default)]
    day: String,
}

impl Told {
    /// In words beside the days; nothing where it is not so.
    fn of_day(&self, lang: Lang, today: Day, done: &BTreeSet<Day>) -> Option<String> {
        let day = self.day.parse::<Day>().ok().filter(|day| is_told_by_oneself(*day, today))?;
        match (self.said.as_str(), done.contains(&day)) {
            ("done", true) => Some(words::saved_on(lang, &plain_day(lang, day))),
            ("undone", false) => Some(words::undone_on(lang, &plain_day(lang, day))),
            _ => None,
        }
    }
}

/// The page that says what was told; of an earlier day it opens where that was pressed.
fn told_page(said: &str, day: Day, today: Day) -> Response {
    match day == today || said == LATE {
        true => see_other(&format!("{OWN_PATH}?said={said}")),
        false => see_other(&format!("{OWN_PATH}?said={said}&day={day}#{DAYS}")),
    }
}

/// Of a day of which nothing can be told here.
const LATE: &str = "late";

fn said_words(lang: Lang, said: &str) -> Option<(Tone, &'static str)> {
    match said {
        "done" => Some((Tone::Good, words::saved(lang))),
        "undone" => Some((Tone::Good, words::undone(lang))),
        LATE => Some((Tone::Look, words::late(lang))),
        _ => None,
    }
}

impl Own {
    /// The programme that goes on.
    pub(super) async fn home_programme(&self, tx: &mut ScopedTx) -> Result<Option<HomeProgramme>, Error> {
        open_in(tx, &self.records).await
    }
}

async fn open_in(tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<Option<HomeProgramme>, Error> {
    let all = home_programmes::of_records(tx, records).await?;
    Ok(home_programmes::open_of(&all, tx.scope().today()).cloned())
}

/// The days of the weeks that begin on these Mondays on which it was done, by any record.
async fn done_from(
    tx: &mut ScopedTx,
    records: &[InReach<ParticipantId>],
    mondays: impl Iterator<Item = Day>,
) -> Result<BTreeSet<Day>, Error> {
    Ok(done_in(&home_weeks::beginning(tx, records, mondays).await?))
}

/// How people call whoever made the programme.
async fn maker(tx: &mut ScopedTx, programme: Option<&HomeProgramme>) -> Result<Option<String>, Error> {
    let names = account_names(tx, programme.map(|one| one.by)).await?;
    Ok(names.into_values().next().map(|name| first_name(&name)))
}

async fn show(State(state): State<AppState>, own: Own, Query(told): Query<Told>) -> Result<Response, Error> {
    let mut tx = state.db.read(&own.scope).await?;
    let (lang, today) = (own.reader.lang, own.scope.today());
    let programme = own.home_programme(&mut tx).await?;
    let done = done_from(&mut tx, &own.records, mondays(today, WEEKS)).await?;
    let made_by = maker(&mut tx, programme.as_ref()).await?;
    drop(tx);
    own.note_look(&state, LOOK).await?;
    let with_note = own.session.has_pin(state.now());
    let of_day = programme.as_ref().and_then(|_| told.of_day(lang, today, &done));
    let said = if of_day.is_none() { said_words(lang, &told.said) } else { None };
    let view = OwnExercise { today, programme, made_by, with_note, done, said, of_day, keeps: !own.session.shared };
    let body = move || {
        view! {
            <OwnExercisePage lang view/>
            {script("timer.js")}
            {script("keep.js")}
        }
        .into_any()
    };
    Ok(answer(&state, &own.reader, &own.session, words::title(lang), body).await)
}

/// That something was done on a day, or was not after all. Pressed twice it says the same, and once.
async fn tell(State(state): State<AppState>, own: Own, fields: Fields) -> Result<Response, Error> {
    if !own.drew(&fields) {
        return Ok(own_again());
    }
    let done = fields.one("undone").is_empty();
    let day: Day = id_in(fields.one(if done { "done" } else { "undone" }))?;
    let (participant, monday) = (own.found.person.id, day.monday());
    let mut tx = state.db.read(&own.scope).await?;
    let is_done = done_from(&mut tx, &own.records, std::iter::once(monday)).await?.contains(&day);
    drop(tx);
    let back = |said| Ok(told_page(said, day, own.scope.today()));
    if done == is_done && is_told_by_oneself(day, own.scope.today()) {
        return back(if done { "done" } else { "undone" });
    }
    let verb = Verb::Set { participant, monday, days: BTreeMap::from([(day, done)]) }.into();
    match state.change(&own.scope, &own.request_id, &[(verb, Seen::Newest)]).await {
        Ok(Ok(())) => back(if done { "done" } else { "undone" }),
        Ok(Err(_)) | Err(Error::Forbidden) => back(LATE),
        Err(other) => Err(other),
    }
}

/// The programme that goes on and who made it, with the look at it logged.
async fn open_programme(state: &AppState, own: &Own) -> Result<Option<(HomeProgramme, Option<String>)>, Error> {
    let mut tx = state.db.read(&own.scope).await?;
    let Some(programme) = own.home_programme(&mut tx).await? else { return Ok(None) };
    let made_by = maker(&mut tx, Some(&programme)).await?;
    drop(tx);
    own.note_look(state, LOOK).await?;
    Ok(Some((programme, made_by)))
}

/// As it is kept, and not as it is looked at beforehand.
#[derive(serde::Deserialize)]
struct Copied {
    #[serde(default)]
    copy: String,
}

/// The page that is kept on a phone (`public/keep.js`).
async fn kept(
    State(state): State<AppState>,
    own: Own,
    Query(Copied { copy }): Query<Copied>,
) -> Result<Response, Error> {
    let Some((programme, made_by)) = open_programme(&state, &own).await? else { return Ok(see_other(OWN_PATH)) };
    let (lang, today, copy) = (own.reader.lang, own.scope.today(), copy == "yes");
    let body = move || {
        view! {
            <KeptExercisePage lang today programme made_by copy/>
            {script("timer.js")}
        }
        .into_any()
    };
    Ok(answer(&state, &own.reader, &own.session, words::title(lang), body).await)
}

async fn sheet(State(state): State<AppState>, own: Own) -> Result<Response, Error> {
    let Some((programme, made_by)) = open_programme(&state, &own).await? else { return Ok(see_other(OWN_PATH)) };
    let lang = own.reader.lang;
    let view = HomeSheet {
        name: Some(own.found.person.profile.full_name()),
        programme,
        made_by,
        with_note: own.session.has_pin(state.now()),
        today: own.scope.today(),
        back: Some((OWN_PATH.to_owned(), words::title(lang).to_owned())),
    };
    let body = move || view! { <HomeSheetPage lang view/> }.into_any();
    Ok(answer(&state, &own.reader, &own.session, sheet_words::title(lang), body).await)
}
