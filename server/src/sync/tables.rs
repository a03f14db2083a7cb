//! The tables of all nouns: reading and writing entities, each by its noun's [`Table`].

use domain::ids::{MunicipalityCode, ParticipantId};
use domain::sync::entity::{Entity, EntityKey, EntityType};
use domain::sync::noun::Noun;
use domain::sync::server::store::EntityWrite;
use domain::time::Instant;

use crate::db::Tx;
use crate::error::Error;
use crate::table::{self, Table, hlc_text};

macro_rules! tables {
    ($($noun:ident: $($module:ident)::+, $id:ident, $code:literal;)*) => {
        /// Their names.
        pub const NAMES: &[&str] = &[$(<domain::$($module)::+::$noun as Table>::NAME),*];

        /// For each that says something of persons: the ids of what is about the person `$2`.
        pub const ABOUT_PERSON: &[Option<&str>] = &[$(<domain::$($module)::+::$noun as Table>::ABOUT),*];

        /// What says something of this person, the person's own entity too; tombstones left out.
        pub async fn about_person(
            tx: &mut Tx,
            tenant: &MunicipalityCode,
            person: ParticipantId,
        ) -> Result<Vec<Entity>, Error> {
            let mut found = about_people(tx, tenant, &[person]).await?;
            found.retain(|entity: &Entity| entity.body.is_some());
            Ok(found)
        }

        /// What says or has said something of these people, their own entities and tombstones too.
        pub async fn about_people(
            tx: &mut Tx,
            tenant: &MunicipalityCode,
            people: &[ParticipantId],
        ) -> Result<Vec<Entity>, Error> {
            let mut found = Vec::new();
            $(found.extend(about::<domain::$($module)::+::$noun>(tx, tenant, people).await?);)*
            Ok(found)
        }

        /// Entities by key, tombstones included.
        pub async fn by_keys(tx: &mut Tx, tenant: &MunicipalityCode, keys: &[EntityKey]) -> Result<Vec<Entity>, Error> {
            let mut found = Vec::with_capacity(keys.len());
            $(by_id::<domain::$($module)::+::$noun>(tx, tenant, keys, &mut found).await?;)*
            Ok(found)
        }

        /// What follows these people into the buckets of their groups.
        pub async fn results(
            tx: &mut Tx,
            tenant: &MunicipalityCode,
            people: &[ParticipantId],
        ) -> Result<Vec<Entity>, Error> {
            let mut found = Vec::new();
            $(if <domain::$($module)::+::$noun as Noun>::FOLLOWS_PERSON {
                found.extend(about::<domain::$($module)::+::$noun>(tx, tenant, people).await?);
            })*
            Ok(found)
        }

        /// What leaves a group's tablets with these people.
        pub async fn records(
            tx: &mut Tx,
            tenant: &MunicipalityCode,
            people: &[ParticipantId],
        ) -> Result<Vec<Entity>, Error> {
            let mut found = Vec::new();
            $(if <domain::$($module)::+::$noun as Noun>::LAPSES_WITH_PERSON {
                found.extend(about::<domain::$($module)::+::$noun>(tx, tenant, people).await?);
            })*
            Ok(found)
        }

        /// Writes entities whole.
        pub async fn write(
            tx: &mut Tx,
            tenant: &MunicipalityCode,
            writes: &[EntityWrite],
            now: Instant,
        ) -> Result<(), Error> {
            $(put::<domain::$($module)::+::$noun>(tx, tenant, writes).await?;)*
            for write in writes.iter().filter(|write| write.entity.body.is_none()) {
                bury(tx, tenant, &write.entity, now).await?;
            }
            Ok(())
        }

        const fn burying(etype: EntityType) -> &'static str {
            match etype { $(EntityType::$noun => <domain::$($module)::+::$noun as Table>::BURY),* }
        }
    };
}
domain::each_noun!(tables);

/// After thousands of new rows.
pub async fn refresh_statistics(tx: &mut Tx) -> Result<(), Error> {
    tx.analyze(NAMES.iter().copied().chain(["op", "change", "import_row"])).await
}

async fn by_id<N: Table>(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    keys: &[EntityKey],
    found: &mut Vec<Entity>,
) -> Result<(), Error> {
    let ids: Vec<_> = keys.iter().filter(|key| key.etype == N::TYPE).map(|key| key.id).collect();
    found.extend(table::lookup::<N, _>(tx, tenant, &N::BY_ID, ids).await?);
    Ok(())
}

/// Entities of one noun by the people whom they are about.
pub async fn about<N: Table>(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    people: &[ParticipantId],
) -> Result<Vec<Entity>, Error> {
    let Some(rows) = &N::BY_PERSON else { return Ok(Vec::new()) };
    table::lookup::<N, _>(tx, tenant, rows, people.iter().copied()).await
}

async fn put<N: Table>(tx: &mut Tx, tenant: &MunicipalityCode, writes: &[EntityWrite]) -> Result<(), Error> {
    for new in [true, false] {
        let some = writes.iter().filter(|write| write.before.is_none() == new);
        let live = some.filter_map(|write| Some((&write.entity, write.entity.content::<N>()?)));
        N::put(tx, tenant, new, live.collect()).await?;
    }
    Ok(())
}

/// Turns an entity into a tombstone.
async fn bury(tx: &mut Tx, tenant: &MunicipalityCode, e: &Entity, now: Instant) -> Result<(), Error> {
    let at = hlc_text(&e.at);
    let values =
        [tenant.into(), e.key.id.into(), e.rev.into(), e.stream.into(), e.other_rev.into(), at.into(), now.into()];
    tx.run(burying(e.key.etype), values).await?;
    Ok(())
}
