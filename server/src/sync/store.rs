//! The step function's store over SQL: one open transaction of one municipality.
//!
//! Writers of one municipality take turns: the unit's first statement locks the municipality's row, so that
//! what a step has read is still true when it writes, on PostgreSQL as on SQLite.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::access::Role;
use domain::groups::Membership;
use domain::ids::{DeviceId, GroupId, MunicipalityCode, OpId, ParticipantId, StreamId, UserId, uuid_v5};
use domain::people::Clue;
use domain::sync::author::AuthorKey;
use domain::sync::canon::Hash;
use domain::sync::digest::Digest;
use domain::sync::entity::{Bucket, Entity, EntityKey, EntityType};
use domain::sync::op::Verb;
use domain::sync::review::ReviewKind;
use domain::sync::rights::Grants;
use domain::sync::server::store::{
    Audit, AuditVerb, BucketRow, ChangeRow, Changes, HeadMove, Keeper, Log, Lost, OpRow, ReadStore, Review,
    ServerStore, StreamRow, WriteOf,
};
use domain::sync::wire::{Epoch, Outcome, Reason, lift};
use domain::time::{Day, Instant};
use uuid::Uuid;

use super::{lapse, tables};
use crate::access::Use;
use crate::audit;
use crate::db::{Bulk, Lookup, Row, Tx, Value};
use crate::epochs;
use crate::error::Error;
use crate::messages;
use crate::people::{self, keepers, listing};
use crate::secrets::Secrets;
use crate::sessions;
use crate::table::{hlc_from_text, hlc_text};

/// One unit of work.
pub struct SqlStore<'a> {
    tx: &'a mut Tx,
    tenant: MunicipalityCode,
    today: Day,
    now: Instant,
    secrets: &'a Secrets,
    /// Under which the audit row can be found in the log of requests.
    request_id: &'a str,
    /// In which role its author writes, once that is known.
    role: Option<Role>,
    /// What this unit of work has made: no bucket knows it yet.
    made: HashSet<EntityKey>,
}

impl<'a> SqlStore<'a> {
    /// For a pull: reads one snapshot.
    pub fn reading(
        tx: &'a mut Tx,
        tenant: &MunicipalityCode,
        now: Instant,
        secrets: &'a Secrets,
        request_id: &'a str,
    ) -> Self {
        let (tenant, today, made) = (tenant.clone(), now.day_in_finland(), HashSet::new());
        Self { tx, tenant, today, now, secrets, request_id, role: None, made }
    }

    /// For a step: takes the municipality's turn first.
    pub async fn writing(
        tx: &'a mut Tx,
        tenant: &MunicipalityCode,
        now: Instant,
        secrets: &'a Secrets,
        request_id: &'a str,
    ) -> Result<Self, Error> {
        take_turn(tx, tenant).await?;
        Ok(Self::reading(tx, tenant, now, secrets, request_id))
    }

    /// Notes in the same unit of work which session and tablet it came by.
    pub async fn note_used(&mut self, used: &[Use]) -> Result<(), Error> {
        for one in used {
            one.note(self.tx).await?;
        }
        Ok(())
    }

    /// Written at the desk in this role.
    #[must_use]
    pub fn in_role(self, role: Option<Role>) -> Self {
        Self { role, ..self }
    }

    fn tenant(&self) -> Value {
        Value::from(&self.tenant)
    }
}

/// Takes the municipality's turn to write: what is read from here on is still true when it is written.
pub async fn take_turn(tx: &mut Tx, tenant: &MunicipalityCode) -> Result<(), Error> {
    let locked = tx.run(sql!("UPDATE municipality SET name = name WHERE municipality = $1"), [tenant.into()]).await?;
    if locked == 0 { Err(Error::NotFound) } else { Ok(()) }
}

const OPS: Lookup = lookup!(
    "SELECT op_id, stream, n, etype, eid, rev, kind, schema, actor, hlc, received_at, body, body_hash, \
     outcome, reason, field, effects FROM op WHERE municipality = $1 AND op_id IN (",
    ")"
);
const WRITES: Lookup = lookup!(
    "SELECT etype, eid, rev, op_id, stream, n FROM op WHERE municipality = $1 AND rev IS NOT NULL AND eid IN (",
    ")"
);
const BUCKETS: Lookup = lookup!("SELECT id, head, floor, digest FROM bucket WHERE municipality = $1 AND id IN (", ")");

