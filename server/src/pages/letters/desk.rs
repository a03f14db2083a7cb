//! Whom letters can be written to, and what they tell of a group: what the form shows and the letters are made from.

use std::collections::{BTreeSet, HashMap};

use app::groups::name_and_times;
use app::letters::GroupFacts;
use app::texts::{Lang, letters as words};
use domain::access::Action;
use domain::groups::{Group, Membership};
use domain::ids::{GroupId, ParticipantId};
use domain::people::{Participant, may_be_contacted};
use domain::time::{Day, Instant};

use crate::access::{InReach, ScopedTx, leading};
use crate::db::Unscoped;
use crate::error::Error;
use crate::groups::{self, GroupRow};
use crate::own::cards;
use crate::own::desk::back_to;
use crate::pages::sessions;
use crate::people::{Found, merged};
use crate::{memberships, places};

/// For so many days after a death in the group the page says that no letter is made: whoever prints may not have heard.
const TOLD_DAYS: i64 = 60;

/// Somebody to whom a letter can be written.
#[derive(Clone, Debug)]
pub struct Somebody {
    pub person: Participant,
    /// The first day in the group; of whoever is in none, today.
    pub begins_on: Day,
    pub has_card: bool,
}

/// Whose page it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    Group(GroupId),
    Person(ParticipantId),
}

/// What a page of letters stands on.
pub struct Desk {
    /// The form's own address.
    pub at: String,
    /// Address and words of the page before.
    pub back: (String, String),
    pub name: String,
    pub whose: Whose,
    pub people: Vec<Somebody>,
    pub left_out: Vec<String>,
    pub facts: Option<GroupFacts>,
    /// The groups of the one person.
    pub groups: Vec<(GroupId, String)>,
}

impl Desk {
    /// Whether it is the page of one person.
    pub fn is_single(&self) -> bool {
        matches!(self.whose, Whose::Person(_))
    }

    /// Of whoever is in the group or will be, each person once, by name.
    pub async fn of_group(tx: &mut ScopedTx, lang: Lang, id: GroupId, now: Instant) -> Result<Self, Error> {
        let row = groups::find(tx, Action::WriteLetters, id).await?;
        let (reached, today) = (row.reached, tx.scope().today());
        let restricted = memberships::restricted_in(tx, reached).await?;
        let stays = memberships::of_group(tx, reached).await?;
        let name = row.group.name.clone();
        let facts = facts(tx, row, now).await?;
        let mut left_out = Vec::new();
        if restricted > 0 {
            left_out.push(words::restricted(lang, restricted));
        }
        let (living, dead): (Vec<_>, Vec<_>) =
            each_once(tx, stays, today).await?.into_iter().partition(is_written_to(today));
        left_out.extend(told_of_the_dead(lang, dead.iter().map(|(.., person)| person.profile.full_name())));
        let people = with_cards(tx, living).await?;
        let back = back_to(tx.scope(), lang, format!("/groups/{id}"), words::back_group(lang));
        let at = format!("/groups/{id}/letters");
        Ok(Self { at, back, name, whose: Whose::Group(id), people, left_out, facts: Some(facts), groups: Vec::new() })
    }

    /// Of one person, with the group that was asked for or the newest one.
    pub async fn of_person(
        tx: &mut ScopedTx,
        lang: Lang,
        mut found: Found,
        asked: Option<GroupId>,
        now: Instant,
    ) -> Result<Self, Error> {
        let (id, today) = (found.person.id, tx.scope().today());
        merged::protect(tx, [&mut found.person]).await?;
        let records = merged::all(tx, found.reached, Action::SeeProfiles).await?;
        let stays = memberships::of_people(tx, records).await?;
        let near = in_reach(tx, stays, today).await?;
        let groups = near.iter().map(|(_, row)| (row.group.id, name_and_times(lang, &row.group, today))).collect();
        let chosen = near.iter().position(|(_, row)| asked == Some(row.group.id)).unwrap_or(0);
        let chosen = near.into_iter().nth(chosen);
        let begins_on = chosen.as_ref().map_or(today, |(stay, _)| stay.joined_on);
        let facts = match chosen {
            Some((_, row)) => Some(facts(tx, row, now).await?),
            None => None,
        };
        let name = found.person.profile.full_name();
        let dead = !may_be_contacted(&found.person.profile, std::iter::empty(), today);
        let left_out = told_of_the_dead(lang, dead.then(|| name.clone()).into_iter()).into_iter().collect();
        let living = (!dead).then_some((begins_on, found.reached, found.person));
        let people = with_cards(tx, living.into_iter().collect()).await?;
        let back = back_to(tx.scope(), lang, format!("/people/{id}"), words::back_person(lang));
        let at = format!("/people/{id}/letters");
        Ok(Self { at, back, name, whose: Whose::Person(id), people, left_out, facts, groups })
    }
}

