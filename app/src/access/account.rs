//! The signed-in account as the tablet keeps it.

use domain::access::{Action, Role, may};
use domain::devices::Help;
use domain::ids::{DeviceId, MunicipalityCode, StreamId, UserId};
use serde::{Deserialize, Serialize};

/// Who is signed in on this tablet, and as what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Account {
    pub user: UserId,
    pub name: String,
    pub role: Role,
    pub municipality: MunicipalityCode,
    pub device: DeviceId,
    /// The writer that this tablet and user are: one stream of operations.
    pub stream: StreamId,
    /// Whom to call for help, as it was at the last sign-in.
    #[serde(default)]
    pub help: Option<Help>,
    /// Whose work waits in stores of their own on this tablet: a line for each, user, entries and name.
    #[serde(default)]
    pub left: String,
}

impl Account {
    /// Whether the screens offer the action at all; the server decides by the same table.
    pub fn may(&self, action: Action) -> bool {
        may(self.role, action).is_some()
    }

    /// Notes that `other` gives the tablet over to this user with so many entries unsent. Their store is not written
    /// again before they sign in here.
    pub fn take_over(&mut self, other: &Self, unsent: i64) {
        let own = self.user.to_string();
        let mut left: Vec<_> = other.left.lines().filter(|line| !line.starts_with(&own)).map(str::to_owned).collect();
        if unsent > 0 {
            left.push(format!("{} {unsent} {}", other.user, other.name));
        }
        self.left = left.join("\n");
    }

    /// Names and numbers of entries of those whose work waits.
    pub fn left(&self) -> impl Iterator<Item = (&str, i64)> {
        self.left.lines().filter_map(|line| {
            let (_, rest) = line.split_once(' ')?;
            let (unsent, name) = rest.split_once(' ')?;
            Some((name, unsent.parse().ok()?))
        })
    }

    /// Name of this user's own database on the tablet.
    pub fn database(&self) -> String {
        format!("virea-{}", self.user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::uuid_v5;

    fn account(name: &str) -> Account {
        let id = uuid_v5(Default::default(), &[name]);
        Account {
            user: UserId(id),
            name: name.into(),
            role: Role::Instructor,
            municipality: MunicipalityCode::new("091").unwrap(),
            device: DeviceId(id),
            stream: StreamId(id),
            help: None,
            left: String::new(),
        }
    }

    #[test]
    fn the_next_user_knows_whose_work_waits_until_they_are_back() {
        let (first, mut second, mut third) = (account("Outi Ohjaaja"), account("Veikko Vertainen"), account("Åsa"));
        second.take_over(&first, 3);
        assert_eq!(second.left().collect::<Vec<_>>(), [("Outi Ohjaaja", 3)]);
        third.take_over(&second, 1);
        assert_eq!(third.left().collect::<Vec<_>>(), [("Outi Ohjaaja", 3), ("Veikko Vertainen", 1)]);
        let mut back = account("Outi Ohjaaja");
        back.take_over(&third, 0);
        assert_eq!(back.left().collect::<Vec<_>>(), [("Veikko Vertainen", 1)]);
    }
}
