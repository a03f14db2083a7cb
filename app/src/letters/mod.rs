//! Letters to those who take part, printed at the desk for one person or for a whole group: what each says, in the
//! receiver's language and the municipality's form of address.

pub mod address;
pub mod choose;
pub mod sheet;

use domain::exercises::Exercise;
use domain::groups::Group;
use domain::letters::FormOfAddress;
use domain::places::Place;
use domain::time::Day;

use crate::assessments::results_card::CardView;
use crate::groups::{season, times_of};
use crate::places::told;
use crate::sessions::list::when;
use crate::sessions::today::Meeting;
use crate::texts::{Lang, letters as t, list, whole};

/// As many sessions fit on a sheet beside the words, in two columns.
const MOST_SESSIONS: usize = 24;

/// What a letter tells of a group.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupFacts {
    pub group: Group,
    /// Where it meets, if that place is on the list.
    pub place: Option<Place>,
    /// The names of those who lead it.
    pub leaders: Vec<String>,
    /// The sessions from today to the season's end that are held, the first first.
    pub coming: Vec<Meeting>,
}

/// What a letter is about, with all that it needs.
#[derive(Clone, PartialEq, Debug)]
pub enum About {
    /// `begins_on`: the person's first day in the group. `has_card`: whether they can tell on their own page that they
    /// cannot come.
    Welcome {
        group: Box<GroupFacts>,
        begins_on: Day,
        has_card: bool,
    },
    Invitation {
        group: Box<GroupFacts>,
        session: Box<Meeting>,
    },
    Results {
        card: Box<CardView>,
    },
    Sessions {
        group: Box<GroupFacts>,
        has_card: bool,
    },
    Exercises {
        chosen: Vec<Exercise>,
    },
}

/// The address in the envelope's window.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Window {
    /// Street, postal code and town as they were typed for this letter; without them there is room to write by hand.
    pub lines: Vec<String>,
    pub postal_code: Option<String>,
}

/// One letter.
#[derive(Clone, PartialEq, Debug)]
pub struct Letter {
    pub lang: Lang,
    pub form: FormOfAddress,
    /// "Aino Aho".
    pub name: String,
    /// "Aino".
    pub called: String,
    pub window: Window,
    /// The municipality or organisation that writes.
    pub sender: String,
    /// Whom to call.
    pub phone: String,
    pub on: Day,
    pub about: About,
}

/// The words of a letter, in their order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Said {
    pub title: String,
    pub hello: String,
    pub before: Vec<String>,
    /// Label and value.
    pub facts: Vec<(&'static str, String)>,
    /// Sessions, a line each.
    pub sessions: Vec<String>,
    pub after: Vec<String>,
    pub end: &'static str,
    pub signed: String,
}

/// A text in the letter's language and form of address.
macro_rules! say {
    ($letter:expr, $($key:ident)::+ $(, $value:expr)?) => {
        t::said::$($key)::+($letter.lang.addressing($letter.form) $(, $value)?)
    };
}

impl Letter {
    /// What the letter says; the exercises speak for themselves.
    pub fn said(&self) -> Said {
        let hello = match self.form {
            FormOfAddress::Familiar => t::hello::familiar(self.lang, &self.called),
            FormOfAddress::Formal => t::hello::formal(self.lang, &self.name),
        };
        let said = Said { hello, signed: self.sender.clone(), ..Said::default() };
        match &self.about {
            About::Welcome { group, begins_on, has_card } => self.welcome(said, group, *begins_on, *has_card),
            About::Invitation { group, session } => self.invitation(said, group, session),
            About::Results { .. } => self.results(said),
            About::Sessions { group, has_card } => self.sessions(said, group, *has_card),
            About::Exercises { .. } => said,
        }
    }

    fn welcome(&self, said: Said, group: &GroupFacts, begins_on: Day, has_card: bool) -> Said {
        let first = group.coming.iter().find(|one| one.day >= begins_on);
        let mut facts = vec![(t::fact::group(self.lang), group.group.name.clone())];
        facts.extend(first.map(|one| (t::fact::first(self.lang), when(self.lang, one))));
        facts.push((t::fact::times(self.lang), times_of(self.lang, &group.group, begins_on)));
        facts.extend(self.where_and_who(group, first));
        Said {
            title: t::name::welcome(self.lang).to_owned(),
            before: vec![say!(self, welcome::intro).to_owned()],
            facts: known(facts),
            after: vec![
                say!(self, welcome::bring).to_owned(),
                self.cannot(has_card),
                say!(self, welcome::data).to_owned(),
            ],
            end: say!(self, welcome::end),
            signed: self.signed(group),
            ..said
        }
    }

