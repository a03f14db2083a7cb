//! What an import did row by row, and taking it back.

use std::collections::BTreeSet;

use app::imports::rows::{
    KeptLine, PAGE, RowEffect, RowLine, RowsPage, RowsView, Shown as ShownRows, UndoPage, UndoView, Undoing,
};
use app::texts::{self, Lang};
use axum::extract::{Path, Query};
use axum::response::Response;
use domain::ids::OpId;
use http::header::{HeaderValue, REFRESH};
use leptos::prelude::*;
use uuid::Uuid;

use super::{AGAIN, Importer, begin_work};
use crate::access::ScopedTx;
use crate::audit;
use crate::error::Error;
use crate::files::import::about::About;
use crate::files::import::lines::{self, Line};
use crate::files::import::undo::{self as undoing, Kept, Why};
use crate::files::import::view::{self, Import};
use crate::files::import::{Effect, upload};
use crate::pages::{PageAsked, id_in, page, see_other};
use crate::state::AppState;

/// Which rows are asked for.
#[derive(serde::Deserialize)]
pub(super) struct RowsAsked {
    #[serde(default)]
    effect: String,
    #[serde(flatten)]
    part: PageAsked,
}

/// The import, and what its file is called; one that was not taken in has no import.
async fn import_of(tx: &mut ScopedTx, id: Uuid) -> Result<(Option<Import>, String), Error> {
    match view::of(tx, id).await? {
        Some(import) => {
            let file = import.file.clone();
            Ok((Some(import), file))
        }
        None => Ok((None, upload::find(tx, id).await?.file)),
    }
}

pub(super) async fn rows(
    by: Importer,
    Path(id): Path<String>,
    Query(asked): Query<RowsAsked>,
) -> Result<Response, Error> {
    let (id, lang) = (id_in(&id)?, by.reader.lang);
    let mut tx = by.state.db.read(&by.scope).await?;
    let (import, file) = import_of(&mut tx, id).await?;
    let known = lines::are_known(&mut tx, id).await?;
    let effect = Effect::from_code(&asked.effect);
    let totals = import.as_ref().map_or([0; 4], |import| {
        let Import { created, changed, unchanged, .. } = import;
        [created + changed + unchanged, *created, *changed, *unchanged]
    });
    let shown = ShownRows { effect: effect.map(Effect::code).unwrap_or_default().to_owned(), totals };
    let number = asked.part.number().clamp(1, (shown.total() + PAGE - 1).max(1) / PAGE + 1);
    let some = lines::page(&mut tx, id, effect, (number - 1) * PAGE, PAGE).await?;
    let (lines, named) = match &import {
        Some(import) => told(&mut tx, lang, import, some).await?,
        None => (Vec::new(), 0),
    };
    drop(tx);
    audit::note_list(&by.state, &by.actor, None, named, &by.request_id).await?;
    let view = RowsView { id: id.to_string(), file, known, shown, page: number, lines };
    Ok(page(&by.reader, texts::imports::rows::title(lang), move || view! { <RowsPage lang view/> }.into_any()).await)
}

/// The rows in words, and how many people they name.
async fn told(tx: &mut ScopedTx, lang: Lang, import: &Import, some: Vec<Line>) -> Result<(Vec<RowLine>, usize), Error> {
    let ops: Vec<OpId> = some.iter().flat_map(|line| line.ops.iter().copied()).collect();
    let entities: Vec<Uuid> = some.iter().filter_map(|line| line.entity).collect();
    let about = About::of(tx, import.kind, &ops, &entities).await?;
    let stayed = match import.undone {
        true => undoing::stayed(tx, import.id, &ops).await?,
        false => BTreeSet::new(),
    };
    let row = |line: Line| {
        let op = line.ops.first().and_then(|op| about.ops.get(op));
        let id = line.entity.or(op.map(|op| op.key.id));
        let title = id.and_then(|id| Some((about.title(id, op.and_then(|op| op.verb.as_ref()))?, about.href(id))));
        let (effect, mut done) = (shown_effect(line.effect), Vec::new());
        done.extend(line.ops.iter().map(|op| about.sentence(lang, *op)));
        if line.ops.is_empty() && line.effect != Effect::Nothing {
            done.push(texts::imports::rows::same_test(lang).to_owned());
        }
        let undone = import.undone && line.ops.iter().any(|op| !stayed.contains(op));
        RowLine { line: line.line, effect, about: title, done, undone }
    };
    let named = about.named();
    Ok((some.into_iter().map(row).collect(), named))
}

const fn shown_effect(effect: Effect) -> RowEffect {
    match effect {
        Effect::Creates => RowEffect::Created,
        Effect::Changes => RowEffect::Changed,
        Effect::Nothing => RowEffect::Unchanged,
    }
}

