//! A throw-away PostgreSQL cluster for one test run: made in a temporary folder, served on a free
//! port of 127.0.0.1, stopped and removed at the end.

use crate::run::{Tried, command, output, run, say};
use crate::setup;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running cluster; dropping it stops the server and removes its files.
pub struct Cluster {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes and starts a cluster, installing PostgreSQL if it is missing.
    pub fn start() -> Tried<Cluster> {
        let programs = setup::postgres()?;
        let folder = std::env::temp_dir().join(format!("virea-postgres-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let owner = owner();
        if let Some(user) = owner {
            run(command("chown", &[user, &folder.to_string_lossy()]))?;
        }
        say("starting a throw-away PostgreSQL");
        let data = folder.join("data").to_string_lossy().into_owned();
        output(as_owner(owner, &programs.join("initdb"), &init_arguments(&data)))?;
        let port = free_port()?;
        let server = serve(owner, &programs, &folder, &data, port)?;
        let mut cluster = Cluster { server, folder, port };
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    /// For `TEST_DATABASE_URL`: the maintenance database, in which each test creates its own.
    pub fn url(&self) -> String {
        format!("postgres://virea@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self) -> Tried<()> {
        for _ in 0..300 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            if let Ok(Some(status)) = self.server.try_wait() {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(format!("PostgreSQL ended at once ({status}): {log}"));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err("PostgreSQL did not answer within 30 s".to_owned())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // An interrupt is PostgreSQL's fast shutdown: it does not wait for clients to leave.
        let _ = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn init_arguments(data: &str) -> [&str; 7] {
    ["--pgdata", data, "--username=virea", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
}

/// Nothing here must survive a power cut, so nothing waits for the disk.
fn serve(owner: Option<&str>, programs: &Path, folder: &Path, data: &str, port: u16) -> Tried<Child> {
    let (port, sockets) = (port.to_string(), folder.to_string_lossy().into_owned());
    let fast = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"];
    // Nobody copies its log, and each of its thousand databases lives for a second.
    let lean = ["-c", "wal_level=minimal", "-c", "max_wal_senders=0", "-c", "autovacuum=off"];
    let place = ["-D", data, "-h", "127.0.0.1", "-p", &port, "-k", &sockets, "-c", "max_connections=200"];
    let log = fs::File::create(folder.join("log")).map_err(|error| error.to_string())?;
    let mut server = as_owner(owner, &programs.join("postgres"), &[&place[..], &fast[..], &lean[..]].concat());
    server.stdout(Stdio::null()).stderr(log);
    server.spawn().map_err(|error| format!("PostgreSQL could not be started: {error}"))
}

/// PostgreSQL refuses to run as root; then it runs as the user that Debian's package made for it.
fn owner() -> Option<&'static str> {
    let root = output(command("id", &["-u"])).is_ok_and(|id| id.trim() == "0");
    let known = || output(command("id", &["-u", "postgres"])).is_ok();
    root.then(|| if known() { "postgres" } else { "nobody" })
}

/// Ends with this tool, also when the tool is killed.
fn as_owner(owner: Option<&str>, program: &Path, arguments: &[&str]) -> Command {
    let mut words = vec!["--pdeathsig", "INT"];
    if let Some(user) = owner {
        words.extend(["--reuid", user, "--regid", if user == "nobody" { "nogroup" } else { user }, "--clear-groups"]);
    }
    let program = program.to_string_lossy();
    words.push(&program);
    words.extend(arguments);
    let mut command = command("setpriv", &words);
    command.current_dir("/");
    command
}

fn free_port() -> Tried<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
    Ok(listener.local_addr().map_err(|error| error.to_string())?.port())
}
