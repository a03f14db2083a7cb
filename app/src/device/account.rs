//! The signed-in account as the tablet keeps it.

use domain::access::{Action, Role, may};
use domain::devices::Help;
use domain::ids::{DeviceId, MunicipalityCode, StreamId, UserId};
use domain::sync::author::AuthorKey;
use domain::sync::client::{Made, goes_on_at};
use serde::{Deserialize, Deserializer, Serialize};

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
    /// Whose work waits in stores of their own on this tablet.
    #[serde(default, deserialize_with = "left_behind")]
    pub left: Vec<LeftBehind>,
    /// With what this person's work here is signed.
    #[serde(default)]
    pub key: Option<AuthorKey>,
    /// This person's store should be on this tablet: the server says so, its first download has ended, or an earlier start
    /// has found it.
    #[serde(default)]
    pub kept_here: bool,
    /// It was found empty, and nobody has read that yet.
    #[serde(default)]
    pub emptied: bool,
    /// How many operations the server knew this person to have made in the stream at the sign-in.
    #[serde(default)]
    pub made: i64,
}

/// Entries of somebody who gave the tablet over before they were sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LeftBehind {
    pub user: UserId,
    pub name: String,
    pub unsent: i64,
}

/// Earlier programs kept a line for each: user, entries and name.
fn left_behind<'de, D: Deserializer<'de>>(kept: D) -> Result<Vec<LeftBehind>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        List(Vec<LeftBehind>),
        Lines(String),
    }
    Ok(match Kept::deserialize(kept)? {
        Kept::List(left) => left,
        Kept::Lines(lines) => lines.lines().filter_map(read_line).collect(),
    })
}

fn read_line(line: &str) -> Option<LeftBehind> {
    let (user, rest) = line.split_once(' ')?;
    let (unsent, name) = rest.split_once(' ')?;
    Some(LeftBehind { user: user.parse().ok()?, name: name.to_owned(), unsent: unsent.parse().ok()? })
}

impl Account {
    /// Whether the screens offer the action at all; the server decides by the same table.
    pub fn may(&self, action: Action) -> bool {
        may(self.role, action).is_some()
    }

    /// Notes what a start has found: one that should be there and is empty was thrown away by the browser. Whether there
    /// is anything new to remember.
    pub fn finds_store(&mut self, empty: bool) -> bool {
        let before = (self.kept_here, self.emptied);
        self.emptied |= self.kept_here && empty;
        self.kept_here = !empty;
        before != (self.kept_here, self.emptied)
    }

    /// Notes that `other` gives the tablet over to this user with so many entries unsent. Their store is not written
    /// again before they sign in here. Who has lost their own sign-in finds what they had, and what they were to read.
    pub fn take_over(&mut self, other: &Self, unsent: i64) {
        self.left = other.left.iter().filter(|left| left.user != self.user).cloned().collect();
        if other.user == self.user {
            self.kept_here |= other.kept_here;
            self.emptied |= other.emptied;
        } else if unsent > 0 {
            self.left.push(LeftBehind { user: other.user, name: other.name.clone(), unsent });
        }
    }

    /// Where a store that is gone had come, and so where this person goes on: by what was kept beside it, else by what the
    /// server knew.
    pub fn goes_on_at(&self, beside: Option<Made>) -> Made {
        goes_on_at(beside.filter(|_| self.kept_here), (self.stream, self.made))
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
            left: Vec::new(),
            key: None,
            kept_here: false,
            emptied: false,
            made: 0,
        }
    }

    #[test]
    fn a_store_that_the_browser_has_thrown_away_is_noticed_at_the_next_start_and_told_until_it_is_read() {
        let mut new = account("Outi Ohjaaja");
        assert!(!new.finds_store(true) && !new.emptied, "a first sign-in has none");
        assert!(new.finds_store(false) && !new.emptied, "the next start finds it");
        assert!(!new.finds_store(false), "and so on");
        assert!(new.finds_store(true) && new.emptied, "thrown away, while the list of users stayed");
        assert!(new.finds_store(false) && new.emptied, "told at the starts that follow, too");
        let mut back = Account { kept_here: true, ..account("Outi Ohjaaja") };
        assert!(back.finds_store(true) && back.emptied, "thrown away with all else: the server knows who was here");
        let mut there = Account { kept_here: true, ..account("Outi Ohjaaja") };
        assert!(!there.finds_store(false) && !there.emptied, "signed in once more over what is there");
    }

    #[test]
    fn a_lost_store_goes_on_where_the_tablet_or_else_the_server_knows_it_had_come() {
        let account = Account { kept_here: true, made: 5, ..account("Outi Ohjaaja") };
        let other = StreamId(uuid_v5(Default::default(), &["forked"]));
        assert_eq!(account.goes_on_at(None), (account.stream, 5));
        assert_eq!(account.goes_on_at(Some((account.stream, 8))), (account.stream, 8));
        assert_eq!(account.goes_on_at(Some((account.stream, 3))), (account.stream, 5));
        assert_eq!(account.goes_on_at(Some((other, 3))), (other, 3), "the server had given it another stream");
        let new = Account { kept_here: false, made: 0, ..account };
        assert_eq!(new.goes_on_at(Some((other, 3))), (new.stream, 0), "somebody who begins anew");
    }

    fn left(account: &Account) -> Vec<(&str, i64)> {
        account.left.iter().map(|left| (left.name.as_str(), left.unsent)).collect()
    }

    #[test]
    fn the_next_user_knows_whose_work_waits_until_they_are_back() {
        let (first, mut second, mut third) = (account("Outi Ohjaaja"), account("Veikko Vertainen"), account("Åsa"));
        second.take_over(&first, 3);
        assert_eq!(left(&second), [("Outi Ohjaaja", 3)]);
        third.take_over(&second, 1);
        assert_eq!(left(&third), [("Outi Ohjaaja", 3), ("Veikko Vertainen", 1)]);
        let mut back = account("Outi Ohjaaja");
        back.take_over(&third, 0);
        assert_eq!(left(&back), [("Veikko Vertainen", 1)]);
    }

    #[test]
    fn who_comes_back_as_another_tablet_is_told_what_was_thrown_away_and_leaves_nothing_behind() {
        let lost = Account { emptied: true, kept_here: true, ..account("Outi Ohjaaja") };
        let mut back = account("Outi Ohjaaja");
        back.take_over(&lost, 2);
        assert!(back.emptied && back.kept_here);
        assert_eq!(left(&back), []);
        let mut other = account("Veikko Vertainen");
        other.take_over(&lost, 0);
        assert!(!other.emptied, "it is nobody else's loss");
    }

    #[test]
    fn an_account_that_an_earlier_program_kept_is_read() {
        let (mut second, first) = (account("Veikko Vertainen"), account("Outi Ohjaaja"));
        second.take_over(&first, 3);
        let mut kept = serde_json::to_value(&second).unwrap();
        kept["left"] = format!("{} 3 Outi Ohjaaja", first.user).into();
        assert_eq!(serde_json::from_value::<Account>(kept.clone()).unwrap(), second);
        kept.as_object_mut().unwrap().remove("left");
        assert_eq!(serde_json::from_value::<Account>(kept).unwrap().left, []);
    }
}
