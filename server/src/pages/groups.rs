//! The desk's pages of groups: list, one group, making and changing.

mod holding;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::groups::form::{GroupForm, GroupTyped};
use app::groups::list::{GroupLine, GroupList, GroupsView, PAGE};
use app::groups::page::{GroupPage, GroupView, Member};
use app::groups::times_of;
use app::texts::{self, Lang, Words as _};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::fields::{CAPACITY, MINUTES, is_in_our_time};
use domain::groups::{Break, DayTime, Group, GroupKind, Level, MOST_BREAKS, Membership};
use domain::ids::{GroupId, OrganisationId, ParticipantId};
use domain::input::{DayError, day_typed, time_typed};
use domain::people::Participant;
use domain::people::naming::{Form, Named, named_by_id};
use domain::places::{Meets, Place, meant};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::{Day, TimeOfDay};
use leptos::prelude::*;

use super::reading::Reading;
use super::saving::{Sent, id_of_new, saved_beside};
use super::{
    PageAsked, Reader, Said, form_status, id_in, page, page_with_status, rounds, see_other, sessions, staff, week,
};
use crate::access::{Actor, ScopedTx, leading};
use crate::audit;
use crate::error::Error;
use crate::groups::{self, GroupRow};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::web::request;
use crate::{memberships, places};

/// How many sessions a group's page lists of what was and of what comes.
const PAST: usize = 10;
const COMING: usize = 5;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/groups", list)
        .get("/groups/new", new_form)
        .post("/groups/new", create)
        .get("/groups/{id}", show)
        .get("/groups/{id}/edit", edit_form)
        .post("/groups/{id}/edit", change)
}

/// What narrows the list, as its address says it: the code of a [`Level`]; anything else narrows nothing.
#[derive(serde::Deserialize)]
struct Narrowed {
    #[serde(default)]
    level: String,
}

async fn list(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(part): Query<PageAsked>,
    Query(narrowed): Query<Narrowed>,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let (today, number, level) = (actor.scope.today(), part.number(), Level::from_code(&narrowed.level));
    let (total, running) = groups::how_many(&mut tx, Action::UseDesk, level).await?;
    let rows = groups::page(&mut tx, Action::UseDesk, level, PAGE, (number - 1) * PAGE).await?;
    let said = &crate::sessions::said_of_days(&mut tx, rows.iter().map(|row| row.reached)).await?;
    let mut leaders = leading::today_in(&mut tx, rows.iter().map(|row| row.reached)).await?;
    let led = |row: GroupRow| {
        let leaders = leaders.remove(&row.group.id).unwrap_or_default();
        GroupLine { leaders, ..line(reader.lang, row, today, said) }
    };
    let view = GroupsView {
        lines: rows.into_iter().map(led).collect(),
        total,
        running,
        page: number,
        level,
        may_create: actor.scope.may(Action::ManageGroups),
    };
    let lang = reader.lang;
    Ok(page(&reader, texts::groups::title(lang), move || view! { <GroupList lang view/> }.into_any()).await)
}

fn line(lang: Lang, row: GroupRow, today: Day, said: &HashMap<GroupId, BTreeMap<Day, bool>>) -> GroupLine {
    let GroupRow { group, members, provider, .. } = row;
    let when = times_of(lang, &group, today);
    let place = group.timetable_on(today).place.map(str::to_owned);
    GroupLine {
        next: next_day(&group, today, said.get(&group.id)),
        ended: group.season_end.filter(|end| *end < today),
        began: group.season_start,
        begins: group.season_start.filter(|start| *start > today),
        id: group.id,
        name: group.name,
        kind: group.kind,
        level: group.level,
        provider,
        place,
        when,
        members,
        leaders: Vec::new(),
        capacity: group.capacity,
    }
}

