//! Writing into a report: a form for the texts of each language, and one for the costs. Every version stays.

use std::collections::BTreeMap;

use app::outcomes::council::form::{
    EditPage, EditView, GroupLine, Opened, Saved, Typed, TypedCosts, VersionPage, VersionView,
};
use app::texts::{self, Lang};
use app::ui::FieldError;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::fields::LINE;
use domain::outcomes::council::{Block, Costs, Written};
use leptos::prelude::*;
use serde::Serialize;

use super::super::figures::{chosen_period, code, report_address, words};
use super::super::saving::Sent;
use super::super::{Reader, form_status, page, page_with_status, see_other};
use crate::access::{Actor, ScopedTx};
use crate::audit::{self, Entry};
use crate::error::Error;
use crate::outcomes::costs::{self, GroupOfPeriod};
use crate::outcomes::council::{self, CouncilPart, Version};
use crate::outcomes::periods::FixedPeriod;
use crate::routes::Routes;
use crate::state::AppState;

const EDIT: &str = "/figures/report/edit";

/// Versions that the page names.
const NAMED: i64 = 20;

/// Euros at most.
const MOST_EUROS: u64 = 1_000_000_000;

pub fn routes(routes: Routes) -> Routes {
    routes.get(EDIT, edit).post(EDIT, save)
}

/// Where a part of a period's report is written.
pub fn address(period: &FixedPeriod, part: CouncilPart) -> String {
    format!("{EDIT}?period={}&part={}", code(period), part.code())
}

/// Which part of which report, by words of closed lists.
#[derive(serde::Deserialize)]
struct Which {
    #[serde(default)]
    period: String,
    #[serde(default)]
    part: String,
    /// A saved version to be read.
    #[serde(default)]
    version: String,
    /// A saved version whose text is taken into the form.
    #[serde(default)]
    take: String,
    #[serde(default)]
    said: String,
}

impl Which {
    fn read(&self, actor: &Actor, otherwise: Lang) -> Result<(FixedPeriod, CouncilPart), Error> {
        let part = CouncilPart::from_code(&self.part).unwrap_or(CouncilPart::Words(otherwise));
        Ok((chosen_period(&self.period, actor.scope.today())?, part))
    }
}

/// What is there now: the newest version and what all are called.
struct Now {
    newest: Option<Opened>,
    next: i64,
    versions: Vec<Saved>,
}

impl Now {
    async fn of(tx: &mut ScopedTx, period: &FixedPeriod, part: CouncilPart) -> Result<Self, Error> {
        match part {
            CouncilPart::Words(of) => {
                let versions = council::versions::<Written>(tx, period, part, NAMED).await?;
                Ok(Self::read(versions, |written| Typed::Words(of, written)))
            }
            CouncilPart::Costs | CouncilPart::GroupCosts(_) => {
                Ok(Self::read(council::versions::<Costs>(tx, period, part, NAMED).await?, of_costs))
            }
        }
    }

    fn read<T>(versions: Vec<Version<T>>, typed: impl FnOnce(T) -> Typed) -> Self {
        let saved = |version: &Version<T>| {
            let (number, on, by) = (version.number, version.made_at.day_in_finland(), version.by.clone());
            Saved { number, on, by }
        };
        let named = versions.iter().map(saved).collect();
        let newest = versions.into_iter().next().map(|version| opened(version, typed));
        Self { next: newest.as_ref().map_or(1, |newest| newest.number + 1), newest, versions: named }
    }

    /// What the form begins with.
    fn typed(&self, part: CouncilPart) -> Typed {
        match (&self.newest, part) {
            (Some(newest), _) => newest.typed.clone(),
            (None, CouncilPart::Words(of)) => Typed::Words(of, Written::new()),
            (None, CouncilPart::Costs | CouncilPart::GroupCosts(_)) => Typed::Costs(TypedCosts::default()),
        }
    }
}

fn of_costs(costs: Costs) -> Typed {
    Typed::Costs(TypedCosts::of(&costs))
}

fn opened<T>(version: Version<T>, typed: impl FnOnce(T) -> Typed) -> Opened {
    let Version { number, body, made_at, by } = version;
    Opened { number, typed: typed(body), made_at, by }
}

/// A version that was saved, by its number as it stands in an address.
async fn saved(tx: &mut ScopedTx, period: &FixedPeriod, part: CouncilPart, number: &str) -> Result<Opened, Error> {
    let number: i64 = number.parse().map_err(|_| Error::NotFound)?;
    let found = match part {
        CouncilPart::Words(of) => {
            let version = council::version_of::<Written>(tx, period, part, number).await?;
            version.map(|version| opened(version, |written| Typed::Words(of, written)))
        }
        CouncilPart::Costs | CouncilPart::GroupCosts(_) => {
            council::version_of::<Costs>(tx, period, part, number).await?.map(|version| opened(version, of_costs))
        }
    };
    found.ok_or(Error::NotFound)
}

