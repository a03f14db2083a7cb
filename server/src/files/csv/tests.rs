//! What is read and what is refused, and where.

use super::*;

const HEADER: &str = "group_ref,participant_ref,joined_on,left_on,exit_reason\n";

fn memberships(body: &str) -> (Vec<Record>, Vec<Problem>) {
    file(format!("{HEADER}{body}").as_bytes(), Kind::Memberships)
}

fn file(bytes: &[u8], kind: Kind) -> (Vec<Record>, Vec<Problem>) {
    let mut problems = Vec::new();
    let records = read(bytes, kind, &mut problems);
    (records, problems)
}

fn texts(record: &Record) -> Vec<&str> {
    record.cells.iter().map(|c| if let Cell::Text(t) = c { t.as_str() } else { "?" }).collect()
}

fn only(problems: &[Problem]) -> &Problem {
    assert_eq!(problems.len(), 1, "{problems:?}");
    &problems[0]
}

#[test]
fn both_separators_a_bom_crlf_quotes_and_any_column_order_are_read() {
    let (records, problems) = file(
        "\u{feff}left_on;joined_on;\"group_ref\";exit_reason;participant_ref\r\n;2026-09-08; g 1 ;;\"p;\"\"1\"\"\"\r\n"
            .as_bytes(),
        Kind::Memberships,
    );
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(texts(&records[0]), ["g 1", "p;\"1\"", "2026-09-08", "", ""]);
    assert_eq!(records[0].line, 2);
}

#[test]
fn header_only_and_blank_lines_are_fine() {
    assert_eq!(memberships(""), (vec![], vec![]));
    let (records, problems) = memberships("\n  \r\n\ng,p,2026-01-01,,\n\n");
    assert!(problems.is_empty());
    assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [5]);
}

#[test]
fn a_row_of_separators_alone_is_blank_and_lines_keep_counting() {
    let (records, problems) = memberships(",,,,\r\n , ,\t,,\n,,\ng,p,2026-01-01,,\n,,,,");
    assert_eq!(problems, []);
    assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [5]);
    for blank in ["\"\",\"\",\"\",\"\",\"\"", "\u{a0},,,,", "\"\u{a0}\", ,\u{202f},,"] {
        let (records, problems) = memberships(&format!("{blank}\ng,p,2026-01-01,,\n"));
        assert_eq!((records.len(), problems), (1, vec![]), "{blank}");
    }
}

#[test]
fn columns_without_a_name_may_be_there_as_long_as_they_are_empty() {
    let header = "group_ref;participant_ref;joined_on;; \r\n";
    let (records, problems) = file(format!("{header}g;p;2026-01-01;;\u{a0}\r\n").as_bytes(), Kind::Memberships);
    assert_eq!((records.len(), problems), (1, vec![]));
    let (_, problems) = file(format!("{header}g;p;2026-01-01;;x\r\n").as_bytes(), Kind::Memberships);
    assert_eq!(problems, [Problem::of_cell(2, "5 (E)", "x", What::UnnamedColumn)]);
}

#[test]
fn lines_may_end_in_cr_alone() {
    let text = format!("{HEADER}g,p,2026-01-01,,\n\ng,q,2026-01-01,,\ng,\"r\"\"\",2026-01-01,,").replace('\n', "\r");
    for end in ["", "\r"] {
        let (records, problems) = file(format!("{text}{end}").as_bytes(), Kind::Memberships);
        assert_eq!(problems, []);
        assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 4, 5]);
        assert_eq!(texts(&records[2])[1], "r\"");
    }
}

#[test]
fn our_own_guard_comes_off_with_and_without_a_byte_order_mark() {
    for bom in ["", "\u{feff}"] {
        let (records, problems) = file(format!("{bom}{HEADER}'-1,''=a,2026-01-01,,\n").as_bytes(), Kind::Memberships);
        assert_eq!(problems, []);
        assert_eq!(&texts(&records[0])[..2], ["-1", "'=a"]);
    }
}

