//! The demo municipality as the five files that a real one would bring. Everything follows from one seed and
//! from the day on which the demo is started, so that there is always a session today.

use domain::time::Day;

use super::dice::Dice;
use super::people::{Person, person};
use super::results::{Ability, test_day, walking_aid};
use crate::files::kinds::Kind;

/// Finnish and Swedish name of a municipality that does not exist, and a number that none has.
pub const NAME: &str = "Haukkasalo – Hökholm";
pub const CODE: &str = "997";

const PEOPLE: usize = 300;
const SEED: u64 = 75;

/// Partner organisations; the other groups are the municipality's own.
pub const PARTNERS: [&str; 2] = ["Haukkasalon Eläkkeensaajat ry", "Hökholms Folkhälsa rf"];

/// Group names by place and kind: name, kind, provider (empty: own), place, time.
const GROUPS: [(&str, &str, &str, &str, &str); 12] = [
    ("Voimaa ja tasapainoa, keskusta", "strength_balance", "", "Keskustan liikuntasali", "10:00"),
    ("Voimaa ja tasapainoa, ranta", "strength_balance", "", "Rannan kylätalo", "13:00"),
    ("Voimaa ja tasapainoa, pohjoinen", "strength_balance", "", "Pohjoisen koulun sali", "09:30"),
    ("Styrka och balans, centrum", "strength_balance", "", "Centrums motionssal", "11:30"),
    ("Styrka och balans, skärgården", "strength_balance", PARTNERS[1], "Skärgårdens bygdegård", "10:30"),
    ("Tuolijumppa ja tasapaino", "strength_balance", PARTNERS[0], "Palvelukeskus Pihlaja", "14:00"),
    ("Kuntosalista voimaa", "strength_balance", "", "Uimahallin kuntosali", "08:30"),
    ("Tasapainorata", "strength_balance", "", "Liikuntahalli", "15:00"),
    ("Ulkoiluryhmä Lepola", "outdoor", PARTNERS[0], "Lepolan puiston portti", "11:00"),
    ("Utomhusgruppen", "outdoor", PARTNERS[1], "Strandparkens brygga", "12:00"),
    ("Vertaisryhmä Kaveri", "peer", PARTNERS[0], "Kirjaston monitoimitila", "13:30"),
    ("Kamratgruppen", "peer", PARTNERS[1], "Församlingshemmet", "14:30"),
];

/// A town as files.
pub struct Town {
    pub files: Vec<(Kind, String)>,
}

/// The reference of one of the twelve groups in the last (0) or the present season (1).
pub fn group_ref(season: usize, group: usize) -> String {
    format!("{}{:02}", if season == 0 { "A" } else { "B" }, group + 1)
}

struct Season {
    start: Day,
    end: Day,
}

/// How a season's dates follow from today: the first is over, the second runs.
fn seasons(today: Day) -> [Season; 2] {
    [
        Season { start: today.plus_days(-300), end: today.plus_days(-195) },
        Season { start: today.plus_days(-100), end: today.plus_days(25) },
    ]
}

/// The two days of the week on which a group meets; together the groups meet every day, and each group that a
/// demo instructor leads meets today.
fn weekdays(group: usize, today: Day) -> [u8; 2] {
    let shift = u8::try_from(group).unwrap_or(0);
    let first = if MEETING_TODAY.contains(&group) { today.weekday() } else { (today.weekday() + shift) % 7 + 1 };
    let second = (first + 2) % 7 + 1;
    [first.min(second), first.max(second)]
}

/// The groups that the demo's instructors lead: they meet today, whatever day that is.
pub const MEETING_TODAY: [usize; 6] = [0, 1, 2, 3, 4, 10];

/// Builds the town for this day.
pub fn town(today: Day) -> Town {
    let mut builder = Builder::new(today);
    builder.groups();
    for number in 0..PEOPLE {
        builder.person(number);
    }
    builder.finish()
}

struct Builder {
    today: Day,
    dice: Dice,
    seasons: [Season; 2],
    participants: Vec<String>,
    groups: Vec<String>,
    memberships: Vec<String>,
    attendance: Vec<String>,
    assessments: Vec<String>,
}

/// One stay: what a person did in one group.
struct Stay {
    season: usize,
    group: usize,
    joined: Day,
    left: Option<(Day, &'static str)>,
}

impl Builder {
    fn new(today: Day) -> Self {
        let rows = Vec::new;
        Self {
            today,
            dice: Dice::new(SEED),
            seasons: seasons(today),
            participants: rows(),
            groups: rows(),
            memberships: rows(),
            attendance: rows(),
            assessments: rows(),
        }
    }

    fn groups(&mut self) {
        for (s, season) in self.seasons.iter().enumerate() {
            for (g, (name, kind, provider, place, time)) in GROUPS.iter().enumerate() {
                let [first, second] = weekdays(g, self.today);
                self.groups.push(format!(
                    "{},\"{name}\",{kind},{provider},{place},{first} {second},{time},60,20,{},{}",
                    group_ref(s, g),
                    season.start,
                    season.end
                ));
            }
        }
    }

