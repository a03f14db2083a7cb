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
use crate::home_programmes::sheet::HomeSheet;
use crate::places::told;
use crate::sessions::list::when;
use crate::sessions::today::Meeting;
use crate::texts::{Lang, day, letters as t, list, whole};
use crate::ui::PaperAddress;

/// As many sessions fit on a sheet beside the words, in two columns.
const MOST_SESSIONS: usize = 24;
/// Of more places a letter says nothing: whoever meets in so many hears of each when it comes.
const MOST_PLACES: usize = 3;

/// What a letter tells of a group.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupFacts {
    pub group: Group,
    /// Of the places in which it meets from today on those that are on the list.
    pub places: Vec<Place>,
    /// The names of those who lead it.
    pub leaders: Vec<String>,
    /// The sessions from today to the season's end that are held, the first first.
    pub coming: Vec<Meeting>,
}

/// A place in which some sessions are, from the first of them on.
struct Venue<'a> {
    place: &'a str,
    from: Day,
    sessions: usize,
}

impl GroupFacts {
    /// Where these sessions are, each place once, in the order in which the group comes there.
    fn venues<'a>(&self, sessions: impl IntoIterator<Item = &'a Meeting>) -> Vec<Venue<'a>> {
        let mut venues: Vec<Venue<'a>> = Vec::new();
        for (place, from) in sessions.into_iter().filter_map(|one| Some((one.place.as_deref()?, one.day))) {
            match venues.iter_mut().find(|venue| venue.place == place) {
                Some(venue) => venue.sessions += 1,
                None => venues.push(Venue { place, from, sessions: 1 }),
            }
        }
        venues.truncate(MOST_PLACES);
        venues
    }

    /// How to get to a place that is on the list.
    fn way(&self, lang: Lang, place: &str) -> String {
        let listed = self.places.iter().find(|one| one.line() == place);
        listed.map(|place| told(lang, place).join(". ")).unwrap_or_default()
    }
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
    /// A one-time code for the own page, and where it is typed, without the scheme. `until`: the last day of the code.
    Code {
        code: String,
        address: String,
        until: Day,
    },
    /// The person's own programme for home.
    Programme {
        sheet: Box<HomeSheet>,
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
    /// Where the receiver's own page is found, for whoever can open it.
    pub page: Option<PaperAddress>,
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
            About::Code { code, address, until } => self.code(said, code, address, *until),
            About::Exercises { .. } | About::Programme { .. } => said,
        }
    }

    fn welcome(&self, said: Said, group: &GroupFacts, begins_on: Day, has_card: bool) -> Said {
        let first = group.coming.iter().find(|one| one.day >= begins_on);
        let mut facts = vec![(t::fact::group(self.lang), group.group.name.clone())];
        facts.extend(first.map(|one| (t::fact::first(self.lang), when(self.lang, one))));
        facts.push((t::fact::times(self.lang), times_of(self.lang, &group.group, begins_on)));
        facts.extend(self.where_and_who(group, group.coming.iter().filter(|one| one.day >= begins_on)));
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
        facts.extend(self.where_and_who(group, [session]));
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

    fn code(&self, said: Said, code: &str, address: &str, until: Day) -> Said {
        Said {
            title: say!(self, code::title).to_owned(),
            before: vec![say!(self, code::intro).to_owned()],
            facts: vec![
                (t::fact::address(self.lang), address.to_owned()),
                (t::fact::code(self.lang), code.to_owned()),
                (t::fact::until(self.lang), day(self.lang, until)),
            ],
            after: vec![say!(self, code::how).to_owned(), say!(self, code::help, &self.phone)],
            end: say!(self, code::end),
            ..said
        }
    }

    fn sessions(&self, said: Said, group: &GroupFacts, has_card: bool) -> Said {
        let season = season(self.lang, group.group.season_start, group.group.season_end);
        let shown = group.coming.iter().take(MOST_SESSIONS);
        let venues = group.venues(shown.clone());
        let usual = venues.first().map(|venue| venue.place);
        let mut facts = vec![(t::fact::group(self.lang), group.group.name.clone())];
        facts.extend(season.map(|season| (t::fact::season(self.lang), season)));
        facts.extend(self.named(&venues));
        let line = |one: &Meeting| {
            let elsewhere = one.place.as_deref().filter(|place| Some(*place) != usual);
            [Some(when(self.lang, one).as_str()), elsewhere].into_iter().flatten().collect::<Vec<_>>().join(", ")
        };
        Said {
            title: t::name::sessions(self.lang).to_owned(),
            before: vec![say!(self, sessions::intro).to_owned()],
            facts,
            sessions: shown.map(line).collect(),
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

    /// Where the sessions are, how to get there and who leads.
    fn where_and_who<'a>(
        &self,
        group: &'a GroupFacts,
        sessions: impl IntoIterator<Item = &'a Meeting>,
    ) -> Vec<(&'static str, String)> {
        let mut venues = group.venues(sessions);
        if let (true, Some(place)) = (venues.is_empty(), group.group.place.as_deref()) {
            venues.push(Venue { place, from: self.on, sessions: 0 });
        }
        let way = |venue: &Venue<'_>| (t::fact::way(self.lang), group.way(self.lang, venue.place));
        let ways: Vec<_> = venues.iter().map(way).collect();
        let mut facts: Vec<_> =
            self.named(&venues).into_iter().zip(ways).flat_map(|(place, way)| [place, way]).collect();
        facts.push((t::fact::leader(self.lang), list(self.lang, &group.leaders)));
        facts.push((t::fact::phone(self.lang), self.phone.clone()));
        facts
    }

    /// The places by name; those behind the first with the day on which, or from which on, the group is there.
    fn named(&self, venues: &[Venue<'_>]) -> Vec<(&'static str, String)> {
        let name = |(nth, venue): (usize, &Venue<'_>)| match (nth, venue.sessions) {
            (0, _) => venue.place.to_owned(),
            (_, 1) => t::place_on(self.lang, venue.from, venue.place),
            _ => t::place_from(self.lang, venue.from, venue.place),
        };
        venues.iter().enumerate().map(|one| (t::fact::place(self.lang), name(one))).collect()
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
