//! What the tablet says without words: a beep, a shake, a flash, and a screen that stays on.
//!
//! A browser that cannot do one of them does without: everything is also seen (docs/scoring.md, Carrying out a test).

use std::cell::RefCell;
use std::time::Duration;

use js_sys::Promise;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AudioContext, OscillatorType};

use super::browser::window;

/// Hertz, seconds and loudness of the beep: heard by old ears in a hall.
const PITCH: f32 = 880.0;
const LENGTH: f64 = 0.5;
const LOUDNESS: f32 = 0.6;
const SHAKE_MS: u32 = 400;
/// Long enough to be seen from the corner of an eye, and once: nobody is dazzled.
const FLASH: Duration = Duration::from_millis(700);

thread_local! {
    /// Browsers let a page sound only after a touch, so it is made at the first one.
    static SOUND: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
}

/// To be called from a touch: what follows may sound.
pub fn allow_sound() {
    SOUND.with_borrow_mut(|sound| match sound {
        Some(context) => {
            let _ = context.resume();
        }
        None => *sound = AudioContext::new().ok(),
    });
}

/// The time is over: beep, shake, and flash the whole screen.
pub fn time_is_over() {
    SOUND.with_borrow(|sound| sound.as_ref().map(beep));
    if let Some(window) = window() {
        let _ = window.navigator().vibrate_with_duration(SHAKE_MS);
    }
    flash();
}

/// The flash itself is the style sheet's.
fn flash() {
    let Some(root) = document().document_element() else { return };
    let _ = root.set_attribute("data-over", "");
    set_timeout(
        move || {
            let _ = root.remove_attribute("data-over");
        },
        FLASH,
    );
}

fn beep(context: &AudioContext) -> Result<(), JsValue> {
    let (tone, loudness) = (context.create_oscillator()?, context.create_gain()?);
    tone.set_type(OscillatorType::Square);
    tone.frequency().set_value(PITCH);
    loudness.gain().set_value(LOUDNESS);
    tone.connect_with_audio_node(&loudness)?.connect_with_audio_node(&context.destination())?;
    tone.start()?;
    tone.stop_with_when(context.current_time() + LENGTH)
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Navigator, extends = js_sys::Object)]
    type WakefulNavigator;
    #[wasm_bindgen(method, getter, js_name = wakeLock)]
    fn wake_lock(this: &WakefulNavigator) -> Option<WakeLock>;

    #[wasm_bindgen(js_name = WakeLock, extends = js_sys::Object)]
    type WakeLock;
    #[wasm_bindgen(method, catch)]
    fn request(this: &WakeLock, kind: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_name = WakeLockSentinel, extends = js_sys::Object)]
    type WakeLockSentinel;
    #[wasm_bindgen(method, catch)]
    fn release(this: &WakeLockSentinel) -> Result<Promise, JsValue>;
}

/// Keeps the screen on as long as the view that asks is open. The browser gives the lock up when the page is hidden;
/// it is taken again when the page is seen.
pub fn keep_screen_on() {
    let lock = StoredValue::new_local(None::<WakeLockSentinel>);
    let take = move || {
        spawn_local(async move {
            if let Some(taken) = take_lock().await
                && lock.try_set_value(Some(taken.clone().unchecked_into())).is_some()
            {
                // The view was left meanwhile.
                let _ = taken.unchecked_into::<WakeLockSentinel>().release();
            }
        });
    };
    take();
    let seen = window_event_listener_untyped("visibilitychange", move |_| {
        if document().visibility_state() == web_sys::VisibilityState::Visible {
            take();
        }
    });
    on_cleanup(move || {
        seen.remove();
        let _ = lock.try_update_value(|lock| lock.take().map(|lock| lock.release()));
    });
}

async fn take_lock() -> Option<JsValue> {
    let navigator = window()?.navigator().unchecked_into::<WakefulNavigator>();
    JsFuture::from(navigator.wake_lock()?.request("screen").ok()?).await.ok()
}
