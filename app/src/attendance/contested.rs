//! Marks of one person that contradict each other, with whoever made them, and in words.

use domain::attendance::{Attendance, Mark};
use domain::ids::{GroupId, ParticipantId, SessionId, StreamId};
use domain::time::{Day, Instant};

use crate::texts::{self, Lang, Words, roll as t};

/// A mark that is shown although others contradict it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Contested {
    /// Who made the mark that is shown, where that is known.
    pub shown_by: Option<String>,
    /// The other marks with their authors; none: nothing contradicts.
    pub others: Vec<(Mark, Option<String>)>,
}

impl Contested {
    /// `author`: what the writer of a stream is called.
    pub fn of(mark: &Attendance, author: impl Fn(StreamId) -> Option<String>) -> Self {
        let (shown, others): (Vec<_>, Vec<_>) = mark.sides().into_iter().partition(|side| side.mark == mark.mark);
        let mut others: Vec<_> =
            others.into_iter().filter_map(|side| Some((side.mark?, author(side.stream)))).collect();
        others.sort();
        others.dedup();
        Self { shown_by: shown.first().and_then(|side| author(side.stream)), others }
    }
}

impl Contested {
    /// "Outi Ohjaaja merkitsi näin. Merkitty myös: poissa (Veikko Vertainen)".
    pub fn words(&self, lang: Lang) -> String {
        let other = |(mark, author): &(Mark, Option<String>)| marked_by(mark.words(lang), author.as_deref());
        let others = texts::list(lang, &self.others.iter().map(other).collect::<Vec<_>>());
        match &self.shown_by {
            Some(name) => t::contested_shown(lang, &others, name),
            None => t::contested(lang, &others),
        }
    }
}

/// One of the marks that stand against each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Side {
    pub mark: Mark,
    /// Who wrote it, where that is known.
    pub by: Option<String>,
    pub at: Instant,
    /// It is what everybody sees now.
    pub shown: bool,
}

/// Somebody who was marked differently in one session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contradiction {
    pub group: GroupId,
    pub session: SessionId,
    pub day: Day,
    pub participant: ParticipantId,
    pub sides: Vec<Side>,
}

impl Contradiction {
    /// What of it is drawn: another mark draws it anew.
    pub fn key(&self) -> (SessionId, ParticipantId, Vec<(Mark, i64)>) {
        let sides = self.sides.iter().map(|side| (side.mark, side.at.millis()));
        (self.session, self.participant, sides.collect())
    }
}

/// A mark and who made it, where that is known.
pub fn marked_by(mark: &str, author: Option<&str>) -> String {
    author.map_or_else(|| mark.to_owned(), |name| format!("{mark} ({name})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::attendance::Contender;
    use domain::ids::{AttendanceId, GroupId, ParticipantId, SessionId};
    use domain::sync::hlc::Hlc;
    use uuid::Uuid;

    fn contested(marks: &[(u128, Option<Mark>)]) -> Contested {
        let (session, participant) = (SessionId(Uuid::from_u128(1)), ParticipantId(Uuid::from_u128(2)));
        let stand = |(n, mark): &(u128, Option<Mark>)| Contender {
            mark: *mark,
            at: Hlc::default(),
            rev: 1,
            stream: StreamId(Uuid::from_u128(*n)),
        };
        let attendance = Attendance {
            id: AttendanceId::of(session, participant),
            session,
            group: GroupId(Uuid::from_u128(3)),
            participant,
            mark: marks.last().and_then(|(_, mark)| *mark),
            at: Hlc::default(),
            contenders: marks.iter().map(stand).collect(),
        };
        let names = [(1, "Outi Ohjaaja"), (2, "Veikko Vertainen")];
        let name =
            |stream: StreamId| names.iter().find(|(n, _)| Uuid::from_u128(*n) == stream.0).map(|(_, name)| *name);
        Contested::of(&attendance, |stream| name(stream).map(str::to_owned))
    }

    #[test]
    fn both_marks_are_told_with_both_authors() {
        let told = contested(&[(1, Some(Mark::AbsentUnknown)), (2, Some(Mark::Present))]);
        assert_eq!(told.shown_by.as_deref(), Some("Veikko Vertainen"));
        assert_eq!(told.others, [(Mark::AbsentUnknown, Some("Outi Ohjaaja".to_owned()))]);
        let words = told.words(Lang::En);
        assert!(words.contains("by Veikko Vertainen") && words.ends_with("(Outi Ohjaaja)"), "{words}");
    }

    #[test]
    fn an_author_of_whom_nothing_was_told_stays_without_a_name() {
        let told = contested(&[(7, Some(Mark::Paused)), (8, Some(Mark::Present))]);
        assert_eq!((told.shown_by.clone(), told.others.clone()), (None, vec![(Mark::Paused, None)]));
        assert_eq!(told.words(Lang::Fi), t::contested(Lang::Fi, Mark::Paused.words(Lang::Fi)));
    }

    #[test]
    fn an_undone_mark_and_the_same_mark_twice_contradict_nothing() {
        assert_eq!(contested(&[(1, None), (2, Some(Mark::Present))]), Contested::default());
        assert_eq!(contested(&[(1, Some(Mark::Present)), (2, Some(Mark::Present))]), Contested::default());
        assert_eq!(contested(&[]), Contested::default());
    }
}