/// The next day on which the group meets: as planned or as was said of that day, also where it lies beside the plan.
fn next_day(group: &Group, today: Day, said: Option<&BTreeMap<Day, bool>>) -> Option<Day> {
    let is_off = |day: &Day| said.is_some_and(|said| said.get(day) == Some(&false));
    let planned = group.days_from(today).find(|day| !is_off(day));
    let within = |day: &Day| group.season_end.is_none_or(|end| *day <= end);
    let mut ahead = said.into_iter().flat_map(|said| said.range(today..));
    let told = ahead.find(|(_, meets)| **meets).map(|(day, _)| *day).filter(within);
    planned.into_iter().chain(told).min()
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(Said { said }): Query<Said>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let mut view = group_view(&mut tx, id_in(&id)?, said == "saved").await?;
    view.joined = said == "joined";
    if view.saved {
        view.clashes = week::clashes_of(&mut tx, reader.lang, &view.group).await?;
    }
    drop(tx);
    let named = view.members.len() + view.former.len();
    audit::note_list(&state, &actor, Some(view.group.id), named, &request::id_of(&extensions)).await?;
    let (lang, title) = (reader.lang, view.group.name.clone());
    Ok(page(&reader, &title, move || view! { <GroupPage lang view/> }.into_any()).await)
}

async fn group_view(tx: &mut ScopedTx, id: GroupId, saved: bool) -> Result<GroupView, Error> {
    let row = groups::find(tx, Action::UseDesk, id).await?;
    let today = tx.scope().today();
    let (members, former): (Vec<_>, Vec<_>) = memberships::of_group(tx, row.reached)
        .await?
        .into_iter()
        .filter(|(stay, _)| !stay.is_void())
        .partition(|(stay, _)| stay.left_on.is_none_or(|left| left >= today));
    let names = names(members.iter().chain(&former));
    let mut past = sessions::before(tx, &row.group, row.reached).await?;
    past.truncate(PAST);
    let mut coming = sessions::ahead(tx, &row.group, row.reached).await?;
    coming.truncate(COMING);
    let due = match tx.scope().may(Action::SeeAssessments) && row.group.season_end.is_none_or(|end| end >= today) {
        true => Some(rounds::of_people(tx, &members.iter().map(|(stay, _)| stay.participant).collect()).await?),
        false => None,
    };
    let places = places::list(tx, Action::UseDesk).await?;
    let now = row.group.timetable_on(today).place;
    let here = places.into_iter().find(|place| now == Some(place.place.line().as_str()));
    Ok(GroupView {
        place: here.map(|row| row.place),
        leaders: leading::of_group(tx, row.reached).await?.into_iter().map(staff::line).collect(),
        due,
        today,
        coming,
        provider: row.provider,
        group: row.group,
        members: members.into_iter().map(|stay| member(&names, stay)).collect(),
        former: former.into_iter().map(|stay| member(&names, stay)).collect(),
        past,
        may_edit: tx.scope().may(Action::ManageGroups),
        may_see_results: tx.scope().may(Action::SeeAssessments),
        may_record_incidents: tx.scope().may(Action::RecordIncidents),
        saved,
        joined: false,
        clashes: Vec::new(),
    })
}

/// What everybody who ever belonged to the group is called, as they came.
fn names<'a>(stays: impl Iterator<Item = &'a (Membership, Participant)>) -> BTreeMap<ParticipantId, Named> {
    let mut stays: Vec<_> = stays.collect();
    stays.sort_by_key(|(stay, _)| (stay.joined_on, stay.participant));
    named_by_id(Form::Listed, stays.into_iter().map(|(_, person)| person))
}

fn member(names: &BTreeMap<ParticipantId, Named>, (stay, person): (Membership, Participant)) -> Member {
    Member {
        id: person.id,
        name: names.get(&person.id).cloned().unwrap_or_default(),
        initials: person.profile.listed_initials(),
        joined_on: stay.joined_on,
        left_on: stay.left_on,
        provisional: person.provisional,
    }
}

