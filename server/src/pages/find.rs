//! Find a group: a public page of a municipality's groups, without sign-in and without anybody's data but the first names
//! of those who lead.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::own::find::{FindPage, FindView, OpenGroup, Room};
use app::texts::{Lang, find as words};
use axum::extract::{Query, State};
use axum::response::Response;
use domain::groups::{Group, GroupKind};
use domain::ids::{GroupId, MunicipalityCode, OrganisationId};
use domain::time::{Day, TimeOfDay};
use http::{HeaderMap, StatusCode};
use leptos::prelude::*;

use super::{Reader, own_page};
use crate::applications::settings;
use crate::db::{Lookup, Tx, Unscoped};
use crate::error::Error;
use crate::own::first_name;
use crate::routes::Routes;
use crate::state::AppState;
use crate::{groups, help, letters, places, statements};

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
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut reader = Reader::nobody(&headers, &state).of_participants();
    reader.here = "/find".to_owned();
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
        if all.len() > 1 {
            reader.here = format!("/find?municipality={}", code.as_str());
        }
        view.place.clone_from(name);
        let open = settings::open(&mut tx).await?;
        view.form = open.iter().any(|(open, _)| open == code).then(|| format!("/apply/{}", code.as_str()));
        view.days = days(&mut tx, code, reader.lang, state.today()).await?;
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

const LEADERS: Lookup = lookup!(
    "SELECT s.exercise_group, a.name FROM group_staff s JOIN account a ON a.municipality = s.municipality \
     AND a.id = s.account WHERE s.municipality = $1 AND s.to_day IS NULL AND a.disabled_at IS NULL \
     AND s.exercise_group IN (",
    ") ORDER BY s.from_day, a.sort_key"
);

/// First names of those who lead each of these groups without an end.
async fn leaders(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    groups: &[(Group, i64)],
) -> Result<HashMap<GroupId, Vec<String>>, Error> {
    let mut leaders: HashMap<GroupId, Vec<String>> = HashMap::new();
    for row in tx.lookup(&LEADERS, tenant, groups.iter().map(|(group, _)| group.id)).await? {
        let name: String = row.get("name")?;
        leaders.entry(row.parse("exercise_group")?).or_default().push(first_name(&name));
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
    let mut days: BTreeMap<u8, Vec<OpenGroup>> = BTreeMap::new();
    for (group, members) in groups.into_iter().filter(|(group, _)| is_open(group.kind)) {
        let mut open = open_group(&group, members, leaders.remove(&group.id).unwrap_or_default(), today);
        let timetable = group.timetable_on(today);
        let place = places.of(group.provider, timetable.place);
        open.way = place.map(|place| app::places::told(lang, place)).unwrap_or_default();
        for day in timetable.weekdays {
            let open = OpenGroup { starts_at: timetable.time_of(*day), ..open.clone() };
            days.entry(*day).or_default().push(open);
        }
    }
    for groups in days.values_mut() {
        groups.sort_by_key(|group| group.starts_at.map(TimeOfDay::minutes));
    }
    Ok(days.into_iter().collect())
}

fn open_group(group: &Group, members: i64, leaders: Vec<String>, today: Day) -> OpenGroup {
    let room = match group.capacity.map(|places| i64::from(places) - members) {
        None => Room::NotKnown,
        Some(free) if free > 0 => Room::Free(free),
        Some(_) => Room::Full,
    };
    let timetable = group.timetable_on(today);
    OpenGroup {
        name: group.name.clone(),
        kind: group.kind,
        place: timetable.place.map(str::to_owned),
        way: Vec::new(),
        aed: group.aed.clone(),
        starts_at: timetable.starts_at,
        minutes: timetable.minutes,
        begins: group.season_start.filter(|start| *start > today),
        leaders,
        room,
    }
}
