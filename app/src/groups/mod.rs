//! Groups at the desk: the list, one group, and the form that makes or changes one.

pub mod copy;
pub mod form;
pub mod history;
pub mod list;
pub mod month;
pub mod page;
pub mod staff;
pub mod week;

use domain::groups::Group;
use domain::time::{Day, TimeOfDay};

use crate::texts::{Lang, at_time, day, days, list, weekdays};

/// "ti ja to klo 10.00"; where the days differ "ti klo 10.00 ja to klo 13.00"; empty when nothing is known. As its timetable
/// is on that day.
pub fn times_of(lang: Lang, group: &Group, on: Day) -> String {
    let timetable = group.timetable_on(on);
    meeting_time(lang, timetable.weekdays, |day| timetable.time_of(day))
}

/// "Sillan ryhmä, ti ja to klo 10.30": groups of one name differ by day and time.
pub fn name_and_times(lang: Lang, group: &Group, on: Day) -> String {
    let times = times_of(lang, group, on);
    let parts = [group.name.as_str(), times.as_str()].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(", ")
}

/// Where it meets on that day; empty when that is not known.
pub fn place_of(group: &Group, on: Day) -> String {
    group.timetable_on(on).place.unwrap_or_default().to_owned()
}

/// The same of days whose times are known otherwise. Days that follow each other with one time stand together.
pub fn meeting_time(lang: Lang, days: &[u8], time_of: impl Fn(u8) -> Option<TimeOfDay>) -> String {
    let mut parts: Vec<(Option<TimeOfDay>, Vec<u8>)> = Vec::new();
    for day in days {
        let time = time_of(*day);
        match parts.last_mut() {
            Some((same, days)) if *same == time => days.push(*day),
            _ => parts.push((time, vec![*day])),
        }
    }
    let words: Vec<_> = parts
        .iter()
        .map(|(time, days)| {
            let time = time.map(|at| at_time(lang, at)).unwrap_or_default();
            format!("{} {time}", weekdays(lang, days)).trim().to_owned()
        })
        .collect();
    list(lang, &words)
}

/// "24.8.–11.12.2026"; nothing for a group without an end.
pub fn season(lang: Lang, from: Option<Day>, to: Option<Day>) -> Option<String> {
    let to = to?;
    Some(from.map_or_else(|| format!("–{}", day(lang, to)), |from| days(lang, from, to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_one_time_stand_together_and_others_say_theirs() {
        let at = |text: &str| -> Option<TimeOfDay> { text.parse().ok() };
        let one = meeting_time(Lang::Fi, &[2, 4], |_| at("10:00"));
        assert_eq!(one, "ti ja to klo\u{a0}10.00");
        let two = meeting_time(Lang::Fi, &[2, 4], |day| if day == 4 { at("13:00") } else { at("10:00") });
        assert_eq!(two, "ti klo\u{a0}10.00 ja to klo\u{a0}13.00");
        assert_eq!(meeting_time(Lang::Fi, &[2], |_| None), "ti");
        assert_eq!(meeting_time(Lang::Fi, &[], |_| at("10:00")), "");
    }

    #[test]
    fn a_group_to_choose_is_named_with_its_day_and_time() {
        let day = Day::new(2026, 9, 8).unwrap();
        let plain = domain::groups::testing::plain();
        assert_eq!(name_and_times(Lang::Fi, &plain, day), "Tasapaino");
        let group = Group { weekdays: vec![2], starts_at: "10:30".parse().ok(), ..plain };
        assert_eq!(name_and_times(Lang::Fi, &group, day), "Tasapaino, ti klo\u{a0}10.30");
    }
}
