//! Files that commands read and write whole, and what keeps them from it in words.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::Path;

use app::texts::{self, Lang};

/// The largest file that is read; the largest real one, ten years of a city's attendance, has about 50 MB.
const LARGEST_FILE: u64 = 256 * 1024 * 1024;

/// The file's bytes; a pipe may be read too, but nothing without an end.
pub fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|size| size <= LARGEST_FILE) {
        Ok(bytes)
    } else {
        Err(ErrorKind::FileTooLarge.into())
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

/// Writes beside the file and renames: whoever reads it sees the old one or the new one, never a half.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().filter(|_| !path.is_dir());
    let mut name = name.ok_or(ErrorKind::IsADirectory)?.to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(name);
    let written = std::fs::File::create(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| std::fs::rename(&beside, path));
    if renamed.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that goes with the test.
    struct Folder(std::path::PathBuf);

    impl Folder {
        fn of(test: &str) -> Self {
            let path = std::env::temp_dir().join(format!("virea-test-{}-{test}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn what_cannot_be_read_or_written_is_told_in_the_language_of_the_command() {
        let folder = Folder::of("causes");
        let file = folder.0.join("people.csv");
        let reading = |path: &Path| cause(Lang::Fi, &read_whole(path).unwrap_err(), Doing::Reading);
        assert_eq!(reading(&file), "tiedostoa ei ole. Tarkista nimi ja kansio.");
        assert_eq!(reading(&folder.0), "se on kansio. Anna kansiossa olevan tiedoston nimi.");
        let writing = |path: &Path| cause(Lang::Sv, &write_whole(path, b"x").unwrap_err(), Doing::Writing);
        assert_eq!(writing(&folder.0), "det är en mapp. Ange en fil i den.");
        assert_eq!(writing(&folder.0.join("no/people.csv")), "mappen finns inte. Skapa mappen eller välj en annan.");
        write_whole(&file, b"x").unwrap();
        assert_eq!(reading(&file.join("inside")), "tiedostoa ei ole. Tarkista nimi ja kansio.");
        assert_eq!(read_whole(&file).unwrap(), b"x");
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
}
