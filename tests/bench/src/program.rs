//! The built program: its commands, and the server on a free port.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Why something could not be measured.
pub type Tried<T> = Result<T, String>;

/// The binary on a data folder of its own.
#[derive(Clone)]
pub struct Program {
    binary: PathBuf,
    pub folder: PathBuf,
}

impl Program {
    pub fn new(binary: &Path, folder: &Path) -> Tried<Self> {
        fs::create_dir_all(folder).map_err(told)?;
        Ok(Self { binary: binary.to_path_buf(), folder: folder.to_path_buf() })
    }

    pub fn database(&self) -> PathBuf {
        self.folder.join("data/virea.db")
    }

    /// Runs a command to its end.
    pub fn run(&self, words: &[&str]) -> Tried<Output> {
        let output = self.command(words).output().map_err(told)?;
        if output.status.success() {
            return Ok(output);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("virea {}: {}", words.join(" "), said.lines().next().unwrap_or("failed")))
    }

    /// Runs a command to its end: seconds, and the most memory that it held, in megabytes.
    pub fn watch(&self, words: &[&str]) -> Tried<(f64, f64)> {
        let begun = Instant::now();
        let mut child = self.command(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(told)?;
        let mut most: f64 = 0.0;
        loop {
            most = most.max(megabytes(child.id(), "VmHWM:").unwrap_or(0.0));
            match child.try_wait().map_err(told)? {
                Some(status) if status.success() => return Ok((begun.elapsed().as_secs_f64(), most)),
                Some(status) => return Err(format!("virea {} ended with {status}", words.join(" "))),
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Returns when the server answers its first request.
    pub fn serve(&self, words: &[&str]) -> Tried<Serving> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(told)?;
        let address = listener.local_addr().map_err(told)?.to_string();
        drop(listener);
        let mut command = self.command(&[words, &["--listen", &address]].concat());
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(told)?;
        let serving = Serving { process, address };
        for _ in 0..30_000 {
            if serving.answers() {
                return Ok(serving);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Err("the server did not answer".to_owned())
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(words).current_dir(&self.folder).env_remove("DATABASE_URL").stdin(Stdio::null());
        command.env("VIREA_DATA", self.folder.join("data")).env("TMPDIR", &self.folder).env("VIREA_LOG", "warn");
        command
    }
}

/// A server that is killed when this is dropped.
pub struct Serving {
    process: Child,
    address: String,
}

impl Serving {
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Resident memory now.
    pub fn megabytes(&self) -> Tried<f64> {
        megabytes(self.process.id(), "VmRSS:")
    }

    /// The most resident memory since [`Self::forget_peak`], else since the start.
    pub fn peak(&self) -> Tried<f64> {
        megabytes(self.process.id(), "VmHWM:")
    }

    /// The most begins anew with what there is now.
    pub fn forget_peak(&self) -> Tried<()> {
        fs::write(format!("/proc/{}/clear_refs", self.process.id()), "5").map_err(told)
    }

    fn answers(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(&self.address) else { return false };
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        let mut answer = String::new();
        stream.write_all(request.as_bytes()).is_ok()
            && stream.read_to_string(&mut answer).is_ok()
            && answer.contains(" 200 ")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn megabytes(process: u32, what: &str) -> Tried<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).map_err(told)?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)).ok_or("no such line in the status")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().map_err(told)?;
    Ok(kilobytes * 1024.0 / 1_000_000.0)
}

/// An error as the table tells it.
pub fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}