const MOVE_HEAD: Bulk<6> = bulk!(
    "INSERT INTO bucket (municipality, id, head, floor, key_version, digest)",
    "ON CONFLICT (municipality, id) DO UPDATE SET head = excluded.head, digest = excluded.digest"
);
const INSERT_REVIEW: Bulk<11> = bulk!(
    "INSERT INTO review (municipality, id, kind, bucket, etype, eid, other_etype, other_eid, op_ids, created_at, state)",
    "ON CONFLICT (municipality, id) DO NOTHING"
);
/// Of what was not there before.
const INSERT_CHANGE: Bulk<7> = bulk!("INSERT INTO change (municipality, bucket, seq, etype, eid, rev, removed_at)", "");
const UPSERT_CHANGE: Bulk<7> = bulk!(
    INSERT_CHANGE.head,
    "ON CONFLICT (municipality, bucket, etype, eid) DO UPDATE SET seq = excluded.seq, rev = excluded.rev, \
     removed_at = excluded.removed_at"
);
const INSERT_OP: Bulk<20> = bulk!(
    "INSERT INTO op (municipality, op_id, stream, n, etype, eid, rev, kind, schema, actor, hlc, received_at, \
     body, body_hash, outcome, reason, field, effects, about_group, about_participant)",
    ""
);
/// One that was held is settled.
const UPSERT_OP: Bulk<20> = bulk!(
    INSERT_OP.head,
    "ON CONFLICT (municipality, op_id) DO UPDATE SET etype = excluded.etype, eid = excluded.eid, \
     rev = excluded.rev, body = excluded.body, outcome = excluded.outcome, reason = excluded.reason, \
     field = excluded.field, effects = excluded.effects"
);

const ANSWER: Lookup = lookup!(
    "UPDATE review SET state = 'written', decided_at = $2 WHERE municipality = $1 AND kind = $3 AND state = 'open' AND eid IN (",
    ")"
);
const INSERT_HOLE: Bulk<8> = bulk!(
    "INSERT INTO hole (municipality, id, stream, from_n, to_n, reason, declared_at, state)",
    "ON CONFLICT (municipality, id) DO NOTHING"
);
const HELD_FROM: &str = sql!(
    "SELECT COUNT(*) AS n FROM stream s JOIN op o ON o.municipality = $1 AND o.stream = s.id AND o.outcome = 'held' \
     WHERE s.municipality = $1 AND s.device = $2"
);

impl ReadStore for SqlStore<'_> {
    type Error = Error;

    async fn epoch(&mut self) -> Result<Epoch, Error> {
        epochs::present(self.tx).await
    }

    async fn entities(&mut self, keys: &[EntityKey]) -> Result<Vec<Entity>, Error> {
        tables::by_keys(self.tx, &self.tenant, keys).await
    }

    async fn buckets(&mut self, buckets: &[Bucket]) -> Result<Vec<BucketRow>, Error> {
        let names = buckets.iter().map(Bucket::to_string);
        let rows = self.tx.lookup(&BUCKETS, &self.tenant, names).await?;
        rows.iter().map(bucket_row).collect()
    }

    async fn changes(&mut self, bucket: Bucket, after: i64, upto: i64, limit: u32) -> Result<Vec<ChangeRow>, Error> {
        let values = [self.tenant(), bucket.to_string().into(), after.into(), upto.into(), i64::from(limit).into()];
        let rows = self
            .tx
            .all(
                sql!(
                    "SELECT seq, etype, eid, rev, removed_at FROM change \
                     WHERE municipality = $1 AND bucket = $2 AND seq > $3 AND seq <= $4 ORDER BY seq LIMIT $5"
                ),
                values,
            )
            .await?;
        rows.iter().map(|row| change_row(row, bucket)).collect()
    }

    async fn ops(&mut self, ids: &[OpId]) -> Result<Vec<OpRow>, Error> {
        let rows = self.tx.lookup(&OPS, &self.tenant, ids.iter().copied()).await?;
        rows.iter().map(op_row).collect()
    }
}

