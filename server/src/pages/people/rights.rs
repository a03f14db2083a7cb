//! A person's rights: who has looked at the own data, all of it to take along, and erasure.

use std::collections::BTreeMap;

use app::assessments::words::{outcome_name, score_value};
use app::history::{Names, VerbWords as _};
use app::incidents::list::moment;
use app::own::relatives::shown_words;
use app::people::rights::{
    DataPage, DataPart, DataView, Doors, ErasedPage, LooksLine, RestrictedLine, RestrictedPage, Restricting,
    RestrictionLine, RightsPage, RightsView,
};
use app::requests::PersonsRequest;
use app::sessions::told::ToldLine;
use app::texts::{self, Lang, Words as _};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::assessments::{Assessment, scores};
use domain::home_weeks::done_in;
use domain::ids::{AssessmentId, GroupId, ParticipantId, SessionId};
use domain::people::Participant;
use domain::people::restriction::{WhyLifted, WhyRestricted};
use domain::safety::Question;
use domain::screenings::Screening;
use domain::time::{Day, Instant};
use leptos::prelude::*;

use crate::access::{Actor, InReach, ScopedTx};
use crate::audit;
use crate::erasure::{self, Why};
use crate::error::Error;
use crate::letters;
use crate::own::{cards, relatives};
use crate::pages::downloads::{FileKind, attachment};
use crate::pages::saving::Sent;
use crate::pages::{Reader, Said, form_status, id_in, page, page_with_status, see_other};
use crate::people::own_data::{self, OfLooks, OwnData};
use crate::people::restriction::{self, Change};
use crate::people::{self, merged};
use crate::requests;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/people/{id}/rights", show)
        .get("/people/{id}/data", data)
        .get("/people/{id}/data/download", download)
        .post("/people/{id}/erase", erase)
        .post("/people/{id}/restrict", restrict)
        .get("/people/restricted", restricted)
        .get(ERASED, erased)
}

/// Where an erasure ends: nothing there names anybody.
const ERASED: &str = "/people/erased";

async fn erased(reader: Reader, actor: Actor) -> Result<Response, Error> {
    actor.scope.require(Action::ErasePeople)?;
    let lang = reader.lang;
    let body = move || view! { <ErasedPage lang/> }.into_any();
    Ok(page(&reader, texts::rights::erase::done(lang), body).await)
}

/// Everything about a person; the look is logged before it is had.
async fn gathered(state: &AppState, actor: &Actor, id: ParticipantId, request_id: &str) -> Result<OwnData, Error> {
    actor.scope.require(Action::ErasePeople)?;
    let scope = actor.scope.clone();
    // The whole log is gone through, which takes a while where it is long.
    let gathered = state
        .aside(async move |state| {
            let mut tx = state.db.read(&scope).await?;
            let found = people::find(&mut tx, Action::ErasePeople, id).await?;
            own_data::of(&mut tx, found).await
        })
        .await?;
    let look = audit::Entry::of_look(actor, state.now(), id, request_id);
    audit::note(state, actor.scope.municipality(), &look).await?;
    Ok(gathered)
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(Said { said }): Query<Said>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    let data = gathered(&state, &actor, id_in(&id)?, &request::id_of(&extensions)).await?;
    let view = rights_view(&state, &actor, data, String::new(), Vec::new()).await?;
    let said = match said.as_str() {
        "personal-card" => Some(texts::own::desk::ended(reader.lang)),
        "relatives" => Some(texts::kin::desk::ended(reader.lang)),
        _ => None,
    };
    Ok(draw(&reader, RightsView { said, ..view }).await)
}

async fn draw(reader: &Reader, view: RightsView) -> Response {
    let (lang, status) = (reader.lang, form_status(&view.errors));
    page_with_status(reader, status, texts::rights::title(lang), move || view! { <RightsPage lang view/> }.into_any())
        .await
}

