//! The lists of people: for each organisation the people whom it has in its groups or has registered, and what they are
//! found by. Kept with
//! every write of a person, a stay or a group, so that a list of 50,000 is read like one of 50.

use std::collections::{BTreeSet, HashMap};

use domain::access::Action;
use domain::finding::{close, findable_of};
use domain::ids::{GroupId, MunicipalityCode, OrganisationId, ParticipantId};
use domain::people::{Participant, Profile};
use domain::sync::entity::{Body, Entity, EntityType};
use domain::sync::server::store::Keeper;

use super::{keepers, merged};
use crate::access::ScopedTx;
use crate::db::{Bulk, Lookup, Tx, Value};
use crate::error::Error;

/// The word of the list itself.
const EVERYBODY: &str = "";

const NAMES: Lookup =
    lookup!("SELECT sort_key, body FROM participant WHERE municipality = $1 AND deleted_at IS NULL AND id IN (", ")");
/// A person stands in the list of every organisation in one of whose groups they have a stay, and of those that have
/// registered them ([`super::keepers`]).
const ORGANISATIONS: Lookup = lookup!(
    "SELECT DISTINCT m.participant, g.provider FROM membership m JOIN exercise_group g \
     ON g.municipality = m.municipality AND g.id = m.exercise_group WHERE m.municipality = $1 \
     AND m.deleted_at IS NULL AND (m.left_on IS NULL OR m.left_on >= m.joined_on) \
     AND g.deleted_at IS NULL AND m.participant IN (",
    ")"
);
const MEMBERS: Lookup =
    lookup!("SELECT participant FROM membership WHERE municipality = $1 AND exercise_group IN (", ")");
const FORGET: Lookup = lookup!("DELETE FROM listing WHERE municipality = $1 AND participant IN (", ")");
const LIST: Bulk<5> = bulk!(
    "INSERT INTO listing (municipality, organisation, word, sort_key, participant)",
    "ON CONFLICT (municipality, organisation, word, sort_key, participant) DO NOTHING"
);

/// Brings the lists to what was just written.
pub async fn follow<'a>(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    written: impl IntoIterator<Item = &'a Entity> + Clone,
) -> Result<(), Error> {
    let mut people: BTreeSet<ParticipantId> = BTreeSet::new();
    let mut groups: Vec<GroupId> = Vec::new();
    for entity in written.clone() {
        match &entity.body {
            Some(Body::Participant(person)) => people.extend([person.id]),
            Some(Body::Membership(stay)) => people.extend([stay.participant]),
            Some(Body::Group(group)) => groups.push(group.id),
            None if entity.key.etype == EntityType::Participant => people.extend([ParticipantId(entity.key.id)]),
            _ => {}
        }
    }
    for row in tx.lookup(&MEMBERS, tenant, groups).await? {
        people.insert(row.parse("participant")?);
    }
    renew(tx, tenant, &people).await?;
    super::rows::spoil(tx, tenant, &people, written).await
}

/// Writes the lists' rows of these people anew. Of records that were merged one is listed, in the lists of all of them and
/// under the names of all.
pub async fn renew(tx: &mut Tx, tenant: &MunicipalityCode, people: &BTreeSet<ParticipantId>) -> Result<(), Error> {
    let stands = merged::of_people(tx, tenant, people).await?;
    let all: BTreeSet<_> = stands.keys().copied().collect();
    let mut organisations = organisations(tx, tenant, &stands).await?;
    let mut words: HashMap<ParticipantId, BTreeSet<String>> = HashMap::new();
    let mut listed = Vec::new();
    for row in tx.lookup(&NAMES, tenant, all.iter().copied()).await? {
        let (sort_key, person): (String, Participant) = (row.get("sort_key")?, row.json("body")?);
        if person.profile.restricted {
            continue;
        }
        let kept = stands.get(&person.id).copied().unwrap_or(person.id);
        words.entry(kept).or_default().extend(words_of(&person.profile));
        if kept == person.id {
            listed.push((kept, sort_key));
        }
    }
    let mut rows: Vec<[Value; 5]> = Vec::new();
    for (person, sort_key) in listed {
        let words = words.remove(&person).unwrap_or_default();
        for organisation in organisations.remove(&person).unwrap_or_default() {
            let row = |word: &String| {
                [tenant.into(), organisation.into(), word.into(), sort_key.as_str().into(), person.into()]
            };
            rows.extend(words.iter().map(row));
        }
    }
    tx.lookup(&FORGET, tenant, all).await?;
    tx.bulk(&LIST, rows).await
}

