//! The desk's list of tablets, naming one anew, and ending one: it gets and sends nothing more until somebody signs in on it
//! anew.

use std::collections::HashMap;

use app::access::devices::{DeviceLine, DeviceTold, NameTyped, devices};
use app::texts::access::devices as words;
use app::ui::FieldError;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::Action;
use domain::devices::{Keeping, SILENT_DAYS_UNSENT, is_older, is_silent};
use domain::ids::{DeviceId, UserId};
use domain::time::Instant;
use leptos::prelude::*;

use crate::access::manage::is_name;
use crate::access::{Actor, Scope, ScopedTx, sessions};
use crate::audit;
use crate::db::{Lookup, Row, Unscoped, Value};
use crate::error::Error;
use crate::pages::{Reader, Sent, form_status, id_in, page_with_status, see_other};
use crate::routes::Routes;
use crate::state::AppState;

/// Ended tablets are listed for so long.
const SHOWN_AFTER_END: i64 = 30 * 24 * 3_600_000;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/devices", show).post("/devices/{id}/name", rename).post("/devices/{id}/end", end)
}

async fn show(State(state): State<AppState>, reader: Reader, actor: Actor) -> Result<Response, Error> {
    let lines = list(&mut state.db.read(&actor.scope).await?, state.now()).await?;
    Ok(draw(&reader, lines, None).await)
}

async fn draw(reader: &Reader, lines: Vec<DeviceLine>, typed: Option<NameTyped>) -> Response {
    let lang = reader.lang;
    let status = form_status(typed.as_ref().map(|typed| typed.errors.as_slice()).unwrap_or_default());
    let body = move || devices(lang, lines, typed).into_any();
    page_with_status(reader, status, words::title(lang), body).await
}

/// `$2` and `$3` of the queries below: the organisation, or nothing for all; and whether those below it count, too: they
/// do for whoever manages their accounts.
pub(super) fn within(scope: &Scope) -> Result<[Value; 2], Error> {
    let own = scope.within(Action::ManageDevices)?.provider;
    let below = if scope.may(Action::ManageAccounts) { "yes" } else { "no" };
    Ok([own.into(), below.into()])
}

/// The tablets within reach, those in use first, then by last contact.
async fn list(tx: &mut ScopedTx, now: Instant) -> Result<Vec<DeviceLine>, Error> {
    let [own, below] = within(tx.scope())?;
    let rows = tx
        .all(
            sql!(
                "SELECT d.id, d.label, d.created_at, d.seen_at, d.ended_at FROM organisation o CROSS JOIN device d \
                 WHERE o.municipality = $1 AND ($2 = '' OR o.id = $2 OR (o.parent = $2 AND $3 = 'yes')) \
                 AND d.municipality = $1 AND d.organisation = o.id AND (d.ended_at IS NULL OR d.ended_at >= $4) \
                 ORDER BY CASE WHEN d.ended_at IS NULL THEN 0 ELSE 1 END, d.seen_at DESC, d.id"
            ),
            [own, below, now.plus_millis(-SHOWN_AFTER_END).into()],
        )
        .await?;
    let mut known = Known { people: people(tx, &rows).await?, told: told(tx, &rows).await?, now };
    rows.iter().map(|row| line(row, &mut known)).collect()
}

fn ids_of(devices: &[Row]) -> Result<Vec<String>, Error> {
    devices.iter().map(|row| row.get("id")).collect()
}

/// What is known of the listed tablets, by their ids.
struct Known {
    people: HashMap<String, Vec<String>>,
    told: HashMap<String, Told>,
    now: Instant,
}

fn line(row: &Row, known: &mut Known) -> Result<DeviceLine, Error> {
    let id: String = row.get("id")?;
    let day = |at: Instant| at.in_finland().0;
    let (seen, ended): (Instant, Option<Instant>) = (row.get("seen_at")?, row.get("ended_at")?);
    let Told { unsent, damaged, emptied, newest } = known.told.remove(&id).unwrap_or_default();
    Ok(DeviceLine {
        people: known.people.remove(&id).unwrap_or_default(),
        id,
        label: row.get("label")?,
        since: day(row.get("created_at")?),
        unsent,
        damaged,
        emptied: emptied.filter(|at| known.now.millis_since(*at) < SHOWN_AFTER_END).map(day),
        told: newest.map(|(_, told)| told),
        silent: ended.is_none() && is_silent(seen, unsent, known.now),
        seen: seen.in_finland(),
        ended: ended.map(day),
    })
}

/// What a tablet has told of itself, by its pushes and by its program's reports.
#[derive(Default)]
struct Told {
    /// Records that it has and the server has not.
    unsent: i64,
    damaged: i64,
    /// When a store on it was last found thrown away.
    emptied: Option<Instant>,
    /// The newest report, and when it came.
    newest: Option<(Instant, DeviceTold)>,
}

