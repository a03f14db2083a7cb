//! Somebody's programme for home at the desk: made, changed, ended and printed, and a sheet of crosses entered.

use std::collections::{BTreeMap, BTreeSet};

use app::exercises::said;
use app::home_programmes::desk::{DeskExercise, DeskExercisePage, ProgrammeTyped, RowTyped, path};
use app::home_programmes::sheet::{HomeSheet, HomeSheetPage};
use app::home_weeks::on_sheets;
use app::texts::home_exercise as words;
use app::texts::{self, Lang};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::exercises::Exercise;
use domain::home_programmes::{self, Chosen, Form, HomeProgramme, NOTE};
use domain::home_weeks::{Verb as WeekVerb, done_in};
use domain::ids::ParticipantId;
use domain::people::Participant;
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::Day;
use leptos::prelude::*;

use crate::access::{Actor, ScopedTx};
use crate::audit;
use crate::error::Error;
use crate::home_programmes::{Versioned, last_of, of_records, open_of};
use crate::home_weeks;
use crate::letters;
use crate::pages::reading::Reading;
use crate::pages::saving::{Read, Sent, alive};
use crate::pages::{Reader, Said, form_status, id_in, page_with_status, see_other};
use crate::people::own_data::account_names;
use crate::people::{self, Found, merged};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/people/{id}/home-exercise", show)
        .post("/people/{id}/home-exercise", save)
        .post("/people/{id}/home-exercise/days", days)
        .get("/people/{id}/home-exercise/sheet", sheet)
}

/// What is kept of somebody's exercise at home, in each record of them.
struct Known {
    person: Participant,
    programmes: Vec<Versioned>,
    /// Of the weeks that a sheet may have.
    done: BTreeSet<Day>,
    today: Day,
    /// The name of whoever made the programme that goes on.
    made_by: Option<String>,
    died_on: Option<Day>,
}

impl Known {
    /// Only for whoever may write of the person: looking alone is the person's page.
    async fn of(tx: &mut ScopedTx, id: &str) -> Result<Self, Error> {
        tx.require(Action::UseDesk)?;
        let Found { reached, person, .. } = people::find(tx, Action::EditProfiles, id_in(id)?).await?;
        let records = merged::all(tx, reached, Action::EditProfiles).await?;
        let programmes = of_records(tx, &records).await?;
        let today = tx.scope().today();
        let done = done_in(&home_weeks::beginning(tx, &records, on_sheets(today)).await?);
        let made_by = account_names(tx, open_of(&programmes, today).map(|programme| programme.by)).await?;
        let made_by = made_by.into_values().next();
        let died_on = merged::died_on(tx, &person).await?;
        Ok(Self { person, programmes, done, today, made_by, died_on })
    }

    fn open(&self) -> Option<&HomeProgramme> {
        open_of(&self.programmes, self.today)
    }

    /// Grows whenever the programme of any of the records is changed, one that has ended too; 0 for none.
    fn rev(&self) -> i64 {
        self.programmes.iter().map(|(rev, _)| rev).sum()
    }

    /// Whether that is said of the day already, of those of which it is known here.
    fn says(&self, day: Day, done: bool) -> bool {
        on_sheets(self.today).any(|monday| monday == day.monday()) && self.done.contains(&day) == done
    }

    fn typed(&self) -> ProgrammeTyped {
        ProgrammeTyped::of(self.rev(), last_of(&self.programmes, self.today), self.today)
    }

    fn view(self, typed: ProgrammeTyped, errors: Vec<FieldError>, said: Option<&'static str>) -> DeskExercise {
        DeskExercise {
            person: self.person.id,
            name: self.person.profile.full_name(),
            today: self.today,
            programme: self.open().cloned(),
            rev: self.rev(),
            is_from_last: self.open().is_none() && !self.programmes.is_empty(),
            done: self.done,
            made_by: self.made_by,
            typed,
            errors,
            may_resume: false,
            said,
        }
    }

    /// Whether the programme was ended today, and no other goes on.
    fn may_resume(&self) -> bool {
        self.open().is_none() && self.programmes.iter().any(|(_, one)| one.was_ended_today(self.today))
    }
}

async fn note_look(state: &AppState, actor: &Actor, person: ParticipantId, request_id: &str) -> Result<(), Error> {
    let look = audit::Entry::of_profile(actor, state.now(), person, request_id);
    let look = audit::Entry { fields: "exercise".to_owned(), ..look };
    audit::note(state, actor.scope.municipality(), &look).await
}

