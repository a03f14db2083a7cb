//! `virea doctor`: checks settings, database, clock, disk, audit chain and site; says each result.

use domain::time::Instant;

use super::verify_audit;
use super::{Context, Failure, say};
use crate::audit;
use crate::db::Unscoped;
use crate::state::AppState;
use crate::{config::Config, site};

/// No installation can be older than the program: 1 September 2026.
const OLDEST: Instant = Instant::from_millis(1_788_220_800_000);

pub async fn run(context: &Context) -> Result<(), Failure> {
    let mut report = Report::default();
    report.say("settings", settings(&context.config));
    report.say(
        "site",
        if site::assets().is_empty() {
            Err("no site is built into this program".into())
        } else {
            Ok("embedded".into())
        },
    );
    report.say("disk", disk(&context.config));
    match context.open().await {
        Ok(state) => {
            let sound = state.db.quick_check().await.map(|()| format!("{}, migrated", state.db.kind()));
            report.say("database", sound.map_err(|e| e.to_string()));
            report.say("clock", clock(&state).await);
            report.say("audit log", chains(&state).await);
        }
        Err(Failure(reason)) => report.say("database", Err(reason)),
    }
    say!("     backups: not made by this version; copy the data folder while the server is stopped");
    match report.problems {
        0 => Ok(()),
        n => Err(Failure(format!("{n} of the checks found a problem"))),
    }
}

#[derive(Default)]
struct Report {
    problems: usize,
}

impl Report {
    fn say(&mut self, what: &str, found: Result<String, String>) {
        match found {
            Ok(how) => say!("ok   {what}: {how}"),
            Err(why) => {
                self.problems += 1;
                say!("BAD  {what}: {why}");
            }
        }
    }
}

fn settings(config: &Config) -> Result<String, String> {
    let everywhere = !config.listen.ip().is_loopback();
    if everywhere && !config.is_secure() && config.trusted_proxies.is_empty() {
        return Err(format!(
            "listens on {} without TLS before it; set public_url to the https address of your proxy",
            config.listen
        ));
    }
    Ok(format!("listens on {}, people type {}", config.listen, config.public_url))
}

/// At least a twentieth of the disk should be free, so that the database can grow and be copied.
fn disk(config: &Config) -> Result<String, String> {
    let folder = if config.data.exists() { config.data.as_path() } else { std::path::Path::new(".") };
    let found = rustix::fs::statvfs(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let free = found.f_bavail.saturating_mul(100).checked_div(found.f_blocks).unwrap_or(0);
    let words = format!("{free} % free at {}", folder.display());
    if free >= 5 { Ok(words) } else { Err(words) }
}

/// The clock must not lie before the program, nor before what it wrote last.
async fn clock(state: &AppState) -> Result<String, String> {
    let now = state.now();
    let (day, time) = now.in_finland();
    let mut tx = state.db.read(Unscoped::Installation).await.map_err(|e| e.to_string())?;
    let row = tx.one(sql!("SELECT MAX(received_at) AS last FROM op"), []).await.map_err(|e| e.to_string())?;
    let last = row.get::<Option<Instant>>("last").map_err(|e| e.to_string())?;
    if now < OLDEST || last.is_some_and(|last| last > now.plus_millis(300_000)) {
        return Err(format!("{day} {time} lies before what is stored; set the machine's clock"));
    }
    Ok(format!("{day} {time} in Finland"))
}

async fn chains(state: &AppState) -> Result<String, String> {
    let mut tx = state.db.read(Unscoped::Installation).await.map_err(|e| e.to_string())?;
    let mut rows = 0;
    for chain in verify_audit::chains(&mut tx).await.map_err(|e| e.to_string())? {
        rows += audit::verify(&mut tx, &state.secrets, chain).await.map_err(|e| e.to_string())?;
    }
    Ok(format!("{rows} rows, whole"))
}
