//! A browser reduced to what the server sees: requests over one kept connection, and cookies.

use std::collections::BTreeMap;

use domain::devices::API_HEADER;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::program::{Outcome, Program, told};

/// Of every account of the measurements.
pub const PASSWORD: &str = "kolme hidasta hirveä";

pub struct Browser {
    agent: Agent,
    url: String,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub fn new(url: &str) -> Self {
        let config = Agent::config_builder().max_redirects(0).http_status_as_error(false).build();
        Self { agent: config.into(), url: url.to_owned(), cookies: BTreeMap::new() }
    }

    /// The page's text; any other answer than 200 is an error.
    pub fn page(&mut self, path: &str) -> Outcome<String> {
        let request = self.agent.get(format!("{}{path}", self.url)).header("cookie", self.cookie());
        let answer = request.call().map_err(told)?;
        self.text(path, answer, &[200])
    }

    /// Sends a plain form, as a page of ours would.
    pub fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Outcome<String> {
        let request = self.agent.post(format!("{}{path}", self.url)).header("cookie", self.cookie());
        let request = request.header("sec-fetch-site", "same-origin");
        let answer = request.send_form(fields.iter().copied()).map_err(told)?;
        self.text(path, answer, &[200, 303])
    }

    /// Sends a plain form and goes on to the page to which it leads.
    pub fn follow(&mut self, path: &str, fields: &[(&str, &str)]) -> Outcome<String> {
        let request = self.agent.post(format!("{}{path}", self.url)).header("cookie", self.cookie());
        let request = request.header("sec-fetch-site", "same-origin");
        let answer = request.send_form(fields.iter().copied()).map_err(told)?;
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok()).map(str::to_owned);
        self.text(path, answer, &[303])?;
        self.page(&to.ok_or_else(|| format!("{path} leads nowhere"))?)
    }

    /// Calls the API, as the tablet would.
    pub fn call<T: DeserializeOwned>(&mut self, path: &str, body: &impl Serialize) -> Outcome<T> {
        let request = self.agent.post(format!("{}{path}", self.url)).header("cookie", self.cookie());
        let request = request.header("sec-fetch-site", "same-origin").header(API_HEADER, "1");
        let body = serde_json::to_string(body).map_err(told)?;
        let answer = request.header("content-type", "application/json").send(body).map_err(told)?;
        let text = self.text(path, answer, &[200])?;
        serde_json::from_str(&text).map_err(told)
    }

    /// Makes an account by the command line, uses its set-up code and signs in at the desk.
    pub fn enter(&mut self, program: &Program, role: &str, login: &str) -> Outcome<()> {
        self.set_up(program, role, login, &[])?;
        self.form("/sign-in", &[("login", login), ("password", PASSWORD)])?;
        Ok(())
    }

    /// Makes an account that leads these groups, and gives it its password.
    pub fn set_up(&mut self, program: &Program, role: &str, login: &str, groups: &[String]) -> Outcome<()> {
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

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn text(&mut self, path: &str, mut answer: Response<Body>, good: &[u16]) -> Outcome<String> {
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