async fn rights_view(
    state: &AppState,
    actor: &Actor,
    data: OwnData,
    why: String,
    errors: Vec<FieldError>,
) -> Result<RightsView, Error> {
    let mut tx = state.db.read(&actor.scope).await?;
    let history = restriction::history(&mut tx, data.person.id).await?;
    let reached = people::find(&mut tx, Action::ErasePeople, data.person.id).await?.reached;
    let records = merged::all(&mut tx, reached, Action::ErasePeople).await?;
    let requests = requests::of_records(&mut tx, &records).await?;
    let doors = match data.person.profile.restricted {
        true => doors(&mut tx, records).await?,
        false => Doors::default(),
    };
    let line = |line: restriction::Line| RestrictionLine { at: line.at, change: change_of(line.change), by: line.by };
    Ok(RightsView {
        id: data.person.id,
        name: data.person.profile.full_name(),
        restricted: data.person.profile.restricted,
        history: history.into_iter().map(line).collect(),
        requests: requests.into_iter().map(persons_request).collect(),
        today: actor.scope.today(),
        looks: data.looks.iter().map(looks_line).collect(),
        may_erase: actor.scope.may(Action::ErasePeople),
        doors,
        why,
        errors,
        said: None,
    })
}

/// What opens pages by which somebody sees data of the person, in every record: of whoever is restricted it is ended
/// here, since no other page of theirs is found.
async fn doors(tx: &mut ScopedTx, records: Vec<InReach<ParticipantId>>) -> Result<Doors, Error> {
    let cards = cards::of_people(tx, records.iter().copied()).await?;
    let mut doors = Doors::default();
    for record in records {
        let card = cards.get(&record.id()).map(|card| (record.id(), cards::in_groups(&card.number)));
        doors.cards.extend(card);
        let all = relatives::of_person(tx, record).await?.into_iter().filter(|one| !one.shown.is_empty());
        doors.relatives.extend(all.map(|one| (record.id(), one.id, one.name)));
    }
    Ok(doors)
}

/// As a line of lists.
pub(in crate::pages) fn persons_request(request: requests::Request) -> PersonsRequest {
    PersonsRequest {
        id: request.id,
        kind: request.asked.kind,
        received_on: request.received_on,
        due_on: request.due_on,
        answered_on: request.answer.map(|answer| answer.on),
        taken_back_on: request.taken_back_on,
    }
}

fn change_of(change: Change) -> Restricting {
    match change {
        Change::Restrict(why) => Restricting::Set(why),
        Change::Lift(why) => Restricting::Lifted(why),
    }
}

/// Sets the restriction, or lifts it: the form says which, and why.
async fn restrict(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let id: ParticipantId = id_in(&id)?;
    sent.scope().require(Action::ErasePeople)?;
    people::find(&mut sent.state.db.read(sent.scope()).await?, Action::ErasePeople, id).await?;
    let why = sent.fields.one("restriction");
    let change = match sent.fields.one("lift") {
        "yes" => WhyLifted::from_code(why).map(Change::Lift),
        _ => WhyRestricted::from_code(why).map(Change::Restrict),
    };
    if let Some(change) = change {
        restriction::change(&sent.state, &sent.actor, id, change, &sent.request_id).await?;
        return Ok(see_other(&format!("/people/{id}/rights")));
    }
    let errors = vec![FieldError::new("restriction", texts::rights::restrict::no_why(sent.lang()))];
    let data = gathered(&sent.state, &sent.actor, id, &sent.request_id).await?;
    let view = rights_view(&sent.state, &sent.actor, data, String::new(), errors).await?;
    Ok(draw(&sent.reader, view).await)
}

/// Whose data are kept and not processed: found nowhere else.
async fn restricted(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::ErasePeople)?;
    let all = restriction::all(&mut state.db.read(&actor.scope).await?).await?;
    audit::note_list(&state, &actor, None, all.len(), &request::id_of(&extensions)).await?;
    let line = |person: Participant| {
        let birth_year = person.profile.year_of_birth();
        RestrictedLine { id: person.id, name: person.profile.list_name(), birth_year }
    };
    let (lang, lines) = (reader.lang, all.into_iter().map(line).collect());
    let title = texts::rights::restrict::list_title(lang);
    Ok(page(&reader, title, move || view! { <RestrictedPage lang lines/> }.into_any()).await)
}

