//! The archive: every frozen report and page, each with an address of its own.

use std::collections::BTreeMap;

use app::outcomes::council::archive::{ArchivePage, ArchivedPage, ArchivedView, Line, PAGE, Part};
use app::outcomes::council::changed;
use app::texts::{self, Lang};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::outcomes::Page;
use domain::outcomes::open_data::{OpenFigure, open_data};
use leptos::prelude::*;
use serde_json::Value;

use super::super::downloads::{FileKind, attachment};
use super::super::figures::words;
use super::super::{Reader, id_in, page, page_number, script};
use crate::access::{Actor, ScopedTx};
use crate::error::Error;
use crate::files::write;
use crate::outcomes::council;
use crate::outcomes::pages::{self, Archived};
use crate::outcomes::periods::period_of;
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/figures/archive", list).get("/figures/archive/{id}", one).get("/figures/archive/{id}/data", data)
}

/// Which part of each list is asked for.
#[derive(serde::Deserialize)]
struct Parts {
    #[serde(default)]
    reports: String,
    #[serde(default)]
    pages: String,
}

async fn list(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(asked): Query<Parts>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let lang = reader.lang;
    let mut tx = state.db.read(&actor.scope).await?;
    let reports = reports(&mut tx, lang, page_number(&asked.reports)).await?;
    let pages = pages_of_figures(&mut tx, lang, page_number(&asked.pages)).await?;
    drop(tx);
    let title = texts::council::archive::title(lang);
    Ok(page(&reader, title, move || view! { <ArchivePage lang reports pages/> }.into_any()).await)
}

/// A part of the frozen reports, each against the one of its period before it.
async fn reports(tx: &mut ScopedTx, lang: Lang, page: i64) -> Result<Part, Error> {
    let (mut lines, total) = (Vec::new(), council::how_many(tx).await?);
    for frozen in council::part(tx, PAGE, (page - 1) * PAGE).await? {
        let changed = match council::before(tx, &frozen).await? {
            Some(before) => Some(changed::report(lang, &before.report()?, &frozen.report()?)),
            None => None,
        };
        lines.push(Line {
            href: format!("/figures/report/{}", frozen.id),
            period: words(lang, &period_of(frozen.from, frozen.to)),
            made_at: frozen.made_at,
            by: Some(frozen.by).filter(|by| !by.is_empty()),
            reason: Some(frozen.reason),
            changed,
        });
    }
    Ok(Part { lines, page, total })
}

/// The same of the pages of figures.
async fn pages_of_figures(tx: &mut ScopedTx, lang: Lang, page: i64) -> Result<Part, Error> {
    let (mut lines, total) = (Vec::new(), pages::how_many(tx).await?);
    for one in pages::part(tx, PAGE, (page - 1) * PAGE).await? {
        let before = pages::one_before(tx, &one).await?;
        let ((from, to), Archived { id, by, snapshot }) = (one.days(), one);
        lines.push(Line {
            href: format!("/figures/archive/{id}"),
            period: words(lang, &period_of(from, to)),
            made_at: snapshot.made_at,
            by,
            changed: before.map(|before| changed::pages(lang, &before.snapshot.page, &snapshot.page)),
            reason: snapshot.page.correction,
        });
    }
    Ok(Part { lines, page, total })
}

async fn one(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let lang = reader.lang;
    let mut tx = state.db.read(&actor.scope).await?;
    let found = pages::find(&mut tx, id_in(&id)?).await?;
    drop(tx);
    let (from, to) = found.days();
    let period = words(lang, &period_of(from, to));
    let Archived { by, snapshot, .. } = found;
    let limits = snapshot.page.limits();
    let title = texts::council::archive::title(lang);
    let view = ArchivedView {
        period,
        made_at: snapshot.made_at,
        by,
        files: vec![
            (format!("/figures/archive/{id}/data"), texts::council::archive::csv(lang)),
            (format!("/figures/archive/{id}/data?as=excel"), texts::council::archive::excel(lang)),
            (format!("/figures/archive/{id}/data?as=json"), texts::council::archive::json(lang)),
        ],
        drawings: format!("/figures/archive/{id}/drawing?language={}&of=", lang.code()),
        k: i64::from(limits.k),
        basis: i64::from(limits.basis),
        page: snapshot.page,
    };
    let body = move || {
        view! {
            <ArchivedPage lang view/>
            {script("copy.js")}
        }
        .into_any()
    };
    Ok(page(&reader, title, body).await)
}

