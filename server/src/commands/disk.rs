//! Files that commands read and write, and what keeps them from it in words.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use app::texts::{self, Lang};

/// The largest file that is read; the largest real one, ten years of a city's attendance, has about 50 MB.
const LARGEST_FILE: u64 = 256 * 1024 * 1024;

/// A file that is read once, from its beginning; a pipe may be read too, but nothing without an end.
pub fn open(path: &Path) -> io::Result<Bounded> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    Ok(Bounded { file: file.take(LARGEST_FILE + 1) })
}

/// A file of which no more is read than the largest real one has.
pub struct Bounded {
    file: io::Take<File>,
}

impl io::Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        if self.file.limit() == 0 { Err(ErrorKind::FileTooLarge.into()) } else { Ok(read) }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    Reading,
    Writing,
}

/// What keeps a file from being read or written and what to do, in the command's language; what is rare, in the
/// system's words.
pub fn cause(lang: Lang, error: &io::Error, doing: Doing) -> String {
    use texts::import::cause as t;
    let words = match (error.kind(), doing) {
        (ErrorKind::NotFound, Doing::Reading) => t::not_found(lang),
        (ErrorKind::NotFound | ErrorKind::NotADirectory, Doing::Writing) => t::no_folder(lang),
        (ErrorKind::NotADirectory, Doing::Reading) => t::not_found(lang),
        (ErrorKind::IsADirectory | ErrorKind::InvalidInput, _) => t::folder(lang),
        (ErrorKind::PermissionDenied, Doing::Reading) => t::not_permitted(lang),
        (ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem, _) => t::not_permitted_to_write(lang),
        (ErrorKind::StorageFull | ErrorKind::QuotaExceeded, _) => t::full(lang),
        (ErrorKind::FileTooLarge, _) => return t::too_large(lang, i64::try_from(LARGEST_FILE >> 20).unwrap_or(0)),
        _ => return error.to_string(),
    };
    words.to_owned()
}

/// Writes the whole text. A file is written beside and renamed: whoever reads it sees the old one or the new one,
/// never a half; a file that is there keeps its rights and its owner, a new one is the writer's alone, and a link is
/// followed. What is no file (a pipe, a device) gets the bytes as they come.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = followed(path)?;
    let there = match std::fs::metadata(&target) {
        Ok(there) => Some(there),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    match there {
        Some(there) if there.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Some(there) if !there.is_file() || is_of_the_system(&target) => append(&target, bytes),
        Some(there) => match replace(&target, bytes, Some(&there)) {
            // The folder is closed, or the file is somebody else's who has opened it to us.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => overwrite(&target, bytes),
            result => result,
        },
        None => replace(&target, bytes, None),
    }
}

/// Where the path leads; a link may lead to a file that is still to be made.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_path_buf();
    // As many links as Linux follows.
    for _ in 0..40 {
        if is_of_the_system(&target) || !target.is_symlink() {
            return Ok(target);
        }
        let next = std::fs::read_link(&target)?;
        target = target.parent().unwrap_or(Path::new("")).join(next);
    }
    Err(ErrorKind::NotFound.into())
}

/// `/dev/stdout` and its like: names of what is open already.
fn is_of_the_system(path: &Path) -> bool {
    path.starts_with("/dev") || path.starts_with("/proc")
}

fn append(target: &Path, bytes: &[u8]) -> io::Result<()> {
    std::fs::OpenOptions::new().append(true).open(target)?.write_all(bytes)
}

