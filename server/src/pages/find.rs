//! Find a group: a public page of a municipality's groups, without sign-in and without anybody's data but the first names
//! of those who lead.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use app::own::find::{FindPage, FindView, OpenGroup, Room};
use app::texts::find as words;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::groups::{Group, GroupKind};
use domain::ids::{GroupId, MunicipalityCode};
use domain::names::sort_key;
use domain::time::{Day, TimeOfDay};
use http::{HeaderMap, StatusCode};
use leptos::prelude::*;

use super::{Reader, own_page};
use crate::db::{Lookup, Tx, Unscoped};
use crate::error::Error;
use crate::help;
use crate::own::first_name;
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/find", find)
}

/// Which municipality, where an installation has several.
#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    municipality: String,
}

/// Whether this program has a form to apply by.
static HAS_FORM: LazyLock<bool> = LazyLock::new(|| crate::route_list().contains(&("GET", "/apply")));

async fn find(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut reader = Reader::nobody(&headers, &state).of_participants();
    reader.here = "/find".to_owned();
    let mut tx = state.db.read(Unscoped::Door).await?;
    let all = municipalities(&mut tx).await?;
    let one = match all.as_slice() {
        [only] => Some(only),
        several => several.iter().find(|(code, _)| code.as_str() == asked.municipality),
    };
    let mut view = FindView { has_form: *HAS_FORM, ..FindView::default() };
    if let Some((code, name)) = one {
        reader.help = help::of(&mut tx, code).await?;
        if all.len() > 1 {
            reader.here = format!("/find?municipality={}", code.as_str());
        }
        view.place.clone_from(name);
        view.days = days(&mut tx, code, state.today()).await?;
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

async fn municipalities(tx: &mut Tx) -> Result<Vec<(MunicipalityCode, String)>, Error> {
    let rows = tx.all(sql!("SELECT municipality, name FROM municipality ORDER BY name"), []).await?;
    rows.iter().map(|row| Ok((row.code("municipality", MunicipalityCode::new)?, row.get("name")?))).collect()
}

/// A group and how many are in it.
type Counted = (Group, i64);

/// The groups of every organisation whose season runs or is still to come, by name.
async fn groups(tx: &mut Tx, tenant: &MunicipalityCode, today: Day) -> Result<Vec<Counted>, Error> {
    let sql = sql!(
        "SELECT w.body, (SELECT COUNT(*) FROM membership m WHERE m.municipality = $1 AND m.exercise_group = w.id \
         AND m.deleted_at IS NULL AND (m.left_on IS NULL OR (m.left_on >= $3 AND m.left_on >= m.joined_on))) AS members \
         FROM exercise_group w WHERE w.municipality = $1 AND w.provider = $2 AND w.deleted_at IS NULL \
         AND (w.season_end IS NULL OR w.season_end >= $3)"
    );
    let mut groups: Vec<Counted> = Vec::new();
    let organisations = tx.all(sql!("SELECT id FROM organisation WHERE municipality = $1"), [tenant.into()]).await?;
    for row in organisations {
        let organisation: String = row.get("id")?;
        for row in tx.all(sql, [tenant.into(), organisation.into(), today.into()]).await? {
            groups.push((row.json("body")?, row.get("members")?));
        }
    }
    groups.sort_by_cached_key(|(group, _)| (sort_key(&group.name), group.id));
    Ok(groups)
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
    groups: &[Counted],
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
async fn days(tx: &mut Tx, tenant: &MunicipalityCode, today: Day) -> Result<Vec<(u8, Vec<OpenGroup>)>, Error> {
    let groups = groups(tx, tenant, today).await?;
    let mut leaders = leaders(tx, tenant, &groups).await?;
    let mut days: BTreeMap<u8, Vec<OpenGroup>> = BTreeMap::new();
    for (group, members) in groups.into_iter().filter(|(group, _)| is_open(group.kind)) {
        let open = open_group(&group, members, leaders.remove(&group.id).unwrap_or_default(), today);
        for day in &group.weekdays {
            days.entry(*day).or_default().push(open.clone());
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
    OpenGroup {
        name: group.name.clone(),
        place: group.place.clone(),
        starts_at: group.starts_at,
        minutes: group.minutes,
        begins: group.season_start.filter(|start| *start > today),
        leaders,
        room,
    }
}
