//! What a query needs. Without a `cfg` this must build; each of them is a mistake that must not.

use server::access::{Scope, ScopedTx};
use server::db::{Db, Unscoped};
use server::error::Error;
use server::{groups, people};

/// In a scope, and about a person whom the reach check found.
pub async fn rightly(db: &Db, scope: &Scope, found: &people::Found) -> Result<(), Error> {
    let mut tx = db.read(scope).await?;
    groups::providers(&mut tx).await?;
    people::history(&mut tx, found.reached, 1).await?;
    tx.unscoped(Unscoped::Audit);
    Ok(())
}

#[cfg(query_without_scope)]
pub async fn wrongly(db: &Db) -> Result<(), Error> {
    let mut tx = db.read(Unscoped::Door).await?;
    groups::providers(&mut tx).await.map(|_| ())
}

#[cfg(transaction_without_reason)]
pub async fn wrongly(db: &Db) -> Result<(), Error> {
    db.read().await.map(|_| ())
}

#[cfg(bare_transaction_without_reason)]
pub fn wrongly(tx: &mut ScopedTx) {
    tx.unscoped();
}

#[cfg(person_by_bare_id)]
pub async fn wrongly(tx: &mut ScopedTx, found: &people::Found) -> Result<(), Error> {
    people::history(tx, found.person.id, 1).await.map(|_| ())
}

#[cfg(reach_made_by_hand)]
pub fn wrongly<T>(id: T, like: server::access::InReach<T>) -> server::access::InReach<T> {
    server::access::InReach { id, ..like }
}
