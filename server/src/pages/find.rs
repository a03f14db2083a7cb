//! Find a group: a public page of a municipality's groups, without sign-in and without anybody's data but the first names
//! of those who lead, and the numbers of those who let everybody read theirs.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::own::find::{Amenity, FindPage, FindView, Narrowing, OpenGroup, OpenLeader, Room, Wanted};
use app::texts::{Lang, find as words, whole};
use axum::extract::{Query, State};
use axum::response::Response;
use domain::applications::queue_told;
use domain::groups::{Group, GroupKind};
use domain::ids::{GroupId, MunicipalityCode, OrganisationId, UserId};
use domain::outcomes::dataset::Area;
use domain::places::{Place, postal_code, tells_of_defibrillator};
use domain::time::{Day, TimeOfDay};
use http::{HeaderMap, StatusCode, Uri};
use leptos::prelude::*;

use super::{Reader, own_page};
use crate::applications::{Waits, settings};
use crate::db::{Lookup, Tx, Unscoped};
use crate::error::Error;
use crate::outcomes::areas_of;
use crate::own::first_name;
use crate::routes::Routes;
use crate::state::AppState;
use crate::{applications, groups, help, letters, places, statements};

pub fn routes(routes: Routes) -> Routes {
    routes.get("/find", find)
}

/// Which municipality, where an installation has several.
#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    municipality: String,
}

async fn find(
    State(state): State<AppState>,
    headers: HeaderMap,
    uri: Uri,
    Query(asked): Query<Asked>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let mut reader = Reader::nobody(&headers, &state).of_participants();
    // In another language the same groups are shown.
    uri.path_and_query().map_or("/find", |here| here.as_str()).clone_into(&mut reader.here);
    let mut tx = state.db.read(Unscoped::Door).await?;
    let all = statements::municipalities(&mut tx).await?;
    let one = match all.as_slice() {
        [only] => Some(only),
        several => several.iter().find(|(code, _)| code.as_str() == asked.municipality),
    };
    let mut view = FindView::default();
    if let Some((code, name)) = one {
        reader = reader.addressed(letters::form_of(&mut tx, code).await?);
        reader.help = help::of(&mut tx, code).await?;
        let several = (all.len() > 1).then(|| code.as_str().to_owned());
        view.place.clone_from(name);
        let open = settings::open(&mut tx).await?;
        view.is_open = open.iter().any(|(open, _)| open == code);
        view.form = Some(format!("/apply/{}", code.as_str()));
        let days = days(&mut tx, code, reader.lang, state.today()).await?;
        view.narrowing = narrowing(wanted, &days, several);
        view.days = narrowed(days, &view.narrowing.wanted);
    } else {
        let link =
            |(code, name): &(MunicipalityCode, String)| (format!("/find?municipality={}", code.as_str()), name.clone());
        view.others = all.iter().map(link).collect();
    }
    drop(tx);
    view.has_phone = reader.help.is_some();
    let lang = reader.lang;
    let body = move || view! { <FindPage lang view/> }.into_any();
    Ok(own_page(&reader, StatusCode::OK, words::title(lang), false, body).await)
}

/// `municipality`: where the address names it.
fn narrowing(wanted: Wanted, days: &[(u8, Vec<OpenGroup>)], municipality: Option<String>) -> Narrowing {
    let groups: Vec<_> = days.iter().flat_map(|(_, groups)| groups).collect();
    let on: Vec<_> = days.iter().map(|(day, _)| *day).collect();
    let mut narrowing = Narrowing::of(wanted, &on, &groups);
    narrowing.all = match &municipality {
        None => "/find".to_owned(),
        Some(code) => format!("/find?municipality={code}"),
    };
    narrowing.municipality = municipality;
    narrowing
}

/// The days on which a group fits that somebody looks for, with those groups.
fn narrowed(days: Vec<(u8, Vec<OpenGroup>)>, wanted: &Wanted) -> Vec<(u8, Vec<OpenGroup>)> {
    let fitting = |(day, groups): (u8, Vec<OpenGroup>)| {
        let fitting: Vec<_> = groups.into_iter().filter(|group| wanted.fits(group)).collect();
        (!fitting.is_empty()).then_some((day, fitting))
    };
    days.into_iter().filter(|(day, _)| wanted.fits_on(*day)).filter_map(fitting).collect()
}

const LEADERS: Lookup = lookup!(
    "SELECT s.exercise_group, s.account, a.name, a.phone, a.phone_public FROM group_staff s \
     JOIN account a ON a.municipality = s.municipality AND a.id = s.account WHERE s.municipality = $1 \
     AND s.to_day IS NULL AND a.disabled_at IS NULL AND s.exercise_group IN (",
    ") ORDER BY s.from_day, a.sort_key"
);

/// Those who lead each of these groups without an end: the first name, and the number where its holder lets everybody
/// read it.
async fn leaders(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    groups: &[(Group, i64)],
) -> Result<HashMap<GroupId, Vec<OpenLeader>>, Error> {
    let mut leaders: HashMap<GroupId, Vec<OpenLeader>> = HashMap::new();
    let mut named = BTreeSet::new();
    for row in tx.lookup(&LEADERS, tenant, groups.iter().map(|(group, _)| group.id)).await? {
        let (group, account): (GroupId, UserId) = (row.parse("exercise_group")?, row.parse("account")?);
        // Whoever was given it twice, from two days on, is named once.
        if !named.insert((group, account)) {
            continue;
        }
        let name: String = row.get("name")?;
        let phone = if row.is_null("phone_public") { None } else { row.get("phone")? };
        let leader = OpenLeader { name: first_name(&name), phone };
        leaders.entry(group).or_default().push(leader);
    }
    Ok(leaders)
}