    /// The days on which the group meets up to yesterday, with the session's status.
    fn sessions(&self, season: usize, group: usize) -> Vec<(Day, &'static str)> {
        let Some(Season { start, end }) = self.seasons.get(season) else { return Vec::new() };
        let days = weekdays(group, self.today);
        let last = (*end).min(self.today.plus_days(-1));
        let all = (0..=last.days_since(*start)).map(|n| start.plus_days(n));
        let meets = all.filter(|day| days.contains(&day.weekday()));
        // Everybody's roll of a session must tell the same status, so it follows from the day alone.
        let status = |day: Day| match (day.days_since(*start) / 7, (day.days_since(*start) + 5 * group as i64) % 29) {
            (7, _) => "holiday",
            (_, 11) => "cancelled_by_organiser",
            _ => "held",
        };
        meets.map(|day| (day, status(day))).collect()
    }

    fn person(&mut self, number: usize) {
        // Dice of their own, so that one day's session more or less changes nobody's life.
        let seed = SEED + 1000 * u64::try_from(number).unwrap_or(0);
        self.dice = Dice::new(seed);
        let person = person(&mut self.dice, number + 1, self.today);
        let stays = self.stays(number);
        let applied = match stays.first() {
            Some(stay) => stay.joined.plus_days(-self.dice.between(5, 40)),
            None => self.today.plus_days(-self.dice.between(3, 200)),
        };
        let decision = match stays.is_empty() {
            false => "accepted",
            true => {
                self.dice.word(&["waiting_list", "waiting_list", "counselling_only", "referred_elsewhere", "withdrew"])
            }
        };
        // Some are known to have consented, but the paper with the date is lost.
        let tested = !stays.is_empty() && self.dice.percent(93);
        let consent = if tested && number % 31 != 7 { applied.plus_days(2).to_string() } else { String::new() };
        self.participants.push(participant_row(&person, applied, decision, &consent));
        let mut first_visit = None;
        for stay in &stays {
            let visit = self.stay(&person, stay);
            first_visit = first_visit.or(visit);
        }
        if let Some(first_visit) = first_visit.filter(|_| tested) {
            let gone = stays.last().and_then(|stay| stay.left).filter(|(_, why)| matches!(*why, "died" | "moved_away"));
            self.dice = Dice::new(seed + 500);
            self.tests((number, &person), first_visit, gone.map(|(day, _)| day));
        }
    }

    /// Which groups the person was in: 165 began in the last season, of whom
    /// more than half go on, and 123 in this one.
    fn stays(&mut self, number: usize) -> Vec<Stay> {
        let group = number % GROUPS.len();
        match number {
            0..165 => {
                let mut stays = vec![self.one_stay(0, group)];
                let stayed = stays.iter().all(|stay| stay.left.is_none_or(|(_, why)| why == "group_ended"));
                if stayed && self.dice.percent(65) {
                    stays.push(self.one_stay(1, group));
                }
                stays
            }
            165..288 => vec![self.one_stay(1, group)],
            _ => Vec::new(),
        }
    }

    fn one_stay(&mut self, season: usize, group: usize) -> Stay {
        let (start, end) = self.seasons.get(season).map_or((self.today, self.today), |s| (s.start, s.end));
        let late = if self.dice.percent(80) { 0 } else { self.dice.between(7, 28) };
        let joined = start.plus_days(late);
        let left = if self.dice.percent(13) {
            let day = joined.plus_days(self.dice.between(20, 80));
            Some((day, self.exit_reason()))
        } else if season == 0 {
            Some((end, "group_ended"))
        } else {
            None
        };
        Stay { season, group, joined, left: left.filter(|(day, _)| *day < self.today) }
    }

    fn exit_reason(&mut self) -> &'static str {
        self.dice.word(&[
            "health_worse",
            "health_worse",
            "hospital",
            "moved_to_24h_care",
            "died",
            "moved_away",
            "transport",
            "transport",
            "time_or_caring",
            "did_not_suit",
            "cost",
            "goal_reached",
            "unknown",
        ])
    }

    /// Writes the stay and its attendance; the first day on which the person came.
    fn stay(&mut self, person: &Person, stay: &Stay) -> Option<Day> {
        let group = group_ref(stay.season, stay.group);
        let (left, reason) = stay.left.map_or((String::new(), ""), |(day, reason)| (day.to_string(), reason));
        self.memberships.push(format!("{group},{},{},{left},{reason}", person.reference, stay.joined));
        let keen = self.dice.between(55, 97);
        let pause_from = stay.joined.plus_days(self.dice.between(10, 200));
        let pauses = self.dice.percent(18);
        let mut first = None;
        for (day, status) in self.sessions(stay.season, stay.group) {
            let inside = stay.joined <= day && stay.left.is_none_or(|(left, _)| day <= left);
            if !inside || status != "held" {
                continue;
            }
            let paused = pauses && (0..17).contains(&day.days_since(pause_from));
            let mark = self.mark(keen, paused);
            if first.is_none() && matches!(mark, "present" | "late_or_partial") {
                first = Some(day);
            }
            self.attendance.push(format!("{group},{day},{status},{},{mark}", person.reference));
        }
        first
    }