async fn new_form(State(state): State<AppState>, reader: Reader, actor: Actor) -> Result<Response, Error> {
    actor.scope.require(Action::ManageGroups)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let rev = id_of_new(&state, GroupId::new).to_string();
    let mut typed = GroupTyped { rev, kind: GroupKind::StrengthBalance.code().to_owned(), ..GroupTyped::default() };
    let providers = groups::providers(&mut tx).await?;
    if let [(only, _)] = providers.as_slice() {
        typed.provider = only.to_string();
    }
    let places = listed_places(&mut tx).await?;
    Ok(draw(&reader, None, typed, providers, &places, Vec::new()).await)
}

/// The day from which a change is to hold: the page of a session leads here with its own.
#[derive(serde::Deserialize)]
struct Since {
    #[serde(default)]
    from: String,
}

async fn edit_form(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(Since { from }): Query<Since>,
) -> Result<Response, Error> {
    let mut tx = state.db.read(&actor.scope).await?;
    let row = groups::find(&mut tx, Action::ManageGroups, id_in(&id)?).await?;
    let providers = groups::providers(&mut tx).await?;
    let places = listed_places(&mut tx).await?;
    let typed = filled(reader.lang, &row.group, &places);
    let begun = crate::sessions::has_begun(&mut tx, &row).await?;
    let holds_from = holding::opened(&row.group, &from, begun, actor.scope.today());
    let typed = GroupTyped { rev: row.rev.to_string(), holds_from, ..typed };
    Ok(draw(&reader, Some(row.group.id), typed, providers, &places, Vec::new()).await)
}

async fn draw(
    reader: &Reader,
    group: Option<GroupId>,
    typed: GroupTyped,
    providers: Vec<(OrganisationId, String)>,
    places: &[Place],
    errors: Vec<FieldError>,
) -> Response {
    let lang = reader.lang;
    let places = to_choose(places);
    let status = form_status(&errors);
    let title = match group {
        None => texts::groups::form::new_title(lang),
        Some(_) => texts::groups::form::edit_title(lang),
    };
    let body = move || view! { <GroupForm lang group typed providers places errors/> }.into_any();
    page_with_status(reader, status, title, body).await
}

async fn create(sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageGroups)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let providers = groups::providers(&mut tx).await?;
    let typed = typed(&sent.fields);
    let id = sent.carried(GroupId::new);
    let before = groups::find(&mut tx, Action::ManageGroups, id).await;
    let places = listed_places(&mut tx).await?;
    let known = Known { providers: &providers, places: &places, filled_from: None, today: sent.scope().today() };
    let read = |id| read(sent.lang(), &typed, id, None, &known);
    let made = |row: &GroupRow| read(row.group.id).as_ref() == Ok(&row.group);
    let id = match new_id(&sent, &mut tx, id, before, made).await? {
        Id::Made(id) => return Ok(see_other(&done(id))),
        Id::New(id) => id,
    };
    drop(tx);
    match sent.save(read(id).map(|group| put(group, None)), &done(id), "name").await? {
        Ok(done) => Ok(done),
        Err(errors) => Ok(draw(&sent.reader, None, typed, providers.clone(), &places, errors).await),
    }
}

/// The id that a form for a group makes, or of the group that it has made already: sent twice, it is one.
pub(super) enum Id {
    New(GroupId),
    Made(GroupId),
}

/// `before` is what lies under the id that the form came with, `made` whether that is what the form says.
pub(super) async fn new_id(
    sent: &Sent,
    tx: &mut ScopedTx,
    id: GroupId,
    before: Result<GroupRow, Error>,
    made: impl Fn(&GroupRow) -> bool,
) -> Result<Id, Error> {
    match before {
        Ok(row) if made(&row) => Ok(Id::Made(id)),
        Ok(_) => {
            let anew = sent.said_anew(GroupId);
            let there = groups::find(tx, Action::ManageGroups, anew).await;
            Ok(if there.is_ok() { Id::Made(anew) } else { Id::New(anew) })
        }
        Err(Error::NotFound) => Ok(Id::New(id)),
        Err(error) => Err(error),
    }
}