impl ServerStore for SqlStore<'_> {
    async fn stream(&mut self, id: StreamId) -> Result<Option<StreamRow>, Error> {
        let row = self
            .tx
            .maybe(
                sql!(
                    "SELECT device, account, last_n, last_hash, chain_n, durable_n, created_n, seen_at FROM stream \
                     WHERE municipality = $1 AND id = $2"
                ),
                [self.tenant(), id.into()],
            )
            .await?;
        row.map(|row| {
            let last_n: i64 = row.get("last_n")?;
            let (chain, chain_n) = (row.code("last_hash", Hash::from_hex)?, row.get::<Option<i64>>("chain_n")?);
            Ok(StreamRow {
                id,
                device: row.parse_opt("device")?,
                user: row.parse("account")?,
                last_n,
                chain: (chain_n == Some(last_n)).then_some(chain),
                durable_n: durable_of(&row)?,
                created_n: row.get("created_n")?,
                seen_at: row.get("seen_at")?,
            })
        })
        .transpose()
    }

    async fn grants(&mut self, device: DeviceId, user: UserId) -> Result<Option<Grants>, Error> {
        let grants = crate::access::grants::on_device(self.tx, &self.tenant, device, user, self.today).await?;
        self.role = grants.as_ref().map(|grants| grants.role);
        Ok(grants)
    }

    async fn held_from(&mut self, device: DeviceId) -> Result<i64, Error> {
        let row = self.tx.one(HELD_FROM, [self.tenant(), device.into()]).await?;
        row.get("n")
    }

    async fn author_key(&mut self, device: DeviceId, user: UserId) -> Result<Option<AuthorKey>, Error> {
        crate::access::grants::author_key(self.tx, self.secrets, &self.tenant, device, user).await
    }

    async fn has_worked(&mut self, device: DeviceId, user: UserId) -> Result<bool, Error> {
        Ok(self.role_on(device, user).await?.is_some())
    }

    async fn memberships(&mut self, participants: &[ParticipantId]) -> Result<Vec<Entity>, Error> {
        tables::about::<Membership>(self.tx, &self.tenant, participants).await
    }

    async fn results(&mut self, participants: &[ParticipantId]) -> Result<Vec<Entity>, Error> {
        tables::results(self.tx, &self.tenant, participants).await
    }

    async fn records(&mut self, participants: &[ParticipantId]) -> Result<Vec<Entity>, Error> {
        tables::records(self.tx, &self.tenant, participants).await
    }

    async fn shown_since(&mut self, groups: &[GroupId]) -> Result<Vec<(GroupId, Day)>, Error> {
        lapse::shown_since(self.tx, &self.tenant, groups).await
    }

    async fn show_since(&mut self, group: GroupId, day: Day, changes: &[ChangeRow]) -> Result<(), Error> {
        lapse::show_since(self.tx, &self.tenant, &[(group, day)]).await?;
        let (tenant, now) = (self.tenant(), self.now);
        let rows = changes.iter().map(|change| Ok(change_values(&tenant, change, now)));
        self.tx.bulk_of(&UPSERT_CHANGE, Box::new(rows)).await
    }

    async fn members(&mut self, groups: &[GroupId]) -> Result<Vec<Entity>, Error> {
        people::with_stays_in(self.tx, &self.tenant, groups).await
    }

    async fn alike(&mut self, clues: &[Clue]) -> Result<Vec<Entity>, Error> {
        people::alike(self.tx, &self.tenant, clues).await
    }

    async fn keepers(&mut self, participants: &[ParticipantId]) -> Result<Vec<Keeper>, Error> {
        keepers::of_people(self.tx, &self.tenant, participants.iter().copied()).await
    }

    async fn writes_of(&mut self, keys: &[EntityKey]) -> Result<Vec<WriteOf>, Error> {
        let rows = self.tx.lookup(&WRITES, &self.tenant, keys.iter().map(|key| key.id)).await?;
        rows.iter()
            .map(|row| {
                Ok(WriteOf {
                    key: EntityKey { etype: row.code("etype", EntityType::from_code)?, id: row.parse("eid")? },
                    rev: row.get("rev")?,
                    op_id: row.parse("op_id")?,
                    stream: row.parse("stream")?,
                    n: row.get("n")?,
                })
            })
            .collect()
    }

    async fn save(&mut self, changes: &Changes) -> Result<(), Error> {
        let written = changes.entities.iter().map(|write| &write.entity);
        let cancelled = messages::cancelled_before(self.tx, &self.tenant, written.clone()).await?;
        tables::write(self.tx, &self.tenant, &changes.entities, self.now).await?;
        self.made.extend(changes.entities.iter().filter(|new| new.before.is_none()).map(|new| new.entity.key));
        keepers::note(self.tx, &self.tenant, &changes.registered).await?;
        lapse::show_since(self.tx, &self.tenant, &changes.opened).await?;
        sessions::note_rolls(self.tx, &self.tenant, written.clone()).await?;
        messages::note(self.tx, &self.tenant, written.clone(), &cancelled, (self.today, self.role)).await?;
        listing::follow(self.tx, &self.tenant, written).await?;
        ask(self.tx, &self.tenant, &changes.reviews).await?;
        answer(self.tx, &self.tenant, &changes.settled, self.now).await
    }

    /// What is read here is still true when it is written: whoever writes has the municipality's turn.
    async fn move_heads(&mut self, moves: &[HeadMove]) -> Result<Vec<i64>, Error> {
        let buckets: Vec<_> = moves.iter().map(|one| one.bucket).collect();
        let before: HashMap<_, _> = self.buckets(&buckets).await?.into_iter().map(|row| (row.bucket, row)).collect();
        let mut heads = Vec::with_capacity(moves.len());
        let mut rows = Vec::with_capacity(moves.len());
        for one in moves {
            let (mut head, mut digest) =
                before.get(&one.bucket).map_or_else(Default::default, |row| (row.head, row.digest));
            head += one.by;
            digest.add(one.digest);
            heads.push(head);
            let (name, digest) = (one.bucket.to_string(), digest.to_string());
            rows.push([self.tenant(), name.into(), head.into(), 0_i64.into(), 1_i64.into(), digest.into()]);
        }
        self.tx.bulk(&MOVE_HEAD, rows).await?;
        Ok(heads)
    }

    async fn log(&mut self, log: &Log) -> Result<(), Error> {
        let (tenant, now) = (self.tenant(), self.now);
        let (new, known): (Vec<_>, Vec<_>) = log.changes.iter().partition(|change| self.made.contains(&change.key));
        for (into, changes) in [(&INSERT_CHANGE, new), (&UPSERT_CHANGE, known)] {
            let rows = changes.into_iter().map(|change| Ok(change_values(&tenant, change, now)));
            self.tx.bulk_of(into, Box::new(rows)).await?;
        }
        // What is known by its id is not stored again: all others are new.
        let into = if log.audit.verb == AuditVerb::Settle { &UPSERT_OP } else { &INSERT_OP };
        self.tx.bulk_of(into, Box::new(log.ops.iter().map(|op| op_values(&tenant, op)))).await?;
        if let Some(stream) = &log.stream {
            self.write_stream(stream).await?;
        }
        let holes = log.audit.lost.iter().map(|lost| hole_values(&self.tenant, &log.audit, lost)).collect();
        self.tx.bulk(&INSERT_HOLE, holes).await?;
        let role = match (self.role, log.audit.device) {
            (None, Some(device)) => self.role_on(device, log.audit.actor).await?,
            (role, _) => role,
        };
        let entry = audit::Entry::of_step(&log.audit, &log.ops, role, self.request_id);
        audit::append(self.tx, self.secrets, &self.tenant, &entry).await
    }
}

