//! Settings: flag > environment `VIREA_*` > TOML file > default. The defaults work on a laptop.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use ipnet::IpNet;
use serde::Deserialize;

use crate::error::Error;
use crate::messages::settings::Messages;

/// Every setting with its effective value.
#[derive(Clone, Debug)]
pub struct Config {
    /// `sqlite:<file>` or `postgres://…`. Default: SQLite in the data folder.
    pub database_url: String,
    /// Where the database file and the server's own secrets lie. Default: `./data`.
    pub data: PathBuf,
    /// Where to listen. Default: 127.0.0.1:3000.
    pub listen: SocketAddr,
    /// The address that people type, for links and for the check of where a form came from.
    /// Default: `http://` and the listening address.
    pub public_url: String,
    /// Proxies whose X-Forwarded-For is believed. Default: none.
    pub trusted_proxies: Vec<Proxy>,
    /// Whether tablets keep a service worker. Off: they remove theirs, and work only with a network.
    pub worker: bool,
    /// Whether those who work at a desk must sign in in two steps. Default: they may.
    pub second_factor: SecondFactor,
    /// By which ways people are told of cancelled sessions. Default: they are called.
    pub messages: Messages,
    /// Where `serve` has an SQLite database copied every night. Default: nowhere; something else does it.
    pub backups: Option<PathBuf>,
    /// Every role signed in by one click and a red banner: only `virea demo` sets it.
    pub demo: bool,
    /// Whether open pages load themselves again after a restart: only `virea demo` sets it, for `cargo xtask dev`.
    pub live_reload: bool,
}

/// What a flag or a file may say; each key may be absent.
#[derive(Clone, Debug, Default, Deserialize, clap::Args)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Database: `sqlite:data/virea.db` or `postgres://user@host/name`
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// Folder for the database file and the server's secrets
    #[arg(long, env = "VIREA_DATA", global = true)]
    pub data: Option<PathBuf>,
    /// Address to listen on, for example 0.0.0.0:3000
    #[arg(long, env = "VIREA_LISTEN", global = true)]
    pub listen: Option<SocketAddr>,
    /// Address that people type, for example https://virea.example.fi
    #[arg(long, env = "VIREA_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,
    /// Proxy, or network of proxies such as 10.0.0.0/24, whose X-Forwarded-For is believed (may be given several times)
    #[arg(long = "trusted-proxy", env = "VIREA_TRUSTED_PROXIES", value_delimiter = ',', global = true)]
    #[serde(default)]
    pub trusted_proxies: Vec<Proxy>,
    /// Whether tablets keep a service worker; `false` removes it from them (what was recorded stays)
    #[arg(long, env = "VIREA_WORKER", action = clap::ArgAction::Set, global = true)]
    pub worker: Option<bool>,
    /// Sign-in in two steps for coordinators, admins, officers and auditors: `offered`, or `required` from the next sign-in
    #[arg(long, env = "VIREA_SECOND_FACTOR", value_enum, global = true)]
    pub second_factor: Option<SecondFactor>,
    /// Mail server for messages to those who take part: smtps://user:password@host, or smtp://host?tls=required
    #[arg(long, env = "VIREA_SMTP_URL", hide_env_values = true, global = true)]
    pub smtp_url: Option<String>,
    /// Who these e-mails are from, for example "Vireä <virea@example.fi>"
    #[arg(long, env = "VIREA_MAIL_FROM", global = true)]
    pub mail_from: Option<String>,
    /// Address of a service that sends text messages; {to}, {text} and {id} in it are filled in
    #[arg(long, env = "VIREA_SMS_URL", hide_env_values = true, global = true)]
    pub sms_url: Option<String>,
    /// How that service is asked: POST, GET or PUT
    #[arg(long, env = "VIREA_SMS_METHOD", global = true)]
    pub sms_method: Option<String>,
    /// What is sent to it: JSON or a form, in which {to}, {text} and {id} are filled in
    #[arg(long, env = "VIREA_SMS_BODY", hide_env_values = true, global = true)]
    pub sms_body: Option<String>,
    /// What stands behind `Authorization:` when it is asked, for example "Bearer …"
    #[arg(long, env = "VIREA_SMS_AUTHORIZATION", hide_env_values = true, global = true)]
    pub sms_authorization: Option<String>,
    /// Whether people may switch on notifications on their own phones, which the services of browsers' makers hand on
    #[arg(long, env = "VIREA_PUSH", action = clap::ArgAction::Set, global = true)]
    pub push: Option<bool>,
    /// To which services notifications may go, for example *.push.apple.com (default: those of Chromium, Firefox, Safari, Edge)
    #[arg(long = "push-host", env = "VIREA_PUSH_HOSTS", value_delimiter = ',', global = true)]
    #[serde(default)]
    pub push_hosts: Vec<String>,
    /// Folder into which every message is written; none is sent: for trying out
    #[arg(long, env = "VIREA_MESSAGE_SINK", global = true)]
    pub message_sink: Option<PathBuf>,
    /// Folder into which `serve` copies an SQLite database every night; the newest fourteen copies stay
    #[arg(long, env = "VIREA_BACKUPS", global = true)]
    pub backups: Option<PathBuf>,
}

