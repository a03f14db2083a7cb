//! The network as the tablet uses it: JSON posts with a time-out, and answers told apart by what they allow.
//! A time-out, a refusal and an unreadable body are never an outcome (docs/sync.md, Outcomes).

use std::cell::Cell;
use std::rc::Rc;

use domain::devices::API_HEADER;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestCredentials, RequestInit, Response};

use crate::device::browser;

/// What came of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer<T> {
    Ok(T),
    /// The server answered with another status.
    Refused {
        status: u16,
        body: String,
    },
    /// No connection, or no answer in time: it may or may not have arrived.
    Unreachable,
    /// A good status with a body that is not the answer, for example a hotel's sign-in page.
    Unreadable,
}

/// The raw answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Raw {
    pub status: u16,
    /// Seconds that the server asks to wait.
    pub retry_after: Option<u32>,
    pub body: String,
}

/// Posts and reads JSON.
pub async fn post<Q: Serialize, A: DeserializeOwned>(path: &str, question: &Q, patience_ms: u32) -> Answer<A> {
    let Ok(text) = serde_json::to_string(question) else { return Answer::Unreadable };
    match post_text(path, &text, patience_ms).await {
        None => Answer::Unreachable,
        Some(Raw { status: 200..=299, body, .. }) => {
            serde_json::from_slice(body.as_bytes()).map_or(Answer::Unreadable, Answer::Ok)
        }
        Some(Raw { status, body, .. }) => Answer::Refused { status, body },
    }
}

/// Posts JSON text; `None` when no answer came within the time.
pub async fn post_text(path: &str, text: &str, patience_ms: u32) -> Option<Raw> {
    let controller = AbortController::new().ok()?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(&JsValue::from(text));
    request.set_credentials(RequestCredentials::SameOrigin);
    request.set_signal(Some(&controller.signal()));
    let headers = Headers::new().ok()?;
    headers.set("content-type", "application/json").ok()?;
    headers.set(API_HEADER, "1").ok()?;
    request.set_headers(&headers);
    let window = browser::window()?;
    let stop = Timer::start(patience_ms, move || controller.abort());
    let response: Response =
        JsFuture::from(window.fetch_with_str_and_init(path, &request)).await.ok()?.dyn_into().ok()?;
    let status = response.status();
    let retry_after = response.headers().get("retry-after").ok().flatten().and_then(|text| text.parse().ok());
    let body = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    drop(stop);
    Some(Raw { status, retry_after, body })
}

/// A time-out that is forgotten when dropped.
pub struct Timer {
    id: i32,
    _run: Closure<dyn FnMut()>,
}

impl Timer {
    /// Runs `then` once after so many milliseconds.
    pub fn start(millis: u32, then: impl FnOnce() + 'static) -> Self {
        let then = Rc::new(Cell::new(Some(then)));
        let run = Closure::new(move || {
            if let Some(then) = then.take() {
                then();
            }
        });
        let id = browser::window().and_then(|window| {
            let millis = i32::try_from(millis).unwrap_or(i32::MAX);
            window.set_timeout_with_callback_and_timeout_and_arguments_0(run.as_ref().unchecked_ref(), millis).ok()
        });
        Self { id: id.unwrap_or_default(), _run: run }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(window) = browser::window() {
            window.clear_timeout_with_handle(self.id);
        }
    }
}