impl SqlStore<'_> {
    /// Takes entities, at their present revision, out of buckets in which they lie no longer.
    pub(crate) async fn withdraw(&mut self, gone: &[(Bucket, EntityKey, i64)]) -> Result<(), Error> {
        let mut heads: BTreeMap<Bucket, HeadMove> = BTreeMap::new();
        for (bucket, key, rev) in gone {
            let new = HeadMove { bucket: *bucket, by: 0, digest: Digest::default() };
            let head = heads.entry(*bucket).or_insert(new);
            head.by += 1;
            head.digest.leave(*key, *rev);
        }
        let heads: Vec<_> = heads.into_values().collect();
        let ends = self.move_heads(&heads).await?;
        let mut last: HashMap<_, _> = heads.iter().zip(ends).map(|(head, end)| (head.bucket, end - head.by)).collect();
        let tenant = self.tenant();
        let changes = gone.iter().map(|(bucket, key, rev)| {
            let seq = last.entry(*bucket).or_default();
            *seq += 1;
            let change = ChangeRow { bucket: *bucket, seq: *seq, key: *key, rev: *rev, removed: true };
            change_values(&tenant, &change, self.now)
        });
        self.tx.bulk(&UPSERT_CHANGE, changes.collect()).await
    }

    /// The role that somebody chose on a tablet, also when it has been taken away since.
    async fn role_on(&mut self, device: DeviceId, user: UserId) -> Result<Option<Role>, Error> {
        let sql = sql!("SELECT role FROM device_account WHERE municipality = $1 AND device = $2 AND account = $3");
        let row = self.tx.maybe(sql, [self.tenant(), device.into(), user.into()]).await?;
        row.map(|row| row.code("role", Role::from_code)).transpose()
    }

    /// What backups hold is said by backups alone ([`crate::backups`]); a program before this one, which serves beside us
    /// while it is updated, says as much as it has, and that is taken back.
    async fn write_stream(&mut self, stream: &StreamRow) -> Result<(), Error> {
        let values = [
            self.tenant(),
            stream.id.into(),
            stream.device.into(),
            stream.user.into(),
            stream.last_n.into(),
            stream.chain.unwrap_or_default().to_string().into(),
            stream.chain.map(|_| stream.last_n).into(),
            stream.durable_n.into(),
            stream.created_n.into(),
            stream.seen_at.into(),
        ];
        self.tx
            .run(
                sql!("INSERT INTO stream (municipality, id, device, account, last_n, last_hash, chain_n, durable_n, created_n, seen_at) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (municipality, id) DO UPDATE SET \
                      account = excluded.account, last_n = excluded.last_n, last_hash = excluded.last_hash, chain_n = excluded.chain_n, \
                      durable_n = CASE WHEN stream.chain_n = stream.last_n THEN stream.durable_n ELSE 0 END, \
                      created_n = excluded.created_n, seen_at = excluded.seen_at"),
                values,
            )
            .await?;
        Ok(())
    }
}

