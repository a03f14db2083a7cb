//! Places in which groups meet, as the desk keeps them: what somebody must know who comes there for the first time, and
//! where the defibrillator is. A group names its place by [`Place::line`], as it would name one that nobody has put on the
//! list; whatever says more of the place finds it by that.

use serde::{Deserialize, Serialize};

use crate::fields::{is_phone, is_postal_code};
use crate::ids::PlaceId;
use crate::names::{can_be_said, search_key};
use crate::sync::validate::{Invalid, check, line, optional_line};

/// A place. `None` means "not known".
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub id: PlaceId,
    /// House and room: "Kumpulan talo, sali 2".
    pub name: String,
    /// Street, number and town: what is told to those who call for help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// How to get there: bus, stop, door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Whether a bus goes near.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<bool>,
    /// Whether one gets in without steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_free: Option<bool>,
    /// Whether there is a toilet for wheelchairs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub toilet: Option<bool>,
    /// Where the nearest defibrillator is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aed: Option<String>,
    /// Chairs, mats, weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equipment: Option<String>,
    /// The caretaker's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Place {
    /// What a group says of it: "Kumpulan talo, Limingantie 5, Helsinki".
    pub fn line(&self) -> String {
        match &self.address {
            Some(address) => format!("{}, {address}", self.name),
            None => self.name.clone(),
        }
    }

    /// Whether somebody means this place who writes so: its whole line or its name alone, in either case.
    pub fn is_meant_by(&self, text: &str) -> bool {
        let wanted = search_key(text);
        !wanted.is_empty() && [self.line(), self.name.clone()].iter().any(|own| search_key(own) == wanted)
    }

    /// Whether one gets there by bus: what was answered, and where nobody did, what is said of the way there.
    pub fn has_bus(&self) -> bool {
        self.bus.unwrap_or_else(|| self.route.as_deref().is_some_and(tells_of_bus))
    }

    /// Every field in order. Name and address together are what a group can say.
    pub fn check(&self) -> Result<(), Invalid> {
        check(can_be_said(&self.name), "name")?;
        line(&self.name, "name")?;
        line(&self.line(), "address")?;
        optional_line(self.route.as_ref(), "route")?;
        optional_line(self.aed.as_ref(), "aed")?;
        optional_line(self.equipment.as_ref(), "equipment")?;
        optional_line(self.phone.as_ref(), "phone")?;
        check(self.phone.as_deref().is_none_or(is_phone), "phone")
    }
}

/// Words that deny, in the three languages.
const DENIALS: [&str; 18] = [
    "ei", "eikä", "eivät", "ilman", "puuttuu", "ingen", "inga", "inget", "inte", "ej", "utan", "saknas", "no", "not",
    "none", "without", "isn", "doesn",
];

/// The words of a text, in small letters, by its parts: "Ei bussia, raitiovaunu 6" has two.
fn parts(text: &str) -> Vec<Vec<String>> {
    let words = |part: &str| -> Vec<String> {
        part.split(|sign: char| !sign.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    text.split([',', '.', ';', ':', '(', ')']).map(words).filter(|words| !words.is_empty()).collect()
}

fn denies(words: &[String]) -> bool {
    words.iter().any(|word| DENIALS.contains(&word.as_str()))
}

/// Whether a part of it names a bus and denies nothing: who is sent to a stop where no bus goes is worse off than who
/// must ask.
fn tells_of_bus(route: &str) -> bool {
    let is_bus = |word: &String| matches!(word.as_str(), "bus" | "buses" | "linja") || word.starts_with("buss");
    parts(route).iter().any(|words| words.iter().any(is_bus) && !denies(words))
}

/// Whether what is said of a defibrillator tells of one, and not that there is none: "Aulassa", not "Ei ole".
pub fn tells_of_defibrillator(said: &str) -> bool {
    parts(said).first().is_some_and(|words| !denies(words))
}

/// Countries whose sign stands before a postal code: Finland, and Åland beside it.
const COUNTRIES: [&str; 3] = ["FI-", "FIN-", "AX-"];

/// The postal code in an address or in what a group says of its place: five digits that stand alone or behind the sign
/// of the country, as in "Kumpulan talo, Limingantie 5, FI-00560 Helsinki".
pub fn postal_code(text: &str) -> Option<&str> {
    let bare = |word: &str| COUNTRIES.iter().find(|sign| word.starts_with(**sign)).map_or(0, |sign| sign.len());
    text.split(|sign: char| !sign.is_alphanumeric() && sign != '-')
        .filter_map(|word| word.get(bare(word)..))
        .find(|word| is_postal_code(word))
}

/// The place that somebody means who writes so.
pub fn meant<'a>(text: &str, places: &'a [Place]) -> Option<&'a Place> {
    places.iter().find(|place| place.is_meant_by(text))
}

