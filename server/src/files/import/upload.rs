//! Files that are sent to the desk: kept, checked aside without changing anything, taken in when somebody says so. A file
//! keeps its id as the id of its job. Whoever works on one holds it by a lease, so that what was broken off is taken up
//! again, and never twice at once.

use std::future::Future;
use std::io::Cursor;
use std::time::Duration;

use app::history::Names;
use app::texts::Lang;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::access::Action;
use domain::ids::{AssessmentId, GroupId, MunicipalityCode, ParticipantId, SessionId, UserId};
use domain::sync::entity::{Body, Entity, EntityKey};
use domain::sync::op::Verb;
use domain::time::{Day, Instant};
use domain::{groups, people, sessions};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

use super::{File, Mode, Summary, import, job};
use crate::access::{Actor, Asker, Scope, ScopedTx};
use crate::audit;
use crate::db::{Bulk, Row, Unscoped};
use crate::error::Error;
use crate::files::kinds::Kind;
use crate::files::messages;
use crate::files::present;
use crate::files::problem::{Notice, Problem};
use crate::state::AppState;
use crate::sync::tables;

/// The largest file that the desk takes, in bytes.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;

/// Bytes of one stored piece.
const PIECE: usize = 192 * 1024;

/// How long a file is its worker's without a sign of life, in milliseconds, and how often there is one.
const HELD: i64 = 30_000;
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// A file that nobody took in is forgotten after a day, in milliseconds.
const KEPT: i64 = 24 * 3_600_000;

/// What was wrong with a file that was refused is told for thirty days: values of it stand there.
const TOLD_FOR: i64 = 30 * 24 * 3_600_000;

/// The most lines of each sort that are kept of what was found.
const TOLD: usize = 1_000;

/// What was found in a file, as its page tells it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Found {
    pub created: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub noticed: usize,
    /// The first of them.
    pub notices: Vec<Line>,
    /// How many problems there are; with any, nothing can be taken in.
    pub wrong: usize,
    pub problems: Vec<Line>,
    pub kinds: Vec<KindLine>,
    /// What the first rows would do.
    pub changes: Vec<Line>,
}

/// Something about one row, in the program's languages (Finnish, Swedish, English).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Nothing for what concerns the whole file.
    pub line: Option<u64>,
    pub column: String,
    pub value: String,
    pub words: [String; 3],
    /// Whom it is about. The name is looked up when the page is read: none is kept beside the records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<ParticipantId>,
}

/// A kind of mistake.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KindLine {
    pub column: String,
    pub count: usize,
    /// The first of them: "2, 3, 4 …".
    pub lines: String,
    pub words: [String; 3],
}

/// How far a file has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    Checking,
    /// Something in it is wrong.
    Refused,
    /// It may be taken in.
    Sound,
    /// Being taken in.
    Wanted,
    /// Its job tells what came of it.
    TakenIn,
    /// Somebody said no, or nobody said yes in time.
    Dropped,
}

/// A file that was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    pub id: Uuid,
    pub by: UserId,
    pub kind: Kind,
    pub file: String,
    /// In bytes.
    pub size: i64,
    pub sent_at: Instant,
    pub found: Option<Found>,
    checked: bool,
    wanted: bool,
    ended: bool,
}

impl Sent {
    fn of(row: &Row) -> Result<Self, Error> {
        let found: Option<String> = row.get("found")?;
        let read = |text: String| serde_json::from_str(&text).map_err(|_| row.broken("found"));
        Ok(Self {
            id: row.parse("id")?,
            by: UserId(row.parse("account")?),
            kind: row.code("kind", Kind::from_code)?,
            file: row.get("file")?,
            size: row.get("size")?,
            sent_at: row.get("sent_at")?,
            found: found.map(read).transpose()?,
            checked: !row.is_null("checked_at"),
            wanted: !row.is_null("wanted_at"),
            ended: !row.is_null("ended_at"),
        })
    }

