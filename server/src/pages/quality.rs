//! How whole groups' records are: the officer's page without names, the coordinator's with lists of whom it is about.

use app::quality::desk::{DeskPage, DeskRow, DeskView, list_address};
use app::quality::list::{ListLine, ListPage, ListView};
use app::quality::officer::{OfficerFile, OfficerPage, OfficerRow, OfficerView, tables};
use app::quality::{Looked, PAGE, missing_words, worst_words};
use app::texts::{self, Lang, Words as _};
use app::ui::Way;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::groups::Group;
use domain::ids::GroupId;
use domain::outcomes::dataset::Settings;
use domain::outcomes::suppression::Gate;
use domain::people::Participant;
use domain::people::naming::{Form, named_by_id};
use domain::quality::{Expected, Missing, ShownQuality, Worst, shown};
use domain::time::Day;
use leptos::prelude::*;

use super::downloads::{Wanted, of_tables};
use super::figures::{chosen_period, code, words};
use super::{PageAsked, Reader, id_in, page};
use crate::access::{Actor, InReach, ScopedTx};
use crate::audit;
use crate::error::Error;
use crate::outcomes::council::municipality_name;
use crate::outcomes::periods::{FixedPeriod, fixed_periods};
use crate::outcomes::settings;
use crate::people::rows;
use crate::quality::{self, GroupQuality, Unmeasured};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;

const OFFICERS: &str = "/figures/quality";
const OFFICERS_FILE: &str = "/figures/quality/sheet";
const DESK: &str = "/reviews/quality";

pub fn routes(routes: Routes) -> Routes {
    routes.get(OFFICERS, figures).get(OFFICERS_FILE, sheet).get(DESK, desk).get("/reviews/quality/{id}", list)
}

/// Which period, in which order, or which list.
#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    period: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    list: String,
    #[serde(flatten)]
    part: PageAsked,
}

/// Where the same is in a period and an order.
fn address(path: &str, period: &FixedPeriod, by: Worst) -> String {
    format!("{path}?period={}&sort={by}", code(period))
}

fn periods(lang: Lang, path: &str, today: Day, chosen: &FixedPeriod, by: Worst) -> Vec<Way> {
    let way = |one: &FixedPeriod| Way { href: address(path, one, by), words: words(lang, one), current: one == chosen };
    fixed_periods(today).iter().map(way).collect()
}

fn orders(lang: Lang, path: &str, period: &FixedPeriod, all: &[Worst], chosen: Worst) -> Vec<Way> {
    let way = |by: &Worst| {
        let (href, words) = (address(path, period, *by), worst_words(lang, *by).to_owned());
        Way { href, words, current: *by == chosen }
    };
    all.iter().map(way).collect()
}

/// Which groups are looked at at that path: of a period in one of these orders, a part of all.
fn looked(
    lang: Lang,
    path: &str,
    today: Day,
    (period, by, all): (&FixedPeriod, Worst, &[Worst]),
    (page, total): (i64, i64),
) -> Looked {
    let (periods, orders) = (periods(lang, path, today, period, by), orders(lang, path, period, all, by));
    Looked { today, periods, orders, page, total, address: address(path, period, by) }
}

/// The rows of one page of a list.
fn part<T>(all: impl IntoIterator<Item = T>, number: i64) -> Vec<T> {
    let at = |n: i64| usize::try_from(n).unwrap_or_default();
    all.into_iter().skip(at((number - 1) * PAGE)).take(at(PAGE)).collect()
}

/// What tells groups of one name apart.
fn below(lang: Lang, group: &Group, provider: String) -> String {
    let season = app::groups::season(lang, group.season_start, group.season_end);
    std::iter::once(provider).chain(season).collect::<Vec<_>>().join(", ")
}

/// Every group of the period, the worst first; of equal ones by name.
async fn groups(
    tx: &mut ScopedTx,
    action: Action,
    period: &FixedPeriod,
    by: Worst,
) -> Result<Vec<GroupQuality>, Error> {
    let mut groups = quality::of_all(tx, action, period.from, period.to).await?;
    groups.sort_by(|one, other| by.compare(&one.quality, &other.quality));
    Ok(groups)
}

