//! The words for problems and notices, in the chosen language.

use std::collections::HashMap;

use app::history::{Names, VerbWords as _, group_name};
use app::people::history::field_words;
use app::texts::{self, Lang};
use domain::groups::membership;
use domain::sync::op::Verb;
use domain::time::Day;
use domain::{assessments, groups, people, sessions};

use super::kinds::Kind;
use super::problem::{Notice, NoticeKind, Problem, What};

/// One line for one problem: file, line, column, value and what to do.
pub fn problem(lang: Lang, file: &str, problem: &Problem) -> String {
    let words = what(lang, &problem.what);
    if problem.what.is_of_file() {
        return texts::import::place::file(lang, file, &words);
    }
    placed(lang, file, problem.line, problem.column.as_deref(), problem.value.as_deref(), &words)
}

/// How many lines are named of each kind of mistake.
const LINES_NAMED: usize = 5;

/// One kind of mistake in one column, and on which lines it stands.
pub type KindOfProblem<'a> = (&'a Problem, Vec<u64>);

/// The kinds of mistake, the most frequent first.
pub fn kinds(problems: &[Problem]) -> Vec<KindOfProblem<'_>> {
    let mut kinds: Vec<(&Problem, Vec<u64>)> = Vec::new();
    let mut places = HashMap::new();
    for problem in problems {
        let kind = (problem.column.as_deref(), std::mem::discriminant(&problem.what));
        let at = *places.entry(kind).or_insert_with(|| {
            kinds.push((problem, Vec::new()));
            kinds.len() - 1
        });
        if let Some((_, lines)) = kinds.get_mut(at) {
            lines.push(problem.line);
        }
    }
    kinds.sort_by_key(|(_, lines)| std::cmp::Reverse(lines.len()));
    kinds
}

/// The first lines of a kind of mistake: "2, 3, 4, 5, 6 …".
pub fn first_lines(lines: &[u64]) -> String {
    let named: Vec<_> = lines.iter().take(LINES_NAMED).map(u64::to_string).collect();
    named.join(", ") + if lines.len() > LINES_NAMED { " …" } else { "" }
}

/// The kinds of mistake and their columns with counts and the first lines, the most frequent first: for whoever saw more
/// lines roll by than can be read.
pub fn by_kind(lang: Lang, problems: &[Problem]) -> String {
    use texts::import::kinds as t;
    let kinds = kinds(problems);
    let said = kinds.iter().map(|(first, lines)| {
        let (count, named) = (texts::whole(lines.len()), first_lines(lines));
        let place = match &first.column {
            Some(column) => t::column(lang, column, &named, count),
            None => t::record(lang, &named, count),
        };
        format!("{place}: {}\n", what(lang, &first.what))
    });
    format!("\n{}\n{}", t::title(lang), said.collect::<String>())
}

/// What is wrong and what to do, without the place.
pub fn words(lang: Lang, problem: &Problem) -> String {
    what(lang, &problem.what)
}

/// One line for one notice.
pub fn notice(lang: Lang, file: &str, notice: &Notice) -> String {
    let (what, value) = (notice_words(lang, notice.kind), notice_value(lang, &notice.value));
    placed(lang, file, notice.line, Some(notice.column), Some(&value), what)
}

/// The value of a notice: a day, which is kept as files exchange it, as people write it.
pub fn notice_value(lang: Lang, value: &str) -> String {
    value.parse().map_or_else(|_| value.to_owned(), |read| day(lang, read))
}