/// Whether those who work at a desk must sign in in two steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    #[default]
    Offered,
    /// Whoever has none sets it up after the next sign-in, before anything else.
    Required,
}

impl Settings {
    /// Reads a TOML file; unknown keys are errors.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| Error::Config(format!("settings file {}: {e}", path.display())))?;
        Self::read(&text).map_err(|e| Error::Config(format!("settings file {}, {e}", path.display())))
    }

    /// Says what is wrong by its line, whose text stays unsaid: a password may stand there, and the journal keeps it.
    fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            format!("line {}: {}", before.matches('\n').count() + 1, error.message())
        })
    }

    /// What both say of messages, without the rest.
    fn messages_over(&self, file: &Self) -> Self {
        let push_hosts = if self.push_hosts.is_empty() { &file.push_hosts } else { &self.push_hosts };
        let or = |own: &Option<String>, file: &Option<String>| own.clone().or_else(|| file.clone());
        Self {
            smtp_url: or(&self.smtp_url, &file.smtp_url),
            mail_from: or(&self.mail_from, &file.mail_from),
            sms_url: or(&self.sms_url, &file.sms_url),
            sms_method: or(&self.sms_method, &file.sms_method),
            sms_body: or(&self.sms_body, &file.sms_body),
            sms_authorization: or(&self.sms_authorization, &file.sms_authorization),
            push: self.push.or(file.push),
            push_hosts: push_hosts.clone(),
            message_sink: self.message_sink.clone().or_else(|| file.message_sink.clone()),
            ..Self::default()
        }
    }

    /// These settings, with those of `file` where these are silent, with defaults where both are.
    pub fn over(self, file: Self) -> Result<Config, Error> {
        let messages = Messages::of(&self.messages_over(&file))?;
        let data = self.data.or(file.data).unwrap_or_else(|| PathBuf::from("data"));
        let listen = self.listen.or(file.listen).unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000));
        let public_url = self.public_url.or(file.public_url).unwrap_or_else(|| format!("http://{listen}"));
        let database_url =
            self.database_url.or(file.database_url).unwrap_or_else(|| crate::db::sqlite_url(&data.join("virea.db")));
        let proxies = if self.trusted_proxies.is_empty() { file.trusted_proxies } else { self.trusted_proxies };
        let public_url = check_public_url(&public_url)?;
        let worker = self.worker.or(file.worker).unwrap_or(true);
        let second_factor = self.second_factor.or(file.second_factor).unwrap_or_default();
        let (trusted_proxies, backups) = (proxies, self.backups.or(file.backups));
        let (demo, live_reload) = (false, false);
        Ok(Config {
            database_url,
            data,
            listen,
            public_url,
            trusted_proxies,
            worker,
            second_factor,
            messages,
            backups,
            demo,
            live_reload,
        })
    }
}

impl Config {
    /// Whether people reach the server over TLS; it decides the cookies' names and attributes.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The host name that people type, without a port.
    pub fn host(&self) -> &str {
        let host = self.public_url.split_once("://").map_or(self.public_url.as_str(), |(_, host)| host);
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        }
    }

    /// Whether what this peer says of others is believed.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|proxy| proxy.0.contains(&peer))
    }
}

/// The address of a proxy, or a network of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Proxy(IpNet);

impl FromStr for Proxy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let one = text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
        one.or_else(|_| text.parse())
            .map(Self)
            .map_err(|_| format!("{text:?} is neither an address nor a network such as 10.0.0.0/24"))
    }
}

