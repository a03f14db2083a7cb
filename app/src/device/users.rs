//! Who has signed in on this tablet, in a small database of its own: the app finds the right store before it
//! reaches any server. With the account lies the secret that signs its work on this tablet, and no other.

use std::rc::Rc;

use domain::ids::UserId;

use super::account::Account;
use super::indexed_db::{Disk, Durability, Write};
use super::schema::TABLET_STORE;
use super::trouble::Trouble;
use super::vault::Clear;

const DATABASE: &str = "virea-tablet";
const USERS: &str = "users";
const CURRENT: &str = "current";

/// The tablet's list of users.
#[derive(Clone)]
pub struct Users(Disk);

impl Users {
    pub async fn open(closed: impl Fn(Trouble) + 'static) -> Result<Self, Trouble> {
        Disk::open(DATABASE, TABLET_STORE, Rc::new(Clear), closed).await.map(Self)
    }

    /// The one whose data the app shows, if somebody is signed in.
    pub async fn current(&self) -> Result<Option<Account>, Trouble> {
        let stored = self.0.read(USERS, CURRENT).await?;
        stored.map(|bytes| serde_json::from_slice(&bytes).map_err(|_| Trouble::Unreadable)).transpose()
    }

    /// Remembers somebody who has just signed in. Whoever has signed out here, also without network, has no store here,
    /// whatever the server thinks.
    pub async fn welcome(&self, account: Account) -> Result<Account, Trouble> {
        let gone = self.0.read(USERS, &signed_out(account.user)).await?.is_some();
        let account = Account { kept_here: account.kept_here && !gone, ..account };
        self.remember(&account).await?;
        Ok(account)
    }

    /// Remembers who is signed in, durably: the next start may be without network.
    pub async fn remember(&self, account: &Account) -> Result<(), Trouble> {
        let bytes = serde_json::to_vec(account).map_err(|_| Trouble::Unreadable)?;
        let here = Write::Put { store: USERS, key: CURRENT.to_owned(), bytes };
        let back = Write::Delete { store: USERS, key: signed_out(account.user) };
        self.0.commit(&[here, back], Durability::Strict).await
    }

    /// Forgets who is signed in. Their store is removed apart, and only when nothing in it is unsent.
    pub async fn forget(&self, user: UserId) -> Result<(), Trouble> {
        let nobody = Write::Delete { store: USERS, key: CURRENT.to_owned() };
        let left = Write::Put { store: USERS, key: signed_out(user), bytes: b"true".to_vec() };
        self.0.commit(&[nobody, left], Durability::Strict).await
    }
}

/// The key under which it stands that this person has signed out here.
fn signed_out(user: UserId) -> String {
    format!("signed-out/{user}")
}