/// What a change would do, before the file is taken in.
pub fn planned(lang: Lang, verb: &Verb, names: &dyn Names) -> String {
    use texts::import::planned as t;
    match verb {
        Verb::Participant(people::Verb::Register { .. }) => t::registered(lang).to_owned(),
        Verb::Participant(people::Verb::Edit { changes, .. }) => {
            let fields: Vec<_> = changes.iter().map(|change| change.field().to_owned()).collect();
            t::edited(lang, &field_words(lang, &fields))
        }
        Verb::Membership(membership::Verb::Join { membership }) => {
            t::joined(lang, &group_name(lang, membership.group, names))
        }
        Verb::Membership(membership::Verb::Leave { group, left_on: Some(_), .. }) => {
            t::left(lang, &group_name(lang, *group, names))
        }
        Verb::Group(groups::Verb::Put { .. }) => t::group_saved(lang).to_owned(),
        Verb::Session(sessions::Verb::Plan { session }) => t::session_planned(lang, session.day),
        Verb::Assessment(assessments::Verb::Amend { .. }) => t::amended(lang).to_owned(),
        _ => verb.sentence(lang, names),
    }
}

/// What is worth knowing, without the place.
pub fn notice_words(lang: Lang, kind: NoticeKind) -> &'static str {
    use texts::import::notice as t;
    match kind {
        NoticeKind::OutsideMembership => t::outside_membership(lang),
        NoticeKind::UnusualValue => t::unusual_value(lang),
        NoticeKind::NoConsentDate => t::no_consent_date(lang),
        NoticeKind::ProviderCreated => t::provider_created(lang),
        NoticeKind::Young => t::young(lang),
        NoticeKind::PlaceholderDay => t::placeholder_day(lang),
        NoticeKind::MaybeSamePerson => t::maybe_same_person(lang),
        NoticeKind::StayCorrected => t::stay_corrected(lang),
        NoticeKind::StayWasCorrected => t::stay_was_corrected(lang),
        NoticeKind::LeftOut => t::left_out(lang),
        NoticeKind::Restricted => t::restricted(lang),
    }
}

/// The kind's name in the language.
pub fn kind(lang: Lang, kind: Kind) -> &'static str {
    use texts::import::kind as t;
    match kind {
        Kind::Participants => t::participants(lang),
        Kind::Groups => t::groups(lang),
        Kind::Memberships => t::memberships(lang),
        Kind::Attendance => t::attendance(lang),
        Kind::Assessments => t::assessments(lang),
    }
}

fn placed(lang: Lang, file: &str, line: u64, column: Option<&str>, value: Option<&str>, what: &str) -> String {
    use texts::import::place;
    let line = line.to_string();
    match (column, value) {
        (Some(column), Some(value)) if !value.is_empty() && value != column => {
            place::cell(lang, column, file, &line, value, what)
        }
        (Some(column), _) => place::column(lang, column, file, &line, what),
        (None, _) => place::record(lang, file, &line, what),
    }
}

