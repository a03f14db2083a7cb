//! Making a participant and changing one, the simple way.

use app::messages::desk::path as messages_path;
use app::people::form::{MaybeSame, PersonForm, PersonTyped, asked};
use app::people::stays::Joinable;
use app::reviews::Answer;
use app::texts::{self, Lang, Words as _};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::fields::{FIRST_BIRTH_YEAR, is_phone, is_postal_code};
use domain::groups::Membership;
use domain::ids::{GroupId, ParticipantId};
use domain::input::{DayError, born_typed, phone};
use domain::people::{
    Decision, Education, IncomeOk, LivingAlone, Participant, PersonLanguage, Profile, ProfileChange, ReferralSource,
    Sex,
};
use domain::sync::op::Verb;
use domain::sync::review::pair_id;
use domain::sync::server::write::Seen;
use domain::time::Day;
use http::StatusCode;
use leptos::prelude::*;

use crate::access::{Actor, InReach, ScopedTx};
use crate::audit;
use crate::error::Error;
use crate::groups::{self, GroupRow};
use crate::pages::reading::Reading;
use crate::pages::saving::{Read, Sent, id_of_new, saved_now};
use crate::pages::{Reader, id_in, page_with_status, see_other};
use crate::people::{self, Found, merged};
use crate::reviews;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/people/new", new_form)
        .post("/people/new", create)
        .get("/people/{id}/edit", edit_form)
        .post("/people/{id}/edit", change)
}

pub(in crate::pages) type Groups = Vec<Joinable>;

/// Groups whose season has not ended, to choose from: nobody belongs to an event.
pub(in crate::pages) async fn joinable(tx: &mut ScopedTx, lang: Lang) -> Result<Groups, Error> {
    if !tx.scope().may(Action::ManageGroups) {
        return Ok(Vec::new());
    }
    let rows = groups::running(tx, Action::ManageGroups).await?;
    let today = tx.scope().today();
    let of = |GroupRow { group, members, .. }: GroupRow| Joinable::of(lang, group, members, today);
    Ok(rows.into_iter().filter(|row| row.group.kind.keeps_names()).map(of).collect())
}

#[derive(serde::Deserialize)]
struct Wished {
    #[serde(default)]
    group: String,
}

async fn new_form(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(Wished { group }): Query<Wished>,
) -> Result<Response, Error> {
    actor.scope.require(Action::ManageGroups)?;
    let groups = joinable(&mut state.db.read(&actor.scope).await?, reader.lang).await?;
    let joined_on = texts::typed_day(actor.scope.today());
    let rev = id_of_new(&state, ParticipantId::new).to_string();
    let typed = PersonTyped { rev, group, joined_on, ..PersonTyped::default() };
    Ok(draw(&reader, None, typed, groups, Vec::new(), Vec::new()).await)
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
    let Found { person, rev, .. } = people::find(&mut tx, Action::EditProfiles, id_in(&id)?).await?;
    drop(tx);
    note_look(&state, &actor, person.id, &request::id_of(&extensions)).await?;
    let typed = PersonTyped { rev: rev.to_string(), ..PersonTyped::of(&person.profile) };
    Ok(draw(&reader, Some(person.id), typed, Vec::new(), Vec::new(), Vec::new()).await)
}

/// The form shows what is known of somebody, also when it comes back with what is wrong: that is a look.
async fn note_look(state: &AppState, actor: &Actor, person: ParticipantId, request_id: &str) -> Result<(), Error> {
    let look = audit::Entry::of_profile(actor, state.now(), person, request_id);
    audit::note(state, actor.scope.municipality(), &look).await
}

