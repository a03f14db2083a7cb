//! Forms begun and not saved: kept at every change, so that a lock, a call or a reload loses no character.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::begun::{Begun, Fields};
use super::engine::Engine;
use super::kept::{Taken, taken};

/// Fills the signal from the draft, unless something is in it already, and keeps every later change. The answer is
/// whether the draft has been read.
pub fn keep<T>(
    engine: Rc<Engine>,
    name: String,
    value: RwSignal<T>,
    is_blank: impl Fn(&T) -> bool + 'static,
) -> RwSignal<bool>
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    let is_blank = Rc::new(is_blank);
    let blank = Rc::clone(&is_blank);
    let (fills, reader) = (value, Rc::clone(&engine));
    let fill = move |kept: Vec<u8>| {
        if let Some(now) = fills.try_get_untracked().filter(|now| blank(now)) {
            put(&reader, fills, taken(&kept, &now));
        }
    };
    let now = move || value.with(|now| if is_blank(now) { None } else { serde_json::to_vec(now).ok() });
    keep_bytes(engine, name, Box::new(fill), Box::new(now))
}

/// A form on the screen, and what it began from.
pub struct Form<T: 'static> {
    pub typed: RwSignal<T>,
    opened: StoredValue<T>,
}

impl<T> Copy for Form<T> {}

impl<T> Clone for Form<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Fields + Send + Sync + 'static> Form<T> {
    /// What was typed, onto what holds now.
    pub fn onto(self, now: &T) -> T {
        self.typed.with_untracked(|typed| self.opened.with_value(|opened| typed.onto(opened, now)))
    }

    /// Shows what was typed onto what holds `now`, and goes on from there.
    pub fn go_on(self, now: T, typed: T) {
        self.opened.set_value(now);
        self.typed.set(typed);
    }
}

/// A form that begins from what is known, and from its draft with what was typed before.
pub fn keep_form<T>(engine: Rc<Engine>, name: String, known: T) -> Form<T>
where
    T: Fields + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let form = Form { typed: RwSignal::new(known.clone()), opened: StoredValue::new(known.clone()) };
    let reader = Rc::clone(&engine);
    let fill = move |kept: Vec<u8>| {
        if form.typed.try_with_untracked(|typed| *typed == known).unwrap_or(false) {
            put(&reader, form.typed, Begun::taken_up(&kept, &known));
        }
    };
    let now = move || Begun { typed: form.typed.get(), opened: form.opened.get_value() }.kept();
    keep_bytes(engine, name, Box::new(fill), Box::new(now));
    form
}

/// Shows what a draft held, and says so where a part of it is missing.
fn put<T: Send + Sync + 'static>(engine: &Engine, form: RwSignal<T>, Taken { typed, whole }: Taken<T>) {
    if form.try_set(typed).is_none() && !whole {
        engine.shortened().set(true);
    }
}

/// `now` is what the form holds, `None` while it is blank; `fill` puts a draft in.
fn keep_bytes(
    engine: Rc<Engine>,
    name: String,
    fill: Box<dyn FnOnce(Vec<u8>)>,
    now: Box<dyn Fn() -> Option<Vec<u8>>>,
) -> RwSignal<bool> {
    let (reader, from, is_read) = (Rc::clone(&engine), name.clone(), RwSignal::new(false));
    spawn_local(async move {
        if let Some(kept) = reader.read_draft(&from).await {
            fill(kept);
        }
        let _ = is_read.try_set(true);
    });
    Effect::new(move |before: Option<()>| {
        let now = now();
        // The first run is the empty form, which must not wipe out the draft that is being read.
        if before.is_some() {
            match now {
                Some(bytes) => engine.write_draft(&name, bytes),
                None => engine.drop_draft(&name),
            }
        }
    });
    is_read
}
