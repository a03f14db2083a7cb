//! The invented municipality of the measurements, as the files of an import.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use domain::time::Day;

pub const PEOPLE: usize = 50_000;
pub const GROUPS: usize = 2_500;
/// Ten half-years, the last one running.
const SEASONS: usize = 10;
pub const MEMBERS: usize = 20;
pub const SESSIONS: usize = 20;
/// People who have been in a group; the others wait for one.
const PLACED: usize = 40_000;
/// Tests of one person.
const TESTS: usize = 4;
/// Groups are shared out by hundreds: so many of them are the municipality's own.
const OWN_PER_CENT: usize = 60;
const PARTNERS: usize = 11;

const FAMILIES: [&str; 24] = [
    "Virtanen",
    "Korhonen",
    "Mäkinen",
    "Nieminen",
    "Mäkelä",
    "Hämäläinen",
    "Laine",
    "Heikkinen",
    "Koskinen",
    "Järvinen",
    "Lehtonen",
    "Saarinen",
    "Salminen",
    "Heinonen",
    "Niemi",
    "Kinnunen",
    "Turunen",
    "Laitinen",
    "Åberg",
    "Lindström",
    "Nyström",
    "Öhman",
    "Rantanen",
    "Yli-Mattila",
];
const GIVEN: [&str; 23] = [
    "Aino",
    "Maria",
    "Helena",
    "Johannes",
    "Anneli",
    "Kaarina",
    "Olavi",
    "Antero",
    "Juhani",
    "Marjatta",
    "Liisa",
    "Eeva",
    "Pekka",
    "Matti",
    "Kyllikki",
    "Tapani",
    "Märta",
    "Kalevi",
    "Marja-Liisa",
    "Åke",
    "Inkeri",
    "Elina",
    "Signe",
];

/// The kinds of file, in the order of their import.
pub const KINDS: [&str; 5] = ["participants", "groups", "memberships", "attendance", "assessments"];

/// Writes one kind's file. The last season runs on `today`.
pub fn write(kind: &str, today: Day, path: &Path) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    match kind {
        "participants" => participants(&mut out, today),
        "groups" => groups(&mut out, today),
        "memberships" => memberships(&mut out, today),
        "attendance" => attendance(&mut out, today),
        _ => assessments(&mut out, today),
    }?;
    out.flush()
}

fn participants(out: &mut impl Write, today: Day) -> std::io::Result<()> {
    writeln!(
        out,
        "participant_ref;given_names;family_name;birth_date;sex;language;phone;postal_code;living_alone;education;income_ok;applied_on;decision"
    )?;
    for i in 0..PEOPLE {
        let (given, second) = (pick(&GIVEN, i), pick(&GIVEN, i / 7 + 3));
        let family = pick(&FAMILIES, i / GIVEN.len() + i);
        let born = format!("19{}-{:02}-{:02}", 30 + i % 25, 1 + i % 12, 1 + i % 28);
        let sex = if i % 4 == 0 { "male" } else { "female" };
        let alone = if i % 3 == 0 { "yes" } else { "no" };
        let applied = today.plus_days(-number(i % 1_800));
        let decision = if i < PLACED { "accepted" } else { "waiting_list" };
        writeln!(
            out,
            "p{i};{given} {second};{family};{born};{sex};fi;040 {i:07};00{:02}0;{alone};basic;moderate;{applied};{decision}",
            i % 99
        )?;
    }
    Ok(())
}

fn groups(out: &mut impl Write, today: Day) -> std::io::Result<()> {
    writeln!(out, "group_ref;name;kind;provider;place;weekday;starts_at;minutes;capacity;season_start;season_end")?;
    for group in 0..GROUPS {
        let provider = match group % 100 < OWN_PER_CENT {
            true => String::new(),
            false => format!("Kumppani {} ry", group % PARTNERS),
        };
        let (start, end) = season(group, today);
        let (weekday, hour) = (1 + group % 5, 9 + group % 7);
        writeln!(
            out,
            "g{group};Ryhmä {group};strength_balance;{provider};Sali {};{weekday};{hour:02}:00;60;24;{start};{end}",
            group % 40
        )?;
    }
    Ok(())
}

fn memberships(out: &mut impl Write, today: Day) -> std::io::Result<()> {
    writeln!(out, "group_ref;participant_ref;joined_on;left_on;exit_reason")?;
    for group in 0..GROUPS {
        let (start, end) = season(group, today);
        for person in members(group) {
            let left = if end < today && person % 2 == 0 { format!("{end};group_ended") } else { ";".to_owned() };
            writeln!(out, "g{group};p{person};{start};{left}")?;
        }
    }
    Ok(())
}

fn attendance(out: &mut impl Write, today: Day) -> std::io::Result<()> {
    writeln!(out, "group_ref;held_on;session_status;participant_ref;mark")?;
    for group in 0..GROUPS {
        let (start, _) = season(group, today);
        for session in 0..SESSIONS {
            let day = start.plus_days(number(session * 5));
            for person in members(group) {
                let mark = if (group + session + person) % 5 == 0 { "absent_informed" } else { "present" };
                writeln!(out, "g{group};{day};held;p{person};{mark}")?;
            }
        }
    }
    Ok(())
}

fn assessments(out: &mut impl Write, today: Day) -> std::io::Result<()> {
    writeln!(out, "participant_ref;measured_on;instrument;item;trial;value;not_done;course_m;aid;note")?;
    for person in 0..PEOPLE {
        for test in 0..TESTS {
            let day = today.plus_days(-number(30 + 150 * test + person % 90));
            writeln!(out, "p{person};{day};chair30;stands;1;{};;;;", 6 + (person + test) % 14)?;
        }
    }
    Ok(())
}

/// The persons of a group; some come back in a later season.
fn members(group: usize) -> impl Iterator<Item = usize> {
    (0..MEMBERS).map(move |place| (group * MEMBERS + place) % PLACED)
}

/// First and last day. The running season began a hundred days ago, so that all of its marks lie in the past.
fn season(group: usize, today: Day) -> (Day, Day) {
    let ago = SEASONS - 1 - group / (GROUPS / SEASONS);
    let start = today.plus_days(-100 - 182 * number(ago));
    (start, start.plus_days(160))
}

fn pick(from: &[&'static str], at: usize) -> &'static str {
    from.get(at % from.len()).copied().unwrap_or_default()
}

fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_town_has_a_million_different_marks_none_of_them_in_the_future() {
        let today: Day = "2026-11-28".parse().unwrap();
        let mut file = Vec::new();
        attendance(&mut file, today).unwrap();
        let text = String::from_utf8(file).unwrap();
        let rows: HashSet<&str> = text.lines().skip(1).collect();
        assert_eq!(rows.len(), 1_000_000);
        assert!(rows.iter().all(|row| row.split(';').nth(1).unwrap().parse::<Day>().unwrap() <= today));
    }
}
