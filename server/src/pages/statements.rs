//! The municipality's public texts: for everybody, and where its admin writes them (docs/access.md, Public texts).

use app::statements::{
    ChooseStatement, EditStatement, EditView, Made, PublicStatement, StatementList, Told, default_text, proposed_text,
};
use app::texts::{self, Lang};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::devices::Help;
use domain::ids::MunicipalityCode;
use domain::names::can_be_said;
use domain::statements::{MOST, StatementKind};
use domain::time::Day;
use http::StatusCode;
use leptos::prelude::*;

use super::saving::Sent;
use super::{Reader, Said, form_status, own_page, page, page_with_status, see_other};
use crate::access::Actor;
use crate::audit::{self, Entry};
use crate::db::{Tx, Unscoped};
use crate::erasure::purge;
use crate::error::Error;
use crate::help;
use crate::letters;
use crate::routes::Routes;
use crate::state::AppState;
use crate::statements::{self, Version};

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/privacy", choose_privacy)
        .get("/privacy/{code}", privacy)
        .get("/accessibility", choose_accessibility)
        .get("/accessibility/{code}", accessibility)
        .get("/support", choose_support)
        .get("/support/{code}", support)
        .get("/statements", list)
        .get(EDIT, edit)
        .post(EDIT, save)
}

/// Where a text is written.
const EDIT: &str = "/statements/edit";

async fn choose_privacy(State(state): State<AppState>, reader: Reader) -> Result<Response, Error> {
    choose(&state, reader, StatementKind::Privacy).await
}

async fn choose_accessibility(State(state): State<AppState>, reader: Reader) -> Result<Response, Error> {
    choose(&state, reader, StatementKind::Accessibility).await
}

async fn choose_support(State(state): State<AppState>, reader: Reader) -> Result<Response, Error> {
    choose(&state, reader, StatementKind::Support).await
}

/// Where there is one municipality nobody has to choose.
async fn choose(state: &AppState, reader: Reader, kind: StatementKind) -> Result<Response, Error> {
    let all = statements::municipalities(&mut state.db.read(Unscoped::Door).await?).await?;
    if let [(only, _)] = all.as_slice() {
        return Ok(see_other(&format!("/{}/{}", kind.code(), only.as_str())));
    }
    let lang = reader.lang;
    let lines: Vec<_> = all.into_iter().map(|(code, name)| (code.as_str().to_owned(), name)).collect();
    let body = move || view! { <ChooseStatement lang kind lines/> }.into_any();
    Ok(own_page(&reader.of_participants(), StatusCode::OK, title(lang, kind), false, body).await)
}

fn title(lang: Lang, kind: StatementKind) -> &'static str {
    app::statements::title(lang, kind)
}

async fn privacy(State(state): State<AppState>, reader: Reader, Path(code): Path<String>) -> Result<Response, Error> {
    shown(&state, reader, StatementKind::Privacy, &code).await
}

async fn accessibility(
    State(state): State<AppState>,
    reader: Reader,
    Path(code): Path<String>,
) -> Result<Response, Error> {
    shown(&state, reader, StatementKind::Accessibility, &code).await
}

async fn support(State(state): State<AppState>, reader: Reader, Path(code): Path<String>) -> Result<Response, Error> {
    shown(&state, reader, StatementKind::Support, &code).await
}

/// A municipality's text as it stands now, and on which day the municipality wrote it; until it has, the program's own.
pub(crate) async fn text_of(
    tx: &mut Tx,
    (code, name): (&MunicipalityCode, &str),
    (kind, lang): (StatementKind, Lang),
    help: Option<&Help>,
) -> Result<(String, Option<Day>), Error> {
    if let Some(newest) = statements::versions(tx, code, kind, lang, 1).await?.pop() {
        return Ok((newest.body, Some(newest.made_at.day_in_finland())));
    }
    let months = purge::months_in(tx, code).await?;
    Ok((default_text(lang, kind, Told { municipality: name, help, months }), None))
}

async fn shown(state: &AppState, mut reader: Reader, kind: StatementKind, code: &str) -> Result<Response, Error> {
    let mut tx = state.db.read(Unscoped::Door).await?;
    let all = statements::municipalities(&mut tx).await?;
    let (code, name) = all.into_iter().find(|(known, _)| known.as_str() == code).ok_or(Error::NotFound)?;
    reader.help = help::of(&mut tx, &code).await?;
    reader.lang = reader.lang.addressing(letters::form_of(&mut tx, &code).await?);
    let lang = reader.lang;
    let (body, changed) = text_of(&mut tx, (&code, &name), (kind, lang), reader.help.as_ref()).await?;
    let body = move || view! { <PublicStatement lang kind municipality=name body changed/> }.into_any();
    Ok(own_page(&reader.of_participants(), StatusCode::OK, title(lang, kind), false, body).await)
}

fn made(version: &Version) -> Made {
    Made { number: version.number, on: version.made_at.day_in_finland(), by: version.by.clone() }
}

async fn list(State(state): State<AppState>, reader: Reader, actor: Actor) -> Result<Response, Error> {
    reader.require_own_admin(&actor)?;
    let mut tx = state.db.read(Unscoped::SignedIn).await?;
    let mut lines = Vec::new();
    for kind in StatementKind::ALL {
        for of in Lang::ALL {
            let newest = statements::versions(&mut tx, actor.scope.municipality(), *kind, of, 1).await?;
            lines.push((*kind, of, newest.first().map(made)));
        }
    }
    let lang = reader.lang;
    let body = move || view! { <StatementList lang lines/> }.into_any();
    Ok(page(&reader, texts::statements::title(lang), body).await)
}