async fn draw(
    reader: &Reader,
    person: Option<ParticipantId>,
    typed: PersonTyped,
    groups: Groups,
    alike: Vec<MaybeSame>,
    errors: Vec<FieldError>,
) -> Response {
    let lang = reader.lang;
    let good = errors.is_empty() && alike.is_empty();
    let status = if good { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = match person {
        None => texts::people::form::new_title(lang),
        Some(_) => texts::people::form::edit_title(lang),
    };
    let body = move || view! { <PersonForm lang person typed groups alike errors/> }.into_any();
    page_with_status(reader, status, title, body).await
}

async fn create(sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageGroups)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let groups = joinable(&mut tx, sent.lang()).await?;
    let typed = typed(&sent.fields);
    let id = sent.carried(ParticipantId::new);
    let before = people::find(&mut tx, Action::EditProfiles, id).await;
    drop(tx);
    let (profile, _) = read(sent.lang(), &typed, &Profile::default(), sent.scope().today());
    let id = match before {
        Ok(Found { person, .. }) if person.profile == profile => return Ok(see_other(&registered(&sent, id))),
        Ok(_) => id_of_new(&sent.state, ParticipantId::new),
        Err(Error::NotFound) => id,
        Err(error) => return Err(error),
    };
    let read = read_new(&sent, &typed, id, &groups);
    let alike = if read.is_ok() { alike(&sent, &profile, id).await? } else { Vec::new() };
    let ids: Vec<_> = alike.iter().map(|person| person.id).collect();
    if !ids.is_empty() && sent.fields.one("asked") != asked(ids.iter().copied()) {
        audit::note_list(&sent.state, &sent.actor, None, ids.len(), &sent.request_id).await?;
        return Ok(draw(&sent.reader, None, typed, groups, alike, Vec::new()).await);
    }
    match sent.save(read, &registered(&sent, id), "given_names").await? {
        Ok(done) => {
            told_apart(&sent, id, &ids).await?;
            Ok(done)
        }
        Err(errors) => {
            let typed = PersonTyped { sure: age(&sent, &profile), ..typed };
            Ok(draw(&sent.reader, None, typed, groups, Vec::new(), errors).await)
        }
    }
}

/// Those within reach who may be the person who is being registered.
pub(in crate::pages) async fn alike(
    sent: &Sent,
    profile: &Profile,
    id: ParticipantId,
) -> Result<Vec<MaybeSame>, Error> {
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let found = people::who_may_be(&mut tx, profile, id).await?;
    let mut groups = super::groups_of(&mut tx, found.iter().map(|(reached, _)| *reached)).await?;
    drop(tx);
    let maybe = |(_, person): (_, Participant)| MaybeSame {
        id: person.id,
        name: person.profile.list_name(),
        birth_year: person.profile.year_of_birth(),
        groups: groups.remove(&person.id).unwrap_or_default(),
    };
    Ok(found.into_iter().map(maybe).collect())
}

/// Whoever saved said that these are others: nobody is asked again.
pub(in crate::pages) async fn told_apart(
    sent: &Sent,
    person: ParticipantId,
    others: &[ParticipantId],
) -> Result<(), Error> {
    for other in others {
        let pair = pair_id(person.into(), (*other).into());
        reviews::settle(&sent.state, &sent.actor, pair, &Answer::Apart.code(), &sent.request_id).await?;
    }
    Ok(())
}

/// What is asked of an age that the programme hardly meets; nothing for any other.
pub(in crate::pages) fn unlikely_age(lang: Lang, age: i32) -> Option<String> {
    match age {
        75..=110 => None,
        _ => Some(texts::applications::error::age(lang, i64::from(age))),
    }
}

/// The age by what was typed, as the form carries what it asked about; empty where neither is known.
fn age(sent: &Sent, profile: &Profile) -> String {
    profile.age_on(sent.scope().today()).map(|age| age.to_string()).unwrap_or_default()
}

/// An unlikely age is asked about once; saving again takes it.
fn asked_age(sent: &Sent, profile: &Profile) -> Option<FieldError> {
    let told = unlikely_age(sent.lang(), profile.age_on(sent.scope().today())?)?;
    (sent.fields.one("sure") != age(sent, profile)).then(|| FieldError::new("birth_date", told))
}

/// A new participant, in the group that was chosen if one was.
fn read_new(sent: &Sent, typed: &PersonTyped, id: ParticipantId, groups: &Groups) -> Read {
    let lang = sent.lang();
    let (profile, mut errors) = read(lang, typed, &Profile::default(), sent.scope().today());
    errors.extend(asked_age(sent, &profile));
    let joined = match typed.group.is_empty() {
        true => Ok(None),
        false => read_joining(lang, &typed.group, &typed.joined_on, groups, sent).map(Some),
    };
    let joined = joined.unwrap_or_else(|wrong| {
        errors.extend(wrong);
        None
    });
    if !errors.is_empty() {
        return Err(errors);
    }
    let (group, profile) = (joined.map(|(group, _)| group), Box::new(profile));
    let register = Verb::Participant(domain::people::Verb::Register { id, group, profile, provisional: false });
    let join = joined.map(|(group, joined_on)| {
        Verb::Membership(domain::groups::membership::Verb::Join { membership: Membership::begun(group, id, joined_on) })
    });
    Ok(std::iter::once(register).chain(join).map(|verb| (verb, Seen::Rev(None))).collect())
}