    pub fn stage(&self) -> Stage {
        let wrong = self.found.as_ref().is_some_and(|found| found.wrong > 0);
        match (self.checked, wrong, self.wanted, self.ended) {
            (false, _, _, false) => Stage::Checking,
            (true, true, ..) => Stage::Refused,
            (_, _, true, false) => Stage::Wanted,
            (_, _, true, true) => Stage::TakenIn,
            (true, _, false, false) => Stage::Sound,
            (_, _, false, true) => Stage::Dropped,
        }
    }
}

/// The scope in which the actor's files are taken in; refuses whoever may not. A file is the municipality's own: it names
/// people of every organisation by the municipality's references.
pub async fn scope_of(state: &AppState, actor: &Actor) -> Result<Scope, Error> {
    actor.scope.require(Action::ImportFiles)?;
    let Asker::Staff { organisation, .. } = actor.scope.asker() else { return Err(Error::Forbidden) };
    let mut tx = state.db.read(&actor.scope).await?;
    let sql = sql!("SELECT parent FROM organisation WHERE municipality = $1 AND id = $2");
    let own = tx.maybe(sql, [(*organisation).into()]).await?.is_some_and(|row| row.is_null("parent"));
    let (user, municipality) = (actor.user, actor.scope.municipality().clone());
    if own { Ok(Scope::import(user, municipality, actor.scope.today())) } else { Err(Error::Forbidden) }
}

/// A new file.
pub struct NewFile<'a> {
    pub id: Uuid,
    pub kind: Kind,
    pub name: &'a str,
    pub bytes: &'a [u8],
}

const PIECES: Bulk<4> = bulk!("INSERT INTO import_piece (municipality, upload, n, body)", "");

/// Keeps a file; one that was sent before under the same id is there already.
pub async fn keep(state: &AppState, scope: &Scope, actor: &Actor, new: &NewFile<'_>, id: &str) -> Result<(), Error> {
    let at = state.now();
    let kept = state.write(scope, |mut tx| async move {
        let sql = sql!(
            "INSERT INTO import_upload (municipality, id, account, kind, file, size, sent_at, held_until) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0) ON CONFLICT (municipality, id) DO NOTHING"
        );
        let size = i64::try_from(new.bytes.len()).unwrap_or(i64::MAX);
        let values =
            [new.id.into(), actor.user.into(), new.kind.code().into(), new.name.into(), size.into(), at.into()];
        if tx.run(sql, values).await? == 0 {
            return Ok(tx.undone(()));
        }
        let pieces = new.bytes.chunks(PIECE).zip(0_i64..);
        let pieces = pieces.map(|(piece, n)| [new.id.into(), n.into(), STANDARD.encode(piece).into()]);
        tx.bulk(&PIECES, pieces.collect()).await?;
        let entry = audit::Entry {
            entities: format!("import:{}", new.id),
            fields: format!("kind:{} bytes={size}", new.kind.code()),
            ..audit::Entry::at_the_desk(actor, at, "import.send", id)
        };
        audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
        Ok(tx.done(()))
    });
    kept.await
}

/// The file that was sent under this id.
pub async fn find(tx: &mut ScopedTx, id: Uuid) -> Result<Sent, Error> {
    let sql = sql!(
        "SELECT id, account, kind, file, size, sent_at, checked_at, wanted_at, ended_at, found FROM import_upload \
         WHERE municipality = $1 AND id = $2"
    );
    tx.maybe(sql, [id.into()]).await?.as_ref().map(Sent::of).transpose()?.ok_or(Error::NotFound)
}

/// The newest files, without what was found in them.
pub async fn newest(tx: &mut ScopedTx, most: i64) -> Result<Vec<Sent>, Error> {
    present::require_whole_municipality(tx.scope())?;
    let sql = sql!(
        "SELECT id, account, kind, file, size, sent_at, checked_at, wanted_at, ended_at, found FROM import_upload \
         WHERE municipality = $1 ORDER BY sent_at DESC, id DESC LIMIT $2"
    );
    tx.all(sql, [most.into()]).await?.iter().map(Sent::of).collect()
}