fn overwrite(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).truncate(true).open(target)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn replace(target: &Path, bytes: &[u8], there: Option<&Metadata>) -> io::Result<()> {
    let mut name = target.file_name().ok_or(ErrorKind::IsADirectory)?.to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let beside = target.with_file_name(name);
    let written = private(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        if let Some(there) = there {
            keep(&file, there)?;
        }
        file.sync_all()?;
        std::fs::rename(&beside, target)
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}

/// A new file that only its owner may open: what is written concerns people.
fn private(path: &Path) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The file, made for its owner alone when there is none, to write at its end.
pub fn private_to_append(path: &Path) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Owner, group and rights of the file that is replaced.
fn keep(file: &File, there: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let own = file.metadata()?;
        if (own.uid(), own.gid()) != (there.uid(), there.gid()) {
            std::os::unix::fs::fchown(file, Some(there.uid()), Some(there.gid()))?;
        }
    }
    file.set_permissions(there.permissions())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that goes with the test.
    struct Folder(std::path::PathBuf);

    impl Folder {
        fn of(test: &str) -> Self {
            let path = crate::scratch(test);
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn read(path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        open(path)?.read_to_end(&mut bytes).map(|_| bytes)
    }

    #[test]
    fn a_file_without_an_end_is_not_read_for_ever() {
        let mut zeros = open(Path::new("/dev/zero")).unwrap();
        assert_eq!(io::copy(&mut zeros, &mut io::sink()).unwrap_err().kind(), ErrorKind::FileTooLarge);
    }

    #[test]
    fn what_cannot_be_read_or_written_is_told_in_the_language_of_the_command() {
        let folder = Folder::of("causes");
        let file = folder.0.join("people.csv");
        let reading = |path: &Path| cause(Lang::Fi, &read(path).unwrap_err(), Doing::Reading);
        assert_eq!(reading(&file), "tiedostoa ei ole. Tarkista nimi ja kansio.");
        assert_eq!(reading(&folder.0), "se on kansio. Anna kansiossa olevan tiedoston nimi.");
        let writing = |path: &Path| cause(Lang::Sv, &write_whole(path, b"x").unwrap_err(), Doing::Writing);
        assert_eq!(writing(&folder.0), "det är en mapp. Ange en fil i den.");
        assert_eq!(writing(&folder.0.join("no/people.csv")), "mappen finns inte. Skapa mappen eller välj en annan.");
        write_whole(&file, b"x").unwrap();
        assert_eq!(reading(&file.join("inside")), "tiedostoa ei ole. Tarkista nimi ja kansio.");
        assert_eq!(read(&file).unwrap(), b"x");
    }

    #[test]
    fn every_cause_with_a_remedy_is_told_in_it_and_a_rare_one_by_the_system() {
        for kind in [ErrorKind::PermissionDenied, ErrorKind::StorageFull, ErrorKind::FileTooLarge] {
            let error = io::Error::from(kind);
            let told = Lang::ALL.map(|lang| cause(lang, &error, Doing::Writing));
            assert!(told.iter().all(|words| words.ends_with('.') && !words.contains(&error.to_string())), "{told:?}");
            assert!(told[0] != told[1] && told[1] != told[2], "{told:?}");
        }
        let rare = io::Error::from(ErrorKind::Interrupted);
        assert_eq!(cause(Lang::Fi, &rare, Doing::Reading), rare.to_string());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_there_keeps_its_rights_and_a_new_one_is_the_writers_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = Folder::of("rights");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let new = folder.0.join("new.csv");
        write_whole(&new, b"x").unwrap();
        assert_eq!(mode(&new), 0o600);
        for kept in [0o600, 0o640, 0o664, 0o400] {
            std::fs::set_permissions(&new, std::fs::Permissions::from_mode(kept)).unwrap();
            write_whole(&new, b"y").unwrap();
            assert_eq!((mode(&new), std::fs::read(&new).unwrap()), (kept, b"y".to_vec()), "{kept:o}");
        }
        assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 1, "nothing is left beside it");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_its_file_is_written() {
        let folder = Folder::of("links");
        let (file, link, far) = (folder.0.join("file.csv"), folder.0.join("link.csv"), folder.0.join("far.csv"));
        std::os::unix::fs::symlink("file.csv", &link).unwrap();
        std::os::unix::fs::symlink(&link, &far).unwrap();
        for text in [b"made", b"more"] {
            write_whole(&far, text).unwrap();
            assert!(far.is_symlink() && link.is_symlink() && !file.is_symlink());
            assert_eq!(std::fs::read(&file).unwrap(), text);
        }
        let circle = folder.0.join("circle.csv");
        std::os::unix::fs::symlink(&circle, &circle).unwrap();
        assert!(write_whole(&circle, b"x").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_and_a_device_get_the_bytes_and_stay_what_they_are() {
        use std::os::unix::fs::FileTypeExt as _;
        let folder = Folder::of("pipes");
        let pipe = folder.0.join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        let reader = {
            let pipe = pipe.clone();
            std::thread::spawn(move || std::fs::read(pipe).unwrap())
        };
        write_whole(&pipe, b"rows").unwrap();
        assert_eq!(reader.join().unwrap(), b"rows");
        assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo());
        write_whole(Path::new("/dev/null"), b"rows").unwrap();
        assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }
}
