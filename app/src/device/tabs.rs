//! Several tabs of one browser share one store: one of them leads (and talks to the server), the others hear of
//! what it stored.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use super::browser;

/// Whether this tab leads. The lock is held until the tab is gone or gives it up.
#[derive(Clone, Default)]
pub struct Leader {
    leads: Rc<Cell<bool>>,
    resigned: Rc<Cell<bool>>,
    /// Lets the lock go.
    release: Rc<RefCell<Option<Function>>>,
}

impl Leader {
    /// Queues for the lock; `won` is called when this tab leads, at once or when the leading one closes.
    /// A browser without Web Locks lets every tab lead: the operations' ids keep that safe, only wasteful.
    pub fn stand(name: &str, won: impl Fn() + 'static) -> Self {
        let leader = Self::default();
        let held = Rc::clone(&leader.leads);
        let win = move || {
            held.set(true);
            won();
        };
        let Some(locks) = browser::window().and_then(|window| browser::locks(&window.navigator())) else {
            win();
            return leader;
        };
        let (resigned, release) = (Rc::clone(&leader.resigned), Rc::clone(&leader.release));
        let callback = Closure::<dyn Fn(JsValue) -> Promise>::new(move |_lock| {
            if resigned.get() {
                return Promise::resolve(&JsValue::UNDEFINED);
            }
            win();
            Promise::new(&mut |resolve, _| *release.borrow_mut() = Some(resolve))
        });
        let options = Object::new();
        // A mode of its own: the default, said so that the request has the three-argument form.
        let _ = Reflect::set(&options, &"mode".into(), &"exclusive".into());
        let _ = locks.request(name, &options, callback.as_ref().unchecked_ref());
        callback.forget();
        leader
    }

    pub fn leads(&self) -> bool {
        self.leads.get()
    }

    /// Leaves the lead to whoever stands next, for example the same user after a sign-out and a new sign-in.
    pub fn resign(&self) {
        self.resigned.set(true);
        self.leads.set(false);
        if let Some(release) = self.release.borrow_mut().take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// What tabs tell each other: never data, only that the store has moved.
pub struct Tabs {
    channel: Option<BroadcastChannel>,
    _listener: Closure<dyn Fn(MessageEvent)>,
}

impl Tabs {
    /// Opens the channel of one user's store.
    pub fn open(name: &str, heard: impl Fn(String) + 'static) -> Self {
        let channel = BroadcastChannel::new(name).ok();
        let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(message) = event.data().as_string() {
                heard(message);
            }
        });
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(listener.as_ref().unchecked_ref::<Function>()));
        }
        Self { channel, _listener: listener }
    }

    pub fn tell(&self, message: &str) {
        if let Some(channel) = &self.channel {
            // Fails only on a closed channel, and then nobody listens.
            let _ = channel.post_message(&JsValue::from(message));
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}