/// What an officer is told: without anybody's name, and with nothing of few people.
struct Officers {
    period: FixedPeriod,
    by: Worst,
    municipality: String,
    rows: Vec<OfficerRow>,
    all: ShownQuality,
    limits: Settings,
}

impl Officers {
    async fn of(state: &AppState, lang: Lang, actor: &Actor, asked: &Asked) -> Result<Self, Error> {
        actor.scope.require(Action::SeeFigures)?;
        rows::renew_some(state, actor.scope.municipality()).await?;
        let period = chosen_period(&asked.period, actor.scope.today())?;
        // An order by people would tell how many of them are hidden.
        let by = Worst::from_code(&asked.sort).filter(|by| Worst::OF_SESSIONS.contains(by)).unwrap_or(Worst::Rolls);
        let mut tx = state.db.read(&actor.scope).await?;
        let groups = groups(&mut tx, Action::SeeFigures, &period, by).await?;
        let (limits, municipality) = (settings(&mut tx).await?, municipality_name(&mut tx).await?);
        drop(tx);
        let qualities: Vec<_> = groups.iter().map(|group| group.quality).collect();
        let (figures, all) = shown(&Gate::new(&limits), &qualities);
        let row = |(group, shown)| {
            let GroupQuality { group, provider, .. } = group;
            OfficerRow { below: below(lang, &group, provider), name: group.name, shown }
        };
        let rows = groups.into_iter().zip(figures).map(row).collect();
        Ok(Self { period, by, municipality, rows, all, limits })
    }
}

async fn figures(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (lang, today, number) = (reader.lang, actor.scope.today(), asked.part.number());
    let Officers { period, by, rows, all, limits, .. } = Officers::of(&state, lang, &actor, &asked).await?;
    let total = texts::whole(rows.len());
    let view = OfficerView {
        looked: looked(lang, OFFICERS, today, (&period, by, Worst::OF_SESSIONS), (number, total)),
        rows: part(rows, number),
        all,
        file: address(OFFICERS_FILE, &period, by),
        k: i64::from(limits.k),
        basis: i64::from(limits.basis),
    };
    let reader = Reader { here: view.looked.address.clone(), ..reader };
    Ok(page(&reader, texts::quality::title(lang), move || view! { <OfficerPage lang view/> }.into_any()).await)
}

/// Every group, not those of a page alone.
async fn sheet(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(asked): Query<Asked>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let (lang, today) = (reader.lang, actor.scope.today());
    let Officers { period, municipality, rows, all, limits, .. } = Officers::of(&state, lang, &actor, &asked).await?;
    let (period, k, basis) = (words(lang, &period), i64::from(limits.k), i64::from(limits.basis));
    let tables = tables(lang, &OfficerFile { municipality, period, today, rows, all, k, basis });
    of_tables(&state, lang, texts::quality::file(lang), wanted.form, &tables)
}

async fn desk(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    rows::renew_some(&state, actor.scope.municipality()).await?;
    let (lang, today, number) = (reader.lang, actor.scope.today(), asked.part.number());
    let period = chosen_period(&asked.period, today)?;
    let by = Worst::from_code(&asked.sort).unwrap_or(Worst::Rolls);
    let groups = groups(&mut state.db.read(&actor.scope).await?, Action::UseDesk, &period, by).await?;
    let total = texts::whole(groups.len());
    let row = |one: GroupQuality| {
        let GroupQuality { group, provider, quality, .. } = one;
        DeskRow { group: group.id, below: below(lang, &group, provider), name: group.name, quality }
    };
    let view = DeskView {
        period: code(&period),
        looked: looked(lang, DESK, today, (&period, by, Worst::ALL), (number, total)),
        rows: part(groups, number).into_iter().map(row).collect(),
    };
    let reader = Reader { here: view.looked.address.clone(), ..reader };
    Ok(page(&reader, texts::quality::title(lang), move || view! { <DeskPage lang view/> }.into_any()).await)
}

