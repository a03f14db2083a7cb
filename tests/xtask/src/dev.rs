//! `cargo xtask dev`: builds again and restarts when a file changes. Pages are reloaded by hand.

use crate::run::{Outcome, root, say};
use crate::site::Profile;
use crate::{demo, server};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

const WATCHED: [&str; 5] = ["app", "server", "style", "public", "Cargo.toml"];

/// Never ends by itself: Ctrl-C does.
pub fn run(arguments: &[String]) -> Outcome<()> {
    let port = arguments.first().map_or(demo::PORT, String::as_str);
    let mut running = None;
    loop {
        let seen = newest();
        match server::build(Profile::Debug) {
            Ok(binary) => {
                stop(&mut running);
                running = Some(demo::start(&binary, port)?);
                demo::welcome(port);
            }
            // What ran before goes on, so that the page can still be looked at.
            Err(reason) => say(&format!("not restarted: {reason}")),
        }
        say("waiting for a change; reload the page after it");
        while newest() == seen {
            sleep(Duration::from_millis(500));
        }
    }
}

fn stop(running: &mut Option<std::process::Child>) {
    if let Some(mut server) = running.take() {
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