/// Which text, by words of closed lists; the first where they say none.
#[derive(serde::Deserialize)]
struct Which {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    language: String,
}

impl Which {
    fn read(&self, otherwise: Lang) -> (StatementKind, Lang) {
        let kind = StatementKind::from_code(&self.kind).unwrap_or(StatementKind::Privacy);
        (kind, Lang::from_code(&self.language).unwrap_or(otherwise))
    }
}

/// Whom everybody calls in an emergency: no text about help goes without it.
const EMERGENCY: &str = "112";

/// Versions that the page names.
const NAMED: i64 = 20;

/// What the form begins with: the published text, or the one that comes with the program, as the municipality addresses
/// people.
async fn begun(tx: &mut Tx, tenant: &MunicipalityCode, (kind, of): (StatementKind, Lang)) -> Result<EditView, Error> {
    let versions = statements::versions(tx, tenant, kind, of, NAMED).await?;
    let body = match versions.first() {
        Some(newest) => newest.body.clone(),
        None => {
            let name = statements::name_of(tx, tenant).await?;
            let (help, months) = (help::of(tx, tenant).await?, purge::months_in(tx, tenant).await?);
            let said = of.addressing(letters::form_of(tx, tenant).await?);
            proposed_text(said, kind, Told { municipality: &name, help: help.as_ref(), months })
        }
    };
    let next = versions.first().map_or(1, |newest| newest.number + 1);
    let address = format!("/{}/{}", kind.code(), tenant.as_str());
    let versions = versions.iter().map(made).collect();
    let (beside, errors) = (None, Vec::new());
    Ok(EditView { kind, of, next, body, address, versions, preview: false, beside, errors, saved: false })
}

async fn edit(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(which): Query<Which>,
    Query(Said { said }): Query<Said>,
) -> Result<Response, Error> {
    reader.require_own_admin(&actor)?;
    let mut tx = state.db.read(Unscoped::SignedIn).await?;
    let view = begun(&mut tx, actor.scope.municipality(), which.read(reader.lang)).await?;
    Ok(draw(&reader, EditView { saved: said == "saved", ..view }).await)
}

async fn draw(reader: &Reader, view: EditView) -> Response {
    let (lang, status) = (reader.lang, form_status(&view.errors));
    let title = texts::statements::title(lang);
    // A change of language or looks comes back to the same text.
    let here = format!("{EDIT}?kind={}&language={}", view.kind.code(), view.of.code());
    let reader = &Reader { here, ..reader.clone() };
    page_with_status(reader, status, title, move || view! { <EditStatement lang view/> }.into_any()).await
}

/// Shows how the text looks, or publishes it.
async fn save(sent: Sent) -> Result<Response, Error> {
    use texts::statements::error as e;
    sent.reader.require_own_admin(&sent.actor)?;
    let (lang, one) = (sent.lang(), |name: &str| sent.fields.one(name).to_owned());
    let which = Which { kind: one("kind"), language: one("language") }.read(lang);
    let mut tx = sent.state.db.read(Unscoped::SignedIn).await?;
    let begun = begun(&mut tx, sent.scope().municipality(), which).await?;
    drop(tx);
    let body = one("body").replace("\r\n", "\n");
    let mut errors = Vec::new();
    if !can_be_said(&body) {
        errors.push(FieldError::new("body", e::empty(lang)));
    } else if body.chars().count() > MOST {
        errors.push(FieldError::new("body", e::too_long(lang, texts::whole(MOST))));
    } else if which.0 == StatementKind::Support && !body.contains(EMERGENCY) {
        errors.push(FieldError::new("body", e::emergency(lang)));
    }
    let then = format!("{EDIT}?kind={}&language={}&said=saved", which.0.code(), which.1.code());
    // The button was pressed twice, or nothing was changed.
    if errors.is_empty() && !begun.versions.is_empty() && begun.body == body && one("preview").is_empty() {
        return Ok(see_other(&then));
    }
    let stale = errors.is_empty() && one("next") != begun.next.to_string();
    if stale {
        errors.push(FieldError::new("body", texts::common::changed_meanwhile(lang)));
    }
    if !errors.is_empty() || !one("preview").is_empty() {
        let (preview, beside) = (errors.is_empty(), stale.then(|| begun.body.clone()));
        return Ok(draw(&sent.reader, EditView { body, preview, beside, errors, ..begun }).await);
    }
    if publish(&sent, which, begun.next, &body).await? {
        return Ok(see_other(&then));
    }
    let errors = vec![FieldError::new("body", texts::common::changed_meanwhile(lang))];
    Ok(draw(&sent.reader, EditView { body, errors, ..begun }).await)
}

async fn publish(sent: &Sent, which: (StatementKind, Lang), next: i64, body: &str) -> Result<bool, Error> {
    let (state, now) = (&sent.state, sent.state.now());
    let published = state.write(sent.scope(), |mut tx| async move {
        let published = statements::publish(&mut tx, which, next, body, now).await?;
        if published {
            let fields = format!("kind={} language={} version={next}", which.0.code(), which.1.code());
            let entry = Entry { fields, ..Entry::at_the_desk(&sent.actor, now, "statement.publish", &sent.request_id) };
            audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
        }
        Ok(tx.done(published))
    });
    published.await
}