async fn change(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let row = groups::find(&mut tx, Action::ManageGroups, id_in(&id)?).await?;
    let providers = groups::providers(&mut tx).await?;
    let places = listed_places(&mut tx).await?;
    let (group, rev, today) = (&row.group, row.rev, sent.scope().today());
    let mut typed = typed(&sent.fields);
    let known = Known { providers: &providers, places: &places, filled_from: Some(group), today };
    let wanted = match read(sent.lang(), &typed, group.id, Some(group), &known) {
        Ok(wanted) => holding::settled(&sent, &mut tx, &row, wanted, &mut typed).await?,
        Err(errors) => Err(errors),
    };
    drop(tx);
    let wanted = wanted.map(|wanted| if wanted == *group { Vec::new() } else { put(wanted, Some(rev)) });
    let told = typed.clone();
    let saved = || saved_meanwhile(sent.lang(), group, &known, &told);
    let wanted = sent.over_beside(rev, &mut typed.rev, "name", wanted, saved);
    match sent.save(wanted, &done(group.id), "name").await? {
        Ok(done) => Ok(done),
        Err(errors) => Ok(draw(&sent.reader, Some(group.id), typed, providers.clone(), &places, errors).await),
    }
}

/// Beside each field that was typed otherwise: what is saved there now.
fn saved_meanwhile(lang: Lang, saved: &Group, known: &Known<'_>, typed: &GroupTyped) -> Vec<FieldError> {
    let now = filled(lang, saved, known.places);
    let provider = known.providers.iter().find(|(id, _)| *id == saved.provider).map_or("", |(_, name)| name.as_str());
    let weekdays = texts::weekdays(lang, &saved.weekdays);
    let same_days = now.weekdays == typed.weekdays;
    let same_place = (&now.place_id, &now.place) == (&typed.place_id, &typed.place);
    let place_field = if known.places.is_empty() { "place" } else { "place_id" };
    let level = saved.level.map_or("", |level| level.words(lang));
    let fields: [(&'static str, &str, bool); 13] = [
        ("name", &now.name, now.name == typed.name),
        ("kind", saved.kind.words(lang), now.kind == typed.kind),
        ("level", level, now.level == typed.level),
        ("provider", provider, now.provider == typed.provider),
        (place_field, saved.place.as_deref().unwrap_or_default(), same_place),
        ("aed", &now.aed, now.aed == typed.aed),
        ("weekdays", &weekdays, same_days),
        ("starts_at", &now.starts_at, now.starts_at == typed.starts_at),
        ("minutes", &now.minutes, now.minutes == typed.minutes),
        ("capacity", &now.capacity, now.capacity == typed.capacity),
        ("season_start", &now.season_start, now.season_start == typed.season_start),
        ("season_end", &now.season_end, now.season_end == typed.season_end),
        ("breaks", &now.breaks, now.breaks == typed.breaks),
    ];
    saved_beside(lang, fields)
}

fn put(group: Group, seen: Option<i64>) -> Vec<(Verb, Seen)> {
    vec![(Verb::Group(domain::groups::Verb::Put { group: Box::new(group) }), Seen::Rev(seen))]
}

fn done(id: GroupId) -> String {
    format!("/groups/{id}?said=saved")
}

pub(super) fn typed(fields: &Fields) -> GroupTyped {
    let one = |name| fields.one(name).to_owned();
    GroupTyped {
        rev: one("rev"),
        name: one("name"),
        kind: one("kind"),
        level: one("level"),
        provider: one("provider"),
        place_id: one("place_id"),
        place: one("place"),
        aed: one("aed"),
        aed_was: fields.all("aed_was").first().map(|was| (*was).to_owned()),
        weekdays: fields.all("weekdays").into_iter().map(str::to_owned).collect(),
        starts_at: one("starts_at"),
        minutes: one("minutes"),
        capacity: one("capacity"),
        season_start: one("season_start"),
        season_end: one("season_end"),
        breaks: one("breaks"),
        holds_from: fields.all("holds_from").first().map(|from| (*from).to_owned()),
        kept: Vec::new(),
        asked_days: fields.all("asked_day").into_iter().map(str::to_owned).collect(),
    }
}

/// The group that was typed, or what is wrong with it.
pub(super) fn read(
    lang: Lang,
    typed: &GroupTyped,
    id: GroupId,
    before: Option<&Group>,
    known: &Known<'_>,
) -> Result<Group, Vec<FieldError>> {
    use texts::groups::error as e;
    let Known { providers, today, .. } = *known;
    let mut form = Reading::new(lang);
    let provider = providers.iter().map(|(id, _)| *id).find(|id| id.to_string() == typed.provider);
    let name = form.line("name", &typed.name, Some(e::name(lang)));
    let kind = form.chosen("kind", GroupKind::from_code(&typed.kind), e::kind(lang));
    let level = form.maybe("level", &typed.level, e::level(lang), Level::from_code);
    let provider = form.chosen("provider", provider, e::provider(lang));
    let place = form.line("place", &typed.place, None);
    let aed = form.line("aed", &typed.aed, None);
    let (place, aed) = at_place(&mut form, typed, known, place, aed);
    let weekdays = weekdays(typed);
    let times = form.maybe("starts_at", &typed.starts_at, e::starts_at(lang), |text| times_typed(text, &weekdays));
    let (starts_at, own_times) = times.unwrap_or_default();
    let minutes = e::minutes(lang, i64::from(*MINUTES.end()));
    let minutes = form.number("minutes", &typed.minutes, minutes, MINUTES);
    let capacity = e::capacity(lang, i64::from(*CAPACITY.end()));
    let capacity = form.number("capacity", &typed.capacity, capacity, CAPACITY);
    let (season_start, season_end) = season(&mut form, typed, before, today);
    let breaks = breaks(&mut form, &typed.breaks, today);
    let (Some(name), Some(kind), Some(provider), true) = (name, kind, provider, form.errors.is_empty()) else {
        return Err(form.errors);
    };
    let reference = before.and_then(|group| group.reference.clone());
    let mut group = Group {
        id,
        reference,
        name,
        kind,
        level,
        provider,
        place,
        aed,
        weekdays,
        starts_at: None,
        times: Vec::new(),
        minutes,
        capacity,
        season_start,
        season_end,
        breaks,
        earlier: Vec::new(),
    };
    group.set_times(starts_at, &own_times);
    Ok(group)
}

/// The first and the last day. One that is changed is asked about: the first where it is more than a year away, the last
/// where the season would be longer than that; next year's seasons are planned this year.
fn season(form: &mut Reading, typed: &GroupTyped, before: Option<&Group>, today: Day) -> (Option<Day>, Option<Day>) {
    use texts::groups::error as e;
    let lang = form.lang();
    let start = form.day("season_start", &typed.season_start, e::season_start(lang), today);
    let end = form.day("season_end", &typed.season_end, e::season_end(lang), today);
    let asked: Vec<_> = typed.asked_days.iter().map(String::as_str).collect();
    if start.zip(end).is_some_and(|(start, end)| end < start) {
        form.wrong::<()>("season_end", e::season_order(lang));
        return (start, end);
    }
    let known = before.map(|group| (group.season_start, group.season_end)).unwrap_or_default();
    for (field, text, day, known, from) in [
        ("season_start", &typed.season_start, start, known.0, today),
        ("season_end", &typed.season_end, end, known.1, start.unwrap_or(today)),
    ] {
        form.likely(field, text, day.filter(|_| day != known), from, &asked);
    }
    (start, end)
}

/// What a group's form is held against.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub providers: &'a [(OrganisationId, String)],
    pub places: &'a [Place],
    /// The group that the form was filled from.
    pub filled_from: Option<&'a Group>,
    pub today: Day,
}