/// Which group, from which day on: of the groups that one may choose from.
pub(in crate::pages) fn read_joining(
    lang: Lang,
    group: &str,
    joined_on: &str,
    groups: &Groups,
    sent: &Sent,
) -> Result<(GroupId, Day), Vec<FieldError>> {
    use texts::people::error as e;
    let chosen = groups.iter().find(|one| one.id.to_string() == group);
    let mut reading = Reading::new(lang);
    let group = reading.chosen("group", chosen, e::group(lang));
    let today = sent.scope().today();
    let day = reading.needed_day("joined_on", joined_on, e::day(lang), today);
    let day = reading.likely("joined_on", joined_on, day, today, &sent.asked_days());
    // A full group says so once; saving again takes the person in all the same.
    if let Some((one, capacity)) = group.and_then(|one| Some((one, one.full()?)))
        && sent.fields.one("full") != one.id.to_string()
    {
        reading.wrong::<()>("group", e::full(lang, capacity, one.members));
    }
    let errors = reading.errors;
    group.map(|one| one.id).zip(day).filter(|_| errors.is_empty()).ok_or(errors)
}

fn done(id: ParticipantId) -> String {
    format!("/people/{id}?said=saved")
}

/// After a registration it is asked how the person hears of a cancelled session, where there is something to choose.
fn registered(sent: &Sent, id: ParticipantId) -> String {
    match sent.state.config.messages.without_phone().len() {
        0 | 1 => done(id),
        _ => format!("{}?said=registered", messages_path(id)),
    }
}

async fn change(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::UseDesk)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let Found { person, rev, reached } = people::find(&mut tx, Action::EditProfiles, id_in(&id)?).await?;
    let others = merged::others(&mut tx, reached, Action::SeeProfiles).await?;
    drop(tx);
    let id = person.id;
    let mut typed = typed(&sent.fields);
    let (profile, mut errors) = read(sent.lang(), &typed, &person.profile, sent.scope().today());
    let born = |profile: &Profile| (profile.birth_date, profile.birth_year);
    if born(&profile) != born(&person.profile) {
        errors.extend(asked_age(&sent, &profile));
    }
    let wanted = if errors.is_empty() { Ok(edited(&person, &profile, rev, &others)) } else { Err(errors) };
    let saved = || saved_meanwhile(sent.lang(), &person.profile, &profile);
    let wanted = sent.over_beside(rev, &mut typed.rev, "given_names", wanted, saved);
    match sent.save(wanted, &done(id), "given_names").await? {
        Ok(done) => Ok(done),
        Err(errors) => {
            note_look(&sent.state, &sent.actor, id, &sent.request_id).await?;
            // What was not asked now is asked the next time.
            let asked = FieldError::of(&errors, "birth_date").is_some();
            let sure = if asked { age(&sent, &profile) } else { typed.sure.clone() };
            let typed = PersonTyped { sure, ..typed };
            Ok(draw(&sent.reader, Some(id), typed, Vec::new(), Vec::new(), errors).await)
        }
    }
}

/// Beside each field that was typed otherwise: what is saved there now.
fn saved_meanwhile(lang: Lang, saved: &Profile, typed: &Profile) -> Vec<FieldError> {
    let told = |change: &ProfileChange| {
        let (field, value) = saved_value(lang, saved, change)?;
        Some(saved_now(lang, field, &value.unwrap_or_default()))
    };
    let mut told: Vec<_> = saved.changes_to(typed).iter().filter_map(told).collect();
    // The date and the year of birth stand in one field.
    told.dedup_by_key(|error| error.field);
    told
}

/// The field of the form that such a change is about, and the value that is saved in it.
fn saved_value(lang: Lang, p: &Profile, change: &ProfileChange) -> Option<(&'static str, Option<String>)> {
    let day = |day: Option<Day>| day.map(|day| texts::day(lang, day));
    Some(match change {
        ProfileChange::GivenNames(_) => ("given_names", Some(p.given_names.clone())),
        ProfileChange::FamilyName(_) => ("family_name", Some(p.family_name.clone())),
        ProfileChange::CalledName(_) => ("called_name", p.called_name.clone()),
        ProfileChange::BirthDate(_) | ProfileChange::BirthYear(_) => {
            ("birth_date", day(p.birth_date).or(p.birth_year.map(|year| year.to_string())))
        }
        ProfileChange::Sex(_) => ("sex", p.sex.map(|code| code.words(lang).to_owned())),
        ProfileChange::Language(_) => ("language", p.language.map(|code| code.words(lang).to_owned())),
        ProfileChange::Phone(_) => ("phone", p.phone.clone()),
        ProfileChange::PostalCode(_) => ("postal_code", p.postal_code.clone()),
        ProfileChange::EmergencyContact(_) => ("emergency_contact", p.emergency_contact.clone()),
        ProfileChange::LivingAlone(_) => ("living_alone", p.living_alone.map(|code| code.words(lang).to_owned())),
        ProfileChange::Education(_) => ("education", p.education.map(|code| code.words(lang).to_owned())),
        ProfileChange::IncomeOk(_) => ("income_ok", p.income_ok.map(|code| code.words(lang).to_owned())),
        ProfileChange::ReferralSource(_) => {
            ("referral_source", p.referral_source.map(|code| code.words(lang).to_owned()))
        }
        ProfileChange::AppliedOn(_) => ("applied_on", day(p.applied_on)),
        ProfileChange::Decision(_) => ("decision", p.decision.map(|code| code.words(lang).to_owned())),
        ProfileChange::Undisclosed(_) => {
            use texts::people::form as words;
            let words = if p.undisclosed { words::undisclosed_yes(lang) } else { words::undisclosed_no(lang) };
            ("undisclosed", Some(words.to_owned()))
        }
        // The form has no field for these.
        ProfileChange::Reference(_)
        | ProfileChange::DiedOn(_)
        | ProfileChange::SameAs(_)
        | ProfileChange::Restricted(_) => return None,
    })
}