async fn draw(reader: &Reader, view: DeskExercise) -> Response {
    let (lang, status) = (reader.lang, form_status(&view.errors));
    // No name in the tab: the history of a shared desk keeps titles.
    page_with_status(reader, status, words::title(lang), move || view! { <DeskExercisePage lang view/> }.into_any())
        .await
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(Said { said }): Query<Said>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    let known = Known::of(&mut state.db.read(&actor.scope).await?, &id).await?;
    note_look(&state, &actor, known.person.id, &request::id_of(&extensions)).await?;
    let may_resume = said == "ended" && known.may_resume();
    let said = match said.as_str() {
        "saved" => Some(words::edit::saved(reader.lang)),
        "ended" => Some(words::edit::ended(reader.lang)),
        "resumed" => Some(words::edit::resumed(reader.lang)),
        "days" => Some(words::ticks::saved(reader.lang)),
        _ => None,
    };
    let typed = known.typed();
    Ok(draw(&reader, DeskExercise { may_resume, ..known.view(typed, Vec::new(), said) }).await)
}

async fn sheet(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    let mut tx = state.db.read(&actor.scope).await?;
    let (known, form) = (Known::of(&mut tx, &id).await?, letters::form_of_address(&mut tx).await?);
    drop(tx);
    let Some(programme) = known.open().cloned() else { return Ok(see_other(&path(known.person.id))) };
    note_look(&state, &actor, known.person.id, &request::id_of(&extensions)).await?;
    // The sheet is the person's: it speaks their language, under the desk's own frame.
    let own = Lang::of_person(known.person.profile.language).unwrap_or(reader.lang).addressing(form);
    let view = HomeSheet {
        name: Some(known.person.profile.full_name()),
        programme,
        made_by: known.made_by,
        with_note: true,
        today: known.today,
        back: Some((path(known.person.id), words::title(reader.lang).to_owned())),
    };
    let body =
        move || view! { <div class="participant" lang=own.code()><HomeSheetPage lang=own view/></div> }.into_any();
    Ok(page_with_status(&reader, http::StatusCode::OK, words::sheet::title(reader.lang), body).await)
}

async fn save(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let known = Known::of(&mut sent.state.db.read(sent.scope()).await?, &id).await?;
    let then = |said: &str| format!("{}?said={said}", path(known.person.id));
    if sent.fields.one("end") == "yes" {
        let wanted = Ok(ending(&known));
        return pressed(&sent, known, wanted, "ended").await;
    }
    if sent.fields.one("resume") == "yes" {
        let wanted = alive("e", sent.lang(), known.died_on).map(|()| resuming(&known));
        // Pressed twice it goes on already; on another day it is made anew.
        let nothing = wanted.as_ref().is_ok_and(Vec::is_empty);
        let said = if nothing && known.open().is_none() { "" } else { "resumed" };
        return pressed(&sent, known, wanted, said).await;
    }
    let mut typed = typed_in(&sent);
    let read = alive("e", sent.lang(), known.died_on).and(read(&sent, &typed, known.person.id));
    let is_there = |wanted: &HomeProgramme| known.open().is_some_and(|there| there.says_the_same(wanted));
    let wanted = read.map(|programme| if is_there(&programme) { Vec::new() } else { setting(programme) });
    let wanted = sent.over(known.rev(), &mut typed.rev, "e", wanted);
    match sent.save(wanted, &then("saved"), "e").await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, known, typed, errors).await,
    }
}

/// What one press says, by whoever has seen what they end or bring back.
async fn pressed(sent: &Sent, known: Known, wanted: Read, said: &str) -> Result<Response, Error> {
    let mut seen = sent.fields.one("rev").to_owned();
    let wanted = sent.over(known.rev(), &mut seen, "e", wanted);
    match sent.save(wanted, &format!("{}?said={said}", path(known.person.id)), "e").await? {
        Ok(done) => Ok(done),
        Err(errors) => {
            let typed = known.typed();
            shown_again(sent, known, typed, errors).await
        }
    }
}

/// The page with what is wrong with what was sent.
async fn shown_again(
    sent: &Sent,
    known: Known,
    typed: ProgrammeTyped,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    note_look(&sent.state, &sent.actor, known.person.id, &sent.request_id).await?;
    Ok(draw(&sent.reader, known.view(typed, errors, None)).await)
}

fn setting(programme: HomeProgramme) -> Vec<(Verb, Seen)> {
    vec![(home_programmes::Verb::Set { programme }.into(), Seen::Newest)]
}