fn looks_line(looks: &OfLooks) -> LooksLine {
    let OfLooks { by, role, how, group, times, last_at, .. } = looks.clone();
    LooksLine { by, role, how, group, times, last: last_at }
}

async fn data(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    let data = gathered(&state, &actor, id_in(&id)?, &request::id_of(&extensions)).await?;
    let form = letters::form_of_address(&mut state.db.read(&actor.scope).await?).await?;
    let (lang, said_in) = (reader.lang, reader.lang.addressing(form));
    let view = data_view(lang, &data);
    Ok(page(&reader, texts::rights::title(lang), move || view! { <DataPage lang said_in view/> }.into_any()).await)
}

async fn download(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    let data = gathered(&state, &actor, id_in(&id)?, &request::id_of(&extensions)).await?;
    data_file(reader.lang, state.today(), &data)
}

/// All of it as a file, for the desk and for the person. No name stands in the file's own.
pub(crate) fn data_file(lang: Lang, today: Day, data: &OwnData) -> Result<Response, Error> {
    let text = serde_json::to_string_pretty(data).map_err(|error| Error::Broken(error.to_string()))?;
    Ok(attachment(&format!("{}-{today}", texts::rights::file(lang)), FileKind::Json, text))
}

/// All of it in words, for the desk and for the person.
pub(crate) fn data_view(lang: Lang, data: &OwnData) -> DataView {
    use texts::rights::data as t;
    let part = |title: &str, lines: Vec<(String, String)>| DataPart { title: title.to_owned(), lines };
    DataView {
        id: data.person.id,
        name: data.person.profile.full_name(),
        made_on: data.made_on,
        profile: profile(lang, &data.person),
        parts: vec![
            part(t::groups(lang), groups(lang, data)),
            part(t::sessions(lang), sessions(lang, data)),
            part(t::assessments(lang), data.assessments.iter().flat_map(|test| results(lang, test)).collect()),
            part(t::screenings(lang), data.screenings.iter().flat_map(|asked| answers(lang, asked)).collect()),
            part(t::consents(lang), consents(lang, data)),
            part(t::incidents(lang), incidents(lang, data)),
            part(texts::applications::title(lang), applications(lang, data)),
            part(texts::talks::title(lang), talks(lang, data)),
            part(texts::friends::title(lang), friends(lang, data)),
            part(texts::people::touch::contacts(lang), contacts(lang, data)),
            part(texts::kin::desk::title(lang), relatives_of(lang, data)),
            part(texts::messages::desk::title(lang), messages(lang, data)),
            part(texts::people::touch::pauses(lang), pauses(lang, data)),
            part(texts::home_exercise::title(lang), home_exercise(lang, data)),
            part(texts::requests::title(lang), requests_of(lang, data)),
            part(t::history(lang), changes(lang, data)),
        ],
        looks: data.looks.iter().map(looks_line).collect(),
    }
}

