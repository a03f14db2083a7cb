//! Rows of `participants`: one person each.

use domain::fields::{is_phone, is_postal_code};
use domain::people::{Profile, ProfileChange};
use domain::time::Day;

use super::cells::{Fields, Parsed, shown};
use super::csv::Record;
use super::kinds::Kind;
use super::problem::{Problem, What};
use super::rows::Row;

/// A person as a file tells of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParticipantRow {
    pub reference: String,
    pub profile: Profile,
    pub health_consent_on: Option<Day>,
}

impl Row for ParticipantRow {
    fn read(record: &Record, today: Day, problems: &mut Vec<Problem>) -> Option<Parsed<Self>> {
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
            phone: phone(&mut f),
            postal_code: postal_code(&mut f),
            emergency_contact: None,
            living_alone: f.code("living_alone"),
            education: f.code("education"),
            income_ok: f.code("income_ok"),
            referral_source: f.code("referral_source"),
            applied_on: f.past_day("applied_on", today),
            decision: f.code("decision"),
            died_on: None,
            undisclosed: false,
            same_as: None,
            restricted: false,
        };
        let health_consent_on = f.past_day("health_consent_on", today);
        let reference = reference?;
        let cells = cells(&reference, &profile, health_consent_on);
        f.finish(vec![reference.clone()], cells, ParticipantRow { reference, profile, health_consent_on })
    }
}

/// Kept as it was written.
fn phone(f: &mut Fields) -> Option<String> {
    let text = f.line("phone")?;
    if !is_phone(&text) {
        let some = text.bytes().any(|byte| byte.is_ascii_digit());
        f.report("phone", if some { What::Phone } else { What::PhoneWithoutDigits });
    }
    Some(text)
}

fn postal_code(f: &mut Fields) -> Option<String> {
    let text = f.line("postal_code")?;
    if !is_postal_code(&text) {
        f.report("postal_code", What::PostalCode);
    }
    Some(text)
}

/// The person's row, in column order.
pub fn cells(reference: &str, profile: &Profile, health_consent_on: Option<Day>) -> Vec<String> {
    let p = profile.clone().disclosed();
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
    use super::super::rows::{Rows, parse};
    use super::*;
    use domain::people::{Education, Sex};

    fn file(body: &str) -> (Vec<Parsed<ParticipantRow>>, Vec<Problem>) {
        let header = Kind::Participants.columns().join(";");
        let mut problems = Vec::new();
        let records = csv::read(format!("{header}\n{body}").as_bytes(), Kind::Participants, &mut problems);
        let Rows::Participants(rows) =
            parse(Kind::Participants, &records, "2026-11-21".parse().unwrap(), &mut problems)
        else {
            panic!("rows of another kind")
        };
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
                "phone",
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
        let (rows, problems) = file("18;;;;;;;040 123 4567, illat;;;;;;;;");
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(rows[0].value.profile.phone.as_deref(), Some("040 123 4567, illat"));
        assert_eq!(rows[0].value.profile.list_name(), "18");
    }

    #[test]
    fn what_spreadsheets_and_registers_write_instead_of_a_value_is_refused_with_a_sentence_of_its_own() {
        for (row, column, what) in [
            ("1;A;B;;;;;soita tyttärelle;;;;;;;;", "phone", What::PhoneWithoutDigits),
            ("1;A;B;;;;;112;;;;;;;;", "phone", What::Phone),
            ("1;A;B;;;;;TOSI;;;;;;;;", "phone", What::PhoneWithoutDigits),
            ("1;FALSE;B;;;;;;;;;;;;;", "given_names", What::NoValue),
            ("NULL;A;B;;;;;;;;;;;;;", "participant_ref", What::NoValue),
            ("1;A;B;;16869;;;;;;;;;;;", "birth_date", What::SerialDay { day: "1946-03-08".parse().unwrap() }),
            ("1;A;B;;;;;;;;;;;22.11.2026;;", "applied_on", What::InFuture),
            ("1;A;B;;;;;;;;;;;;;22.11.2026", "health_consent_on", What::InFuture),
        ] {
            let (_, problems) = file(row);
            assert_eq!(problems.len(), 1, "{row}: {problems:?}");
            assert_eq!((problems[0].column.as_deref(), &problems[0].what), (Some(column), &what), "{row}");
        }
        assert_eq!(file("1;A;B;;;;;;;;;;;21.11.2026;;21.11.2026").1, []);
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
