//! What can be wrong with a file: codes with data. The words are in `app/texts/*/import.toml`.

use domain::names::unseen;
use domain::time::Day;

/// One thing that keeps a file from being imported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The line on which the record starts; the header is line 1.
    pub line: u64,
    pub column: Option<String>,
    /// The value as it stands in the file, shortened when it is long.
    pub value: Option<String>,
    pub what: What,
}

/// The kinds of problem.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// The file has no header row.
    Empty,
    /// UTF-16, recognised by its first bytes.
    OtherEncoding,
    /// A spreadsheet program's own file that is not read: .xls, .ods, or one behind a password.
    Spreadsheet,
    /// An .xlsx that cannot be opened.
    BrokenSpreadsheet,
    /// An .xlsx of more than any file of ours holds.
    SpreadsheetTooLarge,
    /// gzip, zip and the like.
    Compressed,
    Pdf,
    /// Bytes that are no text at all.
    NotText,
    UnknownColumn {
        known: &'static [&'static str],
    },
    MissingColumn,
    DuplicateColumn,
    /// A value in a column that the header does not name.
    UnnamedColumn,
    FieldCount {
        expected: usize,
        found: usize,
    },
    BadEncoding,
    /// A control, or another character that nobody sees.
    ControlCharacter {
        code: u32,
    },
    /// An error word of a spreadsheet program, such as `#N/A`.
    SpreadsheetError,
    /// A long number that a spreadsheet has shown short: `3,58401E+11`.
    Scientific,
    /// `####`: the spreadsheet's column was too narrow for the value.
    TooNarrow,
    /// A program's word for true, false or nothing.
    NoValue,
    StrayQuote,
    UnclosedQuote,
    LineBreak,
    RecordTooLong {
        limit: usize,
    },
    /// So many problems that reading on helps nobody.
    TooMany,
    /// A cell that must not be empty.
    Required,
    NotADay,
    NoSuchDay,
    YearOutOfRange {
        first: i32,
        last: i32,
    },
    /// A bare number in place of a day: how spreadsheets count days.
    SerialDay {
        day: Day,
    },
    BirthInFuture,
    /// A day that has not come yet, of something that has happened.
    InFuture,
    NotATime,
    NotANumber,
    TwoSeparators,
    NotWhole,
    OutOfRange {
        least: String,
        most: String,
    },
    UnknownCode {
        allowed: Vec<&'static str>,
    },
    TooLong {
        limit: usize,
    },
    PostalCode,
    /// A name without a letter or a digit.
    NothingToSay,
    /// Fewer digits than a telephone number has.
    Phone,
    /// No digit at all.
    PhoneWithoutDigits,
    Weekdays,
    /// Two rows with one key say different things; `line` is the first.
    OtherContent {
        line: u64,
    },
    LeftBeforeJoined,
    ReasonWithoutLeaving,
    EndBeforeStart,
    MarkWithoutPerson,
    PersonWithoutMark,
    NeitherValueNorReason,
    ValueAndReason,
    ItemOfOtherInstrument {
        allowed: Vec<&'static str>,
    },
    TrialOutOfRange {
        most: u8,
    },
    SkippedNotAllowed,
    CourseRequired {
        allowed: &'static [u16],
    },
    CourseRefused {
        allowed: &'static [u16],
    },
    CourseWithoutWalk,
    CourseDiffers,
    TooFast,
    InjuryWithoutFall,
    UnknownParticipant,
    UnknownGroup,
    NoMembership,
    BeforeConsent {
        consent: Day,
    },
    AfterWithdrawal {
        withdrawn: Day,
    },
    /// The write path refused the operation; should not happen for a row that passed the other checks.
    Refused {
        reason: String,
    },
}

/// Something worth knowing that does not keep a row out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Notice {
    pub line: u64,
    pub column: &'static str,
    pub value: String,
    pub kind: NoticeKind,
}

macro_rules! notice_kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum NoticeKind { $($(#[$doc])* $name,)* }

        impl NoticeKind {
            /// As it is stored.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            pub fn from_code(text: &str) -> Option<Self> {
                match text { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

notice_kinds! {
    /// Attendance on a day that no stay of the person covers.
    OutsideMembership = "outside_membership",
    /// Outside the soft limits.
    UnusualValue = "unusual_value",
    /// A test of a person without a known day of consent.
    NoConsentDate = "no_consent_date",
    ProviderCreated = "provider_created",
    /// Born less than 65 years ago.
    Young = "young",
    /// Born on a day that registers write where they know none.
    PlaceholderDay = "placeholder_day",
    /// Somebody of the same name, born on the same day, is there under the reference that is told.
    MaybeSamePerson = "maybe_same_person",
    /// The person was in the group already; the first day of that stay is corrected.
    StayCorrected = "stay_corrected",
    /// The row's stay has another first day since it was imported.
    StayWasCorrected = "stay_was_corrected",
    /// What the row is about was removed while the file was being written.
    LeftOut = "left_out",
    /// The processing of the person's data is restricted: nothing of the row is taken.
    Restricted = "restricted",
}

/// The longest piece of a value that is repeated in a message, in characters.
const SHOWN: usize = 60;

impl What {
    /// Whether it concerns the file as a whole: then no line can be named.
    pub const fn is_of_file(&self) -> bool {
        matches!(
            self,
            Self::OtherEncoding
                | Self::Spreadsheet
                | Self::BrokenSpreadsheet
                | Self::SpreadsheetTooLarge
                | Self::Compressed
                | Self::Pdf
                | Self::NotText
        )
    }
}

impl Problem {
    /// A problem of the whole file, or of a record as a whole.
    pub fn of_record(line: u64, what: What) -> Self {
        Self { line, column: None, value: None, what }
    }

    /// A problem of one cell.
    pub fn of_cell(line: u64, column: &str, value: &str, what: What) -> Self {
        Self { line, column: Some(shorten(column)), value: Some(shorten(value)), what }
    }
}

/// The beginning of the value, with anything that would disturb a terminal made visible.
fn shorten(value: &str) -> String {
    let mut shown: String = value.chars().take(SHOWN).flat_map(visible).collect();
    if value.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

fn visible(c: char) -> Vec<char> {
    if unseen(c.encode_utf8(&mut [0; 4])).is_some() { c.escape_default().collect() } else { vec![c] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_shortened_and_control_characters_become_visible() {
        let problem =
            Problem::of_cell(7, "note", &format!("a\u{7}{}", "b".repeat(10_000_000)), What::TooLong { limit: 9 });
        let shown = problem.value.unwrap();
        assert!(shown.starts_with("a\\u{7}bb") && shown.ends_with('…'));
        assert!(shown.chars().count() < 80);
    }
}