const TOLD: Lookup = lookup!(
    "SELECT device, account, told_at, left_at, unsent, damaged, program, storage, clock_ahead, emptied_at \
     FROM device_account WHERE municipality = $1 AND told_at IS NOT NULL AND device IN (",
    ")"
);

/// What these tablets have told, each person's store on them together.
async fn told(tx: &mut ScopedTx, devices: &[Row]) -> Result<HashMap<String, Told>, Error> {
    let (mut all, mut reported) = (HashMap::<String, Told>::new(), Reported::new());
    for row in tx.lookup(&TOLD, ids_of(devices)?).await? {
        reported.insert((row.get("device")?, row.get("account")?), row.get("told_at")?);
        all.entry(row.get("device")?).or_default().add(&row)?;
    }
    // A push tells how many were made; a report how many wait: the worse of the two is true.
    for (device, n) in unsent(tx, devices, &reported).await? {
        let told = all.entry(device).or_default();
        told.unsent = told.unsent.max(n);
    }
    Ok(all)
}

impl Told {
    fn add(&mut self, row: &Row) -> Result<(), Error> {
        let at: Instant = row.get("told_at")?;
        // Whoever has signed out since has left nothing on it.
        let left: Option<Instant> = row.get("left_at")?;
        if left.is_none_or(|left| left < at) {
            self.unsent += row.get::<Option<i64>>("unsent")?.unwrap_or_default();
            self.damaged += row.get::<Option<i64>>("damaged")?.unwrap_or_default();
        }
        self.emptied = self.emptied.max(row.get("emptied_at")?);
        if self.newest.as_ref().is_none_or(|(before, _)| *before < at) {
            let storage = row.get::<Option<String>>("storage")?;
            let program = row.get::<Option<String>>("program")?.unwrap_or_default();
            let told = DeviceTold {
                old: is_older(&program, env!("CARGO_PKG_VERSION")),
                program,
                storage: storage.and_then(|code| Keeping::from_code(&code)).unwrap_or(Keeping::Unknown),
                minutes_ahead: row.get::<Option<i64>>("clock_ahead")?.unwrap_or_default() / 60_000,
            };
            self.newest = Some((at, told));
        }
        Ok(())
    }
}

/// How many tablets in use within reach should be looked for, since nothing has been heard of them.
pub async fn silent(tx: &mut ScopedTx, now: Instant) -> Result<i64, Error> {
    if !tx.scope().may(Action::ManageDevices) {
        return Ok(0);
    }
    let [own, below] = within(tx.scope())?;
    let rows = tx
        .all(
            sql!(
                "SELECT d.id, d.seen_at FROM organisation o CROSS JOIN device d \
                 WHERE o.municipality = $1 AND ($2 = '' OR o.id = $2 OR (o.parent = $2 AND $3 = 'yes')) \
                 AND d.municipality = $1 AND d.organisation = o.id AND d.ended_at IS NULL AND d.seen_at < $4"
            ),
            [own, below, now.plus_millis(-SILENT_DAYS_UNSENT * 24 * 3_600_000).into()],
        )
        .await?;
    let told = told(tx, &rows).await?;
    let mut silent = 0;
    for row in &rows {
        let unsent = told.get(&row.get::<String>("id")?).map_or(0, |told| told.unsent);
        silent += i64::from(is_silent(row.get("seen_at")?, unsent, now));
    }
    Ok(silent)
}

/// When each person's store on each tablet was last reported: by the tablet's id and the account's.
type Reported = HashMap<(String, String), Instant>;

const STREAMS: Lookup = lookup!(
    "SELECT device, account, created_n, last_n, seen_at FROM stream WHERE municipality = $1 AND device IN (",
    ")"
);

/// How many records each of these tablets has told of and not sent, by the pushes since it was last reported: what went on
/// in another stream is never sent in the old one.
async fn unsent(tx: &mut ScopedTx, devices: &[Row], reported: &Reported) -> Result<HashMap<String, i64>, Error> {
    let mut unsent: HashMap<String, i64> = HashMap::new();
    for row in tx.lookup(&STREAMS, ids_of(devices)?).await? {
        let whose: (String, String) = (row.get("device")?, row.get("account")?);
        let seen: Instant = row.get("seen_at")?;
        if reported.get(&whose).is_none_or(|at| *at < seen) {
            let left = row.get::<i64>("created_n")?.saturating_sub(row.get("last_n")?).max(0);
            *unsent.entry(whose.0).or_default() += left;
        }
    }
    Ok(unsent)
}