pub(super) async fn ask_undo(
    by: Importer,
    Path(id): Path<String>,
    Query(part): Query<PageAsked>,
) -> Result<Response, Error> {
    let (id, lang, number) = (id_in(&id)?, by.reader.lang, part.number());
    let mut tx = by.state.db.read(&by.scope).await?;
    let (import, file) = import_of(&mut tx, id).await?;
    let asked = undoing::of(&mut tx, id).await?;
    let from = (number - 1) * PAGE;
    let names = upload::senders(&mut tx).await?;
    let ended = import.as_ref().is_some_and(|import| import.ended_at.is_some());
    let before = asked.and_then(|undone| Some((undone.ended_at?, undone)));
    let before = before.map(|(at, undone)| (at, names.get(&undone.by).cloned().unwrap_or_default(), undone.done));
    let under_way = asked.is_some_and(|undone| undone.ended_at.is_none());
    let over = asked.is_some_and(|undone| undone.ended_at.is_some() && undone.kept == 0);
    let (state, kept, total) = if !ended {
        (Undoing::NotEnded, Vec::new(), 0)
    } else if under_way {
        (Undoing::UnderWay, Vec::new(), 0)
    } else if over {
        (Undoing::Done, Vec::new(), 0)
    } else {
        let preview = previewed(&by, id, before.is_some()).await?;
        let total = texts::whole(preview.kept.len());
        let some = preview.kept.into_iter().skip(usize::try_from(from).unwrap_or_default());
        let looked_at = preview.more.then_some(undoing::LOOKED_AT);
        let state = match (texts::whole(preview.done), &before) {
            (0, Some(_)) => Undoing::Done,
            (done, _) => Undoing::Asked { done, looked_at },
        };
        (state, some.take(usize::try_from(PAGE).unwrap_or_default()).collect(), total)
    };
    let (kept, named) = match &import {
        Some(import) => kept_lines(&mut tx, lang, import, kept).await?,
        None => (Vec::new(), 0),
    };
    drop(tx);
    audit::note_list(&by.state, &by.actor, None, named, &by.request_id).await?;
    let goes_on = state == Undoing::UnderWay;
    let view = UndoView { id: id.to_string(), file, before, state, kept, total, page: number };
    let body = move || view! { <UndoPage lang view/> }.into_any();
    let mut response = page(&by.reader, texts::imports::undo::title(lang), body).await;
    if goes_on {
        response.headers_mut().insert(REFRESH, HeaderValue::from_static(AGAIN));
    }
    Ok(response)
}

/// What stays, in words, and how many people it names.
async fn kept_lines(
    tx: &mut ScopedTx,
    lang: Lang,
    import: &Import,
    kept: Vec<Kept>,
) -> Result<(Vec<KeptLine>, usize), Error> {
    let ops: Vec<OpId> = kept.iter().map(|one| one.op).collect();
    let about = About::of(tx, import.kind, &ops, &[]).await?;
    let line = |one: &Kept| {
        let op = about.ops.get(&one.op);
        let title = op.and_then(|op| Some((about.title(op.key.id, op.verb.as_ref())?, about.href(op.key.id))));
        let fields = about.fields(lang, one.op, &one.fields);
        KeptLine { about: title, done: about.sentence(lang, one.op), why: why(lang, one.why, &fields) }
    };
    let named = about.named();
    Ok((kept.iter().map(line).collect(), named))
}

fn why(lang: Lang, why: Why, fields: &str) -> String {
    use texts::imports::undo as t;
    match why {
        Why::Newer if !fields.is_empty() => t::newer_fields(lang, fields),
        Why::Newer => t::newer(lang).to_owned(),
        Why::Rests => t::rests(lang).to_owned(),
        Why::Merged => t::merged(lang).to_owned(),
        Why::Refused => t::refused(lang).to_owned(),
    }
}

/// What undoing would do: thousands of operations are gone through, beside what others wait for.
async fn previewed(by: &Importer, id: Uuid, again: bool) -> Result<undoing::Preview, Error> {
    let scope = by.scope.clone();
    let work =
        move |state: AppState| async move { undoing::preview(&mut state.db.read(&scope).await?, id, again).await };
    by.state.aside(work).await
}

pub(super) async fn undo(by: Importer, Path(id): Path<String>) -> Result<Response, Error> {
    let id: Uuid = id_in(&id)?;
    let mut tx = by.state.db.read(&by.scope).await?;
    let (import, _) = import_of(&mut tx, id).await?;
    drop(tx);
    if import.is_some() && undoing::want(&by.state, &by.scope, &by.actor, id, &by.request_id).await? {
        let (state, scope) = (by.state.clone(), by.scope.clone());
        let stuck = "an import could not be taken back to its end";
        begin_work(stuck, async move { undoing::work(&state, &scope, id).await }).await;
    }
    Ok(see_other(&format!("/imports/{id}/undo")))
}