fn profile(lang: Lang, person: &Participant) -> Vec<(String, String)> {
    use texts::people::{field as f, form as own};
    let p = &person.profile;
    let text = |value: &Option<String>| value.clone();
    let all = [
        (f::given_names(lang), Some(p.given_names.clone())),
        (f::family_name(lang), Some(p.family_name.clone())),
        (f::called_name(lang), text(&p.called_name)),
        (f::birth_date(lang), p.birth_date.map(|day| texts::day(lang, day))),
        (f::birth_year(lang), p.birth_year.map(|year| year.to_string())),
        (f::sex(lang), p.sex.map(|code| code.words(lang).to_owned())),
        (f::language(lang), p.language.map(|code| code.words(lang).to_owned())),
        (f::phone(lang), text(&p.phone)),
        (f::postal_code(lang), text(&p.postal_code)),
        (f::emergency_contact(lang), text(&p.emergency_contact)),
        (f::living_alone(lang), p.living_alone.map(|code| code.words(lang).to_owned())),
        (f::education(lang), p.education.map(|code| code.words(lang).to_owned())),
        (f::income_ok(lang), p.income_ok.map(|code| code.words(lang).to_owned())),
        (f::referral_source(lang), p.referral_source.map(|code| code.words(lang).to_owned())),
        (f::applied_on(lang), p.applied_on.map(|day| texts::day(lang, day))),
        (f::decision(lang), p.decision.map(|code| code.words(lang).to_owned())),
        (f::reference(lang), text(&p.reference)),
        (f::died_on(lang), p.died_on.map(|day| texts::day(lang, day))),
        (own::undisclosed(lang), p.undisclosed.then(|| own::undisclosed_yes(lang).to_owned())),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn groups(lang: Lang, data: &OwnData) -> Vec<(String, String)> {
    let line = |stay: &own_data::OfGroup| {
        let left = stay.left_on.map(|day| texts::day(lang, day)).unwrap_or_default();
        let reason = stay.exit_reason.map(|reason| format!(", {}", reason.words(lang))).unwrap_or_default();
        (stay.group.clone(), format!("{}–{left}{reason}", texts::day(lang, stay.joined_on)))
    };
    data.groups.iter().map(line).collect()
}

fn messages(lang: Lang, data: &OwnData) -> Vec<(String, String)> {
    let chosen = data.messages.chosen.iter().chain(&data.messages.before).map(|one| {
        let how = format!("{} {}", one.channel.words(lang), one.address);
        (texts::day(lang, one.chosen_on), how.trim_end().to_owned())
    });
    let sent = |one: &own_data::OfMessage| {
        let own_data::OfMessage { session_on, event, channel, state, settled } = *one;
        let at = settled.map(Instant::from_millis);
        let line = ToldLine { person: None, name: String::new(), event, channel, state, trouble: None, at };
        (texts::day(lang, session_on), format!("{}. {}", line.what(lang), line.state(lang).0))
    };
    chosen.chain(data.messages.sent.iter().map(sent)).collect()
}

fn sessions(lang: Lang, data: &OwnData) -> Vec<(String, String)> {
    let told = data.sessions.iter().filter_map(|session| Some((session, session.mark?)));
    told.map(|(session, mark)| (texts::day(lang, session.held_on), format!("{}: {}", session.group, mark.words(lang))))
        .collect()
}

fn results(lang: Lang, test: &Assessment) -> Vec<(String, String)> {
    let day = texts::day(lang, test.measured_on);
    let line = |score: &domain::assessments::Score| {
        (day.clone(), format!("{}: {}", outcome_name(lang, score.outcome), score_value(lang, score)))
    };
    let pain = test.circumstances.pain.map(|pain| texts::rights::data::pain_in_test(lang, i64::from(pain)));
    scores(test).iter().map(line).chain(pain.map(|told| (day.clone(), told))).collect()
}

/// Each question with its answer; of the check of a day what was not so, and the pain.
fn answers(lang: Lang, screening: &Screening) -> Vec<(String, String)> {
    let day = texts::day(lang, screening.on);
    let yes_or_no = |yes: bool| if yes { texts::common::yes(lang) } else { texts::common::no(lang) };
    let line =
        |(question, yes): (Question, bool)| (day.clone(), format!("{} {}", question.words(lang), yes_or_no(yes)));
    let asked = screening.questions().into_iter().flat_map(|screen| Question::ALL.iter().copied().zip(screen.answers));
    let mut lines: Vec<_> = asked.filter_map(|(question, answer)| Some(line((question, answer?)))).collect();
    if let Some(check) = screening.of_today() {
        let lacking = check.lacking.iter().map(|fact| format!("{} {}", fact.words(lang), texts::common::no(lang)));
        let pain = texts::rights::data::pain(lang, i64::from(check.pain));
        lines.extend(lacking.chain([pain]).map(|told| (day.clone(), told)));
    }
    lines
}

fn requests_of(lang: Lang, data: &OwnData) -> Vec<(String, String)> {
    let line = |one: &own_data::OfRequest| {
        let answer = one.answer.as_ref().map(|answer| texts::requests::told_answer(lang, answer.on, &answer.words));
        let taken_back = one.taken_back_on.map(|on| texts::requests::taken_back_on(lang, on));
        let came_of_it = answer.or(taken_back).unwrap_or_default();
        let told = sentence(&[one.kind.words(lang), &one.words, &came_of_it]);
        (texts::day(lang, one.received_on), told)
    };
    data.requests.iter().map(line).collect()
}

fn consents(lang: Lang, data: &OwnData) -> Vec<(String, String)> {
    let line = |consent: &domain::consents::Consent| {
        let told = format!("{}: {}", consent.purpose.words(lang), consent.act.words(lang));
        (texts::day(lang, consent.on), told)
    };
    data.consents.iter().map(line).collect()
}

fn incidents(lang: Lang, data: &OwnData) -> Vec<(String, String)> {
    let lines = |one: &domain::incidents::Incident| {
        let at = moment(lang, one.on, one.at);
        let happened = sentence(&[one.kind.words(lang), &one.what_happened]);
        let staff: Vec<_> = one.staff.iter().filter_map(|by| data.staff_names.get(by).cloned()).collect();
        let group = data.group_names.get(&one.group).map(String::as_str);
        let more = app::incidents::told::in_lines(lang, one, group, &staff);
        std::iter::once(happened).chain(more).map(move |told| (at.clone(), told)).collect::<Vec<_>>()
    };
    data.incidents.iter().flat_map(lines).collect()
}

fn applications(lang: Lang, data: &OwnData) -> Vec<(String, String)> {
    let lines = |one: &domain::applications::Application| {
        let decided = one.decided.as_ref().map(|decided| (decided.decision.words(lang), decided.reason.as_str()));
        let (decision, reason) = decided.unwrap_or_default();
        let came = sentence(&[one.start.source.words(lang), decision, reason]);
        let by = one.decided.as_ref().and_then(|decided| data.staff_names.get(&decided.by));
        let (today, names) = (data.made_on, &data.group_names);
        let more = app::applications::told::in_lines(lang, one, today, names, by.map(String::as_str));
        let on = texts::day(lang, one.applied_on);
        std::iter::once(came).chain(more).map(move |told| (on.clone(), told)).collect::<Vec<_>>()
    };
    data.applications.iter().flat_map(lines).collect()
}

fn talks(lang: Lang, data: &OwnData) -> Vec<(String, String)> {
    let line = |talk: &domain::talks::Talk| {
        let next = talk.next_on.map(|on| texts::talks::next_is(lang, on)).unwrap_or_default();
        (texts::day(lang, talk.on), sentence(&[&talk.goal, &talk.plan, &next]))
    };
    data.talks.iter().map(line).collect()
}

fn friends(lang: Lang, data: &OwnData) -> Vec<(String, String)> {
    use texts::friends as t;
    let line = |pair: &domain::friends::FriendPair| {
        let days = match pair.ended {
            None => t::since_is(lang, pair.since),
            Some(end) => t::ended_is(lang, &texts::days(lang, pair.since, end.on), end.reason.words(lang)),
        };
        let visits: Vec<_> = pair.visits.iter().map(|on| texts::day(lang, *on)).collect();
        (format!("{}, {}", pair.name, pair.phone), sentence(&[&days, &visits.join(", ")]))
    };
    data.outdoor_friends.iter().map(line).collect()
}

fn relatives_of(lang: Lang, data: &OwnData) -> Vec<(String, String)> {
    let line = |one: &own_data::OfRelative| {
        let until = one.until.map(|day| texts::kin::desk::until(lang, day));
        let shown = one.shown.iter().map(|purpose| shown_words(lang, *purpose).to_owned());
        let told: Vec<_> = std::iter::once(format!("{}.", one.relation)).chain(shown).chain(until).collect();
        (one.name.clone(), told.join(" "))
    };
    data.relatives.iter().map(line).collect()
}

fn contacts(lang: Lang, data: &OwnData) -> Vec<(String, String)> {
    let line = |contact: &domain::contacts::Contact| {
        let next = contact.next_on.map(|on| texts::people::touch::next(lang, on)).unwrap_or_default();
        let told = sentence(&[contact.way.words(lang), contact.outcome.words(lang), &contact.note, &next]);
        (texts::day(lang, contact.on), told)
    };
    data.contacts.iter().map(line).collect()
}

fn pauses(lang: Lang, data: &OwnData) -> Vec<(String, String)> {
    let line = |pause: &domain::pauses::Pause| {
        let to = pause.to.map(|day| texts::day(lang, day)).unwrap_or_default();
        (format!("{}–{to}", texts::day(lang, pause.from)), pause.reason.words(lang).to_owned())
    };
    data.pauses.iter().map(line).collect()
}

/// The programme for home, and the days of each week on which it was done.
fn home_exercise(lang: Lang, data: &OwnData) -> Vec<(String, String)> {
    let programme = |one: &domain::home_programmes::HomeProgramme| {
        let to = one.to.map(|day| texts::day(lang, day)).unwrap_or_default();
        let said = sentence(&[&app::home_programmes::exercises_in_words(lang, one), &one.note]);
        (format!("{}–{to}", texts::day(lang, one.from)), said)
    };
    // Of several records the later word holds: what they say is told once.
    let mut weeks: BTreeMap<Day, Vec<String>> = BTreeMap::new();
    for day in done_in(&data.home_weeks) {
        weeks.entry(day.monday()).or_default().push(texts::day(lang, day));
    }
    let week = |(monday, days): (Day, Vec<String>)| {
        (texts::day(lang, monday), texts::home_exercise::done_on(lang, &texts::list(lang, &days)))
    };
    let programmes = data.home_programmes.iter().map(programme);
    programmes.chain(weeks.into_iter().rev().map(week)).collect()
}

/// The parts that say something.
fn sentence(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(". ")
}

fn changes(lang: Lang, data: &OwnData) -> Vec<(String, String)> {
    let line = |row: &people::LogRow| {
        let told = row.op.verb.sentence(lang, &Known(data, lang));
        (texts::moment(lang, row.received_at), format!("{told} ({})", row.author(lang)))
    };
    data.log.iter().map(line).collect()
}

/// What the history names.
struct Known<'a>(&'a OwnData, Lang);

impl Names for Known<'_> {
    fn group(&self, id: GroupId) -> Option<String> {
        self.0.stays.iter().find(|(_, group)| group.id == id).map(|(_, group)| group.name.clone())
    }

    fn session_day(&self, id: SessionId) -> Option<Day> {
        self.0.days.get(&id).copied()
    }

    fn test(&self, id: AssessmentId) -> Option<&'static str> {
        let test = self.0.assessments.iter().find(|test| test.id == id);
        test.map(|test| test.instrument.words(self.1))
    }
}

