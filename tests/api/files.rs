//! What the tests of files share: a municipality to import into, and a small one made by hand.

use std::collections::HashMap;

use domain::ids::{GroupId, MunicipalityCode, ParticipantId, StreamId};
use domain::sync::op::Verb;
use domain::sync::server::write::{Seen, Writer, write as server_write};
use server::access::{Scope, accounts};
use server::files::export::{self, Days};
use server::files::import::{File, Mode, Summary, import};
use server::files::kinds::Kind;
use server::files::present;
use server::files::problem::Problem;
use server::files::write::Form;
use server::sync::SqlStore;
use tests::App;

/// Eleven people in two groups, with everything that a file can say at least once.
pub const TOWN: [(Kind, &str); 5] = [
    (Kind::Participants, include_str!("golden/participants.csv")),
    (Kind::Groups, include_str!("golden/groups.csv")),
    (Kind::Memberships, include_str!("golden/memberships.csv")),
    (Kind::Attendance, include_str!("golden/attendance.csv")),
    (Kind::Assessments, include_str!("golden/assessments.csv")),
];

/// A municipality on the command line's terms.
pub async fn municipality(app: &App, code: &str) -> Scope {
    let code = MunicipalityCode::new(code).expect("three digits");
    let mut tx = app.state.db.begin(server::db::Unscoped::Installation).await.expect("a transaction");
    accounts::create_municipality(&app.state, &mut tx, &code, &format!("Kunta {code}")).await.expect("made");
    tx.commit().await.expect("kept");
    Scope::command_line(code, app.state.today())
}

/// Imports a text; the problems where there are any.
pub async fn try_take(app: &App, scope: &Scope, kind: Kind, text: &str) -> Result<Summary, Vec<Problem>> {
    let file = File::of("test.csv", text.as_bytes());
    import(&app.state, scope, kind, file, Mode::Apply, &|_| ()).await.expect("no error of the server")
}

/// Imports a text that has no problem.
pub async fn take(app: &App, scope: &Scope, kind: Kind, text: &str) -> Summary {
    try_take(app, scope, kind, text).await.unwrap_or_else(|problems| panic!("{kind:?}: {problems:?}"))
}

/// Imports all five files of a town.
pub async fn take_all(app: &App, scope: &Scope, town: &[(Kind, &str)]) {
    for (kind, text) in town {
        take(app, scope, *kind, text).await;
    }
}

pub async fn written(app: &App, scope: &Scope, what: export::What, days: Days, form: Form) -> String {
    let mut tx = app.state.db.read(scope).await.expect("a transaction");
    export::export(&mut tx, what, days, form).await.expect("an export")
}

/// The file of that kind as it is now.
pub async fn file(app: &App, scope: &Scope, kind: Kind) -> String {
    written(app, scope, export::What::Rows(kind), Days::default(), Form::Plain).await
}

/// Writes operations as the program itself would.
pub async fn write(app: &App, scope: &Scope, verbs: Vec<Verb>) {
    let now = app.state.now();
    let mut tx = app.state.db.begin(server::db::Unscoped::Installation).await.expect("a transaction");
    let mut store =
        SqlStore::writing(&mut tx, scope.municipality(), now, &app.state.secrets, "test").await.expect("its turn");
    let writer = Writer { stream: StreamId(uuid::Uuid::from_u128(77)), ..Writer::import(scope.user()) };
    let verbs = verbs.into_iter().map(|verb| (verb, Seen::Newest)).collect();
    let done = server_write(&mut store, &writer, verbs, now, &mut tests::SeededChance::new(99)).await.expect("written");
    assert_eq!(done.refused(), None);
    tx.commit().await.expect("kept");
}

/// The ids behind the references.
pub struct Ids {
    people: HashMap<String, ParticipantId>,
    groups: HashMap<String, GroupId>,
}

impl Ids {
    pub fn person(&self, reference: &str) -> ParticipantId {
        self.people[reference]
    }

    pub fn group(&self, reference: &str) -> GroupId {
        self.groups[reference]
    }
}

pub async fn ids(app: &App, scope: &Scope) -> Ids {
    let mut tx = app.state.db.read(scope).await.expect("a transaction");
    let people = present::people(&mut tx).await.expect("people").by_reference;
    let groups = present::groups(&mut tx).await.expect("groups").by_reference;
    Ids { people, groups }
}

/// A setting of the municipality.
pub async fn set(app: &App, scope: &Scope, key: &'static str, value: &'static str) {
    let mut tx = app.state.db.begin(scope).await.expect("a transaction");
    let sql = "INSERT INTO setting (municipality, key, value, updated_at) VALUES ($1, $2, $3, 0)";
    tx.run(sql, [key.into(), value.into()]).await.expect("set");
    tx.commit().await.expect("kept");
}

/// The number that a query of the whole database gives as `n`.
pub async fn count(app: &App, sql: &'static str) -> i64 {
    let mut tx = app.state.db.read(server::db::Unscoped::Installation).await.expect("a transaction");
    tx.one(sql, []).await.expect("a row").get("n").expect("a number")
}