/// Whether somebody can come to it by applying.
const fn is_open(kind: GroupKind) -> bool {
    matches!(kind, GroupKind::StrengthBalance | GroupKind::Outdoor | GroupKind::Peer)
}

/// The groups by the days of the week, each day's by time; one that meets twice a week stands at both.
async fn days(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    lang: Lang,
    today: Day,
) -> Result<Vec<(u8, Vec<OpenGroup>)>, Error> {
    let groups = groups::public(tx, tenant, today).await?;
    let mut leaders = leaders(tx, tenant, &groups).await?;
    let providers: BTreeSet<OrganisationId> = groups.iter().map(|(group, _)| group.provider).collect();
    let places = places::of_organisations(tx, tenant, providers).await?;
    let areas = areas(tx, tenant, today).await?;
    let queue = queue(tx, tenant, &groups).await?;
    let mut days: BTreeMap<u8, Vec<OpenGroup>> = BTreeMap::new();
    for (group, members) in groups.into_iter().filter(|(group, _)| is_open(group.kind)) {
        let mut open = open_group(&group, leaders.remove(&group.id).unwrap_or_default(), today);
        open.room = room(&group, members, &queue);
        let timetable = group.timetable_on(today);
        let place = places.of(group.provider, timetable.place);
        open.way = place.map(|place| app::places::told(lang, place)).unwrap_or_default();
        open.ways = ways(timetable.aed, place);
        open.area = timetable.place.map(|text| area_of(text, &areas));
        for day in timetable.weekdays {
            let also_on = timetable.weekdays.iter().copied().filter(|other| other != day).collect();
            let open = OpenGroup { starts_at: timetable.time_of(*day), also_on, ..open.clone() };
            days.entry(*day).or_default().push(open);
        }
    }
    for groups in days.values_mut() {
        groups.sort_by_key(|group| group.starts_at.map(TimeOfDay::minutes));
    }
    Ok(days.into_iter().collect())
}

/// The municipality's own areas of this year, by postal code.
async fn areas(tx: &mut Tx, tenant: &MunicipalityCode, today: Day) -> Result<HashMap<String, String>, Error> {
    let areas = areas_of(tx, tenant, today.year()).await?;
    let codes = |Area { name, postal_codes }: Area| postal_codes.into_iter().map(move |code| (code, name.clone()));
    Ok(areas.into_iter().flat_map(codes).collect())
}

/// Where a group meets that says so: the municipality's own name for that part of it, else the postal code, else the house.
fn area_of(place: &str, areas: &HashMap<String, String>) -> String {
    match postal_code(place) {
        Some(code) => areas.get(code).map_or(code, String::as_str).to_owned(),
        None => place.split(',').next().unwrap_or(place).trim().to_owned(),
    }
}

/// What a place has; `aed`: what its group says of the defibrillator.
fn ways(aed: Option<&str>, place: Option<&Place>) -> Vec<Amenity> {
    let has = |way: &Amenity| match way {
        Amenity::StepFree => place.and_then(|place| place.step_free) == Some(true),
        Amenity::Toilet => place.and_then(|place| place.toilet) == Some(true),
        Amenity::Bus => place.is_some_and(Place::has_bus),
        Amenity::Defibrillator => aed.is_some_and(tells_of_defibrillator),
    };
    Amenity::ALL.into_iter().filter(has).collect()
}

/// How many places are free; negative where more take part than were meant to.
fn free(group: &Group, members: i64) -> Option<i64> {
    group.capacity.map(|places| i64::from(places) - members)
}

/// Those who wait for a place, where any of these groups is full.
async fn queue(tx: &mut Tx, tenant: &MunicipalityCode, groups: &[(Group, i64)]) -> Result<Vec<Waits>, Error> {
    if groups.iter().any(|(group, members)| free(group, *members).is_some_and(|free| free <= 0)) {
        return applications::waiting(tx, tenant).await;
    }
    Ok(Vec::new())
}

fn room(group: &Group, members: i64, queue: &[Waits]) -> Room {
    match free(group, members) {
        None => Room::NotKnown,
        Some(free) if free > 0 => Room::Free(free),
        Some(_) => {
            let wait = queue.iter().filter(|one| one.would_suit(group.id));
            let people: BTreeSet<_> = wait.map(|one| one.person).collect();
            Room::Full(queue_told(people.len()).map(whole))
        }
    }
}

/// What the group itself says.
fn open_group(group: &Group, leaders: Vec<OpenLeader>, today: Day) -> OpenGroup {
    let timetable = group.timetable_on(today);
    OpenGroup {
        name: group.name.clone(),
        kind: group.kind,
        level: group.level,
        place: timetable.place.map(str::to_owned),
        way: Vec::new(),
        aed: timetable.aed.map(str::to_owned),
        starts_at: timetable.starts_at,
        minutes: timetable.minutes,
        also_on: Vec::new(),
        begins: group.season_start.filter(|start| *start > today),
        leaders,
        room: Room::NotKnown,
        area: None,
        ways: Vec::new(),
    }
}