async fn edit(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(which): Query<Which>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let (period, part) = which.read(&actor, reader.lang)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let beside = Beside::of(&mut tx, &period, part).await?;
    if !which.version.is_empty() {
        let opened = saved(&mut tx, &period, part, &which.version).await?;
        return Ok(draw_version(&reader, &period, part, (beside, opened)).await);
    }
    let now = Now::of(&mut tx, &period, part).await?;
    let (typed, taken) = match which.take.as_str() {
        "" => (now.typed(part), None),
        number => {
            let Opened { typed, number, .. } = saved(&mut tx, &period, part, number).await?;
            (typed, Some(number))
        }
    };
    drop(tx);
    let form = Form { typed, taken, standing: None, saved: which.said == "saved", errors: Vec::new() };
    Ok(draw(&reader, (&period, part), (now, beside), form).await)
}

/// What stands beside a form of costs: the period's groups, and of which one they are.
struct Beside {
    groups: Vec<GroupOfPeriod>,
    /// What it is called.
    group: Option<String>,
}

impl Beside {
    /// Of groups that held nothing in the period nothing is written.
    async fn of(tx: &mut ScopedTx, period: &FixedPeriod, part: CouncilPart) -> Result<Self, Error> {
        let groups = match part {
            CouncilPart::Words(_) => Vec::new(),
            CouncilPart::Costs | CouncilPart::GroupCosts(_) => costs::groups(tx, period, period.to).await?,
        };
        let CouncilPart::GroupCosts(id) = part else { return Ok(Self { groups, group: None }) };
        let group = groups.into_iter().find(|group| group.id == id).ok_or(Error::NotFound)?;
        Ok(Self { groups: Vec::new(), group: Some(group.name) })
    }

    /// A line for each group under the costs of the period.
    fn lines(&self, period: &FixedPeriod) -> Vec<GroupLine> {
        let line = |group: &GroupOfPeriod| GroupLine {
            name: group.name.clone(),
            sessions: group.sessions,
            total: group.costs.as_ref().map(Costs::total),
            href: address(period, CouncilPart::GroupCosts(group.id)),
        };
        self.groups.iter().map(line).collect()
    }
}

/// What stands in the form, and round it.
struct Form {
    typed: Typed,
    taken: Option<i64>,
    standing: Option<Opened>,
    /// Costs of a group were saved a moment ago.
    saved: bool,
    errors: Vec<FieldError>,
}

/// A change of language or looks comes back to the same form.
fn here(reader: &Reader, period: &FixedPeriod, part: CouncilPart) -> Reader {
    Reader { here: address(period, part), ..reader.clone() }
}

async fn draw(
    reader: &Reader,
    (period, part): (&FixedPeriod, CouncilPart),
    (now, beside): (Now, Beside),
    form: Form,
) -> Response {
    let Form { typed, taken, standing, saved, errors } = form;
    let (lang, status, reader) = (reader.lang, form_status(&errors), here(reader, period, part));
    let Now { next, versions, .. } = now;
    let (groups, action, back) = (beside.lines(period), address(period, part), above(lang, period, part));
    let (group, period) = (beside.group, words(lang, period));
    let view = EditView { typed, group, groups, action, back, period, next, versions, taken, standing, saved, errors };
    let title = texts::council::title(lang);
    page_with_status(&reader, status, title, move || view! { <EditPage lang view/> }.into_any()).await
}

/// The page above: of a group's costs those of the period.
fn above(lang: Lang, period: &FixedPeriod, part: CouncilPart) -> (String, String) {
    match part {
        CouncilPart::GroupCosts(_) => {
            (address(period, CouncilPart::Costs), texts::council::costs::title(lang).to_owned())
        }
        CouncilPart::Words(_) | CouncilPart::Costs => (report_address(period), texts::council::title(lang).to_owned()),
    }
}

async fn draw_version(
    reader: &Reader,
    period: &FixedPeriod,
    part: CouncilPart,
    (beside, opened): (Beside, Opened),
) -> Response {
    let (lang, form, reader) = (reader.lang, address(period, part), here(reader, period, part));
    let (take, period) = (format!("{form}&take={}", opened.number), words(lang, period));
    let title = texts::council::versions::one(lang, opened.number);
    let view = VersionView { opened, group: beside.group, period, form, take };
    page(&reader, &title, move || view! { <VersionPage lang view/> }.into_any()).await
}

