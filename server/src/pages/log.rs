//! The log, for the auditor: who has looked, changed, taken out and signed in. What it shows is logged itself.

use std::collections::{BTreeSet, HashMap};

use app::audit::{About, Chosen, LogLine, LogPage, LogView, Who};
use app::texts;
use app::ui::FieldError;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::{Action, Role};
use domain::audit::Kind;
use domain::ids::{DeviceId, ParticipantId, QueryId, UserId};
use domain::input::day_typed;
use domain::time::Day;
use leptos::prelude::*;

use super::{Reader, Sent, form_status, page_with_status, see_other};
use crate::access::{Actor, Asker, ScopedTx};
use crate::audit::reading::{self, Found, Wanted, about};
use crate::audit::{self, Entry};
use crate::db::{Lookup, Row};
use crate::error::Error;
use crate::people::queries;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;

/// Rows of a page.
const PAGE: usize = 50;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/log", show).post("/log", narrow)
}

/// What the address narrows it to, as far as it can be read.
struct Asked {
    wanted: Wanted,
    /// The reference that was typed.
    reference: String,
    errors: Vec<FieldError>,
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(chosen): Query<Chosen>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeLog)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let members = members(&mut tx).await?;
    let asked = read(&state, &mut tx, &reader, &chosen, &members).await?;
    let found = match asked.errors.is_empty() {
        true => reading::page(&mut tx, &asked.wanted).await?,
        false => Found::default(),
    };
    let lines = lines(&mut tx, &found.entries).await?;
    drop(tx);
    note(&state, &actor, &asked.wanted, lines.len(), &request::id_of(&extensions)).await?;
    let Asked { reference, errors, .. } = asked;
    let accounts = members.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let status = form_status(&errors);
    let view = LogView { lines, next: found.next, chosen, reference, accounts, errors };
    let lang = reader.lang;
    Ok(page_with_status(&reader, status, texts::log::title(lang), move || view! { <LogPage lang view/> }.into_any())
        .await)
}

/// The look at the log, before it is shown: whose rows, about whom, how many.
async fn note(state: &AppState, actor: &Actor, wanted: &Wanted, rows: usize, request_id: &str) -> Result<(), Error> {
    let account = wanted.actor.map(|actor| format!("account:{actor}"));
    let person = wanted.person.map(|person| format!("participant:{person}"));
    let kind = wanted.kind.map(|kind| format!(" kind={kind}")).unwrap_or_default();
    let day = |name: &str, day: Option<Day>| day.map(|day| format!(" {name}={day}")).unwrap_or_default();
    let (from, to) = (day("from", wanted.from), day("to", wanted.to));
    let entry = Entry {
        entities: account.into_iter().chain(person).collect::<Vec<_>>().join(" "),
        fields: format!("rows={rows}{kind}{from}{to}"),
        ..Entry::at_the_desk(actor, state.now(), "log.view", request_id)
    };
    audit::note(state, actor.scope.municipality(), &entry).await
}

/// A reference stands in no address: it is kept, and the address names where.
async fn narrow(sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::SeeLog)?;
    let typed = |name: &str| sent.fields.one(name).to_owned();
    let reference: String = sent.fields.one("reference").chars().take(200).collect();
    let mut q = String::new();
    if !reference.is_empty() {
        let (state, now) = (&sent.state, sent.state.now());
        let id = state.with_chance(|chance| QueryId::new(now, chance));
        let (account, reference) = (sent.scope().user(), reference.as_str());
        let kept = state.write(sent.scope(), |mut tx| async move {
            queries::keep(&mut tx, id, account, reference, now).await?;
            Ok(tx.done(()))
        });
        kept.await?;
        q = id.to_string();
    }
    let chosen = Chosen {
        actor: typed("actor"),
        kind: typed("kind"),
        from: typed("from"),
        to: typed("to"),
        q,
        before: String::new(),
    };
    Ok(see_other(&chosen.address()))
}

const ACCOUNTS: &str = sql!(
    "SELECT a.id, a.name FROM organisation o CROSS JOIN account a WHERE o.municipality = $1 \
     AND ($2 = '' OR o.id = $2) AND a.municipality = $1 AND a.organisation = o.id ORDER BY a.sort_key, a.id"
);