const PEOPLE: Lookup = lookup!(
    "SELECT d.device, a.name FROM device_account d JOIN account a ON a.municipality = $1 AND a.id = d.account \
     WHERE d.municipality = $1 AND d.device IN (",
    ") ORDER BY a.sort_key, a.id"
);

/// Names of those who have signed in on each of these tablets.
async fn people(tx: &mut ScopedTx, devices: &[Row]) -> Result<HashMap<String, Vec<String>>, Error> {
    let mut names: HashMap<String, Vec<String>> = HashMap::new();
    for row in tx.lookup(&PEOPLE, ids_of(devices)?).await? {
        names.entry(row.get("device")?).or_default().push(row.get("name")?);
    }
    Ok(names)
}

/// Ending one that has ended is no error: the button was pressed twice.
async fn end(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    // Who may not ask hears so before anything about the id.
    sent.scope().require(Action::ManageDevices)?;
    let (sent, device): (_, DeviceId) = (&sent, id_in(&id)?);
    let ended = sent.state.write(sent.scope(), |mut tx| async move {
        let entry = audit::Entry::of_device(&sent.actor, sent.state.now(), "device.end", device, &sent.request_id);
        if end_device(&mut tx, device, entry.at).await? {
            let (bare, tenant) = tx.unscoped(Unscoped::Audit);
            audit::append(bare, &sent.state.secrets, tenant, &entry).await?;
            sessions::end_on(&sent.state, bare, tenant, device, &entry).await?;
        }
        let people = users(&mut tx, device).await?;
        Ok(tx.done(people))
    });
    ended.await?.into_iter().for_each(|user| sent.state.hub.rights_changed(sent.scope().municipality(), user));
    Ok(see_other("/devices"))
}

/// Names a tablet anew, if it was not named otherwise meanwhile.
async fn rename(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageDevices)?;
    let (sent, device): (_, DeviceId) = (&sent, id_in(&id)?);
    let answer = sent.state.write(sent.scope(), |mut tx| async move {
        let saved: String = reached(&mut tx, device).await?.get("label")?;
        let typed = sent.fields.one("label");
        let wrong = || vec![FieldError::new("label", words::missing_name(sent.lang()))];
        let read = is_name(typed).then(|| typed.to_owned()).ok_or_else(wrong);
        let label = match sent.over_field("label", &saved, read) {
            Ok(label) => label,
            Err(errors) => {
                let typed = NameTyped { id: device.to_string(), label: typed.to_owned(), errors };
                let lines = list(&mut tx, sent.state.now()).await?;
                return Ok(tx.undone(draw(&sent.reader, lines, Some(typed)).await));
            }
        };
        let done = see_other("/devices");
        if label == saved {
            return Ok(tx.undone(done));
        }
        let sql = sql!("UPDATE device SET label = $3 WHERE municipality = $1 AND id = $2");
        tx.run(sql, [device.into(), label.as_str().into()]).await?;
        let entry = audit::Entry::of_device(&sent.actor, sent.state.now(), "device.name", device, &sent.request_id);
        let (bare, tenant) = tx.unscoped(Unscoped::Audit);
        audit::append(bare, &sent.state.secrets, tenant, &entry).await?;
        Ok(tx.done(done))
    });
    answer.await
}

/// The tablet's row, where it is within reach.
async fn reached(tx: &mut ScopedTx, device: DeviceId) -> Result<Row, Error> {
    let [own, below] = within(tx.scope())?;
    let found = tx
        .maybe(
            sql!(
                "SELECT d.id, d.label, d.ended_at FROM device d \
                 JOIN organisation o ON o.municipality = d.municipality AND o.id = d.organisation \
                 WHERE d.municipality = $1 AND ($2 = '' OR o.id = $2 OR (o.parent = $2 AND $3 = 'yes')) AND d.id = $4"
            ),
            [own, below, device.into()],
        )
        .await?;
    found.ok_or(Error::NotFound)
}

/// Ends a tablet within reach; whether it was still in use.
async fn end_device(tx: &mut ScopedTx, device: DeviceId, now: Instant) -> Result<bool, Error> {
    if !reached(tx, device).await?.is_null("ended_at") {
        return Ok(false);
    }
    tx.run(sql!("UPDATE device SET ended_at = $3 WHERE municipality = $1 AND id = $2"), [device.into(), now.into()])
        .await?;
    Ok(true)
}

async fn users(tx: &mut ScopedTx, device: DeviceId) -> Result<Vec<UserId>, Error> {
    let sql = sql!("SELECT account FROM device_account WHERE municipality = $1 AND device = $2");
    tx.all(sql, [device.into()]).await?.iter().map(|row| row.parse("account")).collect()
}
