//! What a full registration adds to a person at the desk: consents, the questions before tests, counselling talks.

use app::consents::card::{ASKED, ConsentTyped, text_version};
use app::people::stays::SmallForm;
use app::screenings::desk::{FIELDS, Questions, QuestionsTyped};
use app::talks::card::{TalkAct, TalkTyped};
use app::texts::{self, Lang, Words as _, typed_day};
use app::ui::FieldError;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::Action;
use domain::consents::{self as consent, Consent, ConsentAct, ConsentChannel, ConsentPurpose};
use domain::fields::TEXT;
use domain::ids::{ConsentId, ParticipantId, ScreeningId, TalkId};
use domain::letters::FormOfAddress;
use domain::names::can_be_said;
use domain::people::Participant;
use domain::safety::PreScreen;
use domain::screenings::{self as screening, Asked, Screening};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::talks::{self as talk, TakenBack, Talk, TalkMistake};
use domain::time::Day;
use leptos::prelude::*;

use super::person::shown_again;
use crate::access::Actor;
use crate::audit::{self, Entry};
use crate::error::Error;
use crate::pages::reading::Reading;
use crate::pages::saving::{Read, Sent, alive, id_of_new, saved_beside, saved_now};
use crate::pages::{Reader, form_status, id_in, page_with_status};
use crate::people::{self, Found, merged};
use crate::routes::Routes;
use crate::state::AppState;
use crate::talks::Noted;
use crate::web::request;
use crate::{letters, talks};

pub fn routes(routes: Routes) -> Routes {
    routes
        .post("/people/{id}/consents", record_consent)
        .post("/people/{id}/talks", write_talk)
        .get("/people/{id}/questions", questions)
        .post("/people/{id}/questions", answer)
}

/// The person of the form, where the sender may do this about them.
async fn about(sent: &Sent, action: Action, id: &str) -> Result<Participant, Error> {
    sent.scope().require(Action::UseDesk)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    Ok(people::find(&mut tx, action, id_in(id)?).await?.person)
}

async fn record_consent(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let person = about(&sent, Action::RecordConsents, &id).await?;
    let one = |name| sent.fields.one(name).to_owned();
    let typed = ConsentTyped {
        rev: one("rev"),
        purpose: one("purpose"),
        act: one("act"),
        channel: one("channel"),
        on: one("consent_on"),
        language: one("consent_language"),
    };
    let died_on = merged::died_on(&mut sent.state.db.read(sent.scope()).await?, &person).await?;
    let wanted = alive("purpose", sent.lang(), died_on).and_then(|()| read_consent(&sent, &typed, person.id));
    match sent.save(wanted, &format!("/people/{}?said=consent", person.id), "purpose").await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, person.id, SmallForm::Consent(typed), errors).await,
    }
}

/// One event; the form's own id makes it one, however often it is sent.
fn read_consent(sent: &Sent, typed: &ConsentTyped, participant: ParticipantId) -> Read {
    use texts::consents::desk::error as e;
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut form = Reading::new(lang);
    let purpose = ConsentPurpose::from_code(&typed.purpose).filter(|purpose| ASKED.contains(purpose));
    let purpose = form.chosen("purpose", purpose, e::purpose(lang));
    let act = form.chosen("act", ConsentAct::from_code(&typed.act), e::act(lang));
    let channel = ConsentChannel::from_code(&typed.channel).filter(|channel| *channel != ConsentChannel::Import);
    let channel = form.chosen("channel", channel, e::channel(lang));
    let language = form.chosen("consent_language", Lang::from_code(&typed.language), e::channel(lang));
    let on = past_day(&mut form, "consent_on", &typed.on, today);
    let (Some(purpose), Some(act), Some(channel), Some(language), Some(on)) = (purpose, act, channel, language, on)
    else {
        return Err(form.errors);
    };
    let consent = Consent {
        id: sent.carried(ConsentId::new),
        participant,
        purpose,
        act,
        channel,
        on,
        text_version: text_version(purpose).to_owned(),
        language: language.code().to_owned(),
        after: Vec::new(),
        relative: None,
        until: None,
    };
    Ok(vec![(consent::Verb::Record { consent }.into(), Seen::Newest)])
}

/// A day that lies no later than today.
pub(super) fn past_day(form: &mut Reading, field: &'static str, typed: &str, today: Day) -> Option<Day> {
    let lang = form.lang();
    let day = form.needed_day(field, typed, texts::people::error::day(lang), today)?;
    if day > today { form.wrong(field, texts::applications::error::future(lang)) } else { Some(day) }
}

