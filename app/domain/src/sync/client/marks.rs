//! A chunk of marks as it is stored: a table. Written as every other entity is, a mark takes 550 bytes, nearly all of
//! them ids that stand in a hundred others too; a year of them took most of a tablet's start to read.
//!
//! The first line is JSON with what does not fit into the table, such as marks that contradict each other; the second
//! line has the ids, codes and writers' names, each once, between tabs; then a line for each mark: the places of its
//! session, participant, mark, stream and writer in that list, its clock's time and counter, its two revisions. Their
//! group is that of the roll in which they lie.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use uuid::Uuid;

use super::stored;
use crate::attendance::{Attendance, Mark};
use crate::ids::{AttendanceId, GroupId};
use crate::sync::entity::{Body, Bucket, Entity};
use crate::sync::hlc::Hlc;
use crate::sync::read_json;

pub(super) fn packed(roll: Bucket, entities: &[&Entity]) -> Vec<u8> {
    let (mut words, mut table, mut rest) = (Vec::new(), String::new(), Vec::new());
    for entity in entities {
        let Some(mark) = plain(roll, entity) else {
            rest.push(*entity);
            continue;
        };
        let code = mark.mark.map_or("", Mark::code).to_owned();
        let stream = entity.stream.to_string();
        table.push('\n');
        for word in [mark.session.to_string(), mark.participant.to_string(), code, stream, mark.at.node.clone()] {
            // Writing to a text cannot fail.
            let _ = write!(table, "{} ", place(&mut words, word));
        }
        let _ = write!(table, "{} {} {} {}", mark.at.wall, mark.at.counter, entity.rev, entity.other_rev);
    }
    let mut bytes = stored::bytes(&rest);
    bytes.push(b'\n');
    bytes.extend_from_slice(words.join("\t").as_bytes());
    bytes.extend_from_slice(table.as_bytes());
    bytes
}

/// A mark of which everything else follows, and which keeps the table's lines and words apart.
fn plain(roll: Bucket, entity: &Entity) -> Option<&Attendance> {
    let mark: &Attendance = entity.content()?;
    let follows = mark.contenders.is_empty()
        && Bucket::Roll(mark.group) == roll
        && mark.at == entity.at
        && !mark.at.node.contains(['\n', '\t'])
        && mark.id == AttendanceId::of(mark.session, mark.participant)
        && entity.key.id == mark.id.0;
    follows.then_some(mark)
}

fn place(words: &mut Vec<String>, word: String) -> usize {
    words.iter().position(|known| *known == word).unwrap_or_else(|| {
        words.push(word);
        words.len() - 1
    })
}

/// The marks of a stored chunk; nothing when any of it cannot be read.
pub(super) fn read(roll: Bucket, bytes: &[u8]) -> Option<Vec<Entity>> {
    let Bucket::Roll(group) = roll else { return None };
    let mut lines = std::str::from_utf8(bytes).ok()?.split('\n');
    let mut entities: Vec<Entity> = read_json(lines.next()?).ok()?;
    for entity in &mut entities {
        say_group(entity, group);
    }
    let words: Vec<&str> = lines.next()?.split('\t').collect();
    for line in lines {
        entities.push(entity(group, &words, line)?);
    }
    Some(entities)
}

/// What a stored chunk tells without being read as a whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Outline {
    /// Its marks.
    pub count: usize,
    /// Their sessions, and of those in the table every other id that one names: participants, streams.
    pub ids: BTreeSet<Uuid>,
}

/// Nothing where it is no chunk of marks. The few that stand beside the table are read for it: one contradiction must not
/// have a year of others read.
pub(super) fn outline(bytes: &[u8]) -> Option<Outline> {
    let mut lines = std::str::from_utf8(bytes).ok()?.split('\n');
    let rest: Vec<Entity> = read_json(lines.next()?).ok()?;
    let mut ids: BTreeSet<_> = lines.next()?.split('\t').filter_map(|word| Uuid::try_parse(word).ok()).collect();
    ids.extend(rest.iter().filter_map(|entity| Some(entity.content::<Attendance>()?.session.0)));
    Some(Outline { count: rest.len() + lines.count(), ids })
}

/// Chunks that were stored before a mark carried its group lack it.
fn say_group(entity: &mut Entity, group: GroupId) {
    if let Some(Body::Attendance(mark)) = &mut entity.body {
        mark.group = group;
    }
}