/// The accounts of whose doings the auditor may read: the municipality's own organisation everybody's, a partner its own.
async fn members(tx: &mut ScopedTx) -> Result<Vec<(UserId, String)>, Error> {
    let own = partner(tx).await?.unwrap_or_default();
    let rows = tx.all(ACCOUNTS, [own.into()]).await?;
    rows.iter().map(|row| Ok((row.parse("id")?, row.get("name")?))).collect()
}

/// The auditor's organisation, where it is a partner's.
async fn partner(tx: &mut ScopedTx) -> Result<Option<String>, Error> {
    let Asker::Staff { organisation, .. } = tx.scope().asker().clone() else { return Ok(None) };
    let sql = sql!("SELECT id, parent FROM organisation WHERE municipality = $1 AND id = $2");
    let row = tx.one(sql, [organisation.into()]).await?;
    Ok((!row.is_null("parent")).then(|| organisation.to_string()))
}

async fn read(
    state: &AppState,
    tx: &mut ScopedTx,
    reader: &Reader,
    chosen: &Chosen,
    members: &[(UserId, String)],
) -> Result<Asked, Error> {
    use texts::log as t;
    let (lang, today) = (reader.lang, tx.scope().today());
    let mut errors = Vec::new();
    let mut day = |field: &'static str, typed: &str| -> Option<Day> {
        let read = (!typed.is_empty()).then(|| day_typed(typed, today))?;
        if let Err(why) = read {
            errors.push(FieldError::new(field, texts::day_words(lang, why, t::wrong_day(lang))));
        }
        read.ok()
    };
    let (from, to) = (day("from", &chosen.from), day("to", &chosen.to));
    let (user, now) = (tx.scope().user(), state.now());
    let reference = match chosen.q.parse() {
        Ok(query) => queries::find(tx, query, user, now).await?.unwrap_or_default(),
        Err(_) => String::new(),
    };
    let partner = partner(tx).await?;
    let person = person(tx, &reference, partner.as_deref()).await?;
    if !reference.is_empty() && person.is_none() {
        errors.push(FieldError::new("reference", t::nobody(lang)));
    }
    let own: BTreeSet<UserId> = members.iter().map(|(id, _)| *id).collect();
    let wanted = Wanted {
        actor: chosen.actor.parse().ok().filter(|actor| own.contains(actor)),
        person,
        kind: Kind::from_code(&chosen.kind),
        from,
        to,
        before: chosen.before.parse().ok(),
        members: partner.is_some().then_some(own),
        most: PAGE,
    };
    Ok(Asked { wanted, reference, errors })
}

/// Whose reference it is; of a partner's auditor only where they have been in one of its groups: whom else the
/// municipality knows cannot be asked by trying references.
async fn person(tx: &mut ScopedTx, reference: &str, partner: Option<&str>) -> Result<Option<ParticipantId>, Error> {
    if reference.is_empty() {
        return Ok(None);
    }
    let sql = sql!(
        "SELECT p.id FROM participant p WHERE p.municipality = $1 AND p.reference = $2 AND p.deleted_at IS NULL \
         AND ($3 = '' OR EXISTS (SELECT 1 FROM membership m CROSS JOIN exercise_group g WHERE m.municipality = $1 \
         AND m.participant = p.id AND m.deleted_at IS NULL AND g.municipality = $1 AND g.id = m.exercise_group \
         AND g.provider = $3))"
    );
    let row = tx.maybe(sql, [reference.into(), partner.unwrap_or_default().into()]).await?;
    row.map(|row| row.parse("id")).transpose()
}

const NAMES: Lookup = lookup!("SELECT id, name AS words FROM account WHERE municipality = $1 AND id IN (", ")");
const REFERENCES: Lookup =
    lookup!("SELECT id, reference AS words FROM participant WHERE municipality = $1 AND id IN (", ")");
const GROUPS: Lookup = lookup!("SELECT id, body FROM exercise_group WHERE municipality = $1 AND id IN (", ")");
const TABLETS: Lookup = lookup!("SELECT id, label AS words FROM device WHERE municipality = $1 AND id IN (", ")");

/// What ids are called that rows name.
#[derive(Default)]
struct Called {
    accounts: HashMap<String, String>,
    /// By the municipality's own references: no names.
    people: HashMap<String, String>,
    groups: HashMap<String, String>,
    tablets: HashMap<String, String>,
}