    fn mark(&mut self, keen: i64, paused: bool) -> &'static str {
        if paused {
            "paused"
        } else if self.dice.percent(keen) {
            if self.dice.percent(4) { "late_or_partial" } else { "present" }
        } else if self.dice.percent(65) {
            "absent_informed"
        } else {
            "absent_unknown"
        }
    }

    /// A baseline test, and follow-ups after three and six months: nearly all after three, two in three after six.
    fn tests(&mut self, (number, person): (usize, &Person), first_visit: Day, gone: Option<Day>) {
        let years = self.today.days_since(person.birth_date) / 365;
        let before = 8200 - (years - 78) * 120 + self.dice.normal(1300) - behind(person);
        let after = before + gain(&mut self.dice, person);
        let woman = person.sex != "male";
        let baseline = first_visit.plus_days(self.dice.between(0, 6));
        // Most walk with what they walked with at the start; some take another aid as they get better, and cannot be compared.
        let (own_aid, takes_another) = (walking_aid(before), number % 7 == 6);
        let plan =
            [(0, 100, before), (self.dice.between(80, 100), 90, after), (self.dice.between(168, 192), 72, after - 150)];
        for (days, percent, ability) in plan {
            let day = baseline.plus_days(days);
            let there = day < self.today && gone.is_none_or(|gone| day < gone);
            if self.dice.percent(percent) && there {
                let ability = ability.clamp(2500, 12500);
                let aid = if takes_another { walking_aid(ability) } else { own_aid };
                self.assessments.extend(test_day(&mut self.dice, &person.reference, day, (ability, aid), woman));
            }
        }
    }

    fn finish(mut self) -> Town {
        for season in 0..2 {
            for group in 0..GROUPS.len() {
                for (day, status) in self.sessions(season, group).into_iter().filter(|(_, status)| *status != "held") {
                    self.attendance.push(format!("{},{day},{status},,", group_ref(season, group)));
                }
            }
        }
        let file =
            |kind: Kind, rows: Vec<String>| (kind, format!("{}\n{}\n", kind.columns().join(","), rows.join("\n")));
        Town {
            files: vec![
                file(Kind::Participants, self.participants),
                file(Kind::Groups, self.groups),
                file(Kind::Memberships, self.memberships),
                file(Kind::Attendance, self.attendance),
                file(Kind::Assessments, self.assessments),
            ],
        }
    }
}

/// Those who live alone begin behind the others, so that there is a gap that can narrow.
fn behind(person: &Person) -> Ability {
    if person.living_alone == "yes" { 1_950 } else { 0 }
}

/// What three months of training bring, in the same units as ability. Those who live alone gain more, those with
/// basic education less, so that the town's report can say that one gap narrowed and another widened; income
/// makes no difference.
fn gain(dice: &mut Dice, person: &Person) -> Ability {
    let alone = if person.living_alone == "yes" { 1_200 } else { -250 };
    let basic = if person.education == "basic" { -650 } else { 350 };
    550 + alone + basic + dice.normal(650)
}

fn participant_row(p: &Person, applied: Day, decision: &str, consent: &str) -> String {
    [
        p.reference.as_str(),
        &p.given_names,
        &p.family_name,
        &p.called_name,
        &p.birth_date.to_string(),
        p.sex,
        p.language,
        &p.phone,
        p.postal_code,
        p.living_alone,
        p.education,
        p.income_ok,
        p.referral_source,
        &applied.to_string(),
        decision,
        consent,
    ]
    .join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{csv, problem::Problem};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_towns_files_are_faultless_on_every_day_of_the_week() {
        for n in 0..7 {
            let today = day("2026-11-21").plus_days(n);
            for (kind, text) in town(today).files {
                let mut problems: Vec<Problem> = Vec::new();
                let records = csv::read(text.as_bytes(), kind, &mut problems);
                assert!(!records.is_empty());
                crate::files::rows::parse(kind, &records, today, &mut problems);
                assert_eq!(problems, [], "{kind:?}");
            }
        }
    }

    #[test]
    fn every_group_of_the_demo_instructor_meets_today_and_every_day_has_a_session() {
        for n in 0..7 {
            let today = day("2026-11-21").plus_days(n);
            assert!(MEETING_TODAY.iter().all(|group| weekdays(*group, today).contains(&today.weekday())));
            let days: std::collections::BTreeSet<_> = (0..12).flat_map(|group| weekdays(group, today)).collect();
            assert_eq!(days.len(), 7);
        }
    }

    #[test]
    fn the_same_day_makes_the_same_town() {
        assert!(town(day("2026-11-21")).files == town(day("2026-11-21")).files);
    }

    #[test]
    fn people_are_from_75_to_96_years_old() {
        let today = day("2026-11-21");
        let mut dice = Dice::new(3);
        let ages: Vec<_> = (0..500).map(|n| today.age_of_born(person(&mut dice, n, today).birth_date)).collect();
        assert!(ages.iter().all(|age| (75..=96).contains(age)), "{ages:?}");
    }
}
