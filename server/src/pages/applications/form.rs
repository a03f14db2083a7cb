//! A new application at the desk, by phone or from a public form, and writing anew what was told.

use app::applications::form::{ApplicationTyped, ApplicationView, EditApplication, NewApplication};
use app::people::form::{MaybeSame, asked};
use app::texts::{self, Lang, Words as _, typed_day};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::applications::{Answers, Application, Channel, Start, Verb, YesBy};
use domain::fields::is_phone;
use domain::ids::{ApplicationId, ParticipantId};
use domain::input::{DayError, born_typed, phone};
use domain::people::{self as person, PersonLanguage, Profile, ReferralSource};
use domain::sync::op::Verb as AnyVerb;
use domain::sync::server::write::Seen;
use domain::time::Day;
use leptos::prelude::*;
use uuid::Uuid;

use super::details::{self, Beside};
use crate::access::{Actor, ScopedTx};
use crate::applications::forms::{self, Filled, Found as FoundForm, Waiting};
use crate::applications::{self, ApplicationRow};
use crate::audit::{self, Entry};
use crate::error::Error;
use crate::pages::people::{Groups, alike, joinable, told_apart, unlikely_age};
use crate::pages::reading::Reading;
use crate::pages::saving::{Read, Sent, alive, id_of_new, saved_now};
use crate::pages::{Reader, form_status, id_in, page_with_status, see_other};
use crate::people::{self, Found, merged};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/applications/new", new_form)
        .post("/applications/new", create)
        .get("/applications/{id}/edit", edit_form)
        .post("/applications/{id}/edit", change)
}

/// What a new application is made from: a public form, or somebody who is known.
#[derive(serde::Deserialize)]
struct From {
    #[serde(default)]
    form: String,
    #[serde(default)]
    person: String,
}

async fn new_form(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(from): Query<From>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::ManageGroups)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let groups = joinable(&mut tx, reader.lang).await?;
    let mut typed = ApplicationTyped {
        rev: id_of_new(&state, ParticipantId::new).to_string(),
        applied_on: typed_day(actor.scope.today()),
        source: ReferralSource::Myself.code().to_owned(),
        language: PersonLanguage::Finnish.code().to_owned(),
        ..ApplicationTyped::default()
    };
    if !from.form.is_empty() {
        let FoundForm::Waiting(form) = forms::find(&mut tx, id_in(&from.form)?).await? else {
            return Err(Error::NotFound);
        };
        typed = of_form(typed, &form);
    }
    let known = known(&mut tx, &from.person).await?;
    if let Some(Found { person, .. }) = &known {
        typed.details = app::applications::details::DetailsTyped::of(&Answers::default(), &person.profile);
        typed.person = person.id.to_string();
        typed.rev = person.id.to_string();
    }
    drop(tx);
    if let Some(Found { person, .. }) = &known {
        note_look(&state, &actor, person.id, &request::id_of(&extensions)).await?;
    }
    let known = known.map(|found| found.person.profile.full_name());
    Ok(draw_new(&reader, ApplicationView { typed, groups, known, ..ApplicationView::default() }).await)
}

/// The form as somebody filled in the public one. The day is the one on which it came.
fn of_form(typed: ApplicationTyped, form: &Waiting) -> ApplicationTyped {
    let filled: Filled = form.filled.clone();
    ApplicationTyped {
        form: form.id.to_string(),
        given_names: filled.given_names,
        family_name: filled.family_name,
        born: filled.birth_year.to_string(),
        phone: filled.phone,
        language: filled.language.code().to_owned(),
        source: filled.start.source.code().to_owned(),
        referred_by: filled.start.referred_by.unwrap_or_default(),
        applied_on: typed_day(form.received_at.day_in_finland()),
        wish: filled.group.map(|group| group.to_string()).unwrap_or_default(),
        ..typed
    }
}

/// The one whose application it is, where that is somebody known.
async fn known(tx: &mut ScopedTx, person: &str) -> Result<Option<Found>, Error> {
    match person {
        "" => Ok(None),
        id => people::find(tx, Action::EditProfiles, id_in(id)?).await.map(Some),
    }
}

/// The form shows what is known of somebody: that is a look.
async fn note_look(state: &AppState, actor: &Actor, person: ParticipantId, request_id: &str) -> Result<(), Error> {
    let look = Entry::of_profile(actor, state.now(), person, request_id);
    audit::note(state, actor.scope.municipality(), &look).await
}

async fn draw_new(reader: &Reader, view: ApplicationView) -> Response {
    let lang = reader.lang;
    let status = if view.alike.is_empty() { form_status(&view.errors) } else { http::StatusCode::UNPROCESSABLE_ENTITY };
    let title = texts::applications::form::new_title(lang);
    page_with_status(reader, status, title, move || view! { <NewApplication lang view/> }.into_any()).await
}