/// The ids of a kind of thing that rows name.
fn named<'a>(entries: &'a [Entry], kinds: &'a [&str]) -> BTreeSet<String> {
    let words = entries.iter().flat_map(|entry| entry.entities.split(' '));
    let ids = words.filter_map(|word| word.split_once(':')).filter(|(kind, _)| kinds.contains(kind));
    ids.map(|(_, id)| id.split('/').next().unwrap_or_default().to_owned()).collect()
}

fn words(rows: &[Row]) -> Result<HashMap<String, String>, Error> {
    let told = |row: &Row| Ok((row.get("id")?, row.get::<Option<String>>("words")?.unwrap_or_default()));
    rows.iter().map(told).collect()
}

async fn called(tx: &mut ScopedTx, entries: &[Entry]) -> Result<Called, Error> {
    let actors = entries.iter().filter_map(|entry| entry.actor).map(|actor| actor.to_string());
    let accounts: BTreeSet<_> = actors.chain(named(entries, &["account"])).collect();
    let tablets = entries.iter().filter_map(|entry| entry.device).map(|device: DeviceId| device.to_string());
    let tablets: BTreeSet<_> = tablets.chain(named(entries, &["device"])).collect();
    let mut groups = HashMap::new();
    for row in tx.lookup(&GROUPS, named(entries, &["group", "grp", "hth", "newcomer_of"])).await? {
        if !row.is_null("body") {
            groups.insert(row.get("id")?, row.json::<domain::groups::Group>("body")?.name);
        }
    }
    Ok(Called {
        accounts: words(&tx.lookup(&NAMES, accounts).await?)?,
        people: words(&tx.lookup(&REFERENCES, named(entries, &["participant"])).await?)?,
        groups,
        tablets: words(&tx.lookup(&TABLETS, tablets).await?)?,
    })
}

async fn lines(tx: &mut ScopedTx, entries: &[Entry]) -> Result<Vec<LogLine>, Error> {
    let called = called(tx, entries).await?;
    Ok(entries.iter().map(|entry| line(entry, &called)).collect())
}

fn line(entry: &Entry, called: &Called) -> LogLine {
    let people = about(&entry.entities);
    // The command line acts under the nil account.
    let who = match entry.actor.filter(|actor| !actor.0.is_nil()) {
        None => Who::Program,
        Some(actor) => match called.accounts.get(&actor.to_string()) {
            Some(name) => Who::Account(name.clone()),
            None if people.contains(&ParticipantId(actor.0)) => Who::Participant,
            None => Who::Unknown,
        },
    };
    let count = |key: &str| entry.fields.split(' ').find_map(|field| field.strip_prefix(key)?.parse().ok());
    let roles =
        entry.fields.split(' ').filter_map(|field| Some((field.chars().next()?, Role::from_code(field.get(1..)?)?)));
    LogLine {
        at: entry.at,
        who,
        role: entry.role,
        on_tablet: entry.device.is_some(),
        verb: entry.verb.clone(),
        about: told(entry, called),
        people: count("participant="),
        rows: count("rows="),
        roles: roles.collect(),
        result: entry.result.clone(),
    }
}

fn told(entry: &Entry, called: &Called) -> Vec<About> {
    let of = |known: &HashMap<String, String>, id: &str| known.get(id).cloned().unwrap_or_default();
    let one = |word: &str| {
        let (kind, id) = word.split_once(':').unwrap_or((word, ""));
        let id = id.split('/').next().unwrap_or_default();
        Some(match kind {
            "participant" => About::Person(of(&called.people, id)).or_id(id),
            "account" => About::Account(of(&called.accounts, id)),
            "group" | "grp" | "hth" | "newcomer_of" => About::Group(of(&called.groups, id)),
            "device" => About::Tablet(of(&called.tablets, id)),
            "kind" => About::File(id.to_owned()),
            "people" => About::People,
            "break_glass" => About::Emergency,
            _ => return None,
        })
    };
    let mut told: Vec<About> = Vec::new();
    for about in entry.entities.split(' ').filter_map(one) {
        if !told.contains(&about) {
            told.push(about);
        }
    }
    told
}