/// How many imports there are, and files that are not taken in.
pub async fn count(tx: &mut ScopedTx) -> Result<i64, Error> {
    present::require_whole_municipality(tx.scope())?;
    let jobs = sql!("SELECT COUNT(*) AS n FROM import_job WHERE municipality = $1");
    let others = sql!(
        "SELECT COUNT(*) AS n FROM import_upload u WHERE u.municipality = $1 AND NOT EXISTS (SELECT 1 FROM import_job j \
         WHERE j.municipality = u.municipality AND j.id = u.id)"
    );
    let jobs: i64 = tx.one(jobs, []).await?.get("n")?;
    Ok(jobs + tx.one(others, []).await?.get::<i64>("n")?)
}

/// The names of those who have sent files.
pub async fn senders(tx: &mut ScopedTx) -> Result<HashMap<UserId, String>, Error> {
    let sql = sql!(
        "SELECT DISTINCT a.id, a.name FROM import_upload u JOIN account a ON a.municipality = u.municipality \
         AND a.id = u.account WHERE u.municipality = $1"
    );
    let rows = tx.all(sql, []).await?;
    rows.iter().map(|row| Ok((UserId(row.parse("id")?), row.get("name")?))).collect()
}

/// Says that a sound file is to be taken in; whether it was one.
pub async fn want(state: &AppState, scope: &Scope, actor: &Actor, id: Uuid, request_id: &str) -> Result<bool, Error> {
    let at = state.now();
    let wanted = state.write(scope, |mut tx| async move {
        let sql = sql!(
            "UPDATE import_upload SET wanted_at = $3 WHERE municipality = $1 AND id = $2 \
             AND checked_at IS NOT NULL AND wanted_at IS NULL AND ended_at IS NULL"
        );
        if find(&mut tx, id).await?.stage() != Stage::Sound || tx.run(sql, [id.into(), at.into()]).await? == 0 {
            return Ok(tx.undone(false));
        }
        let entities = format!("import:{id}");
        let entry = audit::Entry { entities, ..audit::Entry::at_the_desk(actor, at, "import.start", request_id) };
        audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
        Ok(tx.done(true))
    });
    wanted.await
}

/// Forgets a file that is not being taken in.
pub async fn drop_file(state: &AppState, scope: &Scope, id: Uuid) -> Result<(), Error> {
    let dropped = state.write(scope, |mut tx| async move {
        find(&mut tx, id).await?;
        let sql = sql!(
            "UPDATE import_upload SET ended_at = $3, found = NULL \
             WHERE municipality = $1 AND id = $2 AND wanted_at IS NULL AND ended_at IS NULL"
        );
        if tx.run(sql, [id.into(), state.now().into()]).await? > 0 {
            forget_pieces(&mut tx, id).await?;
        }
        Ok(tx.done(()))
    });
    dropped.await
}

async fn forget_pieces(tx: &mut ScopedTx, id: Uuid) -> Result<(), Error> {
    tx.run(sql!("DELETE FROM import_piece WHERE municipality = $1 AND upload = $2"), [id.into()]).await.map(|_| ())
}

/// Does what is to be done with a file, unless somebody else is at it.
pub async fn work(state: &AppState, scope: &Scope, id: Uuid) -> Result<(), Error> {
    if !hold(state, scope, id, true).await? {
        return Ok(());
    }
    let mut tx = state.db.read(scope).await?;
    let sent = find(&mut tx, id).await?;
    drop(tx);
    match sent.stage() {
        Stage::Checking => held(state, scope, id, check(state, scope, &sent)).await?,
        Stage::Wanted => held(state, scope, id, take_in(state, scope, &sent)).await?,
        Stage::Refused | Stage::Sound | Stage::TakenIn | Stage::Dropped => {}
    }
    let_go(state, scope, id).await
}