/// The places on the list of the reader's organisation.
pub(super) async fn listed_places(tx: &mut ScopedTx) -> Result<Vec<Place>, Error> {
    Ok(places::list(tx, Action::ManageGroups).await?.into_iter().map(|row| row.place).collect())
}

/// The choices of the form.
pub(super) fn to_choose(places: &[Place]) -> Vec<(String, String)> {
    places.iter().map(|place| (place.id.to_string(), place.line())).collect()
}

/// A group as the form shows it: where it meets is chosen, if that is on the list.
pub(super) fn filled(lang: Lang, group: &Group, places: &[Place]) -> GroupTyped {
    let typed = GroupTyped::of(lang, group);
    match places.iter().find(|place| group.place.as_deref() == Some(place.line().as_str())) {
        Some(place) => GroupTyped { place_id: place.id.to_string(), place: String::new(), ..typed },
        None => typed,
    }
}

/// Where it meets and where the defibrillator is: as the place that was chosen says it, or that is meant by what was
/// written. What was typed of the defibrillator holds; what only still stands in its field was said of the place before,
/// and whoever moves the group is asked about it.
fn at_place(
    form: &mut Reading,
    typed: &GroupTyped,
    known: &Known<'_>,
    written: Option<String>,
    aed: Option<String>,
) -> (Option<String>, Option<String>) {
    use texts::groups::error as e;
    let lang = form.lang();
    let chosen = known.places.iter().find(|place| place.id.to_string() == typed.place_id);
    if chosen.zip(written.as_deref()).is_some_and(|(place, text)| !place.is_meant_by(text)) {
        form.wrong::<()>("place", e::two_places(lang));
    }
    let listed = chosen.or_else(|| meant(written.as_deref()?, known.places));
    let text = listed.map(Place::line).or(written);
    let now = Meets { text: text.as_deref(), listed };
    if typed.aed_was.as_ref() != Some(&typed.aed) {
        let aed = aed.or_else(|| listed.and_then(|place| place.aed.clone()));
        return (text, aed);
    }
    let said = known.filled_from.and_then(|group| group.aed.as_deref());
    let before = Meets::at(known.filled_from.and_then(|group| group.place.as_deref()), known.places);
    if before.own_word(said).is_some() && now.is_elsewhere(before) {
        form.wrong::<()>("aed", e::aed_moved(lang));
    }
    let aed = now.aed(before, said);
    (text, aed)
}

