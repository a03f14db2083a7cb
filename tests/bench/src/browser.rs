//! A browser reduced to what the server sees: requests over one kept connection, and cookies.

use std::collections::BTreeMap;

use domain::devices::API_HEADER;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::Response;
use ureq::{Agent, Body, RequestBuilder};

use crate::program::{Program, Tried, told};

/// Of every account of the measurements.
pub const PASSWORD: &str = "kolme hidasta hirveä";

pub struct Browser {
    agent: Agent,
    url: String,
    cookies: BTreeMap<String, String>,
    /// What a proxy says of where it stands.
    address: Option<String>,
}

/// An answer of the API that is none.
pub struct Refused {
    pub status: u16,
    /// For how long it asks to wait, in seconds.
    pub after: u64,
}

impl Browser {
    pub fn new(url: &str) -> Self {
        let config = Agent::config_builder().max_redirects(0).http_status_as_error(false).build();
        Self { agent: config.into(), url: url.to_owned(), cookies: BTreeMap::new(), address: None }
    }

    /// The same behind a proxy, which says that it stands at this address.
    #[must_use]
    pub fn at(self, address: String) -> Self {
        Self { address: Some(address), ..self }
    }

    /// The page's text; any other answer than 200 is an error.
    pub fn page(&mut self, path: &str) -> Tried<String> {
        let request = self.known(self.agent.get(format!("{}{path}", self.url)));
        let answer = request.call().map_err(told)?;
        self.text(path, answer, &[200])
    }

    /// Sends a plain form, as a page of ours would.
    pub fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Tried<String> {
        let request = self.known(self.agent.post(format!("{}{path}", self.url)));
        let request = request.header("sec-fetch-site", "same-origin");
        let answer = request.send_form(fields.iter().copied()).map_err(told)?;
        self.text(path, answer, &[200, 303])
    }

    /// Sends a plain form and goes on to the page to which it leads.
    pub fn follow(&mut self, path: &str, fields: &[(&str, &str)]) -> Tried<String> {
        let request = self.known(self.agent.post(format!("{}{path}", self.url)));
        let request = request.header("sec-fetch-site", "same-origin");
        let answer = request.send_form(fields.iter().copied()).map_err(told)?;
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok()).map(str::to_owned);
        self.text(path, answer, &[303])?;
        self.page(&to.ok_or_else(|| format!("{path} leads nowhere"))?)
    }

    /// Calls the API, as the tablet would.
    pub fn call<T: DeserializeOwned>(&mut self, path: &str, body: &impl Serialize) -> Tried<T> {
        self.ask(path, body)?.map_err(|refused| format!("{path} answered {}", refused.status))
    }

    /// The same, of whom so much is asked that it may refuse.
    pub fn ask<T: DeserializeOwned>(&mut self, path: &str, body: &impl Serialize) -> Tried<Result<T, Refused>> {
        let request = self.known(self.agent.post(format!("{}{path}", self.url)));
        let request = request.header("sec-fetch-site", "same-origin").header(API_HEADER, "1");
        let body = serde_json::to_string(body).map_err(told)?;
        let answer = request.header("content-type", "application/json").send(body).map_err(told)?;
        let status = answer.status().as_u16();
        if status != 200 {
            let after = answer.headers().get("retry-after").and_then(|text| text.to_str().ok()?.parse().ok());
            return Ok(Err(Refused { status, after: after.unwrap_or(1) }));
        }
        let text = self.text(path, answer, &[200])?;
        serde_json::from_str(&text).map(Ok).map_err(told)
    }

    /// Makes an account by the command line, uses its set-up code and signs in at the desk.
    pub fn enter(&mut self, program: &Program, role: &str, login: &str) -> Tried<()> {
        self.set_up(program, role, login, &[])?;
        self.form("/sign-in", &[("login", login), ("password", PASSWORD)])?;
        Ok(())
    }

    /// Makes an account that leads these groups, and gives it its password.
    pub fn set_up(&mut self, program: &Program, role: &str, login: &str, groups: &[String]) -> Tried<()> {
        let mut words = vec!["admin", "account", "--municipality", "091", "--role", role];
        words.extend(groups.iter().flat_map(|group| ["--group", group.as_str()]));
        words.push(login);
        let said = program.run(&words)?;
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let is_code = |word: &&str| word.len() == 29 && word.split('-').count() == 6;
        let code = said.split_whitespace().find(is_code).ok_or("no set-up code")?;
        self.form("/set-up", &[("code", code), ("password", PASSWORD), ("again", PASSWORD)])?;
        Ok(())
    }

    /// With what the server knows it by.
    fn known<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        let request = request.header("cookie", self.cookie());
        match &self.address {
            Some(address) => request.header("x-forwarded-for", address),
            None => request,
        }
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn text(&mut self, path: &str, mut answer: Response<Body>, good: &[u16]) -> Tried<String> {
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let status = answer.status().as_u16();
        let text = answer.body_mut().with_config().limit(64 << 20).read_to_string().map_err(told)?;
        if good.contains(&status) { Ok(text) } else { Err(format!("{path} answered {status}")) }
    }
}
