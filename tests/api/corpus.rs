//! Databases of earlier programs: this one opens them, brings them to its own shape, and gives out what they held.
//! `tests/corpus/spine` has the demo municipality as the first released program made it, on either database, and
//! `tests/corpus/2026-12` as the one of December 2026 did, with all that had come in between.

use crate::files::written;
use domain::ids::MunicipalityCode;
use domain::sync::canon::Hash;
use server::access::Scope;
use server::files::export::{Days, What};
use server::files::write::Form;
use tests::{App, Database};

pub const SQLITE: &[u8] = include_bytes!("../corpus/spine/demo.db.br");
const POSTGRES: &[u8] = include_bytes!("../corpus/spine/demo.sql.br");
const SQLITE_2026_12: &[u8] = include_bytes!("../corpus/2026-12/demo.db.br");
const POSTGRES_2026_12: &[u8] = include_bytes!("../corpus/2026-12/demo.sql.br");

/// SHA-256 of the files that the program which made them gave out. The two were made apart: what a reference is
/// generated from differs.
const FROM_SQLITE: [(&str, &str); 6] = [
    ("participants", "09171440eeea6ce5505712619f3cdf1255d5d1090357d4c357a00db195d90cd7"),
    ("groups", "ce4d362b525568c10c3165f2d1dddd40e5fe47e34f519b0cbca4a642f5fe18b4"),
    ("memberships", "d68e27d6a103b5f0eaa5647992920cfd6bb532a63449ca7958c06893c4ee5ad9"),
    ("attendance", "c164bcd2dad55de2d7c09c623242f29053e6f183ab5bdde1fc1af8473aa85c12"),
    ("assessments", "cb0820ab84784300f5ff40b36d7824f0e8c7c1a2abf6cc83df09abbca31bc089"),
    ("scores", "f0fbf5b70c8d98291b4a5b62411f32fee1f005ee67a0e3dce42c907c6cbd8d34"),
];
const FROM_POSTGRES: [(&str, &str); 6] = [
    ("participants", "87bcb5c9168726d3be78fe73231b5af3f5a1660c9fa906338b4f3fd668fe4140"),
    ("groups", "ce4d362b525568c10c3165f2d1dddd40e5fe47e34f519b0cbca4a642f5fe18b4"),
    ("memberships", "9e8dca1ae71abf4564e57dbe578bf7a16970a840ba5bed55f2a250a8de960d6d"),
    ("attendance", "dc6280ca05946f873961b77c2d86e8ddb8b7d3420e1e2d1cbf3614d0c937fef8"),
    ("assessments", "cb0820ab84784300f5ff40b36d7824f0e8c7c1a2abf6cc83df09abbca31bc089"),
    ("scores", "f0fbf5b70c8d98291b4a5b62411f32fee1f005ee67a0e3dce42c907c6cbd8d34"),
];

/// The same rows in both databases.
const FROM_2026_12: [(&str, &str); 6] = [
    ("participants", "fdc9446b7d1062acbd88f96a8e89bd84512c765d16cc8df9d19a7e73a601f2a7"),
    ("groups", "0d2ba9ae4f1f00d7e312aa309f2c95d073166ea7a70991812f7f1ae760c74259"),
    ("memberships", "6773b8965c0b0dff6725743d58f0fbb536eec9f09228d7f692e275e7d225dc0f"),
    ("attendance", "5927eff8e314972c27e3f367d1e8289dee4112e5d449749e275dcb06f288d27d"),
    ("assessments", "d6178df1c8cbcd74ea0d1d1f6fef9bd5872fac1ff948bd2f6f2ea1ea00e5bb21"),
    ("scores", "0740ea95376f319a696c6d13ce74000293491e8e0a39cdcdbec71631d1111047"),
];

#[tokio::test]
async fn an_sqlite_database_of_the_first_program_gives_out_what_it_held() {
    let app = App::on(Database::sqlite_with(&unpacked(SQLITE))).await;
    gives_out(&app, FROM_SQLITE).await;
}

#[tokio::test]
async fn a_postgresql_database_of_the_first_program_gives_out_what_it_held() {
    gives_out_of_postgres(POSTGRES, FROM_POSTGRES).await;
}

#[tokio::test]
async fn an_sqlite_database_of_december_2026_gives_out_what_it_held() {
    let app = App::on(Database::sqlite_with(&unpacked(SQLITE_2026_12))).await;
    gives_out(&app, FROM_2026_12).await;
}

#[tokio::test]
async fn a_postgresql_database_of_december_2026_gives_out_what_it_held() {
    gives_out_of_postgres(POSTGRES_2026_12, FROM_2026_12).await;
}

async fn gives_out_of_postgres(packed: &[u8], expected: [(&'static str, &'static str); 6]) {
    let statements = String::from_utf8(unpacked(packed)).expect("a text");
    match Database::postgres_with(&statements).await {
        Some(database) => gives_out(&App::on(database).await, expected).await,
        None => eprintln!("not run: TEST_DATABASE_URL is not set"),
    }
}

/// What the SQLite database of the first program holds, brought to this program's shape.
pub async fn gives_out_what_it_held(app: &App) {
    gives_out(app, FROM_SQLITE).await;
}

async fn gives_out(app: &App, expected: [(&'static str, &'static str); 6]) {
    let municipality = MunicipalityCode::new("997").expect("a code");
    let scope = Scope::command_line(municipality, app.state.today());
    let mut found = Vec::new();
    for what in What::ALL {
        let file = written(app, &scope, *what, Days::default(), Form::Plain).await;
        found.push((what.code(), Hash::of(file.as_bytes()).to_string()));
    }
    assert_eq!(found, expected.map(|(kind, hash)| (kind, hash.to_owned())));
}

pub fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    brotli::BrotliDecompress(&mut &*packed, &mut bytes).expect("packed whole");
    bytes
}