fn typed(fields: &Fields) -> ApplicationTyped {
    let one = |name| fields.one(name).to_owned();
    ApplicationTyped {
        rev: one("rev"),
        form: one("form"),
        person: one("person"),
        given_names: one("given_names"),
        family_name: one("family_name"),
        born: one("born"),
        phone: one("phone"),
        language: one("language"),
        source: one("source"),
        referred_by: one("referred_by"),
        own_yes: one("own_yes"),
        applied_on: one("applied_on"),
        wish: one("wish"),
        details: details::typed(fields),
        sure: one("sure"),
    }
}

async fn create(sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageGroups)?;
    let mut typed = typed(&sent.fields);
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let groups = joinable(&mut tx, sent.lang()).await?;
    let known = known(&mut tx, &typed.person).await?;
    let mut id = known.as_ref().map_or_else(|| sent.carried(ParticipantId::new), |found| found.person.id);
    let mut before = people::find(&mut tx, Action::EditProfiles, id).await.ok();
    let mut application = read_new(&sent, &mut typed, id, before.as_ref(), &groups);
    // Sent twice, it is one: the person has the id of the form. Somebody else under that id is never written over.
    if known.is_none() && before.as_ref().is_some_and(|found| !says(&application, found)) {
        id = sent.said_anew(ParticipantId);
        before = people::find(&mut tx, Action::EditProfiles, id).await.ok();
        application = read_new(&sent, &mut typed, id, None, &groups);
        // These words have made somebody who was changed since.
        if application.is_ok() && before.as_ref().is_some_and(|found| !says(&application, found)) {
            return Ok(see_other(&format!("/people/{id}")));
        }
    }
    let died_on = match &known {
        Some(found) => merged::died_on(&mut tx, &found.person).await?,
        None => None,
    };
    drop(tx);
    let name = known.as_ref().map(|found| found.person.profile.full_name());
    let again = |typed, alike, errors| ApplicationView { typed, groups, alike, known: name, errors };
    let (wanted, profile, application) = match alive("applied_on", sent.lang(), died_on).and(application) {
        Ok(read) => read,
        Err(errors) => return draw_again(&sent, known.as_ref(), again(typed, Vec::new(), errors)).await,
    };
    let alike = if before.is_none() { alike(&sent, &profile, id).await? } else { Vec::new() };
    let ids: Vec<_> = alike.iter().map(|person: &MaybeSame| person.id).collect();
    if !ids.is_empty() && sent.fields.one("asked") != asked(ids.iter().copied()) {
        audit::note_list(&sent.state, &sent.actor, None, ids.len(), &sent.request_id).await?;
        return Ok(draw_new(&sent.reader, again(typed, alike, Vec::new())).await);
    }
    match sent.save(Ok(wanted), &format!("/applications/{application}?said=saved"), "given_names").await? {
        Ok(done) => {
            told_apart(&sent, id, &ids).await?;
            if let Ok(form) = typed.form.parse::<Uuid>() {
                take_up(&sent, form).await?;
            }
            Ok(done)
        }
        Err(errors) => draw_again(&sent, known.as_ref(), again(typed, Vec::new(), errors)).await,
    }
}

/// Whether what was typed is what is known of the person.
fn says(application: &Result<NewApplicationRead, Vec<FieldError>>, found: &Found) -> bool {
    application.as_ref().is_ok_and(|(_, profile, _)| found.person.profile == *profile)
}