    fn invitation(&self, said: Said, group: &GroupFacts, session: &Meeting) -> Said {
        let mut facts = vec![(t::fact::when(self.lang), when(self.lang, session))];
        facts.extend(self.where_and_who(group, Some(session)));
        Said {
            title: t::name::invitation(self.lang).to_owned(),
            before: vec![say!(self, invitation::intro).to_owned()],
            facts: known(facts),
            after: vec![
                say!(self, invitation::bring).to_owned(),
                say!(self, invitation::tell).to_owned(),
                say!(self, invitation::cannot, &self.phone),
            ],
            end: say!(self, invitation::end),
            signed: self.signed(group),
            ..said
        }
    }

    fn results(&self, said: Said) -> Said {
        Said {
            title: say!(self, results::title).to_owned(),
            before: vec![
                say!(self, results::intro).to_owned(),
                say!(self, results::talk, &self.phone),
                say!(self, results::private).to_owned(),
            ],
            end: say!(self, results::end),
            ..said
        }
    }

    fn sessions(&self, said: Said, group: &GroupFacts, has_card: bool) -> Said {
        let season = season(self.lang, group.group.season_start, group.group.season_end);
        let facts = [
            Some((t::fact::group(self.lang), group.group.name.clone())),
            season.map(|season| (t::fact::season(self.lang), season)),
            group.group.place.clone().map(|place| (t::fact::place(self.lang), place)),
        ];
        let usual = group.group.place.as_deref();
        let line = |one: &Meeting| {
            let elsewhere = one.place.as_deref().filter(|place| Some(*place) != usual);
            [Some(when(self.lang, one).as_str()), elsewhere].into_iter().flatten().collect::<Vec<_>>().join(", ")
        };
        Said {
            title: t::name::sessions(self.lang).to_owned(),
            before: vec![say!(self, sessions::intro).to_owned()],
            facts: facts.into_iter().flatten().collect(),
            sessions: group.coming.iter().take(MOST_SESSIONS).map(line).collect(),
            after: self.more_sessions(group).into_iter().chain([self.cannot(has_card)]).collect(),
            end: say!(self, sessions::end),
            signed: self.signed(group),
            ..said
        }
    }

    /// How many sessions the sheet has no room for, and when the last of them is.
    fn more_sessions(&self, group: &GroupFacts) -> Option<String> {
        let more = group.coming.get(MOST_SESSIONS..)?;
        let count = whole(more.len());
        more.last().map(|last| t::more_sessions(self.lang, count, &when(self.lang, last)))
    }

    /// Where the session is, how to get there and who leads.
    fn where_and_who(&self, group: &GroupFacts, session: Option<&Meeting>) -> Vec<(&'static str, String)> {
        let usual = group.group.place.as_ref();
        let place = session.and_then(|one| one.place.as_ref()).or(usual);
        // The way is known to the usual place alone.
        let way = group.place.as_ref().filter(|_| place == usual).map(|place| told(self.lang, place).join(". "));
        vec![
            (t::fact::place(self.lang), place.cloned().unwrap_or_default()),
            (t::fact::way(self.lang), way.unwrap_or_default()),
            (t::fact::leader(self.lang), list(self.lang, &group.leaders)),
            (t::fact::phone(self.lang), self.phone.clone()),
        ]
    }

    fn cannot(&self, has_card: bool) -> String {
        match has_card {
            true => say!(self, cannot_card, &self.phone),
            false => say!(self, cannot, &self.phone),
        }
    }

    /// Those who lead the group, before the house that they come from.
    fn signed(&self, group: &GroupFacts) -> String {
        match group.leaders.is_empty() {
            true => self.sender.clone(),
            false => format!("{}, {}", list(self.lang, &group.leaders), self.sender),
        }
    }
}

/// Without what nobody has said.
fn known(facts: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests;