/// What the form changes. Saving it with a known date of birth completes who was registered the short way.
///
/// Whether the home may become known holds for every record of the person.
fn edited(person: &Participant, wanted: &Profile, rev: i64, others: &[InReach<ParticipantId>]) -> Vec<(Verb, Seen)> {
    let mut changes = person.profile.changes_to(wanted);
    let birth = ProfileChange::BirthDate(wanted.birth_date);
    if person.provisional && wanted.birth_date.is_some() && !changes.contains(&birth) {
        changes.push(birth);
    }
    let hidden = changes.iter().find(|change| matches!(change, ProfileChange::Undisclosed(_))).cloned();
    let edit = |id, changes, seen| (Verb::Participant(domain::people::Verb::Edit { id, changes }), seen);
    let beside = others.iter().filter_map(|one| Some(edit(one.id(), vec![hidden.clone()?], Seen::Newest)));
    let beside: Vec<_> = beside.collect();
    (!changes.is_empty()).then(|| edit(person.id, changes, Seen::Rev(Some(rev)))).into_iter().chain(beside).collect()
}

fn typed(fields: &Fields) -> PersonTyped {
    let one = |name| fields.one(name).to_owned();
    PersonTyped {
        rev: one("rev"),
        given_names: one("given_names"),
        called_name: one("called_name"),
        family_name: one("family_name"),
        birth_date: one("birth_date"),
        sex: one("sex"),
        language: one("language"),
        phone: one("phone"),
        postal_code: one("postal_code"),
        emergency_contact: one("emergency_contact"),
        undisclosed: one("undisclosed"),
        living_alone: one("living_alone"),
        education: one("education"),
        income_ok: one("income_ok"),
        referral_source: one("referral_source"),
        applied_on: one("applied_on"),
        decision: one("decision"),
        group: one("group"),
        joined_on: one("joined_on"),
        sure: one("sure"),
    }
}