/// Today is the last day of each programme that goes on, in whichever record it lies.
fn ending(known: &Known) -> Vec<(Verb, Seen)> {
    let open = known.programmes.iter().filter(|(_, one)| one.is_open(known.today));
    open.flat_map(|(_, one)| setting(one.clone().ended_today(known.today))).collect()
}

/// What was ended today goes on as it was, in whichever record it lies; nothing where another has begun.
fn resuming(known: &Known) -> Vec<(Verb, Seen)> {
    let ended = known.programmes.iter().filter(|(_, one)| known.may_resume() && one.was_ended_today(known.today));
    ended.flat_map(|(_, one)| setting(one.clone().resumed())).collect()
}

fn typed_in(sent: &Sent) -> ProgrammeTyped {
    let chosen: BTreeSet<_> = sent.fields.all("e").into_iter().map(str::to_owned).collect();
    let row = |exercise: &Exercise| {
        let one = |what: &str| sent.fields.one(&format!("{what}_{exercise}")).to_owned();
        let is_chosen = chosen.contains(exercise.code());
        RowTyped { exercise: *exercise, is_chosen, form: one("form"), amount: one("amount"), rounds: one("rounds") }
    };
    let one = |name: &str| sent.fields.one(name).to_owned();
    ProgrammeTyped {
        rev: one("rev"),
        from: one("from"),
        note: one("note"),
        rows: Exercise::ALL.iter().map(row).collect(),
    }
}

/// What was typed, as a programme that goes on.
fn read(sent: &Sent, typed: &ProgrammeTyped, participant: ParticipantId) -> Result<HomeProgramme, Vec<FieldError>> {
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut form = Reading::new(lang);
    let from = form.needed_day("from", &typed.from, texts::people::error::day(lang), today);
    let mut exercises = Vec::new();
    for row in typed.rows.iter().filter(|row| row.is_chosen) {
        match chosen(row) {
            Some(chosen) => exercises.push(chosen),
            None => {
                let (least, most) = row.exercise.dose().amount.limits();
                let name = said(lang, row.exercise).name;
                let told = words::edit::wrong_amount(lang, &least.to_string(), name, &most.to_string());
                form.errors.push(FieldError::new("e", told));
            }
        }
    }
    if exercises.is_empty() && form.errors.is_empty() {
        form.errors.push(FieldError::new("e", words::edit::nothing(lang)));
    }
    let note = typed.note.replace("\r\n", "\n").trim().to_owned();
    if note.chars().count() > NOTE {
        form.errors.push(FieldError::new("note", texts::common::too_long(lang, texts::whole(NOTE))));
    }
    let by = sent.scope().user();
    match (from, form.errors.is_empty()) {
        (Some(from), true) => Ok(HomeProgramme { participant, exercises, from, to: None, by, note }),
        _ => Err(form.errors),
    }
}

fn chosen(row: &RowTyped) -> Option<Chosen> {
    let (form, amount) = (Form::from_code(&row.form)?, row.amount.trim().parse().ok()?);
    let chosen = Chosen { exercise: row.exercise, form, amount, rounds: row.rounds.trim().parse().ok()? };
    chosen.is_possible().then_some(chosen)
}

/// A sheet's crosses. What was shown as it is says nothing: a day that was told elsewhere meanwhile stays.
async fn days(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let known = Known::of(&mut sent.state.db.read(sent.scope()).await?, &id).await?;
    let of = |name| -> BTreeSet<Day> { sent.fields.all(name).into_iter().filter_map(|day| day.parse().ok()).collect() };
    let (ticked, were) = (of("day"), of("was"));
    let (new, gone) =
        (ticked.difference(&were).map(|day| (*day, true)), were.difference(&ticked).map(|day| (*day, false)));
    let wanted = telling(known.person.id, new.chain(gone).filter(|(day, done)| !known.says(*day, *done)));
    match sent.save(Ok(wanted), &format!("{}?said=days", path(known.person.id)), "days").await? {
        Ok(done) => Ok(done),
        Err(errors) => {
            let typed = known.typed();
            shown_again(&sent, known, typed, errors).await
        }
    }
}

/// One operation for each week; said of the person's own record, it holds for all of theirs.
fn telling(participant: ParticipantId, said: impl Iterator<Item = (Day, bool)>) -> Vec<(Verb, Seen)> {
    let mut weeks: BTreeMap<Day, BTreeMap<Day, bool>> = BTreeMap::new();
    for (day, done) in said {
        weeks.entry(day.monday()).or_default().insert(day, done);
    }
    let verb = |(monday, days)| (WeekVerb::Set { participant, monday, days }.into(), Seen::Newest);
    weeks.into_iter().map(verb).collect()
}
