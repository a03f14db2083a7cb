//! IndexedDB as a store of byte strings: read, and commit a list of writes in one transaction.
//!
//! Inside a transaction nothing but IndexedDB is ever awaited: a transaction that sees a turn of the event loop
//! without a request commits by itself.

use std::cell::Cell;
use std::rc::Rc;

use idb::{Database, DatabaseEvent, Event as _, Factory, KeyRange, Query, Request as _, TransactionMode};
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbTransaction};

use super::browser;
use super::schema::Upgrade;
use super::trouble::Trouble;
use super::vault::Vault;

/// A version that no database ever has.
const NEVER: u32 = u32::MAX;

/// How long a write may stay in the operating system's memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// On the disk before the transaction completes: whatever a person was told is saved.
    Strict,
    /// Left to the browser: what can be fetched again.
    Relaxed,
}

/// One write of a transaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Write {
    Put {
        store: &'static str,
        key: String,
        bytes: Vec<u8>,
    },
    /// As `Put`, but the transaction fails with [`Trouble::Taken`] when the key is there already.
    Add {
        store: &'static str,
        key: String,
        bytes: Vec<u8>,
    },
    Delete {
        store: &'static str,
        key: String,
    },
    /// Every key that begins with the prefix.
    DeleteUnder {
        store: &'static str,
        prefix: String,
    },
}

/// What lies under a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kept {
    Whole(Vec<u8>),
    /// Foreign or damaged: as it lies there, as far as it is bytes.
    Damaged(Vec<u8>),
}

impl Kept {
    /// What can be read.
    pub fn whole(self) -> Option<Vec<u8>> {
        if let Self::Whole(bytes) = self { Some(bytes) } else { None }
    }
}

/// What lies in a store, by key.
pub type Records = Vec<(String, Kept)>;

impl Write {
    const fn store(&self) -> &'static str {
        match self {
            Self::Put { store, .. }
            | Self::Add { store, .. }
            | Self::Delete { store, .. }
            | Self::DeleteUnder { store, .. } => store,
        }
    }
}

/// An open database. Cheap to clone; closes when another tab asks to upgrade it.
#[derive(Clone)]
pub struct Disk {
    database: Rc<Database>,
    raw: IdbDatabase,
    vault: Rc<dyn Vault>,
}

impl Disk {
    /// Opens the database, upgrading it step by step. `closed` is called when it is closed under us.
    pub async fn open(
        name: &str,
        upgrades: &'static [Upgrade],
        vault: Rc<dyn Vault>,
        closed: impl Fn(Trouble) + 'static,
    ) -> Result<Self, Trouble> {
        let factory = Factory::new().map_err(|_| Trouble::Unavailable)?;
        let version = u32::try_from(upgrades.len()).map_err(|_| Trouble::Newer)?;
        let mut request = factory.open(name, Some(version)).map_err(|_| Trouble::Unavailable)?;
        let closed = Rc::new(closed);
        let told = Rc::clone(&closed);
        // The open stays pending until the other tab lets go: say so, and go on by itself when it has.
        request.on_blocked(move |_| told(Trouble::OtherTab));
        request.on_upgrade_needed(move |event| {
            let from = event.old_version().unwrap_or(0) as usize;
            if let Ok(database) = event.database() {
                // A failed step throws inside the upgrade transaction, which aborts it: the open then fails.
                let _ = upgrades.iter().skip(from).try_for_each(|upgrade| upgrade(&database));
            }
        });
        let raw = IdbDatabase::from(request.await.map_err(|error| trouble_of(&error))?);
        let mut database = Database::from(raw.clone());
        let (closing, told) = (raw.clone(), Rc::clone(&closed));
        database.on_version_change(move |_| {
            closing.close();
            told(Trouble::Closed);
        });
        database.on_close(move |_| closed(Trouble::Closed));
        Ok(Self { database: Rc::new(database), raw, vault })
    }

    /// Every record of these stores as they are at one moment, each store's in key order. One that is damaged takes no
    /// other with it; a key that this program does not write is passed over.
    pub async fn read_all(&self, stores: &[&str]) -> Result<Vec<Records>, Trouble> {
        let transaction = self.database.transaction(stores, TransactionMode::ReadOnly).map_err(|e| trouble_of(&e))?;
        // All is asked for before the first answer is awaited.
        let mut asked = Vec::new();
        for store in stores {
            let objects = transaction.object_store(store).map_err(|e| trouble_of(&e))?;
            let keys = objects.get_all_keys(None, None).map_err(|e| trouble_of(&e))?;
            asked.push((keys, objects.get_all(None, None).map_err(|e| trouble_of(&e))?));
        }
        let mut read = Vec::new();
        for (keys, values) in asked {
            let keys = keys.await.map_err(|e| trouble_of(&e))?;
            let values = values.await.map_err(|e| trouble_of(&e))?;
            read.push(self.records(keys, values));
        }
        Ok(read)
    }