/// Gives signs of life as long as the work lasts.
async fn held(
    state: &AppState,
    scope: &Scope,
    id: Uuid,
    work: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    let alive = async {
        loop {
            tokio::time::sleep(SIGN_OF_LIFE).await;
            if let Err(error) = hold(state, scope, id, false).await {
                tracing::warn!(%error, "a file that is worked on could not be held");
            }
        }
    };
    tokio::select! {
        done = work => done,
        () = alive => Ok(()),
    }
}

/// Holds a file for a while; when it is `new` work, only if nobody does.
async fn hold(state: &AppState, scope: &Scope, id: Uuid, new: bool) -> Result<bool, Error> {
    let now = state.now();
    // A lease that ends much later than any can was given by a clock that has been set back since.
    let (free, latest) = (if new { now } else { Instant::from_millis(i64::MAX) }, now.plus_millis(2 * HELD));
    let taken = state.write(scope, |mut tx| async move {
        let sql = sql!(
            "UPDATE import_upload SET held_until = $3 WHERE municipality = $1 AND id = $2 AND ended_at IS NULL \
             AND (held_until <= $4 OR held_until > $5)"
        );
        let values = [id.into(), now.plus_millis(HELD).into(), free.into(), latest.into()];
        let touched = tx.run(sql, values).await?;
        Ok(tx.done(touched > 0))
    });
    taken.await
}

async fn let_go(state: &AppState, scope: &Scope, id: Uuid) -> Result<(), Error> {
    let free = state.write(scope, |mut tx| async move {
        tx.run(sql!("UPDATE import_upload SET held_until = 0 WHERE municipality = $1 AND id = $2"), [id.into()])
            .await?;
        Ok(tx.done(()))
    });
    free.await
}

/// The file as it was sent.
async fn bytes(state: &AppState, scope: &Scope, id: Uuid) -> Result<Vec<u8>, Error> {
    let mut tx = state.db.read(scope).await?;
    let sql = sql!("SELECT body FROM import_piece WHERE municipality = $1 AND upload = $2 ORDER BY n");
    let mut whole = Vec::new();
    for row in tx.all(sql, [id.into()]).await? {
        let piece = STANDARD.decode(row.get::<String>("body")?).map_err(|_| row.broken("body"))?;
        whole.extend_from_slice(&piece);
    }
    Ok(whole)
}

/// Says what the file would do, on a thread of its own: thousands of rows are held against the rules.
async fn check(state: &AppState, scope: &Scope, sent: &Sent) -> Result<(), Error> {
    let (scope, sent) = (scope.clone(), sent.clone());
    let found = state.aside(async move |state| {
        let file = File::of(&sent.file, Cursor::new(bytes(&state, &scope, sent.id).await?));
        let found = import(&state, &scope, sent.kind, file, Mode::DryRun, &|_| ()).await?;
        let found = told(&mut state.db.read(&scope).await?, found).await?;
        note_found(&state, &scope, sent.id, &found).await
    });
    found.await
}

async fn note_found(state: &AppState, scope: &Scope, id: Uuid, found: &Found) -> Result<(), Error> {
    let text = serde_json::to_string(found).map_err(|error| Error::Broken(error.to_string()))?;
    let (now, text, refused) = (state.now(), text.as_str(), found.wrong > 0);
    let noted = state.write(scope, |mut tx| async move {
        let sql = sql!(
            "UPDATE import_upload SET checked_at = $3, found = $4, ended_at = $5 \
             WHERE municipality = $1 AND id = $2 AND ended_at IS NULL"
        );
        tx.run(sql, [id.into(), now.into(), text.into(), refused.then_some(now).into()]).await?;
        if refused {
            forget_pieces(&mut tx, id).await?;
        }
        Ok(tx.done(()))
    });
    noted.await
}

