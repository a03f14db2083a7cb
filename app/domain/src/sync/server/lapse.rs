//! Limits in time: a group's tablets hold whoever is in it and whoever left it within the last twelve months
//! (docs/access.md, Limits in time). Since which day a group's people are shown is stored, so that what lies in its
//! buckets follows from what is stored and not from when somebody looks.

use super::finish::{numbered, pokes};
use super::store::ServerStore;
use super::world::World;
use crate::ids::GroupId;
use crate::sync::wire::Poke;
use crate::time::Day;

/// The first day to which a stay must have lasted for its person to be shown today.
#[must_use]
pub fn limit(today: Day) -> Day {
    today.a_year_before()
}

/// Brings a group's buckets to what its tablets may hold today: whoever lapsed leaves them with all that is about them
/// there. Run it in a unit of work of its own; done again it changes nothing. A day that lies earlier, since the clock
/// was wrong, brings back whom the later one took.
pub async fn bring_to<S: ServerStore>(store: &mut S, group: GroupId, today: Day) -> Result<Vec<Poke>, S::Error> {
    let day = limit(today);
    let known = store.shown_since(&[group]).await?;
    if known.iter().all(|(_, since)| *since == day) {
        return Ok(Vec::new());
    }
    let mut world = World::of_group(store, group).await?;
    world.show_since(store, group, day).await?;
    let (moves, heads) = world.moves();
    let new_heads = if heads.is_empty() { Vec::new() } else { store.move_heads(&heads).await? };
    store.show_since(group, day, &numbered(&moves, &heads, &new_heads)).await?;
    Ok(pokes(&heads, &new_heads))
}