fn entity(group: GroupId, words: &[&str], line: &str) -> Option<Entity> {
    let mut numbers = line.split(' ').map(|number| number.parse::<i64>().ok());
    let mut number = || numbers.next().flatten();
    let mut word = || words.get(usize::try_from(number()?).ok()?).copied();
    let (session, participant) = (word()?.parse().ok()?, word()?.parse().ok()?);
    let mark = match word()? {
        "" => None,
        code => Some(Mark::from_code(code)?),
    };
    let (stream, node) = (word()?.parse().ok()?, word()?.to_owned());
    let at = Hlc { node, wall: number()?, counter: u32::try_from(number()?).ok()? };
    let (rev, other_rev) = (number()?, number()?);
    let id = AttendanceId::of(session, participant);
    let mark = Attendance { id, session, group, participant, mark, at: at.clone(), contenders: Vec::new() };
    let whole = numbers.next().is_none();
    whole.then(|| Entity { key: id.into(), rev, body: Some(mark.into()), stream, other_rev, at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::Contender;
    use crate::ids::{ParticipantId, SessionId, StreamId};

    const GROUP: GroupId = GroupId(Uuid::from_u128(9));
    const ROLL: Bucket = Bucket::Roll(GROUP);

    fn mark(session: u128, person: u128, mark: Option<Mark>, wall: i64) -> Entity {
        let (session, participant) = (SessionId(Uuid::from_u128(session)), ParticipantId(Uuid::from_u128(person)));
        let stream = StreamId(Uuid::from_u128(person % 2));
        let at = Hlc { wall, counter: 3, node: stream.to_string() };
        let id = AttendanceId::of(session, participant);
        let (group, contenders) = (GROUP, Vec::new());
        let mark = Attendance { id, session, group, participant, mark, at: at.clone(), contenders };
        Entity { key: id.into(), rev: 2, body: Some(mark.into()), stream, other_rev: 1, at }
    }

    fn contradicted(mut entity: Entity) -> Entity {
        if let Some(Body::Attendance(mark)) = &mut entity.body {
            let at = Hlc { wall: 1, counter: 0, node: "x".into() };
            mark.contenders.push(Contender { mark: None, at, rev: 1, stream: entity.stream });
        }
        entity
    }

    fn there_and_back(entities: &[Entity]) -> Vec<Entity> {
        read(ROLL, &packed(ROLL, &entities.iter().collect::<Vec<_>>())).unwrap()
    }

    #[test]
    fn every_mark_comes_back_as_it_was() {
        let marks = [None, Some(Mark::Present), Some(Mark::Paused), Some(Mark::AbsentUnknown)];
        let all: Vec<_> = (0..4).zip(marks).map(|(n, one)| mark(n / 2, n, one, 1_000 + n as i64)).collect();
        assert_eq!(there_and_back(&all), all);
        assert_eq!(there_and_back(&[]), []);
    }

    #[test]
    fn what_does_not_fit_the_table_is_kept_whole() {
        let mut foreign = mark(1, 2, None, 5);
        foreign.at.wall += 1;
        let mut torn = mark(1, 2, None, 5);
        torn.at.node = "a\tb\nc".into();
        if let Some(Body::Attendance(mark)) = &mut torn.body {
            mark.at = torn.at.clone();
        }
        for odd in [contradicted(mark(1, 1, Some(Mark::Present), 4)), foreign, torn] {
            assert_eq!(there_and_back(std::slice::from_ref(&odd)), [odd]);
        }
    }

    #[test]
    fn what_was_stored_before_a_mark_carried_its_group_gets_it_from_the_roll() {
        let odd = contradicted(mark(1, 1, Some(Mark::Present), 4));
        let text = String::from_utf8(packed(ROLL, &[&odd])).unwrap();
        let earlier = text.replace(&format!("\"group\":\"{GROUP}\","), "");
        assert_ne!(earlier, text);
        assert_eq!(read(ROLL, earlier.as_bytes()), Some(vec![odd]));
    }

    #[test]
    fn a_hundred_marks_of_a_group_take_less_than_a_tenth_of_their_plain_form() {
        let all: Vec<_> = (0..100).map(|n| mark(n / 20, n % 20, Some(Mark::Present), 1_769_594_400_000)).collect();
        let all: Vec<_> = all.iter().collect();
        let packed = packed(ROLL, &all);
        assert!(packed.len() * 10 < stored::bytes(&all).len(), "{}", packed.len());
    }

    #[test]
    fn a_chunk_tells_what_is_in_it_without_being_read() {
        let all = [mark(1, 2, Some(Mark::Present), 5), mark(1, 3, None, 6)];
        let told = outline(&packed(ROLL, &all.iter().collect::<Vec<_>>())).unwrap();
        // Streams 0 and 1, session 1, participants 2 and 3.
        let ids = [0, 1, 2, 3].map(Uuid::from_u128);
        assert_eq!(told, Outline { count: 2, ids: ids.into() });
        let beside = outline(&packed(ROLL, &[&contradicted(all[0].clone())])).unwrap();
        assert_eq!(beside, Outline { count: 1, ids: [Uuid::from_u128(1)].into() }, "what stands beside the table");
        assert_eq!((outline(b"[]"), outline(b"")), (None, None));
        assert_eq!(outline(&[b"[]\n", &[0xff][..], b"\n0"].concat()), None);
    }

    #[test]
    fn damaged_bytes_are_no_marks() {
        let good = packed(ROLL, &[&mark(1, 2, Some(Mark::Present), 5)]);
        let text = String::from_utf8(good).unwrap();
        for (from, to) in [
            ("present", "presnt"),
            ("\n0 1", "\n9 1"),
            ("\n0 1", "\n-1 1"),
            ("\n0 1", "\n1"),
            (" 1", " 1 7"),
            ("[]", ""),
        ] {
            assert!(
                text.contains(from) && read(ROLL, text.replacen(from, to, 1).as_bytes()).is_none(),
                "{from} in {text}"
            );
        }
        assert!(read(ROLL, b"[]").is_none());
        assert!(read(ROLL, b"").is_none());
    }
}
