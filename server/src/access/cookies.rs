//! The cookies: who is signed in (`sid`), who on their own page (`own`), which tablet this is (`device`), which browser (`browser`), whose second step is due
//! (`step`), and how pages look (`view`).

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{self, SameSite};
use time::Duration;

use crate::config::Config;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cookie {
    Session,
    /// Who is signed in on their own page with a personal card.
    Own,
    Device,
    /// Names a browser in which somebody has signed in at the desk; it opens nothing.
    Browser,
    /// Whoever said the right password and not yet the code.
    Step,
    /// Language, theme and text size, as `sv.dark.125`.
    View,
}

impl Cookie {
    /// With the `__Host-` prefix wherever TLS stands before the server; browsers refuse it elsewhere.
    fn name(self, config: &Config) -> &'static str {
        match (self, config.is_secure()) {
            (Self::Session, true) => "__Host-sid",
            (Self::Session, false) => "sid",
            (Self::Own, true) => "__Host-own",
            (Self::Own, false) => "own",
            (Self::Device, true) => "__Host-device",
            (Self::Device, false) => "device",
            (Self::Browser, true) => "__Host-browser",
            (Self::Browser, false) => "browser",
            (Self::Step, true) => "__Host-step",
            (Self::Step, false) => "step",
            (Self::View, true) => "__Host-view",
            (Self::View, false) => "view",
        }
    }

    /// The cookie's value in a request.
    pub fn read(self, headers: &HeaderMap, config: &Config) -> Option<String> {
        let jar = CookieJar::from_headers(headers);
        jar.get(self.name(config)).map(|cookie| cookie.value().to_owned()).filter(|value| !value.is_empty())
    }

    /// Sets the cookie with an answer; `seconds`: how long the browser keeps it, nothing for until it is closed.
    pub fn set(self, response: Response, config: &Config, value: String, seconds: Option<i64>) -> Response {
        let mut cookie = cookie::Cookie::build((self.name(config), value))
            .path("/")
            .secure(config.is_secure())
            .http_only(true)
            .same_site(SameSite::Lax)
            .build();
        cookie.set_max_age(seconds.map(Duration::seconds));
        (CookieJar::new().add(cookie), response).into_response()
    }

    pub fn clear(self, response: Response, config: &Config) -> Response {
        self.set(response, config, String::new(), Some(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use axum::http::header::{COOKIE, SET_COOKIE};

    fn config(public_url: &str) -> Config {
        let settings = Settings { public_url: Some(public_url.to_owned()), ..Settings::default() };
        settings.over(Settings::default()).expect("valid")
    }

    /// What a browser is told, its parts sorted.
    fn told(response: &Response) -> Vec<String> {
        let line = response.headers()[SET_COOKIE].to_str().expect("readable");
        let mut parts: Vec<_> = line.split("; ").map(str::to_owned).collect();
        parts.sort();
        parts
    }

    #[test]
    fn a_cookie_belongs_to_this_host_alone_and_to_no_script() {
        let value = "a-_1".to_owned();
        let set = |url| Cookie::Session.set(().into_response(), &config(url), value.clone(), Some(60));
        let secure = ["HttpOnly", "Max-Age=60", "Path=/", "SameSite=Lax", "Secure", "__Host-sid=a-_1"];
        assert_eq!(told(&set("https://v.example")), secure);
        let plain = ["HttpOnly", "Max-Age=60", "Path=/", "SameSite=Lax", "sid=a-_1"];
        assert_eq!(told(&set("http://127.0.0.1:3000")), plain);
    }

    #[test]
    fn what_was_cleared_is_not_there() {
        let config = config("https://v.example");
        let cleared = told(&Cookie::View.clear(().into_response(), &config));
        assert!(cleared.contains(&"__Host-view=".to_owned()) && cleared.contains(&"Max-Age=0".to_owned()));
        let sent = |line: &str| HeaderMap::from_iter([(COOKIE, line.parse().expect("a header"))]);
        assert_eq!(Cookie::View.read(&sent("__Host-view="), &config), None);
        assert_eq!(
            Cookie::View.read(&sent("view=fi; x; __Host-view=sv.dark.125"), &config),
            Some("sv.dark.125".into())
        );
    }
}