/// "10.30" for all days, or "ti 10.30, to 13.00" by day, in any of the languages; nothing where that cannot be read.
fn times_typed(text: &str, weekdays: &[u8]) -> Option<(Option<TimeOfDay>, Vec<DayTime>)> {
    let (mut all, mut own) = (None, Vec::new());
    for part in text.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        match part.rsplit_once(char::is_whitespace) {
            // One time for all days: of two, as in "10,15", nobody knows which was meant.
            None => all = Some(time_typed(part).ok().filter(|_| all.is_none())?),
            Some((day, time)) => {
                let weekday = weekday_named(day.trim())?;
                let known = weekdays.contains(&weekday) && own.iter().all(|one: &DayTime| one.weekday != weekday);
                own.push(DayTime { weekday, starts_at: time_typed(time).ok().filter(|_| known)? });
            }
        }
    }
    Some((all, own))
}

/// "ti", "tiistai", "tis", "Tue": at least the first two letters of a day's name in any of the languages.
fn weekday_named(text: &str) -> Option<u8> {
    let typed = text.trim_end_matches('.').to_lowercase();
    let named = |day: &u8| Lang::ALL.iter().any(|lang| texts::weekday(*lang, *day).to_lowercase().starts_with(&typed));
    (1..=7).find(named).filter(|_| typed.chars().count() > 1)
}