    /// What lies in a store of this database, which must be closed here, when nobody writes to it any more: every other
    /// connection is asked to close, as before an upgrade, and what it had begun to write is there. Waits until they have
    /// closed, for as long as it takes, and says then that it is alone. Nothing is changed.
    pub async fn read_last(
        &self,
        name: &str,
        store: &'static str,
        alone: impl FnOnce() + 'static,
    ) -> Result<Records, Trouble> {
        let factory = Factory::new().map_err(|_| Trouble::Unavailable)?;
        let mut request = factory.open(name, Some(NEVER)).map_err(|_| Trouble::Unavailable)?;
        let read = Rc::new(Cell::new(None));
        let (disk, found) = (self.clone(), Rc::clone(&read));
        request.on_upgrade_needed(move |event| {
            alone();
            let upgrade = event.target().ok().and_then(|request| request.transaction()).map(IdbTransaction::from);
            let Some(upgrade) = upgrade else { return };
            if matches!(event.old_version(), Ok(0)) {
                // The browser has thrown it away meanwhile.
                found.set(Some(Records::new()));
            }
            if disk.read_and_give_up(&upgrade, store, found).is_err() {
                let _ = upgrade.abort();
            }
        });
        // The upgrade is given up in any case, so that this fails.
        if let Ok(database) = request.await {
            database.close();
        }
        read.take().ok_or(Trouble::Aborted)
    }

    /// Asks for what lies in a store, and gives the upgrade up as soon as it is here: at once, since one that waits for
    /// nothing more takes place.
    fn read_and_give_up(
        &self,
        upgrade: &IdbTransaction,
        store: &str,
        found: Rc<Cell<Option<Records>>>,
    ) -> Result<(), JsValue> {
        let objects = upgrade.object_store(store)?;
        let (keys, values) = (objects.get_all_keys()?, objects.get_all()?);
        let (disk, upgrade, asked) = (self.clone(), upgrade.clone(), values.clone());
        let read = Closure::once_into_js(move || {
            if let (Ok(keys), Ok(values)) = (keys.result(), asked.result()) {
                found.set(Some(disk.records(Array::from(&keys).to_vec(), Array::from(&values).to_vec())));
            }
            let _ = upgrade.abort();
        });
        values.set_onsuccess(Some(read.unchecked_ref()));
        Ok(())
    }

    /// One record; [`Trouble::Unreadable`]: it is damaged.
    pub async fn read(&self, store: &str, key: &str) -> Result<Option<Vec<u8>>, Trouble> {
        let transaction = self.database.transaction(&[store], TransactionMode::ReadOnly).map_err(|e| trouble_of(&e))?;
        let objects = transaction.object_store(store).map_err(|e| trouble_of(&e))?;
        let value = objects.get(JsValue::from(key)).map_err(|e| trouble_of(&e))?.await.map_err(|e| trouble_of(&e))?;
        value.map(|value| self.unseal(&value).whole().ok_or(Trouble::Unreadable)).transpose()
    }

    /// All writes or none. They are handed to the browser at once; resolves only when the transaction is complete: then
    /// they are stored.
    pub fn commit(
        &self,
        writes: &[Write],
        durability: Durability,
    ) -> impl Future<Output = Result<(), Trouble>> + use<> {
        let handed_in = (!writes.is_empty()).then(|| self.hand_in(writes, durability));
        async move {
            match handed_in {
                Some(transaction) => finished(&transaction?).await,
                None => Ok(()),
            }
        }
    }

    fn hand_in(&self, writes: &[Write], durability: Durability) -> Result<IdbTransaction, Trouble> {
        let transaction = self.begin(writes, durability)?;
        if let Err(error) = self.put_all(&transaction, writes) {
            // Already aborted by the browser, or by this: either way nothing of it is stored.
            let _ = transaction.abort();
            return Err(error);
        }
        // Nothing more will be asked of it: it need not wait for the answers to its writes.
        #[expect(deprecated, reason = "the standard has it; only its description here is out of date")]
        let _ = transaction.commit();
        Ok(transaction)
    }