fn what(lang: Lang, what: &What) -> String {
    use texts::import::problem as t;
    let plain = match what {
        What::UnknownColumn { known } => return t::unknown_column(lang, &known.join(", ")),
        What::FieldCount { expected, found } => {
            return t::field_count(lang, &expected.to_string(), texts::whole(*found));
        }
        What::ControlCharacter { code } => return t::control_character(lang, &format!("{code:04X}")),
        What::RecordTooLong { limit } => return t::record_too_long(lang, &limit.to_string()),
        What::YearOutOfRange { first, last } => {
            return t::year_out_of_range(lang, &first.to_string(), &last.to_string());
        }
        What::OutOfRange { least, most } => return t::out_of_range(lang, &number(lang, least), &number(lang, most)),
        What::UnknownCode { allowed } => return t::unknown_code(lang, &allowed.join(", ")),
        What::TooLong { limit } => return t::too_long(lang, &limit.to_string()),
        What::OtherContent { line } => return t::other_content(lang, &line.to_string()),
        What::ItemOfOtherInstrument { allowed } => return t::item_of_other_instrument(lang, &allowed.join(", ")),
        What::TrialOutOfRange { most } => return t::trial_out_of_range(lang, i64::from(*most)),
        What::CourseRequired { allowed } => return t::course_required(lang, &metres(allowed)),
        What::CourseRefused { allowed } => return t::course_refused(lang, &metres(allowed)),
        What::SerialDay { day: meant } => return t::serial_day(lang, &day(lang, *meant)),
        What::BeforeConsent { consent } => return t::before_consent(lang, &day(lang, *consent)),
        What::AfterWithdrawal { withdrawn } => return t::after_withdrawal(lang, &day(lang, *withdrawn)),
        What::Refused { reason } => return t::refused(lang, reason),
        What::Empty => t::empty(lang),
        What::OtherEncoding => t::other_encoding(lang),
        What::Spreadsheet => t::spreadsheet(lang),
        What::BrokenSpreadsheet => t::broken_spreadsheet(lang),
        What::SpreadsheetTooLarge => t::spreadsheet_too_large(lang),
        What::Compressed => t::compressed(lang),
        What::Pdf => t::pdf(lang),
        What::NotText => t::not_text(lang),
        What::MissingColumn => t::missing_column(lang),
        What::DuplicateColumn => t::duplicate_column(lang),
        What::UnnamedColumn => t::unnamed_column(lang),
        What::BadEncoding => t::bad_encoding(lang),
        What::SpreadsheetError => t::spreadsheet_error(lang),
        What::Scientific => t::scientific(lang),
        What::TooNarrow => t::too_narrow(lang),
        What::NoValue => t::no_value(lang),
        What::StrayQuote => t::stray_quote(lang),
        What::UnclosedQuote => t::unclosed_quote(lang),
        What::LineBreak => t::line_break(lang),
        What::TooMany => t::too_many(lang),
        What::Required => t::required(lang),
        What::NotADay => t::not_a_day(lang),
        What::NoSuchDay => t::no_such_day(lang),
        What::BirthInFuture => t::birth_in_future(lang),
        What::InFuture => t::in_future(lang),
        What::NotATime => t::not_a_time(lang),
        What::NotANumber => t::not_a_number(lang),
        What::TwoSeparators => t::two_separators(lang),
        What::NotWhole => t::not_whole(lang),
        What::Phone => t::phone(lang),
        What::PhoneWithoutDigits => t::phone_without_digits(lang),
        What::PostalCode => t::postal_code(lang),
        What::NothingToSay => t::nothing_to_say(lang),
        What::Weekdays => t::weekdays(lang),
        What::LeftBeforeJoined => t::left_before_joined(lang),
        What::ReasonWithoutLeaving => t::reason_without_leaving(lang),
        What::EndBeforeStart => t::end_before_start(lang),
        What::MarkWithoutPerson => t::mark_without_person(lang),
        What::PersonWithoutMark => t::person_without_mark(lang),
        What::NeitherValueNorReason => t::neither_value_nor_reason(lang),
        What::ValueAndReason => t::value_and_reason(lang),
        What::SkippedNotAllowed => t::skipped_not_allowed(lang),
        What::CourseWithoutWalk => t::course_without_walk(lang),
        What::CourseDiffers => t::course_differs(lang),
        What::TooFast => t::too_fast(lang),
        What::InjuryWithoutFall => t::injury_without_fall(lang),
        What::UnknownParticipant => t::unknown_participant(lang),
        What::UnknownGroup => t::unknown_group(lang),
        What::NoMembership => t::no_membership(lang),
    };
    plain.to_owned()
}

fn metres(allowed: &[u16]) -> String {
    allowed.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}

fn day(lang: Lang, day: Day) -> String {
    texts::day(lang, day)
}