/// One break a line: a day, or the first and the last with a dash between them.
fn breaks(form: &mut Reading, typed: &str, today: Day) -> Vec<Break> {
    let lang = form.lang();
    let lines: Vec<_> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let read: Result<Vec<_>, _> = lines.iter().map(|line| one_break(line, today)).collect();
    match read {
        Ok(breaks) if breaks.len() <= MOST_BREAKS => breaks,
        Ok(_) => {
            let most = texts::whole(MOST_BREAKS);
            form.wrong("breaks", texts::groups::error::most_breaks(lang, most)).unwrap_or_default()
        }
        Err(why) => {
            let unread = texts::day_words(lang, why, texts::groups::error::breaks(lang));
            form.wrong("breaks", unread).unwrap_or_default()
        }
    }
}

/// "12.10.–18.10.2026", "12.–18.10.2026": the first day may leave to the last what they share.
fn one_break(line: &str, today: Day) -> Result<Break, DayError> {
    let (from, to) = match day_typed(line, today) {
        Err(DayError::NotADay) => both_ends(line, today)?,
        day => (day?, day?),
    };
    let holds = from <= to && is_in_our_time(from) && is_in_our_time(to);
    holds.then_some(Break { from, to }).ok_or(DayError::NotADay)
}

fn both_ends(line: &str, today: Day) -> Result<(Day, Day), DayError> {
    let (first, last) = line.split_once(['–', '-', '—']).ok_or(DayError::NotADay)?;
    let to = day_typed(last.trim(), today)?;
    let short = first.trim().trim_end_matches('.');
    let whole = match short.matches('.').count() {
        0 if short.len() <= 2 => format!("{short}.{}.{}", to.month(), to.year()),
        1 => format!("{short}.{}", to.year()),
        _ => short.to_owned(),
    };
    Ok((day_typed(&whole, today)?, to))
}