async fn save(Query(which): Query<Which>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::SeeFigures)?;
    let lang = sent.lang();
    let (period, part) = which.read(&sent.actor, lang)?;
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let (mut now, beside) = (Now::of(&mut tx, &period, part).await?, Beside::of(&mut tx, &period, part).await?);
    drop(tx);
    let typed = typed(&sent, part);
    let then = format!("{}&said=saved", above(lang, &period, part).0);
    // The button was pressed twice, or nothing was changed.
    if typed == now.typed(part) {
        return Ok(see_other(&then));
    }
    let mut errors = wrong(lang, &typed);
    let stands_on = sent.fields.one("next");
    if errors.is_empty() && stands_on == now.next.to_string() {
        let kept = match &typed {
            Typed::Words(_, written) => keep(&sent, &period, part, now.next, written).await?,
            Typed::Costs(typed) => keep(&sent, &period, part, now.next, &as_costs(typed)).await?,
        };
        if kept {
            return Ok(see_other(&then));
        }
        // Somebody was first, a moment ago.
        now = Now::of(&mut sent.state.db.read(sent.scope()).await?, &period, part).await?;
    }
    // What was saved meanwhile stands beside what was typed: nobody replaces what they have not seen.
    let standing = now.newest.clone().filter(|_| stands_on != now.next.to_string());
    if errors.is_empty() {
        let field = if matches!(part, CouncilPart::Words(_)) { Block::Opening.code() } else { "staff" };
        let by = standing.as_ref().map(|standing| standing.by.as_str()).filter(|by| !by.is_empty());
        let said = by.map(|by| texts::council::error::stale(lang, by));
        errors.push(FieldError::new(field, said.unwrap_or_else(|| texts::common::changed_meanwhile(lang).to_owned())));
    }
    let form = Form { typed, taken: None, standing, saved: false, errors };
    Ok(draw(&sent.reader, (&period, part), (now, beside), form).await)
}

fn typed(sent: &Sent, part: CouncilPart) -> Typed {
    let one = |name: &str| sent.fields.one(name).replace("\r\n", "\n");
    match part {
        CouncilPart::Words(of) => {
            let blocks = Block::ALL.iter().map(|block| (*block, one(block.code())));
            Typed::Words(of, blocks.filter(|(_, words)| !words.is_empty()).collect::<BTreeMap<_, _>>())
        }
        CouncilPart::Costs | CouncilPart::GroupCosts(_) => {
            let sum = |name: &str| one(name).replace([' ', '\u{a0}'], "");
            let (staff, rooms, materials) = (sum("staff"), sum("rooms"), sum("materials"));
            Typed::Costs(TypedCosts { staff, rooms, materials, source: one("source") })
        }
    }
}

/// What is wrong with what was typed.
fn wrong(lang: Lang, typed: &Typed) -> Vec<FieldError> {
    use texts::council::error as e;
    match typed {
        Typed::Words(_, written) => {
            let long = |(block, words): (&Block, &String)| {
                too_long(lang, words, block.most()).map(|wrong| FieldError::new(block.code(), wrong))
            };
            written.iter().filter_map(long).collect()
        }
        Typed::Costs(costs) => {
            let sums = [("staff", &costs.staff), ("rooms", &costs.rooms), ("materials", &costs.materials)];
            let wrong = sums.into_iter().filter(|(_, sum)| euros(sum).is_none());
            let mut errors: Vec<_> = wrong.map(|(name, _)| FieldError::new(name, e::sum(lang))).collect();
            if costs.source.is_empty() && sums.iter().any(|(_, sum)| !sum.is_empty()) {
                errors.push(FieldError::new("source", e::source(lang)));
            }
            errors.extend(too_long(lang, &costs.source, LINE).map(|wrong| FieldError::new("source", wrong)));
            errors
        }
    }
}

/// Whole euros; none are nothing.
fn euros(typed: &str) -> Option<u64> {
    match typed {
        "" => Some(0),
        typed if typed.bytes().all(|digit| digit.is_ascii_digit()) => {
            typed.parse().ok().filter(|euros| *euros <= MOST_EUROS)
        }
        _ => None,
    }
}

fn as_costs(typed: &TypedCosts) -> Costs {
    let sum = |typed: &str| euros(typed).unwrap_or_default();
    let (staff, rooms, materials) = (sum(&typed.staff), sum(&typed.rooms), sum(&typed.materials));
    Costs { staff, rooms, materials, source: typed.source.clone(), groups: Vec::new() }
}

/// What to say of a text with more characters than it may have.
pub fn too_long(lang: Lang, words: &str, most: usize) -> Option<String> {
    let told = texts::whole(most);
    (words.chars().count() > most).then(|| texts::council::error::too_long(lang, told))
}

async fn keep<T: Serialize + Sync>(
    sent: &Sent,
    period: &FixedPeriod,
    part: CouncilPart,
    next: i64,
    body: &T,
) -> Result<bool, Error> {
    let (state, now) = (&sent.state, sent.state.now());
    let kept = state.write(sent.scope(), |mut tx| async move {
        let kept = council::write(&mut tx, period, part, next, body, now).await?;
        if kept {
            let fields = format!("period={} part={} version={next}", code(period), part.code());
            let entry = Entry { fields, ..Entry::at_the_desk(&sent.actor, now, "figures.write", &sent.request_id) };
            audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
        }
        Ok(tx.done(kept))
    });
    kept.await
}