/// Where a group meets: what it says of that, and the place on the list that it means by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Meets<'a> {
    pub text: Option<&'a str>,
    pub listed: Option<&'a Place>,
}

impl<'a> Meets<'a> {
    /// Where somebody meets who writes so.
    pub fn at(text: Option<&'a str>, places: &'a [Place]) -> Self {
        Self { text, listed: text.and_then(|text| meant(text, places)) }
    }

    /// What a group that meets here says of the defibrillator by itself, not because the place says so.
    pub fn own_word(self, aed: Option<&str>) -> Option<&str> {
        let said = self.listed.and_then(|place| place.aed.as_deref());
        aed.filter(|aed| Some(*aed) != said)
    }

    /// Whether this is another house than the one before. Where nothing was said before, it is not known to be another.
    pub fn is_elsewhere(self, before: Self) -> bool {
        let listed = |meets: Self| meets.listed.map(|place| place.id);
        let same_text = || before.text.map(search_key) == self.text.map(search_key);
        let same_place = listed(self).is_some() && listed(self) == listed(before);
        before.text.is_some() && !same_place && !same_text()
    }

    /// What a group that meets here says of the defibrillator, which said `aed` when it met at the place before: what
    /// the place says. A word of its own stays in the same house alone, and there it goes before what the place says; of
    /// a place that has just come onto the list, the list says more.
    pub fn aed(self, before: Self, aed: Option<&str>) -> Option<String> {
        let said = self.listed.and_then(|place| place.aed.clone());
        let own = before.own_word(aed).map(str::to_owned);
        match before.listed {
            _ if self.is_elsewhere(before) => said,
            Some(_) => own.or(said),
            None => said.or(own),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn house() -> Place {
        Place {
            id: PlaceId(Uuid::nil()),
            name: "Kumpulan talo".into(),
            address: Some("Limingantie 5".into()),
            route: None,
            bus: None,
            step_free: None,
            toilet: None,
            aed: None,
            equipment: None,
            phone: None,
        }
    }

    #[test]
    fn a_place_is_meant_by_its_line_or_its_name_however_it_is_written() {
        assert_eq!(house().line(), "Kumpulan talo, Limingantie 5");
        for text in ["Kumpulan talo", "kumpulan  TALO", "Kumpulan talo, Limingantie 5"] {
            assert!(house().is_meant_by(text), "{text}");
        }
        for text in ["", "Kumpula", "Limingantie 5"] {
            assert!(!house().is_meant_by(text), "{text}");
        }
    }

    #[test]
    fn a_bus_is_told_of_by_the_words_of_the_way_there() {
        let by = |route: &str| Place { route: Some(route.into()), ..house() }.has_bus();
        for told in [
            "Bussit 1 ja 3, pysäkki Tori",
            "Buss 7",
            "stop of bus 55",
            "Linja-auto 12",
            "Bussi 55, ei portaita",
            "Ei raitiovaunua. Bussi 4",
        ] {
            assert!(by(told), "{told}");
        }
        for told in [
            "Raitiovaunu 6",
            "Sisään pihan puolelta",
            "Kolumbuksentie",
            "Busholmen",
            "Ei bussia",
            "Bussia ei ole, raitiovaunu 6",
            "Bussilla ei pääse perille",
            "Ingen buss",
            "Inga bussar hit",
            "no bus",
            "There is no bus; take the tram",
            "Buss går ej hit",
            "The bus doesn't go there",
        ] {
            assert!(!by(told), "{told}");
        }
        assert!(!house().has_bus());
    }

    #[test]
    fn what_was_answered_about_the_bus_goes_before_the_words() {
        let place = |route: &str, bus| Place { route: Some(route.into()), bus: Some(bus), ..house() };
        assert!(place("Raitiovaunu 6", true).has_bus() && Place { bus: Some(true), ..house() }.has_bus());
        assert!(!place("Bussi 55", false).has_bus());
    }

    #[test]
    fn whoever_writes_that_there_is_no_defibrillator_tells_of_none() {
        for there in ["Aulassa", "Aulassa, ei vahtimestarin huoneessa", "I aulan", "By the door"] {
            assert!(tells_of_defibrillator(there), "{there}");
        }
        for none in [
            "Ei ole",
            "ei",
            "Laitetta ei ole",
            "Ingen",
            "Saknas",
            "Finns ej",
            "None",
            "no defibrillator",
            "There isn't one",
            "-",
            "",
        ] {
            assert!(!tells_of_defibrillator(none), "{none}");
        }
    }

    #[test]
    fn a_postal_code_is_read_out_of_a_groups_place() {
        assert_eq!(postal_code("Kumpulan talo, Limingantie 5, 00560 Helsinki"), Some("00560"));
        assert_eq!(postal_code("Sali,00560"), Some("00560"));
        for told in ["Limingantie 5, FI-00560 Helsinki", "Helsinki (00560)", "AX-00560", "Limingantie 5 00560."] {
            assert_eq!(postal_code(told), Some("00560"), "{told}");
        }
        for none in [
            "Limingantie 5, puh. 0401234567",
            "Sali 2, Mannerheimintie 12345678",
            "09-12345",
            "Sali A00560",
            "Kirjasto",
        ] {
            assert_eq!(postal_code(none), None, "{none}");
        }
    }

    #[test]
    fn name_and_address_together_fit_into_a_groups_place() {
        assert_eq!(house().check(), Ok(()));
        let long = Place { address: Some("x".repeat(190)), ..house() };
        assert_eq!(long.check(), Err(Invalid::field("address")));
        assert_eq!(Place { name: "-".into(), ..house() }.check(), Err(Invalid::field("name")));
        assert_eq!(Place { phone: Some("12".into()), ..house() }.check(), Err(Invalid::field("phone")));
    }

    #[test]
    fn a_groups_defibrillator_is_that_of_the_house_in_which_it_meets() {
        let place =
            |id, aed: Option<&str>| Place { id: PlaceId(Uuid::from_u128(id)), aed: aed.map(str::to_owned), ..house() };
        let (hall, bare) = (place(1, Some("Aulassa")), place(2, None));
        let (hall, bare) = (Place { name: "Halli".into(), ..hall }, Place { name: "Kerho".into(), ..bare });
        let at = |listed| Meets { text: Some("Talo"), listed: Some(listed) };
        let written = |text| Meets { text: Some(text), listed: None };
        let in_hall = Meets { text: Some("Halli, Limingantie 5"), listed: Some(&hall) };
        let in_bare = Meets { text: Some("Kerho, Limingantie 5"), listed: Some(&bare) };
        // Another house: neither the old place's word nor the group's own about it.
        for (aed, now, wanted) in [
            (Some("Aulassa"), in_bare, None),
            (Some("Salin ovella"), in_bare, None),
            (Some("Aulassa"), written("Koulu"), None),
            (Some("Aulassa"), Meets::default(), None),
        ] {
            assert_eq!(now.aed(in_hall, aed).as_deref(), wanted, "{now:?}");
        }
        assert_eq!(in_hall.aed(in_bare, Some("Ovella")).as_deref(), Some("Aulassa"));
        assert_eq!(in_hall.aed(written("Koulu"), Some("Ovella")).as_deref(), Some("Aulassa"));
        assert_eq!(written("Koulu").aed(written("Kirjasto"), Some("Ovella")), None);
        // The same house: the group's own word stays, the place's follows the place, also where it is taken away.
        let emptied = Place { aed: None, ..hall.clone() };
        assert_eq!(at(&emptied).aed(in_hall, Some("Aulassa")), None);
        assert_eq!(at(&emptied).aed(in_hall, Some("Salin ovella")).as_deref(), Some("Salin ovella"));
        assert_eq!(in_hall.aed(at(&emptied), None).as_deref(), Some("Aulassa"));
        assert_eq!(written("koulu").aed(written("Koulu"), Some("Ovella")).as_deref(), Some("Ovella"));
        // Of a place that nothing was said of before, the list says more than the group.
        assert_eq!(in_hall.aed(Meets::default(), None).as_deref(), Some("Aulassa"));
        assert_eq!(in_bare.aed(Meets::default(), Some("Ovella")).as_deref(), Some("Ovella"));
    }
}