/// The profile that was typed over the one before, with everything that is wrong.
fn read(lang: Lang, typed: &PersonTyped, before: &Profile, today: Day) -> (Profile, Vec<FieldError>) {
    use texts::people::error as e;
    let mut reading = Reading::new(lang);
    let choose = e::choose(lang);
    // A file may know no name; whoever changes something else of that person need not make one up.
    let needed = |text, known: &str| (before.reference.is_none() || !known.is_empty()).then_some(text);
    let given_needed = needed(e::given_names(lang), &before.given_names);
    let family_needed = needed(e::family_name(lang), &before.family_name);
    let given_names = reading.line("given_names", &typed.given_names, given_needed);
    let family_name = reading.line("family_name", &typed.family_name, family_needed);
    let called_name = reading.line("called_name", &typed.called_name, None);
    let contact = reading.line("emergency_contact", &typed.emergency_contact, None);
    let number = reading.line("phone", &typed.phone, None).unwrap_or_default();
    let (birth_date, birth_year) = match born_typed(&typed.birth_date, today) {
        _ if typed.birth_date.is_empty() => (None, before.birth_year),
        Ok(born) => born.recorded(),
        Err(why) => {
            let told = match why {
                DayError::NobodysBirth => e::birth_date_range(lang, &FIRST_BIRTH_YEAR.to_string()),
                why => texts::day_words(lang, why, texts::applications::error::born(lang)).to_owned(),
            };
            reading.wrong::<()>("birth_date", told);
            (None, before.birth_year)
        }
    };
    let postal = |text: &str| is_postal_code(text).then(|| text.to_owned());
    // One number is written in one form; several, or one with words about it, stay as they are.
    let tidy = |text: &str| is_phone(text).then(|| phone(text).unwrap_or_else(|_| text.to_owned()));
    let profile = Profile {
        reference: before.reference.clone(),
        given_names: given_names.unwrap_or_default(),
        family_name: family_name.unwrap_or_default(),
        called_name,
        birth_date,
        birth_year,
        sex: reading.maybe("sex", &typed.sex, choose, Sex::from_code),
        language: reading.maybe("language", &typed.language, choose, PersonLanguage::from_code),
        phone: reading.maybe("phone", &number, e::phone(lang), tidy),
        postal_code: reading.maybe("postal_code", &typed.postal_code, e::postal_code(lang), postal),
        emergency_contact: contact,
        living_alone: reading.maybe("living_alone", &typed.living_alone, choose, LivingAlone::from_code),
        education: reading.maybe("education", &typed.education, choose, Education::from_code),
        income_ok: reading.maybe("income_ok", &typed.income_ok, choose, IncomeOk::from_code),
        referral_source: reading.maybe("referral_source", &typed.referral_source, choose, ReferralSource::from_code),
        applied_on: reading.day("applied_on", &typed.applied_on, e::day(lang), today),
        decision: reading.maybe("decision", &typed.decision, choose, Decision::from_code),
        died_on: before.died_on,
        undisclosed: typed.undisclosed == "yes",
        same_as: before.same_as,
        restricted: before.restricted,
    };
    (profile, reading.errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields_wrong(typed: &PersonTyped) -> Vec<&'static str> {
        let today = Day::new(2026, 11, 21).unwrap();
        read(Lang::Fi, typed, &Profile::default(), today).1.into_iter().map(|error| error.field).collect()
    }

    fn marja() -> PersonTyped {
        PersonTyped {
            given_names: " Marja  Liisa ".into(),
            family_name: "Virtanen".into(),
            birth_date: "080344".into(),
            phone: "040 123 4567".into(),
            postal_code: "00560".into(),
            sex: "female".into(),
            ..PersonTyped::default()
        }
    }

    #[test]
    fn a_person_is_read_as_people_type() {
        let (profile, errors) = read(Lang::Fi, &marja(), &Profile::default(), Day::new(2026, 11, 21).unwrap());
        assert_eq!(errors, []);
        assert_eq!(profile.given_names, "Marja Liisa");
        assert_eq!(profile.birth_date, Day::new(1944, 3, 8));
        assert_eq!(profile.phone.as_deref(), Some("0401234567"));
        assert_eq!(profile.sex, Some(Sex::Female));
    }

    #[test]
    fn everything_wrong_is_told_at_once_and_what_is_left_out_is_not_wrong() {
        let typed = PersonTyped {
            family_name: String::new(),
            birth_date: "31.2.1944".into(),
            postal_code: "5600".into(),
            language: "klingon".into(),
            ..marja()
        };
        assert_eq!(fields_wrong(&typed), ["family_name", "birth_date", "language", "postal_code"]);
        let least = PersonTyped { given_names: "A".into(), family_name: "B".into(), ..PersonTyped::default() };
        assert_eq!(fields_wrong(&least), Vec::<&str>::new());
    }

    #[test]
    fn the_year_of_a_walk_in_gives_way_to_the_date_of_birth() {
        let before = Profile { birth_year: Some(1944), reference: Some("P1".into()), ..Profile::default() };
        let today = Day::new(2026, 11, 21).unwrap();
        let (with_date, _) = read(Lang::Fi, &marja(), &before, today);
        assert_eq!((with_date.birth_year, with_date.reference.as_deref()), (None, Some("P1")));
        let without = PersonTyped { birth_date: String::new(), ..marja() };
        assert_eq!(read(Lang::Fi, &without, &before, today).0.birth_year, Some(1944));
        assert_eq!(PersonTyped::of(&before).birth_date, "1944", "the year that is known is shown");
    }

    #[test]
    fn the_year_alone_is_taken_where_nobody_knows_the_day() {
        let born = |text: &str| {
            let typed = PersonTyped { birth_date: text.into(), ..marja() };
            let (profile, errors) = read(Lang::Fi, &typed, &Profile::default(), Day::new(2026, 11, 21).unwrap());
            (profile.birth_date, profile.birth_year, errors.len())
        };
        assert_eq!(born("1944"), (None, Some(1944), 0));
        assert_eq!(born("8.3.1944"), (Day::new(1944, 3, 8), None, 0));
        for wrong in ["1850", "194", "kesällä"] {
            assert_eq!(born(wrong), (None, None, 1), "{wrong}");
        }
    }
}