/// Notes a talk, corrects it, takes it back, or puts it back.
async fn write_talk(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let Talks { person, all, died_on } = talks_of(&sent, &id).await?;
    let mut typed = typed_talk(&sent).ok_or(Error::NotFound)?;
    let there = all.iter().find(|talk| talk.id.to_string() == typed.rev);
    let (wanted, field, said) = match (typed.act, there) {
        (TalkAct::Say, _) => {
            // What was noted of a talk in their lifetime can still be put right.
            let begun = if there.is_none() { alive("goal", sent.lang(), died_on) } else { Ok(()) };
            (begun.and_then(|()| read_talk(&sent, &typed, person.id, there)), "goal", "talk")
        }
        (TalkAct::TakeBack, Some(talk)) => (read_mistake(&sent, &typed, talk), "talk_mistake", "talk_taken_back"),
        (TalkAct::PutBack, Some(talk)) => return put_back(&sent, person.id, talk).await,
        (TalkAct::TakeBack | TalkAct::PutBack, None) => return Err(Error::NotFound),
    };
    let (now, told) = (there.map(TalkTyped::said).unwrap_or_default(), typed.clone());
    let saved = || there.map(|talk| talked_otherwise(sent.lang(), talk, &told)).unwrap_or_default();
    let wanted = sent.over_beside(now, &mut typed.seen, field, wanted, saved);
    match sent.save(wanted, &format!("/people/{}?said={said}", person.id), field).await? {
        Ok(done) => Ok(done),
        Err(errors) => shown_again(&sent, person.id, SmallForm::Talk(typed), errors).await,
    }
}

/// What was typed; nothing for a form that this program does not know.
fn typed_talk(sent: &Sent) -> Option<TalkTyped> {
    let long = |name| sent.fields.one(name).replace("\r\n", "\n").trim().to_owned();
    let one = |name| sent.fields.one(name).to_owned();
    Some(TalkTyped {
        act: TalkAct::from_code(sent.fields.one("form"))?,
        rev: one("rev"),
        on: one("talked_on"),
        goal: long("goal"),
        plan: long("plan"),
        next_on: one("next_on"),
        mistake: one("talk_mistake"),
        seen: one("seen"),
    })
}

/// The person of the form, and the talks of all their records, those that were taken back too.
struct Talks {
    person: Participant,
    all: Vec<Talk>,
    died_on: Option<Day>,
}

async fn talks_of(sent: &Sent, id: &str) -> Result<Talks, Error> {
    sent.scope().require(Action::UseDesk)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let Found { reached, person, .. } = people::find(&mut tx, Action::EditProfiles, id_in(id)?).await?;
    let records = merged::all(&mut tx, reached, Action::EditProfiles).await?;
    let Noted { standing, taken_back } = talks::of_records(&mut tx, &records).await?;
    let all = standing.into_iter().chain(taken_back).collect();
    let died_on = merged::died_on(&mut tx, &person).await?;
    Ok(Talks { person, all, died_on })
}

/// What is saved of the talk, beside each field in which something else was typed; of one that a colleague has taken back,
/// that, and whoever takes one back is shown all of it.
fn talked_otherwise(lang: Lang, saved: &Talk, typed: &TalkTyped) -> Vec<FieldError> {
    if let Some(taken_back) = saved.taken_back {
        return vec![saved_now(lang, "goal", &texts::talks::is_taken_back(lang, taken_back.why.words(lang)))];
    }
    if typed.act == TalkAct::TakeBack {
        return vec![saved_now(lang, "talk_mistake", &in_words(lang, saved))];
    }
    let (on, next_on) = (typed_day(saved.on), saved.next_on.map(typed_day).unwrap_or_default());
    let fields = [
        ("talked_on", on.as_str(), on == typed.on),
        ("goal", saved.goal.as_str(), saved.goal == typed.goal),
        ("plan", saved.plan.as_str(), saved.plan == typed.plan),
        ("next_on", next_on.as_str(), next_on == typed.next_on),
    ];
    saved_beside(lang, fields)
}

