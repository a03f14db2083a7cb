//! Writing into a report: a form for the texts of each language, and one for the costs. Every version stays.

use std::collections::BTreeMap;

use app::outcomes::council::form::{EditPage, EditView, Saved, Typed, TypedCosts};
use app::texts::{self, Lang};
use app::ui::FieldError;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::outcomes::council::{Block, Costs, Written};
use leptos::prelude::*;
use serde::Serialize;

use super::super::figures::{chosen_period, code, report_address, words};
use super::super::saving::Sent;
use super::super::{Reader, form_status, page_with_status, see_other};
use crate::access::{Actor, ScopedTx};
use crate::audit::{self, Entry};
use crate::db::Unscoped;
use crate::error::Error;
use crate::outcomes::council::{self, Part, Version};
use crate::outcomes::periods::FixedPeriod;
use crate::routes::Routes;
use crate::state::AppState;

const EDIT: &str = "/figures/report/edit";

/// Versions that the page names.
const NAMED: i64 = 20;

/// Euros at most.
const MOST_EUROS: u64 = 1_000_000_000;

/// Characters of a source.
const SOURCE: usize = 200;

pub fn routes(routes: Routes) -> Routes {
    routes.get(EDIT, edit).post(EDIT, save)
}

/// Where a part of a period's report is written.
pub fn address(period: &FixedPeriod, part: Part) -> String {
    format!("{EDIT}?period={}&part={}", code(period), part.code())
}

/// Which part of which report, by words of closed lists.
#[derive(serde::Deserialize)]
struct Which {
    #[serde(default)]
    period: String,
    #[serde(default)]
    part: String,
}

impl Which {
    fn read(&self, actor: &Actor, otherwise: Lang) -> Result<(FixedPeriod, Part), Error> {
        let part = Part::from_code(&self.part).unwrap_or(Part::Words(otherwise));
        Ok((chosen_period(&self.period, actor.scope.today())?, part))
    }
}

/// What is there now: the newest version and what all are called.
struct Now {
    typed: Typed,
    next: i64,
    versions: Vec<Saved>,
}

impl Now {
    async fn of(tx: &mut ScopedTx, period: &FixedPeriod, part: Part) -> Result<Self, Error> {
        match part {
            Part::Words(of) => {
                let versions = council::versions::<Written>(tx, period, part, NAMED).await?;
                Ok(Self::read(&versions, |written| Typed::Words(of, written)))
            }
            Part::Costs => {
                let versions = council::versions::<Costs>(tx, period, part, NAMED).await?;
                Ok(Self::read(&versions, |costs| Typed::Costs(TypedCosts::of(&costs))))
            }
        }
    }

    fn read<T: Clone + Default>(versions: &[Version<T>], typed: impl FnOnce(T) -> Typed) -> Self {
        let newest = versions.first();
        let saved = |version: &Version<T>| {
            let (number, on, by) = (version.number, version.made_at.day_in_finland(), version.by.clone());
            Saved { number, on, by }
        };
        Self {
            typed: typed(newest.map(|version| version.body.clone()).unwrap_or_default()),
            next: newest.map_or(1, |version| version.number + 1),
            versions: versions.iter().map(saved).collect(),
        }
    }
}

async fn edit(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(which): Query<Which>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let (period, part) = which.read(&actor, reader.lang)?;
    let now = Now::of(&mut state.db.read(&actor.scope).await?, &period, part).await?;
    Ok(draw(&reader, &period, part, now, Vec::new()).await)
}

async fn draw(reader: &Reader, period: &FixedPeriod, part: Part, now: Now, errors: Vec<FieldError>) -> Response {
    let (lang, status) = (reader.lang, form_status(&errors));
    let Now { typed, next, versions } = now;
    let (action, back, period) = (address(period, part), report_address(period), words(lang, period));
    let view = EditView { typed, action, back, period, next, versions, errors };
    let title = texts::council::title(lang);
    page_with_status(reader, status, title, move || view! { <EditPage lang view/> }.into_any()).await
}

async fn save(Query(which): Query<Which>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::SeeFigures)?;
    let lang = sent.lang();
    let (period, part) = which.read(&sent.actor, lang)?;
    let now = Now::of(&mut sent.state.db.read(sent.scope()).await?, &period, part).await?;
    let typed = typed(&sent, part);
    let then = format!("{}&said=saved", report_address(&period));
    // The button was pressed twice, or nothing was changed.
    if typed == now.typed {
        return Ok(see_other(&then));
    }
    let mut errors = wrong(lang, &typed);
    let field = if part == Part::Costs { "staff" } else { Block::Opening.code() };
    let meanwhile = || FieldError::new(field, texts::common::changed_meanwhile(lang));
    if errors.is_empty() && sent.fields.one("next") != now.next.to_string() {
        errors.push(meanwhile());
    }
    if errors.is_empty() {
        let kept = match &typed {
            Typed::Words(_, written) => keep(&sent, &period, part, now.next, written).await?,
            Typed::Costs(typed) => keep(&sent, &period, part, now.next, &costs(typed)).await?,
        };
        if kept {
            return Ok(see_other(&then));
        }
        errors.push(meanwhile());
    }
    Ok(draw(&sent.reader, &period, part, Now { typed, ..now }, errors).await)
}

fn typed(sent: &Sent, part: Part) -> Typed {
    let one = |name: &str| sent.fields.one(name).replace("\r\n", "\n");
    match part {
        Part::Words(of) => {
            let blocks = Block::ALL.iter().map(|block| (*block, one(block.code())));
            Typed::Words(of, blocks.filter(|(_, words)| !words.is_empty()).collect::<BTreeMap<_, _>>())
        }
        Part::Costs => {
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
            errors.extend(too_long(lang, &costs.source, SOURCE).map(|wrong| FieldError::new("source", wrong)));
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

fn costs(typed: &TypedCosts) -> Costs {
    let sum = |typed: &str| euros(typed).unwrap_or_default();
    let (staff, rooms, materials) = (sum(&typed.staff), sum(&typed.rooms), sum(&typed.materials));
    Costs { staff, rooms, materials, source: typed.source.clone() }
}

/// What to say of a text with more characters than it may have.
pub fn too_long(lang: Lang, words: &str, most: usize) -> Option<String> {
    let told = i64::try_from(most).unwrap_or(i64::MAX);
    (words.chars().count() > most).then(|| texts::council::error::too_long(lang, told))
}

async fn keep<T: Serialize + Sync>(
    sent: &Sent,
    period: &FixedPeriod,
    part: Part,
    next: i64,
    body: &T,
) -> Result<bool, Error> {
    let (state, now) = (&sent.state, sent.state.now());
    let kept = state.write(sent.scope(), |mut tx| async move {
        let kept = council::write(&mut tx, period, part, next, body, now).await?;
        if kept {
            let fields = format!("period={} part={} version={next}", code(period), part.code());
            let entry = Entry { fields, ..Entry::at_the_desk(&sent.actor, now, "figures.write", &sent.request_id) };
            let (bare, tenant) = tx.unscoped(Unscoped::Audit);
            audit::append(bare, &state.secrets, tenant, &entry).await?;
        }
        Ok(tx.done(kept))
    });
    kept.await
}