    /// Removes a database whole. Waits until no connection holds it.
    pub async fn delete(name: &str) -> Result<(), Trouble> {
        let factory = Factory::new().map_err(|_| Trouble::Unavailable)?;
        factory.delete(name).map_err(|e| trouble_of(&e))?.await.map_err(|e| trouble_of(&e))
    }

    /// Closes the connection when its running transactions are done.
    pub fn close(&self) {
        self.raw.close();
    }

    fn begin(&self, writes: &[Write], durability: Durability) -> Result<IdbTransaction, Trouble> {
        let mut names: Vec<_> = writes.iter().map(Write::store).collect();
        names.sort_unstable();
        names.dedup();
        let names: Array = names.into_iter().map(JsValue::from).collect();
        let options = Object::new();
        let wanted = if durability == Durability::Strict { "strict" } else { "relaxed" };
        Reflect::set(&options, &"durability".into(), &wanted.into()).map_err(|_| Trouble::Unavailable)?;
        browser::durable(&self.raw)
            .transaction_with_options(&names, "readwrite", &options)
            .map_err(|error| Trouble::from_name(&browser::error_name(&error)))
    }

    fn put_all(&self, transaction: &IdbTransaction, writes: &[Write]) -> Result<(), Trouble> {
        let failed = |error: JsValue| Trouble::from_name(&browser::error_name(&error));
        for write in writes {
            let objects = transaction.object_store(write.store()).map_err(failed)?;
            match write {
                Write::Put { key, bytes, .. } => {
                    let sealed = Uint8Array::from(self.vault.seal(bytes).as_slice());
                    objects.put_with_key(&sealed, &JsValue::from(key.as_str())).map_err(failed)?;
                }
                Write::Add { key, bytes, .. } => {
                    let sealed = Uint8Array::from(self.vault.seal(bytes).as_slice());
                    objects.add_with_key(&sealed, &JsValue::from(key.as_str())).map_err(failed)?;
                }
                Write::Delete { key, .. } => {
                    objects.delete(&JsValue::from(key.as_str())).map_err(failed)?;
                }
                Write::DeleteUnder { prefix, .. } => {
                    match under(prefix)? {
                        Some(range) => objects.delete(&JsValue::from(range)).map_err(failed)?,
                        None => objects.clear().map_err(failed)?,
                    };
                }
            }
        }
        Ok(())
    }

    /// Keys with their values; a key that this program does not write is passed over.
    fn records(&self, keys: Vec<JsValue>, values: Vec<JsValue>) -> Records {
        let record = |(key, value): (JsValue, JsValue)| Some((key.as_string()?, self.unseal(&value)));
        keys.into_iter().zip(values).filter_map(record).collect()
    }

    fn unseal(&self, value: &JsValue) -> Kept {
        let bytes = value.dyn_ref().map(Uint8Array::to_vec).unwrap_or_default();
        self.vault.open(&bytes).map_or_else(|_| Kept::Damaged(bytes), Kept::Whole)
    }
}

/// The keys that begin with `prefix`; `None`: all. Keys are ASCII, so U+FFFF lies behind every one of them.
fn under(prefix: &str) -> Result<Option<Query>, Trouble> {
    if prefix.is_empty() {
        return Ok(None);
    }
    let end = format!("{prefix}\u{ffff}");
    KeyRange::bound(&prefix.into(), &end.as_str().into(), None, None)
        .map(|range| Some(range.into()))
        .map_err(|error| trouble_of(&error))
}

/// Waits for the transaction's end. Only `complete` means stored, and `abort` is the one event that every failure
/// fires: a quota or disk error at commit time has no request and so fires no `error`.
async fn finished(transaction: &IdbTransaction) -> Result<(), Trouble> {
    let end = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
    });
    JsFuture::from(end).await.map(|_| ()).map_err(|_| match transaction.error() {
        Some(error) => Trouble::from_name(&error.name()),
        None => Trouble::Aborted,
    })
}

fn trouble_of(error: &idb::Error) -> Trouble {
    match error {
        idb::Error::DomException(exception) => Trouble::from_name(&exception.name()),
        idb::Error::IndexedDbNotFound(_) | idb::Error::IndexedDbOpenFailed(_) => Trouble::Unavailable,
        idb::Error::TransactionOpenFailed(value) | idb::Error::ObjectStoreNotFound(value) => {
            Trouble::from_name(&browser::error_name(value))
        }
        _ => Trouble::Aborted,
    }
}