async fn list(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::UseDesk)?;
    let id: GroupId = id_in(&id)?;
    rows::renew_some(&state, actor.scope.municipality()).await?;
    let (lang, number) = (reader.lang, asked.part.number());
    let period = chosen_period(&asked.period, actor.scope.today())?;
    let list = Missing::from_code(&asked.list).unwrap_or(Missing::Rolls);
    let mut tx = state.db.read(&actor.scope).await?;
    let (reached, group, sessions) = quality::of_group(&mut tx, Action::UseDesk, id, period.from, period.to).await?;
    let (lines, total, named) = lines(&mut tx, lang, (reached, &period), list, &sessions, number).await?;
    drop(tx);
    audit::note_list(&state, &actor, Some(id), named, &request::id_of(&extensions)).await?;
    let period_code = code(&period);
    let way = |one: &Missing| {
        let (href, words) = (list_address(id, *one, &period_code), missing_words(lang, *one).to_owned());
        Way { href, words, current: *one == list }
    };
    let view = ListView {
        group: group.name,
        period: words(lang, &period),
        list,
        lists: Missing::ALL.iter().map(way).collect(),
        lines,
        page: number,
        total,
        address: list_address(id, list, &period_code),
        back: format!("{DESK}?period={period_code}"),
    };
    let reader = Reader { here: view.address.clone(), ..reader };
    Ok(page(&reader, missing_words(lang, list), move || view! { <ListPage lang view/> }.into_any()).await)
}

/// A page of the list, how many lines it has in all, and how many people it names.
async fn lines(
    tx: &mut ScopedTx,
    lang: Lang,
    (group, period): (InReach<GroupId>, &FixedPeriod),
    list: Missing,
    sessions: &[Expected],
    number: i64,
) -> Result<(Vec<ListLine>, i64, usize), Error> {
    let skip = (number - 1) * PAGE;
    match list {
        Missing::Rolls => {
            let missing: Vec<_> = sessions.iter().rev().filter(|one| one.rolled_on.is_none()).collect();
            let total = texts::whole(missing.len());
            let line = |one: &Expected| ListLine {
                href: format!("/groups/{}/sessions/{}", group.id(), one.day),
                name: texts::weekday_day(lang, one.day),
                more: texts::quality::no_roll(lang).to_owned(),
            };
            Ok((part(missing, number).into_iter().map(line).collect(), total, 0))
        }
        Missing::Baseline | Missing::FollowUp => {
            let first = list == Missing::Baseline;
            let (people, total) = quality::unmeasured(tx, group, first, PAGE, skip).await?;
            let told = people.into_iter().map(|Unmeasured { person, round, aimed_at }| {
                let aimed_at = aimed_at.map(|day| texts::quality::aimed_at(lang, day));
                let more = [Some(round.words(lang).to_owned()), aimed_at];
                (person, more.into_iter().flatten().collect::<Vec<_>>().join(", "), "")
            });
            let lines = of_people(lang, told.collect());
            let named = lines.len();
            Ok((lines, total, named))
        }
        Missing::Reasons => {
            let days = (period.from, period.to);
            let (people, total) = quality::unexplained(tx, group, days, PAGE, skip).await?;
            let told = people.into_iter().map(|(person, day)| (person, texts::quality::left(lang, day), "#groups"));
            let lines = of_people(lang, told.collect());
            let named = lines.len();
            Ok((lines, total, named))
        }
    }
}

/// People with what is told of each, and the place on their page where it is mended.
fn of_people(lang: Lang, people: Vec<(Participant, String, &'static str)>) -> Vec<ListLine> {
    let names = named_by_id(Form::Listed, people.iter().map(|(person, ..)| person));
    let line = |(person, more, place): &(Participant, String, &'static str)| ListLine {
        href: format!("/people/{}{place}", person.id),
        name: names.get(&person.id).map(|name| texts::named(lang, name)).unwrap_or_default(),
        more: more.clone(),
    };
    people.iter().map(line).collect()
}