fn in_words(lang: Lang, talk: &Talk) -> String {
    use texts::talks as t;
    let plan = (!talk.plan.is_empty()).then(|| t::plan_is(lang, &talk.plan));
    let next = talk.next_on.map(|on| t::next_is(lang, on));
    let parts = [Some(texts::day(lang, talk.on)), Some(t::goal_is(lang, &talk.goal)), plan, next];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn noted(talk: Talk) -> Vec<(Verb, Seen)> {
    vec![(talk::Verb::Record { talk }.into(), Seen::Newest)]
}

/// The talk taken back; nothing where it is already: the button was pressed twice, or a colleague was first.
fn read_mistake(sent: &Sent, typed: &TalkTyped, talk: &Talk) -> Read {
    if !talk.stands() {
        return Ok(Vec::new());
    }
    let mut form = Reading::new(sent.lang());
    let missing = texts::talks::error::mistake(sent.lang());
    let why = form.chosen("talk_mistake", TalkMistake::from_code(&typed.mistake), missing).ok_or(form.errors)?;
    let taken_back = Some(TakenBack { on: sent.scope().today(), why });
    Ok(noted(Talk { taken_back, ..talk.clone() }))
}

/// As it was before it was taken back. Pressed twice, it is there already.
async fn put_back(sent: &Sent, person: ParticipantId, talk: &Talk) -> Result<Response, Error> {
    let wanted = if talk.stands() { Vec::new() } else { noted(Talk { taken_back: None, ..talk.clone() }) };
    let done = sent.save(Ok(wanted), &format!("/people/{person}?said=talk_put_back"), "goal").await?;
    done.map_err(|_| Error::Broken("a talk that cannot be put back".into()))
}

/// The talk as it was typed: a new one, or the one that is `there` put right; nothing where that says the same already.
fn read_talk(sent: &Sent, typed: &TalkTyped, participant: ParticipantId, there: Option<&Talk>) -> Read {
    use texts::talks::error as e;
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut form = Reading::new(lang);
    let on = past_day(&mut form, "talked_on", &typed.on, today);
    if !can_be_said(&typed.goal) {
        form.wrong::<()>("goal", e::goal(lang));
    }
    for (field, text) in [("goal", &typed.goal), ("plan", &typed.plan)] {
        if text.chars().count() > TEXT {
            form.wrong::<()>(field, texts::common::too_long(lang, texts::whole(TEXT)));
        }
    }
    let next_on = form.day("next_on", &typed.next_on, texts::people::error::day(lang), today);
    if on.zip(next_on).is_some_and(|(on, next)| next < on) {
        form.wrong::<()>("next_on", e::next_on(lang));
    }
    let (Some(on), true) = (on, form.errors.is_empty()) else { return Err(form.errors) };
    let (goal, plan) = (typed.goal.clone(), typed.plan.clone());
    let (id, participant) = (sent.carried(TalkId::new), there.map_or(participant, |talk| talk.participant));
    let talk = Talk { id, participant, on, goal, plan, next_on, taken_back: None };
    Ok(if there == Some(&talk) { Vec::new() } else { noted(talk) })
}

async fn questions(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let Found { person, .. } = people::find(&mut tx, Action::RecordAssessments, id_in(&id)?).await?;
    let form = letters::form_of_address(&mut tx).await?;
    drop(tx);
    note_name(&state, &actor, &person, &request::id_of(&extensions)).await?;
    let typed = QuestionsTyped {
        rev: id_of_new(&state, ScreeningId::new).to_string(),
        on: typed_day(actor.scope.today()),
        ..QuestionsTyped::default()
    };
    Ok(draw(&reader, form, &person, typed, Vec::new()).await)
}

/// The page names whom it is about: that is a list of one.
async fn note_name(state: &AppState, actor: &Actor, person: &Participant, request_id: &str) -> Result<(), Error> {
    let look = Entry::of_profile(actor, state.now(), person.id, request_id);
    audit::note(state, actor.scope.municipality(), &look).await
}

async fn draw(
    reader: &Reader,
    form: FormOfAddress,
    person: &Participant,
    typed: QuestionsTyped,
    errors: Vec<FieldError>,
) -> Response {
    let (lang, said_in) = (reader.lang, reader.lang.addressing(form));
    let status = form_status(&errors);
    let (person, name) = (person.id, person.profile.full_name());
    let title = texts::safety::desk::title(lang);
    let body = move || view! { <Questions lang said_in person name typed errors/> }.into_any();
    page_with_status(reader, status, title, body).await
}

async fn answer(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let person = about(&sent, Action::RecordAssessments, &id).await?;
    let one = |name: &str| sent.fields.one(name).to_owned();
    let typed = QuestionsTyped { rev: one("rev"), on: one("on"), answers: FIELDS.map(one) };
    let died_on = merged::died_on(&mut sent.state.db.read(sent.scope()).await?, &person).await?;
    let wanted = alive("on", sent.lang(), died_on).and_then(|()| read_answers(&sent, &typed, person.id));
    match sent.save(wanted, &format!("/people/{}?said=asked", person.id), "on").await? {
        Ok(done) => Ok(done),
        Err(errors) => {
            note_name(&sent.state, &sent.actor, &person, &sent.request_id).await?;
            let form = letters::form_of_address(&mut sent.state.db.read(sent.scope()).await?).await?;
            Ok(draw(&sent.reader, form, &person, typed, errors).await)
        }
    }
}

/// The twelve answers; without any nothing was asked.
fn read_answers(sent: &Sent, typed: &QuestionsTyped, participant: ParticipantId) -> Read {
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut form = Reading::new(lang);
    let on = past_day(&mut form, "on", &typed.on, today);
    let told = |text: &String| match text.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let answers = typed.answers.each_ref().map(told);
    if answers.iter().all(Option::is_none) {
        form.wrong::<()>("q1", texts::safety::desk::nothing_answered(lang));
    }
    let (Some(on), true) = (on, form.errors.is_empty()) else { return Err(form.errors) };
    let asked = Asked::Questions(PreScreen { answers, clearance: None });
    let screening = Screening { id: sent.carried(ScreeningId::new), participant, on, asked };
    Ok(vec![(screening::Verb::Record { screening }.into(), Seen::Newest)])
}