/// In whose lists each person stands, by the record that stands for all of theirs.
async fn organisations(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    stands: &HashMap<ParticipantId, ParticipantId>,
) -> Result<HashMap<ParticipantId, BTreeSet<OrganisationId>>, Error> {
    let kept = |id: ParticipantId| stands.get(&id).copied().unwrap_or(id);
    let mut organisations: HashMap<ParticipantId, BTreeSet<OrganisationId>> = HashMap::new();
    for row in tx.lookup(&ORGANISATIONS, tenant, stands.keys().copied()).await? {
        organisations.entry(kept(row.parse("participant")?)).or_default().insert(row.parse("provider")?);
    }
    let placed: BTreeSet<_> = organisations.keys().copied().collect();
    for Keeper { participant, organisation, while_unplaced } in
        keepers::of_people(tx, tenant, stands.keys().copied()).await?
    {
        if !while_unplaced || !placed.contains(&kept(participant)) {
            organisations.entry(kept(participant)).or_default().insert(organisation);
        }
    }
    Ok(organisations)
}

fn words_of(profile: &Profile) -> Vec<String> {
    let words = findable_of(profile);
    std::iter::once(EVERYBODY.to_owned()).chain(words.iter().map(|word| written(word))).collect()
}

/// In hexadecimal: databases order other signs by their own collation, and no range of it would be a beginning.
fn written(word: &str) -> String {
    crate::secrets::to_hex(word.as_bytes())
}

/// From (included) and to (not included): the words that begin like this one; two empty values when it is no word.
pub(super) fn range(word: Option<&String>) -> [Value; 2] {
    let Some(word) = word else { return [EVERYBODY.into(), EVERYBODY.into()] };
    let from = written(word);
    let to = format!("{from}g");
    [from.into(), to.into()]
}

const ANYBODY: &str = sql!(
    "SELECT 1 AS there FROM listing l WHERE l.municipality = $1 AND l.organisation = $2 AND ",
    super::with_the_words!(),
    " LIMIT 1"
);

/// Whether somebody in the own organisation's list is found by these words.
pub(super) async fn is_anybody(tx: &mut ScopedTx, ranges: [Value; 6]) -> Result<bool, Error> {
    Ok(tx.within(Action::SeeProfiles)?.maybe(ANYBODY, ranges).await?.is_some())
}

/// Every word of names in the own list, each found behind the one before: there are far fewer words than people.
const WORDS: &str = sql!(
    "WITH RECURSIVE Known (word) AS (SELECT MIN(l.word) FROM listing l WHERE l.municipality = $1 AND l.organisation = $2 \
     AND l.word >= $5 UNION ALL SELECT (SELECT MIN(l.word) FROM listing l WHERE l.municipality = $1 \
     AND l.organisation = $2 AND l.word > k.word) FROM Known k WHERE k.word IS NOT NULL) \
     SELECT word FROM Known WHERE word IS NOT NULL"
);
/// Before the first letter and behind all digits and signs.
const FIRST_LETTER: &str = "61";
/// Words that are tried for one that was typed, and readings that are tried for all.
const MENDED: usize = 4;
const MOST_MENDED: usize = 12;

/// Readings with each word that begins no name replaced by names that are a slip of the finger away.
pub(super) async fn mended(tx: &mut ScopedTx, readings: &[Vec<String>]) -> Result<Vec<Vec<String>>, Error> {
    let Some(reading) = readings.first() else { return Ok(Vec::new()) };
    let rows = tx.within(Action::SeeProfiles)?.all(WORDS, [FIRST_LETTER.into()]).await?;
    let words: Vec<String> =
        rows.iter().map(|row| Ok(plain(&row.get::<String>("word")?))).collect::<Result<_, Error>>()?;
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    for typed in reading {
        let mut instead = close(typed, words.iter().map(String::as_str), MENDED);
        if words.iter().any(|word| word.starts_with(typed.as_str())) {
            instead = vec![typed.as_str()];
        }
        let longer = |before: &Vec<String>| {
            let with = |word: &&str| before.iter().cloned().chain([(*word).to_owned()]).collect::<Vec<_>>();
            instead.iter().map(with).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
        all.truncate(MOST_MENDED);
    }
    Ok(all)
}

/// A word as it was before it was [`written`].
fn plain(hex: &str) -> String {
    let bytes = hex.as_bytes().chunks(2).filter_map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
    String::from_utf8_lossy(&bytes.collect::<Vec<_>>()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_back_as_it_was() {
        assert_eq!(plain(&written("mäkelä")), "mäkelä");
    }

    #[test]
    fn a_range_holds_the_words_that_begin_alike_and_no_others() {
        let [Value::Text(Some(from)), Value::Text(Some(to))] = range(Some(&"mäk".to_owned())) else { panic!("texts") };
        let within = |word: &str| (&*from..&*to).contains(&written(word).as_str());
        assert!(within("mäk") && within("mäkelä"));
        assert!(!within("mä") && !within("mäl") && !within("m"));
    }
}