#[test]
fn what_a_spreadsheet_left_behind_is_refused_in_every_column() {
    let (_, problems) = memberships("#N/A,\"1,23E+11\",#VIITTAUS!,###,g\n");
    let found: Vec<_> = problems.iter().map(|p| (p.column.as_deref().unwrap(), p.what.clone())).collect();
    assert_eq!(
        found,
        [
            ("group_ref", What::SpreadsheetError),
            ("participant_ref", What::Scientific),
            ("joined_on", What::SpreadsheetError),
            ("left_on", What::TooNarrow),
        ]
    );
}

#[test]
fn an_empty_file_and_utf_16_are_refused() {
    for bytes in [&b""[..], b"\n\n", b"\xEF\xBB\xBF"] {
        assert_eq!(only(&file(bytes, Kind::Groups).1).what, What::Empty);
    }
    assert_eq!(only(&file(b"\xFF\xFEg\0", Kind::Groups).1).what, What::OtherEncoding);
}

#[test]
fn a_file_of_another_form_is_called_what_it_is() {
    let utf_16: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let forms: [(&[u8], What); 10] = [
        (b"PK\x03\x04\x14\0[Content_Types].xml..xl/workbook.xml", What::BrokenSpreadsheet),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", What::Spreadsheet),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", What::Spreadsheet),
        (b"PK\x03\x04\x14\0people.csv", What::Compressed),
        (b"\x1F\x8B\x08\0", What::Compressed),
        (b"%PDF-1.7\n%", What::Pdf),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", What::NotText),
        (b"\xFE\xFF\0g\0r", What::OtherEncoding),
        (&utf_16, What::OtherEncoding),
        (&utf_16[1..], What::OtherEncoding),
    ];
    for (bytes, what) in forms {
        assert_eq!(only(&file(bytes, Kind::Memberships).1), &Problem::of_record(1, what));
    }
    let (_, problems) = memberships("g,p\0,2026-01-01,,\n");
    assert_eq!(only(&problems).what, What::ControlCharacter { code: 0 }, "a header that can be read");
}

#[test]
fn unknown_missing_and_repeated_columns_are_refused_by_name() {
    let (records, problems) = file(b"group_ref,hetu,joined_on,joined_on\ng,1,2,3\n", Kind::Memberships);
    assert!(records.is_empty());
    let found: Vec<_> = problems.iter().map(|p| (p.column.as_deref().unwrap(), p.what.clone())).collect();
    assert_eq!(
        found,
        [
            ("hetu", What::UnknownColumn { known: Kind::Memberships.columns() }),
            ("joined_on", What::DuplicateColumn),
            ("participant_ref", What::MissingColumn),
        ]
    );
}

#[test]
fn a_column_that_may_be_left_out_is_absent_not_empty() {
    let (records, problems) = file(b"group_ref,participant_ref,joined_on\ng,p,2026-01-01\n", Kind::Memberships);
    assert!(problems.is_empty());
    assert_eq!(records[0].cells[3], Cell::Absent);
}

#[test]
fn too_few_and_too_many_fields_name_the_line() {
    let (records, problems) = memberships("g,p,2026-01-01,\ng,p,2026-01-01,,,\ng,p,2026-01-01,,\n");
    assert_eq!(records.len(), 1);
    assert_eq!(problems[0], Problem::of_record(2, What::FieldCount { expected: 5, found: 4 }));
    assert_eq!(problems[1], Problem::of_record(3, What::FieldCount { expected: 5, found: 6 }));
}

#[test]
fn broken_encoding_is_named_with_line_and_column() {
    let bytes = [HEADER.as_bytes(), b"g,p\xE4iv\xE4,2026-01-01,,\n"].concat();
    let (records, problems) = file(&bytes, Kind::Memberships);
    assert_eq!(records[0].cells[1], Cell::Broken);
    let problem = only(&problems);
    assert_eq!((problem.line, problem.column.as_deref()), (2, Some("participant_ref")));
    assert_eq!(problem.what, What::BadEncoding);
}

#[test]
fn control_characters_and_nul_are_refused() {
    for (text, code) in [("\0", 0), ("\u{1b}[2J", 27), ("a\tb", 9), ("a\rb", 13), ("\u{85}", 0x85)] {
        let (_, problems) = memberships(&format!("g,{text},2026-01-01,,\n"));
        assert_eq!(only(&problems).what, What::ControlCharacter { code }, "{text:?}");
    }
}