async fn erase(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    use texts::rights::erase as t;
    let (id, lang): (ParticipantId, _) = (id_in(&id)?, sent.lang());
    sent.scope().require(Action::ErasePeople)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let found = people::find(&mut tx, Action::ErasePeople, id).await;
    drop(tx);
    match found {
        // The button was pressed twice.
        Err(Error::NotFound) if erasure::was_erased(&sent.state, sent.scope(), id).await? => {
            // Or the file of the erased could not be written the first time.
            erasure::complete(&sent.state).await?;
            return Ok(see_other(ERASED));
        }
        found => found?,
    };
    let typed = sent.fields.one("why").to_owned();
    let (why, sure) = (Why::chosen(&typed), sent.fields.one("sure") == "yes");
    if let (Some(why), true) = (why, sure) {
        erasure::erase(&sent.state, sent.scope(), id, why, &sent.request_id).await?;
        return Ok(see_other(ERASED));
    }
    let no_why = why.is_none().then(|| FieldError::new("why", t::no_why(lang)));
    let not_sure = (!sure).then(|| FieldError::new("sure", t::not_sure(lang)));
    let errors = no_why.into_iter().chain(not_sure).collect();
    let data = gathered(&sent.state, &sent.actor, id, &sent.request_id).await?;
    let view = rights_view(&sent.state, &sent.actor, data, typed, errors).await?;
    Ok(draw(&sent.reader, view).await)
}