/// As what the open data are wanted.
#[derive(Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum DataAs {
    #[default]
    Csv,
    /// CSV that a Finnish Excel opens rightly.
    Excel,
    Json,
}

#[derive(serde::Deserialize)]
struct Wanted {
    #[serde(default, rename = "as")]
    form: DataAs,
}

async fn data(
    State(state): State<AppState>,
    actor: Actor,
    Path(id): Path<String>,
    Query(Wanted { form }): Query<Wanted>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let found = pages::find(&mut tx, id_in(&id)?).await?;
    let before = pages::before(&mut tx, &found).await?;
    let municipality = council::municipality_name(&mut tx).await?;
    drop(tx);
    let (from, to) = found.days();
    let page = found.snapshot.page;
    let before = before.into_iter().map(|one| one.snapshot.page);
    let figures = open_data(&before.chain([page.clone()]).collect::<Vec<_>>());
    let about = About { id: found.id.to_string(), municipality, page: &page };
    let (text, kind) = match form {
        DataAs::Csv => (about.as_csv(write::Form::Plain, &figures), FileKind::Csv),
        DataAs::Excel => (about.as_csv(write::Form::Excel, &figures), FileKind::Csv),
        DataAs::Json => (about.as_json(&figures)?, FileKind::Json),
    };
    Ok(attachment(&format!("open-data-{from}-{to}"), kind, text))
}

/// Whoever is named as its source may use the municipality's open data as they like.
const LICENCE: &str = "CC BY 4.0";

/// Every row says of itself what it is of: a row that is taken out of the file, or joined with other municipalities' files,
/// still tells.
const COLUMNS: &[&str] = &[
    "municipality",
    "municipality_name",
    "from",
    "to",
    "cut_off",
    "made_on",
    "rule_version",
    "licence",
    "figure",
    "value",
    "hidden",
];

/// What a file says of itself.
struct About<'a> {
    id: String,
    /// The municipality's name.
    municipality: String,
    page: &'a Page,
}

impl About<'_> {
    /// In the order of the columns, up to the figure's own.
    fn common(&self) -> [String; 8] {
        let (report, made_on) = (&self.page.report, self.page.made_on);
        [
            report.municipality.as_str().to_owned(),
            self.municipality.clone(),
            report.from.to_string(),
            report.to.to_string(),
            report.cut_off.to_string(),
            made_on.to_string(),
            report.rule_version.clone(),
            LICENCE.to_owned(),
        ]
    }

    fn as_json(&self, figures: &[OpenFigure]) -> Result<String, Error> {
        let mut about: BTreeMap<_, _> = COLUMNS.iter().copied().zip(self.common()).collect();
        about.insert("format_version", "1".to_owned());
        about.insert("page", self.id.clone());
        about.insert("counts", "rounded to 5; a block changes by 0 or by at least 5 people".to_owned());
        let file = serde_json::json!({"metadata": about, "figures": figures});
        serde_json::to_string_pretty(&file).map_err(|error| Error::Broken(error.to_string()))
    }

    /// A figure a row.
    fn as_csv(&self, form: write::Form, figures: &[OpenFigure]) -> String {
        let mut writer = write::Writer::new(form, COLUMNS);
        let common = self.common();
        for one in figures {
            let value = match &one.value {
                Value::Null => String::new(),
                Value::String(word) => word.clone(),
                value => value.to_string(),
            };
            let own = [one.figure.clone(), value, one.hidden.to_string()];
            let cells: Vec<_> = common.iter().cloned().chain(own).collect();
            writer.row(&cells);
        }
        writer.finish().text
    }
}