#[test]
fn stray_quotes_are_refused_and_the_next_rows_are_still_read() {
    for text in ["a\"b", "\"a\"b", " \"a\""] {
        let (records, problems) = memberships(&format!("g,{text},2026-01-01,,\ng,p,2026-01-01,,\n"));
        assert_eq!((records.len(), &only(&problems).what), (2, &What::StrayQuote), "{text}");
    }
}

#[test]
fn a_quote_that_never_closes_is_named_where_its_record_starts() {
    let (_, problems) = memberships("g,p,2026-01-01,,\ng,\"p,2026-01-01,,\ng,p,2026-01-01,,\n");
    assert_eq!(problems, [Problem::of_record(3, What::UnclosedQuote)]);
}

#[test]
fn a_line_break_is_allowed_in_a_quoted_note_only_and_lines_keep_counting() {
    let header = "participant_ref,measured_on,instrument,item,trial,value,not_done,course_m,aid,note\n";
    let bytes = format!("{header}p,d,i,t,1,2,,,,\"two\nlines\"\np,d,i,\"t\nt\",1,2,,,,\nq,d,i,t,1,2,,,,\n");
    let (records, problems) = file(bytes.as_bytes(), Kind::Assessments);
    assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 4, 6]);
    assert_eq!(texts(&records[0])[9], "two\nlines");
    assert_eq!((only(&problems).line, &only(&problems).what), (4, &What::LineBreak));
}

#[test]
fn every_kind_of_line_break_in_a_note_is_read_as_the_same() {
    let header = "participant_ref,measured_on,instrument,item,trial,value,not_done,course_m,aid,note\r\n";
    let bytes = format!("{header}p,d,i,t,1,2,,,,\"a\r\nb\rc\nd\"\r\n");
    let (records, problems) = file(bytes.as_bytes(), Kind::Assessments);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(texts(&records[0])[9], "a\nb\nc\nd");
}

#[test]
fn a_line_of_ten_megabytes_is_refused_and_the_rest_is_read() {
    let long = "x".repeat(10_000_000);
    let (records, problems) = memberships(&format!("g,{long},2026-01-01,,\ng,p,2026-01-01,,\n"));
    assert_eq!(only(&problems), &Problem::of_record(2, What::RecordTooLong { limit: LONGEST_RECORD }));
    assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [3]);
    // An open quote swallows what follows it: one problem, not one for each of its lines.
    let (records, problems) = memberships(&format!("g,\"{},2026-01-01,,\n", "x\n".repeat(5_000_000)));
    assert_eq!(only(&problems), &Problem::of_record(2, What::RecordTooLong { limit: LONGEST_RECORD }));
    assert!(records.is_empty());
    let (_, problems) = file(format!("{long}\n").as_bytes(), Kind::Groups);
    assert_eq!(only(&problems).what, What::RecordTooLong { limit: LONGEST_RECORD });
}

#[test]
fn a_file_of_nothing_but_errors_is_not_read_to_its_end() {
    let (_, problems) = memberships(&"x\n".repeat(MOST_PROBLEMS + 5));
    assert_eq!(problems.len(), MOST_PROBLEMS + 1);
    assert_eq!(problems[MOST_PROBLEMS].what, What::TooMany);
}

#[test]
fn a_record_that_is_cut_by_the_blocks_of_reading_is_read_whole_with_its_line() {
    // Line ends, quotation marks and the signs of one letter lie on every side of every cut.
    struct Slow<'a>(&'a [u8], usize);
    impl std::io::Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let much = self.1.min(buffer.len());
            self.0.read(&mut buffer[..much])
        }
    }
    let body: String = (0..3000).map(|n| format!("g{n},\"p\"\"ä{n}\",2026-01-01,,\r\n\r\n")).collect();
    let text = format!("{HEADER}{body}");
    for much in [1, 2, 3, 7, 8191] {
        let mut problems = Vec::new();
        let mut records =
            Records::open(Slow(text.as_bytes(), much), Kind::Memberships, &mut problems).unwrap().unwrap();
        for n in 0..3000 {
            let record = records.next(&mut problems).unwrap().unwrap();
            assert_eq!((record.line, texts(&record)[1]), (2 * n + 2, format!("p\"ä{n}").as_str()));
        }
        assert_eq!(records.next(&mut problems).unwrap(), None);
        assert_eq!(problems, []);
    }
}
