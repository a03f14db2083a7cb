//! Places in which groups meet, as the desk keeps them: what somebody must know who comes there for the first time, and
//! where the defibrillator is. A group names its place by [`Place::line`], as it would name one that nobody has put on the
//! list; whatever says more of the place finds it by that.

use serde::{Deserialize, Serialize};

use crate::fields::is_phone;
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
    fn name_and_address_together_fit_into_a_groups_place() {
        assert_eq!(house().check(), Ok(()));
        let long = Place { address: Some("x".repeat(190)), ..house() };
        assert_eq!(long.check(), Err(Invalid::field("address")));
        assert_eq!(Place { name: "-".into(), ..house() }.check(), Err(Invalid::field("name")));
        assert_eq!(Place { phone: Some("12".into()), ..house() }.check(), Err(Invalid::field("phone")));
    }
}
