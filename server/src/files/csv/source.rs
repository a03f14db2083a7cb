//! A file's bytes on their way to the CSV reader: without a byte order mark, every line ended by LF, and kept from
//! the start of the present record on, so that the record can be looked at as it stands in the file.

use std::io::{self, Read};

/// The longest record that is read, in bytes. A longer one is a broken file (a quote that never ends,
/// a picture pasted into a cell) and is refused before it fills the memory.
pub const LONGEST_RECORD: usize = 64 * 1024;

/// How much is looked at to find out what the file is.
const HEAD: u64 = 64 * 1024;

/// What is read from the file at a time; the CSV reader takes as much at a time.
pub const BLOCK: usize = 8 * 1024;

/// In the error by which the CSV reader is stopped inside a record that does not end.
#[derive(Debug, thiserror::Error)]
#[error("a record of more than {LONGEST_RECORD} bytes")]
struct Endless;

pub struct Source<'a> {
    file: Box<dyn Read + Send + 'a>,
    ends: LineEnds,
    /// Read from the file and not handed out yet, from `at` on.
    ahead: Vec<u8>,
    at: usize,
    /// Handed out; before `start` lie earlier records.
    given: Vec<u8>,
    start: usize,
    /// Where `given` begins, counted from where the present CSV reader began.
    offset: u64,
    /// The line on which the present record, or the empty lines before it, begins.
    line: u64,
}

/// One record as it stands in the file, its line end taken off.
pub struct Raw<'a> {
    pub line: u64,
    pub bytes: &'a [u8],
}

impl<'a> Source<'a> {
    /// Reads the beginning of the file.
    pub fn open(mut file: Box<dyn Read + Send + 'a>) -> io::Result<Self> {
        let mut head = Vec::new();
        file.by_ref().take(HEAD).read_to_end(&mut head)?;
        let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head);
        let mut source = Self { file, ends: LineEnds::of(text), ..Self::empty() };
        source.ends.unify(text, &mut source.ahead);
        Ok(source)
    }

    pub fn empty() -> Self {
        let (file, ends) = (Box::new(io::empty()), LineEnds::default());
        Self { file, ends, ahead: Vec::new(), at: 0, given: Vec::new(), start: 0, offset: 0, line: 1 }
    }

    /// The beginning of the file's text.
    pub fn head(&self) -> &[u8] {
        self.ahead.get(self.at..).unwrap_or_default()
    }

    /// The record that ends `end` bytes after the place where the CSV reader began. The source counts it as read.
    pub fn record(&mut self, end: u64) -> Raw<'_> {
        let end = usize::try_from(end.saturating_sub(self.offset)).unwrap_or(usize::MAX).min(self.given.len());
        let whole = self.given.get(self.start..end).unwrap_or_default();
        let (line, bytes) = first_line(self.line, whole);
        self.line = line + breaks(bytes);
        self.start = end;
        Raw { line, bytes: bytes.strip_suffix(b"\n").unwrap_or(bytes) }
    }

    /// Whether the CSV reader was stopped because the record is too long.
    pub fn is_endless(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Endless>())
    }

    /// Goes on behind a record that is too long: after its line, or at the end of the file when a quote is open in
    /// it, since then nobody knows where the next record begins. The line on which it began.
    pub fn skip_record(&mut self) -> io::Result<u64> {
        let given = std::mem::take(&mut self.given);
        let (line, record) = first_line(self.line, given.get(self.start..).unwrap_or_default());
        let open = record.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
        self.line = line + breaks(record);
        (self.start, self.offset) = (0, 0);
        while self.fill()? {
            let rest = self.head();
            let stop = if open { None } else { rest.iter().position(|byte| *byte == b'\n') };
            let used = stop.map_or(rest.len(), |at| at + 1);
            self.line += breaks(rest.get(..used).unwrap_or_default());
            self.at += used;
            if stop.is_some() {
                break;
            }
        }
        Ok(line)
    }

    /// Whether there is something to hand out.
    fn fill(&mut self) -> io::Result<bool> {
        let mut block = [0; BLOCK];
        while self.at >= self.ahead.len() {
            let read = self.file.read(&mut block)?;
            if read == 0 {
                return Ok(false);
            }
            self.at = 0;
            self.ahead.clear();
            self.ends.unify(block.get(..read).unwrap_or_default(), &mut self.ahead);
        }
        Ok(true)
    }

    /// Forgets earlier records, and empty lines, of which there may be any number.
    fn tidy(&mut self) {
        let rest = self.given.get(self.start..).unwrap_or_default();
        if rest.iter().all(|byte| *byte == b'\n') {
            self.line += breaks(rest);
            self.start = self.given.len();
        }
        self.offset += count(self.start);
        self.given.drain(..self.start);
        self.start = 0;
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.tidy();
        if self.given.len() > LONGEST_RECORD + BLOCK {
            return Err(io::Error::other(Endless));
        }
        self.fill()?;
        let read = self.head().read(buffer)?;
        self.at += read;
        self.given.extend_from_slice(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// How the lines of a file end: in LF or CRLF, or in CR alone as old spreadsheets on Macs write them.
#[derive(Default)]
struct LineEnds {
    only_cr: bool,
    /// A CR at the end of what was read so far, of which nobody knows yet whether an LF follows.
    held: bool,
}

impl LineEnds {
    /// By the first line of the text.
    fn of(text: &[u8]) -> Self {
        let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let only_cr =
            end.is_some_and(|at| text.get(at) == Some(&b'\r') && !matches!(text.get(at + 1), Some(b'\n') | None));
        Self { only_cr, held: false }
    }

    /// Adds the bytes to the text with LF for every line end. A CR inside a line stays for the reader to refuse; one
    /// at the end of the file ends its last line.
    fn unify(&mut self, bytes: &[u8], into: &mut Vec<u8>) {
        for byte in bytes {
            if std::mem::take(&mut self.held) && *byte != b'\n' {
                into.push(b'\r');
            }
            match byte {
                b'\r' if self.only_cr => into.push(b'\n'),
                b'\r' => self.held = true,
                byte => into.push(*byte),
            }
        }
    }
}

/// The record without the empty lines before it, and the line on which it begins.
fn first_line(line: u64, bytes: &[u8]) -> (u64, &[u8]) {
    let empty = bytes.iter().take_while(|byte| **byte == b'\n').count();
    (line + count(empty), bytes.get(empty..).unwrap_or_default())
}

fn breaks(bytes: &[u8]) -> u64 {
    count(bytes.iter().filter(|byte| **byte == b'\n').count())
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