impl TryFrom<String> for Proxy {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// An address as it is set: scheme and host in small letters, without a path and without the scheme's own port: what browsers send as `Origin`.
pub fn check_public_url(url: &str) -> Result<String, Error> {
    let url = url.trim_end_matches('/').to_lowercase();
    let (scheme, host) = url.split_once("://").unwrap_or_default();
    let own_port = if scheme == "https" { ":443" } else { ":80" };
    let host = host.strip_suffix(own_port).unwrap_or(host);
    let known = matches!(scheme, "https" | "http");
    if known && !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) {
        return Ok(format!("{scheme}://{host}"));
    }
    Err(Error::Config(format!(
        "public_url must be http:// or https:// and a host name, without a path, for example https://virea.example.fi, not {url:?}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let flags = Settings { data: Some("a".into()), ..Settings::default() };
        let file = Settings { data: Some("b".into()), public_url: Some("https://V.fi/".into()), ..Settings::default() };
        let config = flags.over(file).expect("valid");
        assert_eq!(config.data, PathBuf::from("a"));
        assert_eq!(config.public_url, "https://v.fi");
        assert_eq!(config.database_url, "sqlite:a/virea.db");
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    }

    #[test]
    fn of_messages_a_flag_wins_over_the_file_too() {
        let flags = Settings { mail_from: Some("a@example.fi".into()), ..Settings::default() };
        let file: Settings =
            toml::from_str("smtp_url = 'smtp://localhost'\nmail_from = 'b@example.fi'").expect("valid");
        let mail = flags.over(file).expect("valid").messages.mail.expect("both are said");
        assert_eq!((mail.url.as_str(), mail.from.to_string().as_str()), ("smtp://localhost", "a@example.fi"));
    }

    #[test]
    fn what_is_wrong_in_the_file_is_told_by_its_line_and_without_a_password() {
        let unknown = Settings::read("data = 'a'\n\ndatabse_url = 'x'").expect_err("no such setting");
        assert!(unknown.starts_with("line 3: unknown field `databse_url`"), "{unknown}");
        let open = Settings::read("smtp_url = 'smtps://virea:secret@mail.example.fi").expect_err("a quote is missing");
        assert!(open.starts_with("line 1: ") && !open.contains("secret"), "{open}");
    }

    #[test]
    fn a_trusted_proxy_is_an_address_or_a_network() {
        let config = |text: &str| Settings { trusted_proxies: vec![text.parse().expect(text)], ..Settings::default() };
        let trusts = |text: &str, peer: &str| {
            config(text).over(Settings::default()).expect("valid").trusts(peer.parse().expect("an address"))
        };
        assert!(trusts("10.0.0.1", "10.0.0.1") && !trusts("10.0.0.1", "10.0.0.2"));
        assert!(trusts("10.0.0.0/8", "10.200.0.1") && !trusts("10.0.0.0/8", "11.0.0.1"));
        assert!(trusts("fd00::/8", "fd12::1") && !trusts("fd00::/8", "10.0.0.1"));
        assert!("10.0.0.0/33".parse::<Proxy>().is_err() && "proxy.example".parse::<Proxy>().is_err());
        let file: Settings = toml::from_str("trusted_proxies = ['10.0.0.0/24']").expect("valid");
        assert_eq!(file.trusted_proxies, ["10.0.0.0/24".parse().expect("valid")]);
    }

    #[test]
    fn the_port_that_belongs_to_the_scheme_is_left_out_as_browsers_do() {
        for (typed, origin) in [
            ("https://V.fi:443/", "https://v.fi"),
            ("http://v.fi:80", "http://v.fi"),
            ("HTTP://v.fi:443", "http://v.fi:443"),
            ("https://v.fi:80", "https://v.fi:80"),
            ("http://[::1]:80", "http://[::1]"),
            ("http://v.fi:8080", "http://v.fi:8080"),
        ] {
            assert_eq!(check_public_url(typed).ok().as_deref(), Some(origin), "{typed}");
        }
        let served = Settings { listen: Some("127.0.0.1:80".parse().expect("valid")), ..Settings::default() };
        assert_eq!(served.over(Settings::default()).expect("valid").public_url, "http://127.0.0.1");
    }

    #[test]
    fn the_host_is_named_without_scheme_and_port() {
        for (url, host) in
            [("https://v.fi", "v.fi"), ("http://127.0.0.1:3000", "127.0.0.1"), ("http://[::1]:80", "[::1]")]
        {
            let settings = Settings { public_url: Some(url.into()), ..Settings::default() };
            assert_eq!(settings.over(Settings::default()).expect("valid").host(), host, "{url}");
        }
    }

    #[test]
    fn a_public_url_with_a_path_is_refused() {
        assert!(check_public_url("https://v.fi/app").is_err());
        assert!(check_public_url("v.fi").is_err());
    }
}
