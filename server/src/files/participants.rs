//! Rows of `participants`: one person each.

use domain::fields::{is_phone, is_postal_code};
use domain::people::{Profile, ProfileChange};
use domain::time::Day;

use super::cells::{Fields, Parsed, shown, without_repeats};
use super::csv::Record;
use super::kinds::Kind;
use super::problem::{Problem, What};

/// A person as a file tells of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParticipantRow {
    pub reference: String,
    pub profile: Profile,
    pub health_consent_on: Option<Day>,
}

/// Reads the records of a `participants` file. `today` bounds birth dates.
pub fn parse(records: &[Record], today: Day, problems: &mut Vec<Problem>) -> Vec<Parsed<ParticipantRow>> {
    let rows = records.iter().filter_map(|record| parse_one(record, today, problems)).collect();
    without_repeats(rows, Kind::Participants, problems)
}

fn parse_one(record: &Record, today: Day, problems: &mut Vec<Problem>) -> Option<Parsed<ParticipantRow>> {
    let mut f = Fields::new(Kind::Participants, record, problems);
    let reference = f.needed_text("participant_ref");
    // Empty names are not known, as everything else that is empty; the program then shows the reference.
    let given_names = f.line("given_names").unwrap_or_default();
    let family_name = f.line("family_name").unwrap_or_default();
    let profile = Profile {
        reference: reference.clone(),
        given_names,
        family_name,
        called_name: f.line("called_name"),
        birth_date: f.birth_day("birth_date", today),
        birth_year: None,
        sex: f.code("sex"),
        language: f.code("language"),
        phone: checked(&mut f, "phone", is_phone, What::Phone),
        postal_code: checked(&mut f, "postal_code", is_postal_code, What::PostalCode),
        emergency_contact: None,
        living_alone: f.code("living_alone"),
        education: f.code("education"),
        income_ok: f.code("income_ok"),
        referral_source: f.code("referral_source"),
        applied_on: f.day("applied_on"),
        decision: f.code("decision"),
    };
    let health_consent_on = f.day("health_consent_on");
    let reference = reference?;
    let cells = cells(&reference, &profile, health_consent_on);
    f.finish(vec![reference.clone()], cells, ParticipantRow { reference, profile, health_consent_on })
}

/// A line that must be of a certain form; it is kept as it was written.
fn checked(f: &mut Fields, column: &str, good: fn(&str) -> bool, what: What) -> Option<String> {
    let text = f.line(column)?;
    if !good(&text) {
        f.report(column, what);
    }
    Some(text)
}

/// The person's row, in column order.
pub fn cells(reference: &str, profile: &Profile, health_consent_on: Option<Day>) -> Vec<String> {
    let p = profile.clone();
    vec![
        reference.to_owned(),
        p.given_names,
        p.family_name,
        p.called_name.unwrap_or_default(),
        shown(p.birth_date.as_ref()),
        shown(p.sex.as_ref()),
        shown(p.language.as_ref()),
        p.phone.unwrap_or_default(),
        p.postal_code.unwrap_or_default(),
        shown(p.living_alone.as_ref()),
        shown(p.education.as_ref()),
        shown(p.income_ok.as_ref()),
        shown(p.referral_source.as_ref()),
        shown(p.applied_on.as_ref()),
        shown(p.decision.as_ref()),
        shown(health_consent_on.as_ref()),
    ]
}

/// The change of the profile that a column brings; `None` for the columns that are no part of it.
pub fn change_of(column: &str, profile: &Profile) -> Option<ProfileChange> {
    let field = if column == "participant_ref" { "reference" } else { column };
    profile.changes().into_iter().find(|change| change.field() == field)
}

#[cfg(test)]
mod tests {
    use super::super::csv;
    use super::*;
    use domain::people::{Education, Sex};

    fn file(body: &str) -> (Vec<Parsed<ParticipantRow>>, Vec<Problem>) {
        let header = Kind::Participants.columns().join(";");
        let mut problems = Vec::new();
        let records = csv::read(format!("{header}\n{body}").as_bytes(), Kind::Participants, &mut problems);
        let rows = parse(&records, "2026-11-21".parse().unwrap(), &mut problems);
        (rows, problems)
    }

    const MARJA: &str = "17;Marja Liisa;Virtanen;Liisa;8.3.1944;FEMALE;fi;040 123 4567;00100;yes;Basic;hard;ngo;1.9.2026;accepted;2026-09-02";

    #[test]
    fn a_full_row_is_read_and_written_in_one_form() {
        let (rows, problems) = file(MARJA);
        assert!(problems.is_empty(), "{problems:?}");
        let profile = &rows[0].value.profile;
        assert_eq!((profile.sex, profile.education), (Some(Sex::Female), Some(Education::Basic)));
        let written: Vec<_> = rows[0].cells.iter().map(|c| c.as_deref().unwrap()).collect();
        assert_eq!(
            written.join(";"),
            "17;Marja Liisa;Virtanen;Liisa;1944-03-08;female;fi;040 123 4567;00100;yes;basic;hard;ngo;2026-09-01;accepted;2026-09-02"
        );
    }

    #[test]
    fn every_wrong_cell_of_a_row_is_reported_at_once() {
        let (rows, problems) =
            file(";Marja;;;30.2.1944;nainen;FI;soita;100;maybe;none;rich;friend;1/9/2026;yes;20.9.99\n");
        assert!(rows.is_empty());
        let columns: Vec<_> = problems.iter().map(|p| p.column.as_deref().unwrap()).collect();
        assert_eq!(
            columns,
            [
                "participant_ref",
                "birth_date",
                "sex",
                "postal_code",
                "living_alone",
                "education",
                "income_ok",
                "referral_source",
                "applied_on",
                "decision",
                "health_consent_on",
            ]
        );
        assert!(problems.iter().all(|p| p.line == 2));
        assert_eq!(problems[1].what, What::NoSuchDay);
    }

    #[test]
    fn empty_means_not_known() {
        let (rows, problems) = file("17;;Virtanen;;;;;;;;;;;;;");
        assert!(problems.is_empty());
        let known = Profile { reference: Some("17".into()), family_name: "Virtanen".into(), ..Profile::default() };
        assert_eq!(rows[0].value.profile, known);
        let (rows, problems) = file("18;;;;;;;soita tyttärelle;;;;;;;;");
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(rows[0].value.profile.phone.as_deref(), Some("soita tyttärelle"));
        assert_eq!(rows[0].value.profile.list_name(), "18");
    }

    #[test]
    fn nobody_is_born_tomorrow_or_a_thousand_years_ago() {
        assert_eq!(file("1;A;B;;22.11.2026;;;;;;;;;;;").1[0].what, What::BirthInFuture);
        assert_eq!(file("1;A;B;;0944-03-08;;;;;;;;;;;").1[0].what, What::YearOutOfRange { first: 1900, last: 2026 });
    }

    #[test]
    fn the_same_row_twice_is_fine_and_other_content_for_one_key_is_refused() {
        let (rows, problems) = file(&format!("{MARJA}\n{}\n", MARJA.replace("8.3.1944", "1944-03-08")));
        assert_eq!((rows.len(), problems.len()), (1, 0));
        let (_, problems) = file(&format!("{MARJA}\n\n{}\n", MARJA.replace("00100", "00200")));
        assert_eq!(problems, [Problem::of_cell(4, "postal_code", "00200", What::OtherContent { line: 2 })]);
    }
}
