//! From which day a change of a group's days, times or place holds. It is asked within a season that has begun, with the
//! sessions to come of which somebody has spoken already: those stay as they are.

use app::groups::form::{GroupTyped, KeptSession};
use app::sessions::list::{state, when};
use app::sessions::today::meeting;
use app::texts::{self, Lang, typed_day};
use app::ui::FieldError;
use domain::groups::Group;
use domain::sessions::{Session, SessionStatus};
use domain::time::Day;

use crate::access::ScopedTx;
use crate::error::Error;
use crate::groups::GroupRow;
use crate::pages::reading::Reading;
use crate::pages::saving::Sent;
use crate::sessions;

/// How far ahead sessions are looked for: days. No season is longer.
const AHEAD: i64 = 400;

/// What stands in the field when the form is opened: the day of a change that is still to come.
pub(super) fn to_come(group: &Group, today: Day) -> Option<String> {
    group.changes_after(today).last().map(typed_day)
}

/// The same where the form is opened from the page of a session, with that session's day.
pub(super) fn opened(group: &Group, from: &str, begun: bool, today: Day) -> Option<String> {
    let day: Option<Day> = from.parse().ok();
    day.filter(|_| begun).map(typed_day).or_else(|| to_come(group, today))
}

/// The group as it was typed, with what its timetable was before; or what is asked, which then stands in the form.
pub(super) async fn settled(
    sent: &Sent,
    tx: &mut ScopedTx,
    row: &GroupRow,
    wanted: Group,
    typed: &mut GroupTyped,
) -> Result<Result<Group, Vec<FieldError>>, Error> {
    let (before, today) = (&row.group, sent.scope().today());
    let changed = !wanted.timetable().is_like(&before.timetable());
    let said = typed.holds_from.clone().unwrap_or_default();
    let put_off = !said.is_empty() && to_come(before, today).is_some();
    // In a season that is still to come there are no days before the change.
    let begun = sessions::has_begun(tx, row).await? && wanted.season_start.is_none_or(|start| start <= today);
    let asked = begun && (changed || put_off);
    if !asked {
        typed.holds_from = to_come(before, today);
        return Ok(Ok(wanted.following(before, begun, today)));
    }
    let from = match since(sent.lang(), &wanted, &said, today) {
        Ok(from) => from,
        Err(errors) => {
            typed.holds_from = Some(if said.is_empty() { typed_day(proposed(before, today)) } else { said });
            return Ok(Err(errors));
        }
    };
    let wanted = wanted.holding_from(before, from);
    let kept = spoken_of(tx, row, &wanted, from.max(today)).await?;
    let told = sent.fields.all("kept");
    if kept.iter().all(|one| told.contains(&one.day.to_string().as_str())) {
        return Ok(Ok(wanted));
    }
    typed.kept = kept.iter().map(|one| line(sent.lang(), before, one, today)).collect();
    Ok(Err(vec![FieldError::new("holds_from", texts::groups::error::kept(sent.lang()))]))
}

/// The day that was typed, within the season.
fn since(lang: Lang, wanted: &Group, said: &str, today: Day) -> Result<Day, Vec<FieldError>> {
    use texts::groups::error as e;
    let mut form = Reading::new(lang);
    if said.is_empty() {
        form.wrong::<Day>("holds_from", e::holds_from_asked(lang));
    }
    let day = form.day("holds_from", said, e::holds_from(lang), today);
    if day.zip(wanted.season_end).is_some_and(|(day, end)| day > end) {
        form.wrong::<Day>("holds_from", e::holds_from_late(lang));
    }
    day.filter(|_| form.errors.is_empty()).ok_or(form.errors)
}

/// Today, or tomorrow where the group meets today: that session may have begun.
fn proposed(group: &Group, today: Day) -> Day {
    if group.meets_on(today) { today.plus_days(1) } else { today }
}

/// The sessions from that day on of which somebody has spoken and which the new timetable has at another time or not at
/// all, in their order. One that was held is not to come.
async fn spoken_of(tx: &mut ScopedTx, row: &GroupRow, wanted: &Group, from: Day) -> Result<Vec<Session>, Error> {
    let plan = |group: &Group, day: Day| group.meets_on(day).then(|| group.starts_on(day));
    let mut kept: Vec<Session> = sessions::between(tx, row.reached, from, from.plus_days(AHEAD))
        .await?
        .into_iter()
        .map(|row| row.session)
        .filter(|one| one.status != Some(SessionStatus::Held))
        .filter(|one| plan(&row.group, one.day) != plan(wanted, one.day))
        .collect();
    kept.reverse();
    Ok(kept)
}

fn line(lang: Lang, before: &Group, session: &Session, today: Day) -> KeptSession {
    let meeting = meeting(before, session.day, Some(session));
    let (words, _) = state(lang, &meeting, today);
    let parts = [Some(when(lang, &meeting)), Some(words), session.elsewhere().map(str::to_owned), meeting.note.clone()];
    KeptSession { day: session.day, words: parts.into_iter().flatten().collect::<Vec<_>>().join(" · ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::groups::testing::plain;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// Tuesdays from 25 August to 11 December 2026.
    fn tuesdays() -> Group {
        Group {
            weekdays: vec![2],
            season_start: Some(day("2026-08-25")),
            season_end: Some(day("2026-12-11")),
            ..plain()
        }
    }

    #[test]
    fn the_day_is_asked_read_and_lies_within_the_season() {
        let read = |said: &str| {
            let told = |errors: Vec<FieldError>| errors.into_iter().map(|error| error.text).collect::<Vec<_>>();
            since(Lang::En, &tuesdays(), said, day("2026-09-08")).map_err(told)
        };
        assert_eq!(read("1.10.2026"), Ok(day("2026-10-01")));
        assert_eq!(read("11.12.2026"), Ok(day("2026-12-11")));
        for (said, told) in
            [("", "holds, and save"), ("lokakuusta", "as 8.9.2026"), ("12.12.2026", "season ends before")]
        {
            let errors = read(said).unwrap_err();
            assert!(errors.len() == 1 && errors[0].contains(told), "{said}: {errors:?}");
        }
    }

    #[test]
    fn a_session_of_today_is_left_alone_by_what_is_proposed() {
        assert_eq!(proposed(&tuesdays(), day("2026-09-08")), day("2026-09-09"));
        assert_eq!(proposed(&tuesdays(), day("2026-09-07")), day("2026-09-07"));
    }

    #[test]
    fn a_change_that_is_to_come_stands_in_the_form() {
        let changed = Group { weekdays: vec![4], ..tuesdays() }.holding_from(&tuesdays(), day("2026-10-01"));
        assert_eq!(to_come(&changed, day("2026-09-30")).as_deref(), Some("1.10.2026"));
        assert_eq!(to_come(&changed, day("2026-10-01")), None);
        let opened = |from: &str, today: &str| opened(&changed, from, changed.has_begun(day(today)), day(today));
        assert_eq!(opened("2026-09-22", "2026-09-08").as_deref(), Some("22.9.2026"));
        assert_eq!(opened("", "2026-09-08").as_deref(), Some("1.10.2026"));
        assert_eq!(
            opened("2026-09-22", "2026-08-24").as_deref(),
            Some("1.10.2026"),
            "nothing is asked before the season"
        );
    }
}
