//! Files and folders that only their owner may open: what lies in the data folder concerns people, and is worth
//! guarding also where somebody else made the folder.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

/// Rights of a folder and of a file, as `ls` and `chmod` say them.
const FOLDER: u32 = 0o700;
const FILE: u32 = 0o600;

/// Makes the folder, or takes everybody else's rights to one of ours away. One that is shared by its nature (`/tmp`)
/// or that somebody else owns stays as it is; `virea doctor` names it.
pub fn folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, FOLDER);
    builder.create(path)?;
    tighten(path, FOLDER)
}

/// Makes an empty file when there is none, or takes everybody else's rights to ours away.
pub fn file(path: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    // One that is there is not opened: closing it would end the locks that SQLite holds on it in this process.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, FILE);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => tighten(path, FILE),
        // Whoever opens it next says what is wrong with it.
        Err(_) if path.exists() => Ok(()),
        Err(error) => Err(error),
    }
}

/// The file and what SQLite keeps beside it.
pub fn database_files(path: &Path) -> impl Iterator<Item = PathBuf> + use<'_> {
    ["", "-wal", "-shm"].into_iter().map(|ending| with_ending(path, ending))
}

/// Where SQLite's connections tell one another what stands in the write-ahead log.
pub fn wal_index(path: &Path) -> PathBuf {
    with_ending(path, "-shm")
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// As [`file`], for a database with what lies beside it.
pub fn database(path: &Path) -> io::Result<()> {
    file(path)?;
    database_files(path).skip(1).filter(|beside| beside.exists()).try_for_each(|beside| tighten(&beside, FILE))
}

/// What others than the owner may do with it, and how to end that; nothing when they may do nothing, or where no such
/// rights exist.
pub fn open_to_others(path: &Path) -> Option<String> {
    let found = std::fs::metadata(path).ok()?;
    let (mode, wanted) = (mode(&found)?, if found.is_dir() { FOLDER } else { FILE });
    let beyond = mode & 0o077;
    (beyond != 0).then(|| {
        let shown = path.display();
        format!("others than the owner may open {shown} (rights {mode:o}); run: chmod {wanted:o} {shown}")
    })
}

#[cfg(unix)]
fn mode(found: &Metadata) -> Option<u32> {
    Some(std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o7777)
}

#[cfg(not(unix))]
fn mode(_: &Metadata) -> Option<u32> {
    None
}

#[cfg(unix)]
fn tighten(path: &Path, wanted: u32) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    const STICKY: u32 = 0o1000;
    let found = std::fs::metadata(path)?;
    let mode = found.mode() & 0o7777;
    let ours = found.uid() == rustix::process::geteuid().as_raw();
    if !ours || mode & STICKY != 0 || mode & 0o077 == 0 {
        return Ok(());
    }
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode & wanted))
}

#[cfg(not(unix))]
fn tighten(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn set(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    fn rights(path: &Path) -> u32 {
        mode(&std::fs::metadata(path).unwrap()).unwrap()
    }

    #[test]
    fn a_folder_and_a_file_that_were_there_are_closed_to_others_and_new_ones_are_made_so() {
        let within = crate::scratch("private");
        std::fs::create_dir_all(&within).unwrap();
        set(&within, 0o755);
        let (old, new, made) = (within.join("virea.db"), within.join("new.db"), within.join("a/b"));
        let beside = within.join("virea.db-wal");
        for path in [&old, &beside] {
            std::fs::write(path, "kept").unwrap();
            set(path, 0o644);
        }
        assert!(open_to_others(&old).is_some_and(|how| how.contains("chmod 600") && how.contains("644")));
        folder(&within).unwrap();
        folder(&made).unwrap();
        database(&old).unwrap();
        database(&new).unwrap();
        assert_eq!([&within, &made, &old, &beside, &new].map(|path| rights(path)), [0o700, 0o700, 0o600, 0o600, 0o600]);
        assert_eq!(std::fs::read(&old).unwrap(), b"kept");
        assert!([&within, &old, &new].into_iter().all(|path| open_to_others(path).is_none()));
        // Shared by its nature, like /tmp.
        set(&made, 0o1777);
        folder(&made).unwrap();
        assert_eq!(rights(&made), 0o1777);
        std::fs::remove_dir_all(within).unwrap();
    }
}
