//! What wakes the sync from outside: the server's pokes, the network's coming back, the page being looked at.
//! Pokes are hints without data; the pull is the truth (docs/sync.md, Pokes).

use std::cell::RefCell;
use std::rc::Rc;

use domain::sync::read_json;
use domain::sync::wire::{EVENTS_PATH, Poke};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use crate::device::browser;

/// The stream of pokes. The browser reconnects by itself after a broken line; after a refusal, [`Pokes::wake`] does.
pub struct Pokes {
    source: RefCell<Option<EventSource>>,
    listener: Closure<dyn Fn(MessageEvent)>,
}

impl Pokes {
    pub fn open(heard: impl Fn(Poke) + 'static) -> Self {
        let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let poke = event.data().as_string().and_then(|text| read_json(&text).ok());
            if let Some(poke) = poke {
                heard(poke);
            }
        });
        let pokes = Self { source: RefCell::default(), listener };
        pokes.wake();
        pokes
    }

    /// Opens the stream (again) when it is closed for good.
    pub fn wake(&self) {
        let mut source = self.source.borrow_mut();
        if source.as_ref().is_some_and(|source| source.ready_state() != EventSource::CLOSED) {
            return;
        }
        *source = EventSource::new(EVENTS_PATH).ok();
        if let Some(source) = source.as_ref() {
            let _ = source.add_event_listener_with_callback("poke", self.listener.as_ref().unchecked_ref());
        }
    }
}

impl Drop for Pokes {
    fn drop(&mut self) {
        if let Some(source) = self.source.borrow().as_ref() {
            source.close();
        }
    }
}

/// Calls back with true when the network is back or the page is looked at again, with false when the network goes.
pub fn on_return(back: impl Fn(bool) + 'static) {
    let Some(window) = browser::window() else { return };
    let Some(document) = window.document() else { return };
    let back = Rc::new(back);
    let (online, seen, page) = (Rc::clone(&back), Rc::clone(&back), document.clone());
    listen(window.as_ref(), "online", move || online(true));
    listen(window.as_ref(), "offline", move || back(false));
    listen(document.as_ref(), "visibilitychange", move || {
        if !page.hidden() {
            seen(true);
        }
    });
}

/// Listens for the app's whole life.
fn listen(target: &web_sys::EventTarget, name: &str, heard: impl Fn() + 'static) {
    let listener = Closure::<dyn Fn()>::new(heard);
    let _ = target.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
    listener.forget();
}
