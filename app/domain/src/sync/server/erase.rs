//! Erasure of a person (docs/access.md, Erasure): what says something of them becomes a tombstone without content and
//! leaves every bucket. What comes later about a tombstone is rejected, and its text dropped.

use super::finish::{numbered, pokes};
use super::store::{Audit, AuditVerb, Changes, Log, ServerStore};
use super::world::World;
use crate::ids::{ParticipantId, StreamId, UserId, uuid_v5};
use crate::sync::entity::EntityKey;
use crate::sync::wire::Poke;
use crate::time::Instant;

/// Erases a person with everything of `about`, the keys of what says something of them. Run it in a unit of work of its
/// own; done again it changes nothing, and gives no poke. `by` is who asked for it.
pub async fn erase<S: ServerStore>(
    store: &mut S,
    person: ParticipantId,
    about: &[EntityKey],
    by: UserId,
    now: Instant,
) -> Result<Vec<Poke>, S::Error> {
    let mut world = World::of_person(store, person, about).await?;
    world.bury(about);
    let entities = world.writes();
    if entities.is_empty() {
        return Ok(Vec::new());
    }
    store.save(&Changes { entities, ..Changes::default() }).await?;
    let (moves, heads) = world.moves();
    let new_heads = if heads.is_empty() { Vec::new() } else { store.move_heads(&heads).await? };
    let changes = numbered(&moves, &heads, &new_heads);
    let audit = Audit {
        at: now,
        actor: by,
        device: None,
        stream: StreamId(uuid_v5(person.0, &["erased"])),
        verb: AuditVerb::Write,
        outcomes: [0; 5],
        reused: Vec::new(),
        lost: Vec::new(),
        sender: None,
    };
    store.log(&Log { changes, ops: Vec::new(), stream: None, audit }).await?;
    Ok(pokes(&heads, &new_heads))
}