/// The public form that was taken up goes: what it said is the application's now.
async fn take_up(sent: &Sent, form: Uuid) -> Result<(), Error> {
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let found = forms::find(&mut tx, form).await;
    drop(tx);
    match found {
        Ok(FoundForm::Waiting(form)) => super::settle(sent, form.id, super::Handling::TakeUp).await.map(|_| ()),
        Ok(FoundForm::Settled) | Err(Error::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn draw_again(sent: &Sent, known: Option<&Found>, view: ApplicationView) -> Result<Response, Error> {
    if let Some(found) = known {
        note_look(&sent.state, &sent.actor, found.person.id, &sent.request_id).await?;
    }
    Ok(draw_new(&sent.reader, view).await)
}

type NewApplicationRead = (Vec<(AnyVerb, Seen)>, Profile, ApplicationId);

/// What to write for a new application: the person where nobody has registered them, what is told of their profile, and
/// the application itself.
fn read_new(
    sent: &Sent,
    typed: &mut ApplicationTyped,
    id: ParticipantId,
    before: Option<&Found>,
    groups: &Groups,
) -> Result<NewApplicationRead, Vec<FieldError>> {
    use texts::applications::error as e;
    let (lang, today) = (sent.lang(), sent.scope().today());
    let mut form = Reading::new(lang);
    let known = if typed.person.is_empty() { None } else { before };
    let mut profile = match known {
        Some(found) => found.person.profile.clone(),
        None => who(&mut form, typed, today),
    };
    let source = form.chosen("source", ReferralSource::from_code(&typed.source), e::source(lang));
    let applied_on = form.needed_day("applied_on", &typed.applied_on, texts::people::error::day(lang), today);
    if applied_on.is_some_and(|day| day > today) {
        form.wrong::<()>("applied_on", e::future(lang));
    }
    let referred_by = form.line("referred_by", &typed.referred_by, None);
    let is_referral = source.is_some_and(|source| source != ReferralSource::Myself);
    let own_yes = if is_referral { typed.own_yes.as_str() } else { "" };
    let beside = Beside { wish: &typed.wish, own_yes, before: None, groups, today };
    let answers = details::answers(&mut form, &typed.details, &beside);
    profile = details::profile(&mut form, &typed.details, &profile);
    if is_referral && answers.own_yes.is_none() && answers.tells_of_health() {
        form.wrong::<()>("own_yes", e::own_yes(lang));
    }
    let (Some(source), Some(applied_on), true) = (source, applied_on, form.errors.is_empty()) else {
        return Err(form.errors);
    };
    (profile.referral_source, profile.applied_on) = (Some(source), Some(applied_on));
    let channel = if typed.form.is_empty() { Channel::Phone } else { Channel::Form };
    let start = Start { source, channel, referred_by: referred_by.filter(|_| is_referral) };
    let application = ApplicationId::of(id, applied_on);
    let answers = Box::new(answers);
    let record = Verb::Record { id: application, participant: id, applied_on, start, answers };
    let mut wanted = registered(id, &profile, before);
    wanted.push((record.into(), Seen::Newest));
    Ok((wanted, profile, application))
}

/// The person as they are written: registered, or changed where they are known.
fn registered(id: ParticipantId, profile: &Profile, before: Option<&Found>) -> Vec<(AnyVerb, Seen)> {
    match before {
        None => {
            // Without a date of birth there is something to complete.
            let provisional = profile.birth_date.is_none();
            let profile = Box::new(profile.clone());
            let register = person::Verb::Register { id, group: None, profile, provisional };
            vec![(register.into(), Seen::Rev(None))]
        }
        Some(found) => {
            let changes = found.person.profile.changes_to(profile);
            let edit = |changes| (person::Verb::Edit { id, changes }.into(), Seen::Rev(Some(found.rev)));
            (!changes.is_empty()).then(|| edit(changes)).into_iter().collect()
        }
    }
}

/// Who applies: a name, when born, a telephone number, the language.
fn who(form: &mut Reading, typed: &mut ApplicationTyped, today: Day) -> Profile {
    use texts::people::error as e;
    let lang = form.lang();
    let given_names = form.line("given_names", &typed.given_names, Some(e::given_names(lang)));
    let family_name = form.line("family_name", &typed.family_name, Some(e::family_name(lang)));
    let (birth_date, birth_year) = born(form, typed, today);
    let number = form.line("phone", &typed.phone, Some(texts::applications::error::phone(lang)));
    let tidy = |text: &str| is_phone(text).then(|| phone(text).unwrap_or_else(|_| text.to_owned()));
    let number = number.unwrap_or_default();
    Profile {
        given_names: given_names.unwrap_or_default(),
        family_name: family_name.unwrap_or_default(),
        birth_date,
        birth_year,
        phone: form.maybe("phone", &number, e::phone(lang), tidy),
        language: form.maybe("language", &typed.language, e::choose(lang), PersonLanguage::from_code),
        ..Profile::default()
    }
}

/// A date or a year of birth. An age that the programme hardly meets is asked about once.
fn born(form: &mut Reading, typed: &mut ApplicationTyped, today: Day) -> (Option<Day>, Option<i32>) {
    use texts::applications::error as e;
    let lang = form.lang();
    let born = match born_typed(&typed.born, today) {
        Ok(born) => born,
        Err(why) => {
            let told = match why {
                DayError::NobodysBirth => e::born_range(lang),
                why => texts::day_words(lang, why, e::born(lang)),
            };
            form.wrong::<()>("born", told);
            return (None, None);
        }
    };
    let age = born.age_on(today);
    if let Some(told) = unlikely_age(lang, age)
        && typed.sure != age.to_string()
    {
        typed.sure = age.to_string();
        form.wrong::<()>("born", told);
    }
    born.recorded()
}

async fn edit_form(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let row = applications::find(&mut tx, id_in(&id)?).await?;
    let groups = joinable(&mut tx, reader.lang).await?;
    drop(tx);
    note_look(&state, &actor, row.person.id, &request::id_of(&extensions)).await?;
    let typed = told(&row);
    Ok(draw_edit(&reader, &row, ApplicationView { typed, groups, ..ApplicationView::default() }).await)
}

/// The form as it is known.
fn told(row: &ApplicationRow) -> ApplicationTyped {
    let Application { answers, start, .. } = &row.application;
    ApplicationTyped {
        rev: version(row).to_string(),
        source: start.source.code().to_owned(),
        own_yes: answers.own_yes.map(|yes| yes.by.code().to_owned()).unwrap_or_default(),
        wish: answers.wishes.first().map(ToString::to_string).unwrap_or_default(),
        details: app::applications::details::DetailsTyped::of(answers, &row.person.profile),
        ..ApplicationTyped::default()
    }
}

/// The form writes the application and the profile: each change of either makes it another version.
const fn version(row: &ApplicationRow) -> i64 {
    row.rev + row.person_rev
}

async fn draw_edit(reader: &Reader, row: &ApplicationRow, view: ApplicationView) -> Response {
    let lang = reader.lang;
    let (id, name) = (row.application.id, row.person.profile.full_name());
    let status = form_status(&view.errors);
    let title = texts::applications::form::edit_title(lang);
    page_with_status(reader, status, title, move || view! { <EditApplication lang id name view/> }.into_any()).await
}

async fn change(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::UseDesk)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let row = applications::find(&mut tx, id_in(&id)?).await?;
    let groups = joinable(&mut tx, sent.lang()).await?;
    drop(tx);
    let mut typed = ApplicationTyped { source: row.application.start.source.code().to_owned(), ..typed(&sent.fields) };
    let read = read_told(&sent, &typed, &row, &groups);
    let told_so = typed.clone();
    let saved = || saved_meanwhile(sent.lang(), &told(&row), &told_so, &groups);
    let wanted = sent.over_beside(version(&row), &mut typed.rev, "wish", read, saved);
    match sent.save(wanted, &format!("/applications/{}?said=saved", row.application.id), "wish").await? {
        Ok(done) => Ok(done),
        Err(errors) => {
            note_look(&sent.state, &sent.actor, row.person.id, &sent.request_id).await?;
            let view = ApplicationView { typed, groups, errors, ..ApplicationView::default() };
            Ok(draw_edit(&sent.reader, &row, view).await)
        }
    }
}

/// What is saved now beside each field in which something else was typed.
fn saved_meanwhile(lang: Lang, saved: &ApplicationTyped, typed: &ApplicationTyped, groups: &Groups) -> Vec<FieldError> {
    use texts::applications::form as t;
    let mut told = details::saved_meanwhile(lang, &saved.details, &typed.details, groups);
    if saved.wish != typed.wish {
        let group = groups.iter().find(|group| group.id.to_string() == saved.wish);
        let words = group.map_or_else(|| t::any_group(lang).to_owned(), |group| group.words(lang));
        told.push(saved_now(lang, "wish", &words));
    }
    if saved.own_yes != typed.own_yes {
        let yes = YesBy::from_code(&saved.own_yes).map_or_else(|| t::not_yet(lang), |by| by.words(lang));
        told.push(saved_now(lang, "own_yes", yes));
    }
    told
}

/// What the form changes; nothing where it says what is known.
fn read_told(sent: &Sent, typed: &ApplicationTyped, row: &ApplicationRow, groups: &Groups) -> Read {
    let Application { id, participant, answers: before, .. } = &row.application;
    let mut form = Reading::new(sent.lang());
    let own_yes = if row.application.start.is_referral() { typed.own_yes.as_str() } else { "" };
    let beside = Beside { wish: &typed.wish, own_yes, before: before.own_yes, groups, today: sent.scope().today() };
    let answers = details::answers(&mut form, &typed.details, &beside);
    let profile = details::profile(&mut form, &typed.details, &row.person.profile);
    if !row.application.may_keep(&answers) {
        form.wrong::<()>("own_yes", texts::applications::error::own_yes(sent.lang()));
    }
    if !form.errors.is_empty() {
        return Err(form.errors);
    }
    let changes = row.person.profile.changes_to(&profile);
    let edit = (!changes.is_empty())
        .then(|| (person::Verb::Edit { id: *participant, changes }.into(), Seen::Rev(Some(row.person_rev))));
    let answered = (answers != *before).then(|| {
        let verb = Verb::Answer { id: *id, participant: *participant, answers: Box::new(answers) };
        (verb.into(), Seen::Rev(Some(row.rev)))
    });
    Ok(edit.into_iter().chain(answered).collect())
}