/// Imports the file. What was sound when it was checked may have become wrong since: then it says so.
async fn take_in(state: &AppState, scope: &Scope, sent: &Sent) -> Result<(), Error> {
    let sealed = job::is_sealed(&mut state.db.read(scope).await?, sent.id).await?;
    if !sealed {
        let file = File::sent(sent.id, &sent.file, Cursor::new(bytes(state, scope, sent.id).await?));
        if let Err(problems) = import(state, scope, sent.kind, file, Mode::Apply, &|_| ()).await? {
            let found = told(&mut state.db.read(scope).await?, Err(problems)).await?;
            return note_found(state, scope, sent.id, &found).await;
        }
    }
    let ended = state.write(scope, |mut tx| async move {
        // What was found names people of the file; the job tells what came of it.
        let sql = sql!("UPDATE import_upload SET ended_at = $3, found = NULL WHERE municipality = $1 AND id = $2");
        tx.run(sql, [sent.id.into(), state.now().into()]).await?;
        forget_pieces(&mut tx, sent.id).await?;
        Ok(tx.done(()))
    });
    ended.await
}

/// Goes on with what was broken off, and forgets what nobody took in.
pub async fn resume(state: &AppState) -> Result<(), Error> {
    let mut tx = state.db.read(Unscoped::Installation).await?;
    let sql = sql!(
        "SELECT municipality, id, account, sent_at, checked_at, wanted_at FROM import_upload WHERE ended_at IS NULL"
    );
    let rows = tx.all(sql, []).await?;
    drop(tx);
    forget_found(state).await?;
    let mut stuck = Ok(());
    for row in &rows {
        let done = go_on(state, row).await;
        // One that does not go on keeps no other waiting.
        stuck = stuck.and(done);
    }
    stuck
}

/// A file that nobody has taken in for a day is forgotten, also one whose check never comes to an end.
async fn go_on(state: &AppState, row: &Row) -> Result<(), Error> {
    let code = row.code("municipality", MunicipalityCode::new)?;
    let (scope, id) = (Scope::import(UserId(row.parse("account")?), code, state.today()), row.parse("id")?);
    let (checked, wanted) = (!row.is_null("checked_at"), !row.is_null("wanted_at"));
    if !wanted && state.now().millis_since(row.get("sent_at")?) > KEPT {
        return drop_file(state, &scope, id).await;
    }
    if wanted || !checked { work(state, &scope, id).await } else { Ok(()) }
}

async fn forget_found(state: &AppState) -> Result<(), Error> {
    let before = state.now().plus_millis(-TOLD_FOR);
    let due = sql!("SELECT id FROM import_upload WHERE ended_at < $1 AND found IS NOT NULL LIMIT 1");
    if state.db.read(Unscoped::Installation).await?.maybe(due, [before.into()]).await?.is_none() {
        return Ok(());
    }
    let forgotten = state.write(Unscoped::Installation, |mut tx| async move {
        let sql = sql!("UPDATE import_upload SET found = NULL WHERE ended_at < $1 AND found IS NOT NULL");
        tx.run(sql, [before.into()]).await?;
        Ok(tx.done(()))
    });
    forgotten.await
}

/// The words for what was found, in every language: the page is read in each.
async fn told(tx: &mut ScopedTx, found: Result<Summary, Vec<Problem>>) -> Result<Found, Error> {
    Ok(match found {
        Ok(summary) => {
            let names = FileNames::of(tx, &summary.changes).await?;
            let Summary { created, changed, unchanged, noticed, .. } = summary;
            let notices = summary.notices.iter().take(TOLD).map(notice_line).collect();
            let changes = summary.changes.iter().map(|(line, verb)| change_line(*line, verb, &names)).collect();
            Found { created, changed, unchanged, noticed, notices, changes, ..Found::default() }
        }
        Err(problems) => Found {
            wrong: problems.len(),
            problems: problems.iter().take(TOLD).map(problem_line).collect(),
            kinds: messages::kinds(&problems).iter().take(TOLD).map(kind_line).collect(),
            ..Found::default()
        },
    })
}