/// Up to which number verified backups hold a stream. A program before this one, which says as much as it has, keeps no
/// chain value: where it has written last, nothing is known.
pub(super) fn durable_of(stream: &Row) -> Result<i64, Error> {
    let is_known = stream.get::<Option<i64>>("chain_n")? == Some(stream.get::<i64>("last_n")?);
    if is_known { stream.get("durable_n") } else { Ok(0) }
}

fn bucket_row(row: &Row) -> Result<BucketRow, Error> {
    Ok(BucketRow {
        bucket: row.parse("id")?,
        head: row.get("head")?,
        floor: row.get("floor")?,
        digest: row.code("digest", |text| text.parse().ok())?,
    })
}

fn change_row(row: &Row, bucket: Bucket) -> Result<ChangeRow, Error> {
    Ok(ChangeRow {
        bucket,
        seq: row.get("seq")?,
        key: EntityKey { etype: row.code("etype", EntityType::from_code)?, id: row.parse("eid")? },
        rev: row.get("rev")?,
        removed: !row.is_null("removed_at"),
    })
}

fn op_row(row: &Row) -> Result<OpRow, Error> {
    let target = match row.get::<Option<String>>("etype")? {
        Some(_) => Some(EntityKey { etype: row.code("etype", EntityType::from_code)?, id: row.parse("eid")? }),
        None => None,
    };
    let reason = match row.get::<Option<String>>("reason")? {
        Some(_) => Some(row.code("reason", Reason::from_code)?),
        None => None,
    };
    Ok(OpRow {
        op_id: row.parse("op_id")?,
        stream: row.parse("stream")?,
        n: row.get("n")?,
        target,
        rev: row.get("rev")?,
        kind: row.get("kind")?,
        schema: u16::try_from(row.get::<i64>("schema")?).unwrap_or(u16::MAX),
        actor: row.parse("actor")?,
        hlc: row.code("hlc", hlc_from_text)?,
        received_at: row.get("received_at")?,
        body: row.get("body")?,
        body_hash: row.code("body_hash", Hash::from_hex)?,
        outcome: row.code("outcome", Outcome::from_code)?,
        reason,
        field: row.get("field")?,
        effects: row.json("effects")?,
    })
}

