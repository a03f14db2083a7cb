//! Forms begun and not saved: kept at every change, so that a lock, a call or a reload loses no character.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::engine::Engine;

/// Fills the signal from the draft, unless something is in it already, and keeps every later change.
pub fn keep<T>(engine: Rc<Engine>, name: String, value: RwSignal<T>, is_blank: impl Fn(&T) -> bool + 'static)
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    let is_blank = Rc::new(is_blank);
    let (reader, blank, from) = (Rc::clone(&engine), Rc::clone(&is_blank), name.clone());
    spawn_local(async move {
        let kept = reader.read_draft(&from).await.and_then(|bytes| domain::json::read::<T>(&bytes).ok());
        let untouched = value.try_with_untracked(|now| blank(now)).unwrap_or(false);
        if let (Some(kept), true) = (kept, untouched) {
            let _ = value.try_set(kept);
        }
    });
    Effect::new(move |before: Option<()>| {
        let now = value.get();
        // The first run is the empty form, which must not wipe out the draft that is being read.
        if before.is_some() {
            if is_blank(&now) {
                engine.drop_draft(&name);
            } else if let Ok(bytes) = serde_json::to_vec(&now) {
                engine.write_draft(&name, bytes);
            }
        }
    });
}
