//! `virea doctor`: checks settings, database, clock, disk, audit chain and site; says each result.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::time::Instant;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{Context, Failure, say, verify_audit};
use crate::config::Config;
use crate::db::{self, Unscoped};
use crate::error::Error;
use crate::state::AppState;
use crate::{backups, epochs, erasure, messages, private, secrets, site};

/// No installation can be older than the program: 1 September 2026.
const OLDEST: Instant = Instant::from_millis(1_788_220_800_000);

pub async fn run(context: &Context) -> Result<(), Failure> {
    let (mut report, config) = (Report::default(), &context.config);
    report.say("settings", settings(config));
    report.say("proxy", proxy(config));
    report.say(
        "site",
        if site::assets().is_empty() {
            Err("no site is built into this program".into())
        } else {
            Ok("embedded".into())
        },
    );
    for folder in folders(config) {
        report.say("disk", disk(&folder));
    }
    // Before the database is opened, which closes what it can.
    report.say("rights of files", rights(config));
    report.say("address", address(config).await);
    report.say("messages", messages::check(&config.messages).await);
    match context.look_into().await {
        Ok(state) => {
            let sound = state.db.whole_check().await.map(|()| format!("{}, migrated", state.db.kind()));
            report.say("database", sound.map_err(|e| e.to_string()));
            report.say("clock", clock(&state).await);
            report.say("audit log", chains(&state).await);
            let last = last_backup(&state).await.map_err(|e| e.to_string());
            report.say("backups", last.and_then(|last| copies(config, last, state.now())));
            report.say("data as told", as_told(&state).await);
        }
        Err(Failure(reason)) => report.say("database", Err(reason)),
    }
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
    if everywhere && !config.is_secure() {
        return Err(format!(
            "listens on {} without TLS before it; set public_url to the https address of your proxy",
            config.listen
        ));
    }
    Ok(format!("listens on {}, people type {}", config.listen, config.public_url))
}

/// Whether this program could listen there, or does so already.
async fn address(config: &Config) -> Result<String, String> {
    let listen = config.listen;
    match TcpListener::bind(listen).await {
        Ok(_) => Ok(format!("{listen} is free; nobody serves there now")),
        Err(error) if error.kind() == ErrorKind::AddrInUse && answers(listen).await => {
            Ok(format!("a Vireä server answers on {listen}"))
        }
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            Err(format!("another program listens on {listen}; end it, or set another address with --listen"))
        }
        Err(error) => Err(format!("cannot listen on {listen}: {error}; set another address with --listen")),
    }
}

/// Whether one of our servers is there: it says so to whoever asks for its health.
pub(super) async fn answers(listen: SocketAddr) -> bool {
    let asked = async {
        let mut stream = TcpStream::connect(listen).await?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
        let mut told = String::new();
        stream.take(64 * 1024).read_to_string(&mut told).await?;
        Ok::<_, std::io::Error>(told.to_lowercase().contains("x-request-id"))
    };
    matches!(tokio::time::timeout(Duration::from_secs(3), asked).await, Ok(Ok(true)))
}

/// This program has no TLS of its own, so behind an https address stands a proxy.
fn proxy(config: &Config) -> Result<String, String> {
    match (config.is_secure(), config.trusted_proxies.is_empty()) {
        (true, true) => Err(format!(
            "{} is served by a proxy that nobody has named: everybody behind it counts as one client and one guesser. \
             Name it with --trusted-proxy (an address, or a network such as 10.0.0.0/24), and have it set \
             X-Forwarded-For",
            config.public_url
        )),
        (false, false) => Err(format!(
            "a proxy is named, but people type {}, without TLS; set public_url to the proxy's https address",
            config.public_url
        )),
        (true, false) => Ok("named; it must set X-Forwarded-For to the client's address".into()),
        (false, true) => Ok("none; people come straight to this server".into()),
    }
}

/// Where something is written: the data folder, and the folder of the database's file where that lies elsewhere.
fn folders(config: &Config) -> Vec<PathBuf> {
    let there = |folder: PathBuf| if folder.exists() { folder } else { PathBuf::from(".") };
    let of_file = db::sqlite_file(&config.database_url).and_then(|file| file.parent().map(Path::to_path_buf));
    let mut folders = vec![there(config.data.clone())];
    folders.extend(of_file.map(there).filter(|folder| *folder != folders[0]));
    folders
}

