//! The network as the tablet uses it: JSON posts that are given up when nothing moves any more, and answers told apart by
//! what they allow. A time-out, a refusal and an unreadable body are never an outcome (docs/sync.md, Outcomes).

use std::cell::Cell;
use std::rc::Rc;

use domain::devices::API_HEADER;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Blob, Headers, RequestCredentials, RequestInit, Response};

use crate::device::browser;

/// Shorter questions fit into a few packets as they are.
const COMPRESSED_FROM: usize = 4096;

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
    pub body: Vec<u8>,
}

/// Why no answer came; it may or may not have arrived.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Silence {
    /// No connection, or broken off.
    Unreachable,
    /// Nothing moved for too long.
    TimedOut,
}

/// Posts and reads JSON.
pub async fn post<Q: Serialize, A: DeserializeOwned>(path: &str, question: &Q, patience_ms: u32) -> Answer<A> {
    let Ok(text) = serde_json::to_string(question) else { return Answer::Unreadable };
    match post_text(path, &text, patience_ms, || ()).await {
        Err(_) => Answer::Unreachable,
        Ok(Raw { status: 200..=299, body, .. }) => serde_json::from_slice(&body).map_or(Answer::Unreadable, Answer::Ok),
        Ok(Raw { status, body, .. }) => Answer::Refused { status, body: String::from_utf8_lossy(&body).into_owned() },
    }
}

/// Posts JSON text. It is given up after so long a silence, not after so long a time: a slow line arrives, too. `moved`
/// hears of every piece that comes.
pub async fn post_text(path: &str, text: &str, patience_ms: u32, moved: impl Fn()) -> Result<Raw, Silence> {
    let timed_out = Rc::new(Cell::new(false));
    let answer = exchange(path, text, patience_ms, &timed_out, moved).await;
    answer.map_err(|_| if timed_out.get() { Silence::TimedOut } else { Silence::Unreachable })
}

async fn exchange(
    path: &str,
    text: &str,
    patience_ms: u32,
    timed_out: &Rc<Cell<bool>>,
    moved: impl Fn(),
) -> Result<Raw, JsValue> {
    let controller = AbortController::new()?;
    let patience = || {
        let (controller, timed_out) = (controller.clone(), Rc::clone(timed_out));
        Timer::start(patience_ms, move || {
            timed_out.set(true);
            controller.abort();
        })
    };
    let request = request(text).await?;
    request.set_signal(Some(&controller.signal()));
    let window = browser::window().ok_or(JsValue::NULL)?;
    let silence = Cell::new(patience());
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(path, &request)).await?.dyn_into()?;
    let retry_after = response.headers().get("retry-after").ok().flatten().and_then(|text| text.parse().ok());
    let body = body_of(&response, || {
        silence.set(patience());
        moved();
    });
    let body = body.await?;
    Ok(Raw { status: response.status(), retry_after, body })
}

async fn request(text: &str) -> Result<RequestInit, JsValue> {
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_credentials(RequestCredentials::SameOrigin);
    let headers = Headers::new()?;
    headers.set("content-type", "application/json")?;
    headers.set(API_HEADER, "1")?;
    let packed = if text.len() < COMPRESSED_FROM { None } else { compressed(text).await.ok() };
    match packed {
        Some(bytes) => {
            headers.set("content-encoding", "gzip")?;
            request.set_body(&bytes);
        }
        None => request.set_body(&JsValue::from(text)),
    }
    request.set_headers(&headers);
    Ok(request)
}

/// As gzip, where the browser can do that (all since 2023).
async fn compressed(text: &str) -> Result<JsValue, JsValue> {
    let gzip = construct("CompressionStream", &JsValue::from("gzip"))?;
    let plain = Blob::new_with_str_sequence(&Array::of1(&JsValue::from(text)))?;
    let packed = call(&call(&plain, "stream", &Array::new())?, "pipeThrough", &Array::of1(&gzip))?;
    let whole = construct("Response", &packed)?;
    JsFuture::from(call(&whole, "arrayBuffer", &Array::new())?.dyn_into::<Promise>()?).await
}

/// The body, piece by piece as it comes.
async fn body_of(response: &Response, moved: impl Fn()) -> Result<Vec<u8>, JsValue> {
    moved();
    let mut bytes = Vec::new();
    let body = Reflect::get(response, &"body".into())?;
    if body.is_null() {
        return Ok(bytes);
    }
    let reader = call(&body, "getReader", &Array::new())?;
    loop {
        let piece = JsFuture::from(call(&reader, "read", &Array::new())?.dyn_into::<Promise>()?).await?;
        moved();
        if Reflect::get(&piece, &"done".into())?.is_truthy() {
            return Ok(bytes);
        }
        bytes.extend(Reflect::get(&piece, &"value".into())?.dyn_into::<Uint8Array>()?.to_vec());
    }
}

fn call(of: &JsValue, method: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    Reflect::get(of, &method.into())?.dyn_into::<Function>()?.apply(of, arguments)
}

fn construct(class: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    let class = Reflect::get(&js_sys::global(), &class.into())?.dyn_into::<Function>()?;
    Reflect::construct(&class, &Array::of1(argument))
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