/// A limit, with the decimal separator of the language.
fn number(lang: Lang, text: &str) -> String {
    if lang == Lang::En { text.to_owned() } else { text.replace('.', ",") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_file_line_column_value_and_remedy_in_each_language() {
        let wrong =
            Problem::of_cell(4, "value", "60.01", What::OutOfRange { least: "3.00".into(), most: "60.00".into() });
        let lines = Lang::ALL.map(|lang| problem(lang, "testit.csv", &wrong));
        assert_eq!(
            lines,
            [
                "testit.csv, rivi 4, sarake value, arvo ”60.01”: arvon on oltava 3,00–60,00. Tarkista arvo ja yksikkö.",
                "testit.csv, rad 4, kolumn value, värde ”60.01”: värdet ska vara 3,00–60,00. Kontrollera värde och enhet.",
                "testit.csv, line 4, column value, value “60.01”: the value must be 3.00–60.00. Check the value and its unit.",
            ]
        );
    }

    #[test]
    fn one_is_not_counted_in_the_plural_or_as_a_range() {
        let lines = |what: What| Lang::ALL.map(|lang| problem(lang, "f", &Problem::of_record(9, what.clone())));
        assert_eq!(
            lines(What::FieldCount { expected: 5, found: 1 }),
            [
                "f, rivi 9: rivillä on yksi kenttä, otsikossa 5. Tarkista erottimet ja lainausmerkit.",
                "f, rad 9: raden har ett fält, rubriken 5. Kontrollera skiljetecken och citattecken.",
                "f, line 9: the row has one field, the header 5. Check separators and quotation marks.",
            ]
        );
        assert_eq!(
            lines(What::TrialOutOfRange { most: 1 }),
            [
                "f, rivi 9: yrityksen numeron on oltava 1: yrityksiä on vain yksi.",
                "f, rad 9: försökets nummer ska vara 1: det finns bara ett försök.",
                "f, line 9: the number of the trial must be 1: there is only one.",
            ]
        );
        let several = problem(Lang::En, "f", &Problem::of_record(9, What::TrialOutOfRange { most: 3 }));
        assert_eq!(several, "f, line 9: the number of the trial must be 1–3.");
    }

    #[test]
    fn many_mistakes_end_in_their_kinds_with_counts_and_the_first_lines() {
        let mut problems: Vec<_> =
            (2..=1201).map(|line| Problem::of_cell(line, "joined_on", "x", What::NotADay)).collect();
        problems.push(Problem::of_cell(7, "left_on", "x", What::NotADay));
        let contradicts = |line| Problem::of_cell(line, "left_on", "x", What::OtherContent { line: line - 1 });
        problems.extend([contradicts(9), contradicts(30)]);
        problems.push(Problem::of_record(40, What::UnclosedQuote));
        assert_eq!(
            by_kind(Lang::En, &problems),
            "\nErrors by kind, the most frequent first:\n\
             1,200 × column joined_on, lines 2, 3, 4, 5, 6 …: this is not a date. Write it as 8.9.2026 or 2026-09-08.\n\
             2 × column left_on, lines 9, 30: the row contradicts line 8: same key, other content. Keep only the right one.\n\
             1 × column left_on, line 7: this is not a date. Write it as 8.9.2026 or 2026-09-08.\n\
             1 × line 40: a quotation mark is opened and never closed. Add the closing one.\n"
        );
        assert!(by_kind(Lang::Fi, &problems).contains("1 × rivi 40: "));
        assert!(by_kind(Lang::Sv, &problems).contains("2 × kolumn left_on, raderna 9, 30: "));
    }

    #[test]
    fn a_file_of_another_form_has_no_line() {
        let old = Problem::of_record(1, What::Spreadsheet);
        assert!(problem(Lang::Sv, "f.xls", &old).starts_with("f.xls: det här är en kalkylfil"));
    }

    #[test]
    fn a_problem_of_a_column_or_a_row_names_no_value() {
        let column = Problem::of_cell(1, "hetu", "hetu", What::DuplicateColumn);
        assert_eq!(
            problem(Lang::En, "f", &column),
            "f, line 1, column hetu: the header has this column twice. Remove one."
        );
        let row = Problem::of_record(9, What::FieldCount { expected: 5, found: 4 });
        assert_eq!(
            problem(Lang::En, "f", &row),
            "f, line 9: the row has 4 fields, the header 5. Check separators and quotation marks."
        );
    }
}
