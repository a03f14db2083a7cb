//! Entities as rows. Each noun's file says which table it has and which columns beside the common ones; this one says
//! what all tables have in common.

use std::future::Future;

use domain::ids::MunicipalityCode;
use domain::sync::canon::canonical;
use domain::sync::entity::{Entity, EntityKey};
use domain::sync::hlc::Hlc;
use domain::sync::noun::Typed;
use serde::Serialize;

use crate::db::{Lookup, Row, Tx, Value};
use crate::error::Error;

/// A noun's table; written with [`table!`].
pub trait Table: Typed {
    const NAME: &'static str;
    const BY_ID: Lookup;
    /// By the person whom the rows are about; nothing for a table that says nothing of persons.
    const BY_PERSON: Option<Lookup>;
    /// The ids of what is about the person `$2`.
    const ABOUT: Option<&'static str>;
    /// Turns a row into a tombstone: its key columns stay, its content goes.
    const BURY: &'static str;

    fn read(row: &Row, key: EntityKey, at: &Hlc) -> Result<Self, Error>;

    /// Writes entities whole: all of them new, or over what may be there.
    fn put(
        tx: &mut Tx,
        tenant: &MunicipalityCode,
        new: bool,
        entities: Vec<(&Entity, &Self)>,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}

/// The columns that every table begins with.
macro_rules! common {
    () => {
        "municipality, id, rev, stream, other_rev, updated_hlc, deleted_at"
    };
}
pub(crate) use common;

/// Rows by a list of keys in one column. Whose they are is known.
macro_rules! rows_by {
    ($table:literal, $columns:literal, $key:literal) => {
        lookup!(
            concat!(
                "SELECT id, rev, stream, other_rev, updated_hlc, deleted_at, ",
                $columns,
                " FROM ",
                $table,
                " WHERE municipality = $1 AND ",
                $key,
                " IN ("
            ),
            ")"
        )
    };
}
pub(crate) use rows_by;

/// A noun's table: its own columns with their values for the noun `$x`, what is read and by which function, what goes
/// when the entity becomes a tombstone, and the column of the person whom it is about.
macro_rules! table {
    (
        $noun:ident as $x:ident in $table:literal { $($column:ident: $value:expr),* $(,)? }
        reads $columns:literal by $read:path;
        erases $erase:literal;
        $(about $person:literal;)?
    ) => {
        // What follows a person is found by the person.
        const _: () = assert!(
            !(<$noun as domain::sync::noun::Noun>::FOLLOWS_PERSON
                || <$noun as domain::sync::noun::Noun>::LAPSES_WITH_PERSON)
                || <$noun as $crate::table::Table>::BY_PERSON.is_some()
        );

        impl $crate::table::Table for $noun {
            const NAME: &'static str = $table;
            const BY_ID: $crate::db::Lookup = $crate::table::rows_by!($table, $columns, "id");
            const BY_PERSON: Option<$crate::db::Lookup> =
                [$($crate::table::rows_by!($table, $columns, $person),)?].as_slice().first().copied();
            const ABOUT: Option<&'static str> = [
                $(concat!("SELECT id FROM ", $table, " WHERE municipality = $1 AND ", $person, " = $2"),)?
            ].as_slice().first().copied();
            const BURY: &'static str = sql!(
                "UPDATE ", $table, " SET rev = $3, stream = $4, other_rev = $5, updated_hlc = $6, deleted_at = $7, ",
                $erase, " WHERE municipality = $1 AND id = $2"
            );

            fn read(
                row: &$crate::db::Row,
                key: domain::sync::entity::EntityKey,
                at: &domain::sync::hlc::Hlc,
            ) -> Result<Self, $crate::error::Error> {
                $read(row, key, at)
            }

            async fn put(
                tx: &mut $crate::db::Tx,
                tenant: &domain::ids::MunicipalityCode,
                new: bool,
                entities: Vec<(&domain::sync::entity::Entity, &Self)>,
            ) -> Result<(), $crate::error::Error> {
                type Rows = $crate::db::Bulk<{ 7 + [$(stringify!($column)),*].len() }>;
                const INSERT: Rows = bulk!(
                    concat!(
                        "INSERT INTO ", $table, " (", $crate::table::common!(), $(", ", stringify!($column),)* ")"
                    ),
                    ""
                );
                const UPSERT: Rows = bulk!(
                    INSERT.head,
                    concat!(
                        "ON CONFLICT (municipality, id) DO UPDATE SET rev = excluded.rev, stream = excluded.stream, ",
                        "other_rev = excluded.other_rev, updated_hlc = excluded.updated_hlc, ",
                        "deleted_at = excluded.deleted_at",
                        $(", ", stringify!($column), " = excluded.", stringify!($column),)*
                    )
                );
                let tenant = $crate::db::Value::from(tenant);
                let row = |(entity, $x): (&domain::sync::entity::Entity, &Self)| {
                    let [tenant, id, rev, stream, other_rev, at, live] = $crate::table::head(&tenant, entity);
                    Ok([tenant, id, rev, stream, other_rev, at, live, $($crate::db::Value::from($value)),*])
                };
                let rows = if new { &INSERT } else { &UPSERT };
                tx.bulk_of(rows, Box::new(entities.into_iter().map(row))).await
            }
        }
    };
}
pub(crate) use table;

/// The values that every table begins with; a live row has no day of deletion.
pub fn head(tenant: &Value, e: &Entity) -> [Value; 7] {
    let at = hlc_text(&e.at);
    [tenant.clone(), e.key.id.into(), e.rev.into(), e.stream.into(), e.other_rev.into(), at.into(), Value::Int(None)]
}

/// Reads what is kept whole as JSON.
pub fn body<N: serde::de::DeserializeOwned>(row: &Row, _: EntityKey, _: &Hlc) -> Result<N, Error> {
    row.json("body")
}

/// A value as canonical JSON.
pub fn text<T: Serialize>(value: &T) -> Result<String, Error> {
    canonical(value).map_err(|e| Error::Broken(e.to_string()))
}

/// The entity of a row, a tombstone when it is deleted.
pub fn entity<N: Table>(row: &Row) -> Result<Entity, Error> {
    let at: Hlc = row.code("updated_hlc", hlc_from_text)?;
    let key = EntityKey { etype: N::TYPE, id: row.parse("id")? };
    let live = row.is_null("deleted_at");
    Ok(Entity {
        key,
        rev: row.get("rev")?,
        body: if live { Some(N::read(row, key, &at)?.into()) } else { None },
        stream: row.parse("stream")?,
        other_rev: row.get("other_rev")?,
        at,
    })
}

/// Entities of one noun by a list of keys, tombstones included.
pub async fn lookup<N: Table, T>(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    rows: &Lookup,
    keys: impl IntoIterator<Item = T>,
) -> Result<Vec<Entity>, Error>
where
    Value: From<T>,
{
    tx.lookup(rows, tenant, keys).await?.iter().map(entity::<N>).collect()
}

/// `wall.counter.node`.
pub fn hlc_text(hlc: &Hlc) -> String {
    format!("{}.{}.{}", hlc.wall, hlc.counter, hlc.node)
}

pub fn hlc_from_text(text: &str) -> Option<Hlc> {
    let mut parts = text.splitn(3, '.');
    Some(Hlc {
        wall: parts.next()?.parse().ok()?,
        counter: parts.next()?.parse().ok()?,
        node: parts.next()?.to_owned(),
    })
}
