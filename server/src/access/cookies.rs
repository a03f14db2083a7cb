//! The cookies: who is signed in (`sid`) and which tablet this is (`device`).

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

use crate::config::Config;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cookie {
    Session,
    Device,
    /// Language, theme and text size, as `sv.dark.125`.
    View,
}

impl Cookie {
    /// With the `__Host-` prefix wherever TLS stands before the server; browsers refuse it elsewhere.
    fn name(self, config: &Config) -> &'static str {
        match (self, config.is_secure()) {
            (Self::Session, true) => "__Host-sid",
            (Self::Session, false) => "sid",
            (Self::Device, true) => "__Host-device",
            (Self::Device, false) => "device",
            (Self::View, true) => "__Host-view",
            (Self::View, false) => "view",
        }
    }

    /// The cookie's value in a request.
    pub fn read(self, headers: &HeaderMap, config: &Config) -> Option<String> {
        let name = self.name(config);
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value.to_owned())
    }

    /// Sets the cookie; `seconds`: how long the browser keeps it, nothing for until it is closed.
    pub fn set(self, headers: &mut HeaderMap, config: &Config, value: &str, seconds: Option<i64>) {
        let secure = if config.is_secure() { "; Secure" } else { "" };
        let age = seconds.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
        let line = format!("{}={value}; Path=/{secure}; HttpOnly; SameSite=Lax{age}", self.name(config));
        // Values are made here from base64 letters and codes, so they always fit a header.
        if let Ok(line) = HeaderValue::from_str(&line) {
            headers.append(SET_COOKIE, line);
        }
    }

    pub fn clear(self, headers: &mut HeaderMap, config: &Config) {
        self.set(headers, config, "", Some(0));
    }
}
