//! The one guard over every control of the tablet, whoever wrote it: a trembling second tap never reaches one
//! (`taps.rs` decides). Keys, switches and screen readers are no fingers and pass.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, MouseEvent};

use super::taps::{TREMOR, Tap, Taps};

/// What a finger can press.
const PRESSABLE: &str = "a[href], button, label, summary, [role=button], input[type=checkbox], input[type=radio]";
/// Where a second tap on the same one only moves the caret, or opens what the browser itself guards.
const TYPED: &str = "input:not([type=checkbox]):not([type=radio]), textarea, select";
/// On what was just tapped: the style lets no tap through to it until the hand rests.
const RESTING: &str = "data-resting";
/// Milliseconds after a tap in which nothing but the tap itself is worked on.
const AT_REST: f64 = 10.0;

#[derive(Default)]
struct Guard {
    taps: RefCell<Taps<Element>>,
    /// The finger that is down now does not count.
    trembling: Cell<bool>,
}

/// Stands before every other listener, as long as the app lives.
pub fn guard_taps() {
    let guard = Rc::new(Guard::default());
    let (down, click) = (Rc::clone(&guard), guard);
    listen("pointerdown", move |event| down.down(event));
    listen("click", move |event| click.click(event));
}

impl Guard {
    fn down(&self, event: &MouseEvent) {
        let target = element(event);
        let field = target.as_ref().and_then(|target| target.closest(TYPED).ok().flatten());
        let typed = field.is_some();
        let target = field.or_else(|| target.and_then(|target| pressed(&target)));
        let tap = Tap { x: f64::from(event.client_x()), y: f64::from(event.client_y()), at: event.time_stamp() };
        let counts = self.taps.borrow_mut().counts(target, typed, tap);
        self.trembling.set(!counts);
        if !counts {
            swallow(event);
        }
    }

    fn click(&self, event: &MouseEvent) {
        // A click without a finger counts no clicks.
        if event.detail() == 0 {
            return;
        }
        if self.trembling.get() {
            return swallow(event);
        }
        self.taps.borrow_mut().lifted(event.time_stamp());
        if let Some(pressed) = element(event).and_then(|target| pressed(&target)) {
            rest(pressed);
        }
    }
}

fn element(event: &MouseEvent) -> Option<Element> {
    event.target().and_then(|target| target.dyn_into::<Element>().ok())
}

fn pressed(target: &Element) -> Option<Element> {
    target.closest(PRESSABLE).ok().flatten()
}

fn swallow(event: &Event) {
    event.stop_immediate_propagation();
    event.prevent_default();
}

/// The mark of rest is drawn after what the tap does: no hand trembles as fast as that.
fn rest(pressed: Element) {
    after(AT_REST, {
        let pressed = pressed.clone();
        move || drop(pressed.set_attribute(RESTING, ""))
    });
    after(TREMOR, move || drop(pressed.remove_attribute(RESTING)));
}

fn after(millis: f64, act: impl FnOnce() + 'static) {
    set_timeout(act, std::time::Duration::from_secs_f64(millis / 1000.0));
}

fn listen(event: &str, heard: impl Fn(&MouseEvent) + 'static) {
    let listener = Closure::<dyn Fn(MouseEvent)>::new(move |event: MouseEvent| heard(&event));
    let _ = window().add_event_listener_with_callback_and_bool(event, listener.as_ref().unchecked_ref(), true);
    // One listener for the app's whole life.
    listener.forget();
}