/// First day in the group, and who.
type Begun = (Day, InReach<ParticipantId>, Participant);

/// Whether a letter may be written to them.
fn is_written_to(today: Day) -> impl Fn(&Begun) -> bool {
    move |(.., person)| may_be_contacted(&person.profile, std::iter::empty(), today)
}

fn told_of_the_dead(lang: Lang, names: impl Iterator<Item = String>) -> Option<String> {
    let names = names.collect::<Vec<_>>().join(", ");
    (!names.is_empty()).then(|| words::dead(lang, &names))
}

/// The people of these stays, each once: by the record that stands for them where that is within reach.
async fn each_once(tx: &mut ScopedTx, stays: Vec<(Membership, Participant)>, today: Day) -> Result<Vec<Begun>, Error> {
    let mut begun: HashMap<ParticipantId, Day> = HashMap::new();
    let mut named = Vec::new();
    for (stay, _) in stays.iter().filter(|(stay, person)| concerns(stay, person, today)) {
        named.push(stay.participant);
        begun.entry(stay.participant).or_insert(stay.joined_on);
    }
    let found = merged::each_once(tx, Action::WriteLetters, named).await?;
    let one = |(named, (reached, person))| (begun.get(&named).copied().unwrap_or(today), reached, person);
    Ok(found.into_iter().map(one).collect())
}

/// Whoever is in the group or will be, and whoever has died there lately.
fn concerns(stay: &Membership, person: &Participant, today: Day) -> bool {
    let lately = |died: Day| today.days_since(died) <= TOLD_DAYS && stay.reaches(died);
    stay.reaches(today) || person.profile.died_on.is_some_and(lately)
}

async fn with_cards(tx: &mut ScopedTx, people: Vec<Begun>) -> Result<Vec<Somebody>, Error> {
    let reached: Vec<_> = people.iter().map(|(_, reached, _)| *reached).collect();
    let records = merged::all_of(tx, &reached, Action::ManageCards).await?;
    let cards = cards::of_records(tx, &records).await?;
    let somebody = |(begins_on, _, person): Begun| {
        let has_card = cards.contains_key(&person.id);
        Somebody { person, begins_on, has_card }
    };
    Ok(people.into_iter().map(somebody).collect())
}

/// The stays that last or begin, in groups within reach, the newest first.
async fn in_reach(
    tx: &mut ScopedTx,
    stays: Vec<(Membership, Group)>,
    today: Day,
) -> Result<Vec<(Membership, GroupRow)>, Error> {
    let mut near: Vec<(Membership, GroupRow)> = Vec::new();
    for (stay, group) in stays.into_iter().filter(|(stay, _)| stay.reaches(today)) {
        if near.iter().any(|(_, row)| row.group.id == group.id) {
            continue;
        }
        match groups::find(tx, Action::WriteLetters, group.id).await {
            Ok(row) => near.push((stay, row)),
            Err(Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(near)
}

async fn facts(tx: &mut ScopedTx, row: GroupRow, now: Instant) -> Result<GroupFacts, Error> {
    let (group, reached, today) = (row.group, row.reached, tx.scope().today());
    // Where the group meets is no secret to its people; which group it is was asked before.
    let (bare, tenant) = tx.unscoped(Unscoped::Door);
    let places = places::of_organisations(bare, tenant, [group.provider]).await?;
    let leading = leading::of_group(tx, reached).await?.into_iter().filter(|one| one.leads_on(today));
    // Whoever leads also stands in for a day, and is named once.
    let mut met = BTreeSet::new();
    let leaders = leading.filter(|one| met.insert(one.account)).map(|one| one.name).collect();
    let coming = sessions::ahead(tx, &group, reached).await?.into_iter().map(|line| line.meeting);
    // Nobody is invited to what has begun.
    let coming: Vec<_> = coming.filter(|one| one.status.is_none() && !one.has_begun(now.in_finland())).collect();
    let named: BTreeSet<_> = coming.iter().map(|one| one.place.as_deref()).chain([group.place.as_deref()]).collect();
    let listed = named.into_iter().filter_map(|line| places.of(group.provider, line)).cloned().collect();
    Ok(GroupFacts { places: listed, group, leaders, coming })
}