pub fn notice_line(notice: &Notice) -> Line {
    let words = Lang::ALL.map(|lang| messages::notice_words(lang, notice.kind).to_owned());
    Line { line: Some(notice.line), column: notice.column.to_owned(), value: notice.value.clone(), words, person: None }
}

fn problem_line(problem: &Problem) -> Line {
    Line {
        line: (!problem.what.is_of_file()).then_some(problem.line),
        column: problem.column.clone().unwrap_or_default(),
        value: problem.value.clone().unwrap_or_default(),
        words: Lang::ALL.map(|lang| messages::words(lang, problem)),
        person: None,
    }
}

fn kind_line((first, lines): &messages::KindOfProblem<'_>) -> KindLine {
    KindLine {
        column: first.column.clone().unwrap_or_default(),
        count: lines.len(),
        lines: messages::first_lines(lines),
        words: Lang::ALL.map(|lang| messages::words(lang, first)),
    }
}

fn change_line(line: u64, verb: &Verb, names: &FileNames) -> Line {
    let person = verb.participant().or_else(|| names.whose.get(&verb.target()).copied());
    let value = match (verb, person) {
        (Verb::Group(groups::Verb::Put { group }), _) => group.name.clone(),
        // Who is new has the name that stands in the file.
        (_, Some(person)) => names.new.get(&person).cloned().unwrap_or_default(),
        (_, None) => verb.group().and_then(|group| names.group(group)).unwrap_or_default(),
    };
    let words = Lang::ALL.map(|lang| messages::planned(lang, verb, names));
    Line { line: Some(line), column: String::new(), value, words, person }
}

/// Names of groups, and what else the changes that the file would make speak of.
struct FileNames {
    groups: HashMap<GroupId, String>,
    /// Days of its sessions.
    days: HashMap<SessionId, Day>,
    /// Names of those who are new.
    new: HashMap<ParticipantId, String>,
    /// Whose something is that a change does not say itself.
    whose: HashMap<EntityKey, ParticipantId>,
}

impl FileNames {
    async fn of(tx: &mut ScopedTx, changes: &[(u64, Verb)]) -> Result<Self, Error> {
        let groups = present::groups(tx).await?.all.into_iter().map(|(id, (_, group))| (id, group.name)).collect();
        let planned = changes.iter().filter_map(|(_, verb)| match verb {
            Verb::Session(sessions::Verb::Plan { session }) => Some((session.id, session.day)),
            _ => None,
        });
        let new = changes.iter().filter_map(|(_, verb)| match verb {
            Verb::Participant(people::Verb::Register { id, profile, .. }) => Some((*id, profile.list_name())),
            _ => None,
        });
        let unsaid = changes.iter().filter(|(_, verb)| verb.participant().is_none());
        let unsaid: Vec<_> = unsaid.map(|(_, verb)| verb.target()).collect();
        let (bare, tenant) = tx.unscoped(Unscoped::Sync);
        let there = tables::by_keys(bare, tenant, &unsaid).await?;
        let person = |Entity { key, body, .. }: Entity| Some((key, body.as_ref().and_then(Body::participant)?));
        let whose = there.into_iter().filter_map(person).collect();
        Ok(Self { groups, days: planned.collect(), new: new.collect(), whose })
    }
}

impl Names for FileNames {
    fn group(&self, id: GroupId) -> Option<String> {
        self.groups.get(&id).cloned()
    }

    fn session_day(&self, id: SessionId) -> Option<Day> {
        self.days.get(&id).copied()
    }

    fn test(&self, _: AssessmentId) -> Option<&'static str> {
        None
    }
}