/// The days ticked, in their order.
fn weekdays(typed: &GroupTyped) -> Vec<u8> {
    let days = typed.weekdays.iter().filter_map(|day| day.parse().ok()).filter(|day| (1..=7).contains(day));
    days.collect::<BTreeSet<u8>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn full() -> GroupTyped {
        GroupTyped {
            name: "Kumpulan tiistai".into(),
            kind: "strength_balance".into(),
            provider: Uuid::nil().to_string(),
            weekdays: vec!["4".into(), "2".into(), "4".into(), "9".into()],
            starts_at: "10.30".into(),
            minutes: "60".into(),
            season_start: "24.8.2026".into(),
            season_end: "11.12.2026".into(),
            ..GroupTyped::default()
        }
    }

    fn read_it(typed: &GroupTyped) -> Result<Group, Vec<&'static str>> {
        let providers = [(OrganisationId(Uuid::nil()), "Liikunta".to_owned())];
        let known =
            Known { providers: &providers, places: &[], filled_from: None, today: Day::new(2026, 11, 21).unwrap() };
        read(Lang::Fi, typed, GroupId(Uuid::nil()), None, &known)
            .map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn a_group_is_read_as_people_type_it() {
        let group = read_it(&full()).unwrap();
        assert_eq!(group.weekdays, [2, 4]);
        assert_eq!(group.starts_at.map(|at| at.to_string()), Some("10:30".into()));
        assert_eq!(group.season_end, Day::new(2026, 12, 11));
        assert_eq!((group.capacity, group.level), (None, None));
        let level = |code: &str| read_it(&GroupTyped { level: code.into(), ..full() }).map(|group| group.level);
        assert_eq!((level("demanding"), level("hard")), (Ok(Some(Level::Demanding)), Err(vec!["level"])));
    }

    #[test]
    fn days_may_have_times_of_their_own_in_any_language() {
        let times = |text: &str| {
            let group = read_it(&GroupTyped { starts_at: text.into(), ..full() })?;
            Ok([2, 4].map(|day| group.time_of(day).map(|at| at.to_string()).unwrap_or_default()))
        };
        for text in ["ti 10.30, to 13.00", "10.30, torstai 13.00", "tis 10:30; tors 13:00", "Tue 10:30\nThu 13:00"] {
            assert_eq!(times(text), Ok(["10:30".to_owned(), "13:00".to_owned()]), "{text}");
        }
        for wrong in ["ke 10.30", "ti 10.30, ti 11.00", "ti", "huomenna 10.30", "ti 25.00", "10,15", "10.30, 11.30"] {
            assert_eq!(times(wrong), Err(vec!["starts_at"]), "{wrong}");
        }
        assert_eq!(times("ti 9, to 13"), Ok(["09:00".to_owned(), "13:00".to_owned()]), "full hours");
        let group = read_it(&GroupTyped { starts_at: "ti 10.30, to 13.00".into(), ..full() }).unwrap();
        assert_eq!(GroupTyped::of(Lang::Fi, &group).starts_at, "ti 10.30, to 13.00", "shown as it is typed");
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let typed = GroupTyped { capacity: "monta".into(), minutes: "0".into(), ..GroupTyped::default() };
        assert_eq!(read_it(&typed), Err(vec!["name", "kind", "provider", "minutes", "capacity"]));
        let long = GroupTyped { name: "n".repeat(201), place: "p".repeat(201), ..full() };
        assert_eq!(read_it(&long), Err(vec!["name", "place"]));
    }

    #[test]
    fn breaks_are_read_as_people_write_them() {
        let read = |breaks: &str| {
            let group = read_it(&GroupTyped { breaks: breaks.into(), ..full() })?;
            Ok(group.breaks.iter().map(|one| format!("{}..{}", one.from, one.to)).collect::<Vec<_>>())
        };
        assert_eq!(
            read("12.10.–18.10.2026\n\n 9.11.2026 "),
            Ok(vec!["2026-10-12..2026-10-18".into(), "2026-11-09..2026-11-09".into()])
        );
        assert_eq!(read("21.12.2026 - 6.1.2027"), Ok(vec!["2026-12-21..2027-01-06".to_owned()]));
        for as_shown in ["12.–18.10.2026", "12–18.10.2026"] {
            assert_eq!(read(as_shown), Ok(vec!["2026-10-12..2026-10-18".to_owned()]), "{as_shown}");
        }
        for wrong in ["syysloma", "18.10.2026–12.10.2026", "31.9.2026", &"9.11.2026\n".repeat(31)] {
            assert_eq!(read(wrong), Err(vec!["breaks"]), "{wrong}");
        }
    }

    #[test]
    fn a_season_does_not_end_before_it_begins() {
        let typed = GroupTyped { season_end: "1.8.2026".into(), ..full() };
        assert_eq!(read_it(&typed), Err(vec!["season_end"]));
    }

    #[test]
    fn a_season_in_another_century_is_asked_about_once_and_next_years_is_not() {
        let next_year = GroupTyped { season_start: "31.8.2027".into(), season_end: "17.12.2027".into(), ..full() };
        assert_eq!(read_it(&next_year).map(|group| group.season_end), Ok(Day::new(2027, 12, 17)));
        let typed = GroupTyped { season_end: "11.12.2062".into(), ..full() };
        assert_eq!(read_it(&typed), Err(vec!["season_end"]));
        let sure = GroupTyped { asked_days: vec!["11.12.2062".into()], ..typed };
        assert_eq!(read_it(&sure).map(|group| group.season_end), Ok(Day::new(2062, 12, 11)));
    }

    #[test]
    fn another_organisation_cannot_be_put_down_as_the_provider() {
        let typed = GroupTyped { provider: Uuid::from_u128(7).to_string(), ..full() };
        assert_eq!(read_it(&typed), Err(vec!["provider"]));
    }
}