/// Whom and what a held operation is about, by which those who wait for it find it.
fn about_held(body: &str) -> [Value; 2] {
    let verb = lift(body).ok().map(|op| op.verb);
    [verb.as_ref().and_then(Verb::group).into(), verb.as_ref().and_then(Verb::participant).into()]
}

fn op_values(tenant: &Value, op: &OpRow) -> Result<[Value; 20], Error> {
    let [about_group, about_participant] = match op.outcome {
        Outcome::Held => about_held(&op.body),
        _ => [Value::Text(None), Value::Text(None)],
    };
    // As it is written it is canonical: few keys, in order.
    let effects = serde_json::to_string(&op.effects).map_err(|e| Error::Broken(e.to_string()))?;
    Ok([
        tenant.clone(),
        op.op_id.into(),
        op.stream.into(),
        op.n.into(),
        op.target.map(|t| t.etype.code()).into(),
        op.target.map(|t| t.id).into(),
        op.rev.into(),
        op.kind.as_str().into(),
        i64::from(op.schema).into(),
        op.actor.into(),
        hlc_text(&op.hlc).into(),
        op.received_at.into(),
        op.body.as_str().into(),
        op.body_hash.to_string().into(),
        op.outcome.code().into(),
        op.reason.map(|r| r.code()).into(),
        op.field.clone().into(),
        effects.into(),
        about_group,
        about_participant,
    ])
}

fn change_values(tenant: &Value, change: &ChangeRow, now: Instant) -> [Value; 7] {
    [
        tenant.clone(),
        change.bucket.to_string().into(),
        change.seq.into(),
        change.key.etype.code().into(),
        change.key.id.into(),
        change.rev.into(),
        change.removed.then_some(now).into(),
    ]
}

/// Puts questions to people; one that was asked before stays as it is, settled or not.
pub(crate) async fn ask(tx: &mut Tx, tenant: &MunicipalityCode, reviews: &[Review]) -> Result<(), Error> {
    tx.bulk(&INSERT_REVIEW, reviews.iter().map(|review| review_values(tenant, review)).collect()).await
}

/// Answers what was in question about entities by what was just written.
async fn answer(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    settled: &[(EntityKey, ReviewKind)],
    now: Instant,
) -> Result<(), Error> {
    let mut by_kind: HashMap<ReviewKind, Vec<Uuid>> = HashMap::new();
    settled.iter().for_each(|(entity, kind)| by_kind.entry(*kind).or_default().push(entity.id));
    for (kind, entities) in by_kind {
        tx.lookup_after(&ANSWER, vec![tenant.into(), now.into(), kind.code().into()], entities).await?;
    }
    Ok(())
}

/// The id follows from stream and number: declared again after the server was set back, it is one hole.
fn hole_values(tenant: &MunicipalityCode, audit: &Audit, lost: &Lost) -> [Value; 8] {
    let id = uuid_v5(audit.stream.0, &["hole", &lost.from.to_string(), &lost.to.to_string()]);
    [
        tenant.into(),
        id.into(),
        audit.stream.into(),
        lost.from.into(),
        lost.to.into(),
        lost.reason.code().into(),
        audit.at.into(),
        "open".into(),
    ]
}

fn review_values(tenant: &MunicipalityCode, review: &Review) -> [Value; 11] {
    let ops: Vec<String> = review.op_ids.iter().map(OpId::to_string).collect();
    [
        tenant.into(),
        review.id.into(),
        review.kind.code().into(),
        review.bucket.map(|b| b.to_string()).into(),
        review.entity.etype.code().into(),
        review.entity.id.into(),
        review.other.map(|o| o.etype.code().to_owned()).into(),
        review.other.map(|o| o.id).into(),
        ops.join(" ").into(),
        review.created_at.into(),
        "open".into(),
    ]
}
