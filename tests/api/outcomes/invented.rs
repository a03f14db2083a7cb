//! Invented municipalities as the files of an office, person by person.

use domain::outcomes::dataset::Period;
use domain::time::Day;
use serde_json::Value;
use server::access::Scope;
use server::files::kinds::Kind;
use tests::App;

use crate::files::{municipality, take};

/// What a person's row in the participants' file says; the rest is the same for all.
#[derive(Clone, Copy)]
pub struct Who {
    pub birth_date: &'static str,
    pub sex: &'static str,
    pub living_alone: &'static str,
}

pub const WOMAN: Who = Who { birth_date: "1945-03-04", sex: "female", living_alone: "no" };

/// One group that meets, and its people.
pub struct Office {
    participants: String,
    groups: String,
    memberships: String,
    attendance: String,
    assessments: String,
    people: usize,
}

impl Office {
    /// A group `G` of the given season.
    pub fn new(season: (&str, &str)) -> Self {
        let header = |kind: Kind| kind.columns().join(",") + "\n";
        let mut office = Self {
            participants: header(Kind::Participants),
            groups: header(Kind::Groups),
            memberships: header(Kind::Memberships),
            attendance: header(Kind::Attendance),
            assessments: header(Kind::Assessments),
            people: 0,
        };
        office.group("G", season);
        office
    }

    /// A further season of the same group: the same name and provider.
    pub fn group(&mut self, reference: &str, (start, end): (&str, &str)) {
        self.groups += &format!("{reference},Tasapainoryhmä,strength_balance,Kunta,Sali,1,13:00,60,60,{start},{end}\n");
    }

    /// A member of `G` from a day on, to a day and for a reason where they left; the person's reference.
    pub fn member(&mut self, who: Who, joined: &str, left: &str, reason: &str) -> String {
        self.people += 1;
        let reference = format!("p{}", self.people);
        let Who { birth_date, sex, living_alone } = who;
        self.participants += &format!(
            "{reference},Helvi,Testinen,,{birth_date},{sex},fi,,00100,{living_alone},basic,easy,,2024-01-02,accepted,2024-01-02\n"
        );
        self.memberships += &format!("G,{reference},{joined},{left},{reason}\n");
        reference
    }

    pub fn joins(&mut self, reference: &str, group: &str, day: &str) {
        self.memberships += &format!("{group},{reference},{day},,\n");
    }

    /// What was marked in the held sessions of `G` on these days.
    pub fn marks(&mut self, reference: &str, days: &[String], mark: &str) {
        self.marks_in("G", reference, days, mark);
    }

    pub fn marks_in(&mut self, group: &str, reference: &str, days: &[String], mark: &str) {
        for day in days {
            self.attendance += &format!("{group},{day},held,{reference},{mark}\n");
        }
    }

    /// A whole SPPB of 8 to 12 points.
    pub fn sppb(&mut self, reference: &str, day: &str, points: usize) {
        let chair = ["unassisted_unable", "20.00", "15.00", "12.00", "10.00"][points - 8];
        let (value, not_done) = if points == 8 { ("", chair) } else { (chair, "") };
        for (item, value, not_done, course) in [
            ("side_by_side", "10.00", "", ""),
            ("semi_tandem", "10.00", "", ""),
            ("tandem", "10.00", "", ""),
            ("gait", "4.50", "", "4"),
            ("chair5", value, not_done, ""),
        ] {
            self.assessments += &format!("{reference},{day},sppb,{item},1,{value},{not_done},{course},,\n");
        }
    }

    /// An SPPB of which every part was refused.
    pub fn refused(&mut self, reference: &str, day: &str) {
        for item in ["side_by_side", "semi_tandem", "tandem", "gait", "chair5"] {
            self.assessments += &format!("{reference},{day},sppb,{item},1,,refused,,,\n");
        }
    }

    /// Up and go in so many tenths of a second.
    pub fn tug(&mut self, reference: &str, day: &str, tenths: usize) {
        self.assessments += &format!("{reference},{day},tug,time,1,{}.{},,,none,\n", tenths / 10, tenths % 10);
    }

    /// Brings everything into a municipality.
    pub async fn import(&self, app: &App, scope: &Scope) {
        for (kind, text) in [
            (Kind::Participants, &self.participants),
            (Kind::Groups, &self.groups),
            (Kind::Memberships, &self.memberships),
            (Kind::Attendance, &self.attendance),
            (Kind::Assessments, &self.assessments),
        ] {
            take(app, scope, kind, text).await;
        }
    }

    /// The report of the period, once everything is imported.
    pub async fn report(&self, app: &App, from: &str, to: &str, cut_off: &str) -> Told {
        let scope = municipality(app, "091").await;
        self.import(app, &scope).await;
        told(app, &scope, &Period { from: day(from), to: day(to), cut_off: day(cut_off) }).await
    }
}

pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// So many days a week apart.
pub fn weekly(from: &str, weeks: usize) -> Vec<String> {
    (0..weeks).map(|week| day(from).plus_days(7 * i64::try_from(week).expect("few")).to_string()).collect()
}

/// A report as JSON.
pub struct Told(Value);

async fn told(app: &App, scope: &Scope, period: &Period) -> Told {
    let mut tx = app.state.db.read(scope).await.expect("a transaction");
    let report = server::outcomes::report(&mut tx, period).await.expect("a report");
    Told(serde_json::from_str(&report.to_json()).expect("JSON"))
}

impl Told {
    /// The figure at a path, in which lists are gone through by what their parts are of: `strata.sex.male.participants`.
    fn at(&self, path: &str) -> (&Value, String) {
        path.split('.').fold((&self.0, String::new()), |(value, place), key| {
            let named = |part: &Value| part["by"] == key || part["value"] == key;
            let (value, key) = match value.as_array() {
                Some(parts) => {
                    let at = parts.iter().position(named).unwrap_or_else(|| panic!("no {key} in {path}"));
                    (&parts[at], at.to_string())
                }
                None if value.get("cells").is_some() => {
                    let cells = value["cells"].as_array().expect("cells");
                    let at = cells.iter().position(named).unwrap_or_else(|| panic!("no {key} in {path}"));
                    (&cells[at], format!("cells.{at}"))
                }
                None => (value.get(key).unwrap_or_else(|| panic!("no {key} in {path}")), key.to_owned()),
            };
            (value, if place.is_empty() { key } else { format!("{place}.{key}") })
        })
    }

    pub fn is(&self, path: &str, expected: impl Into<Value>) {
        assert_eq!(*self.at(path).0, expected.into(), "{path}");
    }

    pub fn hides(&self, path: &str) {
        let (value, place) = self.at(path);
        let listed = self.0["hidden"].as_array().expect("a list").iter().any(|hidden| *hidden == place);
        assert!(value.is_null() && listed, "{path}: {value}");
    }

    pub fn has_none(&self, path: &str) {
        assert!(self.at(path).0.is_null(), "{path}");
    }
}