/// At least a twentieth of the disk and a gigabyte should be free, so that the database can grow and be copied.
fn disk(folder: &Path) -> Result<String, String> {
    const GIGABYTE: u64 = 1 << 30;
    let found = rustix::fs::statvfs(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let free = found.f_bavail.saturating_mul(100).checked_div(found.f_blocks).unwrap_or(0);
    let bytes = found.f_bavail.saturating_mul(found.f_frsize);
    let words = format!("{free} % free, {:.1} GB, at {}", bytes as f64 / GIGABYTE as f64, folder.display());
    if free >= 5 && bytes >= GIGABYTE {
        Ok(words)
    } else {
        Err(format!("{words}; when it is full, nothing can be stored"))
    }
}

/// Nobody but the owner opens the data folder, the secret or the database.
fn rights(config: &Config) -> Result<String, String> {
    let mut paths = vec![config.data.clone(), secrets::path(&config.data)];
    if let Some(file) = db::sqlite_file(&config.database_url) {
        paths.extend(private::database_files(&file));
    }
    let open: Vec<_> = paths.iter().filter_map(|path| private::open_to_others(path)).collect();
    if open.is_empty() { Ok("the owner's alone".into()) } else { Err(open.join("; ")) }
}

/// When `virea backup` last made a copy.
pub(super) async fn last_backup(state: &AppState) -> Result<Option<Instant>, Error> {
    Ok(backups::last(&mut state.db.read(Unscoped::Installation).await?).await?.map(|made| made.at))
}

/// What a copy must hold, and whether they are made.
fn copies(config: &Config, last: Option<Instant>, now: Instant) -> Result<String, String> {
    let (secret, erased) = (secrets::path(&config.data), erasure::file(&config.data));
    let apart = format!(
        "keep {} apart from them, without which nobody can sign in, and {}, so that nobody who was erased comes back",
        secret.display(),
        erased.display()
    );
    let Some(file) = db::sqlite_file(&config.database_url) else {
        let whole = last.map_or_else(
            || {
                "when one was restored elsewhere and found whole, tell it by `virea backup --verified MOMENT`"
                    .to_owned()
            },
            |begun| {
                let (day, time) = begun.in_finland();
                format!("the last that was found whole was begun on {day} at {time}")
            },
        );
        return Ok(format!("PostgreSQL's own (pg_dump -Fc), which this program does not see; {whole}; {apart}"));
    };
    let nightly = "have `virea backup FOLDER --keep 14` run every night, onto another disk";
    let Some(made) = last else {
        let file = file.display();
        return Ok(format!(
            "none made yet; {nightly}. {file} alone is no backup: while the server runs, the newest lies in {file}-wal; \
             {apart}"
        ));
    };
    let (day, time) = made.in_finland();
    if backups::is_late(made, now) {
        return Err(format!("the last was made on {day} at {time}, more than two days ago; {nightly}"));
    }
    Ok(format!("the last was made on {day} at {time}; {apart}"))
}

/// Whether the database has all that it has told, and whether it was ever found to be set back.
async fn as_told(state: &AppState) -> Result<String, String> {
    let file = epochs::file(&state.config.data);
    if epochs::lies_behind(state).await.map_err(|e| format!("{}: {e}", file.display()))? {
        return Err("the database lies behind what it has told: it was set back, or copied back by hand. The next \
                    `virea serve` begins a new epoch, and tablets send again what it has not"
            .to_owned());
    }
    let mut tx = state.db.read(Unscoped::Installation).await.map_err(|e| e.to_string())?;
    let set_back = epochs::last_set_back(&mut tx).await.map_err(|e| e.to_string())?;
    let noted = epochs::is_noted(&state.config.data);
    Ok(set_back.map_or_else(
        || match noted {
            true => "nothing is missing of what it has told".to_owned(),
            false => format!("not known: `virea serve` notes it in {}, and nothing stands there", file.display()),
        },
        |at| {
            let (day, time) = at.in_finland();
            format!(
                "found to be set back on {day} at {time}: tablets were asked for what was missing; what the desk and files \
                 had brought since the copy is gone. If erased.jsonl was set back with it, whoever was erased since has \
                 to be erased again"
            )
        },
    ))
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
    let rows = verify_audit::rows(state).await.map_err(|e| e.to_string())?;
    Ok(format!("{rows} rows, whole"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn config(public_url: &str, proxies: &[&str]) -> Config {
        let trusted_proxies = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
        let settings = Settings { public_url: Some(public_url.into()), trusted_proxies, ..Settings::default() };
        settings.over(Settings::default()).unwrap()
    }

    #[test]
    fn a_proxy_that_nobody_has_named_is_a_problem_with_its_remedy() {
        let told = proxy(&config("https://v.fi", &[])).unwrap_err();
        assert!(told.contains("--trusted-proxy") && told.contains("X-Forwarded-For"), "{told}");
        assert!(proxy(&config("https://v.fi", &["127.0.0.1"])).is_ok());
        assert!(proxy(&config("http://v.fi", &["127.0.0.1"])).is_err(), "a proxy, but no TLS");
        assert!(proxy(&config("http://127.0.0.1:3000", &[])).is_ok(), "at a desk, without any");
    }

    #[test]
    fn a_copy_of_the_database_file_alone_is_called_no_backup() {
        let told = copies(&config("https://v.fi", &[]), None, OLDEST).unwrap();
        assert!(told.contains("data/virea.db alone is no backup") && told.contains("secret.key"), "{told}");
    }

    #[test]
    fn a_night_without_a_backup_is_a_problem_for_those_who_make_them() {
        let config = config("https://v.fi", &[]);
        let told = |hours: i64| copies(&config, Some(OLDEST), OLDEST.plus_millis(hours * 3_600_000));
        assert!(told(47).unwrap().contains("erased.jsonl"));
        assert!(told(49).unwrap_err().contains("more than two days ago"));
    }
}
