//! `cargo xtask dev`: builds again and restarts when a file changes; open pages load themselves again.

use crate::run::{Tried, root, say};
use crate::site::Profile;
use crate::{demo, server};
use std::path::Path;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

const WATCHED: [&str; 5] = ["app", "server", "style", "public", "Cargo.toml"];

/// Pages listen for the next build, and the tablet keeps no worker that would answer from the build before.
const SETTINGS: [(&str, &str); 2] = [("VIREA_LIVE_RELOAD", "1"), ("VIREA_WORKER", "false")];
/// How long a stopped server may take to throw its database away.
const LAST_WORK: Duration = Duration::from_secs(3);

/// Never ends by itself: Ctrl-C does.
pub fn run(arguments: &[String]) -> Tried<()> {
    let port = arguments.first().map_or(demo::PORT, String::as_str);
    let mut running = None;
    loop {
        let seen = newest();
        match server::build(Profile::Debug) {
            Ok(binary) => {
                stop(&mut running);
                running = Some(demo::start(&binary, port, &SETTINGS)?);
                demo::welcome(port);
            }
            // What ran before goes on, so that the page can still be looked at.
            Err(reason) => say(&format!("not restarted: {reason}")),
        }
        say("waiting for a change; open pages load themselves again after it");
        while newest() == seen {
            sleep(Duration::from_millis(500));
        }
    }
}

fn stop(running: &mut Option<Child>) {
    if let Some(mut server) = running.take() {
        // Asked first, so that it removes what it put on the disk.
        let _ = Command::new("kill").arg(server.id().to_string()).status();
        let asked = Instant::now();
        while asked.elapsed() < LAST_WORK && matches!(server.try_wait(), Ok(None)) {
            sleep(Duration::from_millis(20));
        }
        let _ = server.kill();
        let _ = server.wait();
    }
}

/// The newest change under the watched folders, and how many files there are, so that a removal counts too.
fn newest() -> (SystemTime, usize) {
    let mut newest = (SystemTime::UNIX_EPOCH, 0);
    for name in WATCHED {
        look(&root().join(name), &mut newest);
    }
    newest
}

fn look(path: &Path, newest: &mut (SystemTime, usize)) {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.for_each(|entry| look(&entry.path(), newest));
    } else if let Ok(changed) = path.metadata().and_then(|found| found.modified()) {
        *newest = (newest.0.max(changed), newest.1 + 1);
    }
}
