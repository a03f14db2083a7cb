//! The log in plain words: who did what, when, about whom; no names of those who take part, and no values.

use domain::access::Role;
use domain::audit::Kind;
use domain::time::Instant;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::texts::{Lang, Words, log as t, moment};
use crate::ui::{
    Button, ButtonKind, ButtonLink, CardTable, Empty, ErrorSummary, Field, FieldError, FieldWidth, Icon, PageHead,
    SelectField, options_of,
};

/// What an address narrows the log to. A reference stands in none: `q` names where it is kept.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// An account's id.
    pub actor: String,
    /// A code of [`Kind`].
    pub kind: String,
    /// Days as they were typed.
    pub from: String,
    pub to: String,
    pub q: String,
    /// The number of the row above which the page ends.
    pub before: String,
}

impl Chosen {
    /// The page's own address.
    pub fn address(&self) -> String {
        let Self { actor, kind, from, to, q, before } = self;
        let parts = [("actor", actor), ("kind", kind), ("from", from), ("to", to), ("q", q), ("before", before)];
        let said = parts.into_iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<_> = said.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        if query.is_empty() { "/log".to_owned() } else { format!("/log?{}", query.join("&")) }
    }

    fn narrows(&self) -> bool {
        *self != Self { before: self.before.clone(), ..Self::default() }
    }
}

/// As a part of a query: what is no letter or digit as its bytes.
fn encoded(text: &str) -> String {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    text.bytes().map(|byte| if safe(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Who did it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    Account(String),
    /// Somebody who takes part, about themselves.
    Participant,
    /// The command line, or the program itself.
    Program,
    /// Somebody whose account is not there.
    Unknown,
}

/// What a row is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum About {
    /// By the municipality's reference; without one, by the end of the id.
    Person(String),
    PersonWithout(String),
    Account(String),
    Group(String),
    Tablet(String),
    /// A file, by its kind.
    File(String),
    /// A list of people.
    People,
    /// By emergency access.
    Emergency,
}

impl About {
    /// A person without a reference is told by the end of the id.
    #[must_use]
    pub fn or_id(self, id: &str) -> Self {
        match self {
            Self::Person(reference) if reference.is_empty() => {
                Self::PersonWithout(id.get(id.len().saturating_sub(6)..).unwrap_or_default().to_owned())
            }
            other => other,
        }
    }

    fn words(&self, lang: Lang) -> String {
        match self {
            Self::Person(reference) => t::about::person(lang, reference),
            Self::PersonWithout(id) => t::about::person_without(lang, id),
            Self::Account(name) => t::about::account(lang, name),
            Self::Group(name) => t::about::group(lang, name),
            Self::Tablet(label) => t::about::tablet(lang, label),
            Self::File(kind) => t::about::file(lang, kind),
            Self::People => t::about::people(lang).to_owned(),
            Self::Emergency => t::about::emergency(lang).to_owned(),
        }
    }
}

/// A row of the log.
#[derive(Clone, PartialEq, Debug)]
pub struct LogLine {
    pub at: Instant,
    pub who: Who,
    pub role: Option<Role>,
    pub on_tablet: bool,
    /// As the log has it.
    pub verb: String,
    pub about: Vec<About>,
    /// How many people a list named.
    pub people: Option<i64>,
    /// How many rows a file had.
    pub rows: Option<i64>,
    /// Roles given (`+`), offered (`?`) and taken away (`-`).
    pub roles: Vec<(char, Role)>,
    /// `ok`, or why not.
    pub result: String,
}

/// A page of the log.
#[derive(Clone, PartialEq, Debug)]
pub struct LogView {
    pub lines: Vec<LogLine>,
    /// Where older rows begin.
    pub next: Option<i64>,
    pub chosen: Chosen,
    /// The reference that was typed.
    pub reference: String,
    /// Ids and names of accounts to choose from.
    pub accounts: Vec<(String, String)>,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn LogPage(lang: Lang, view: LogView) -> impl IntoView {
    let LogView { lines, next, chosen, reference, accounts, errors } = view;
    let newer = (!chosen.before.is_empty()).then(|| Chosen { before: String::new(), ..chosen.clone() }.address());
    let older = next.map(|n| Chosen { before: n.to_string(), ..chosen.clone() }.address());
    let wrong = !errors.is_empty();
    let clear = (chosen.narrows() || wrong).then(|| view! { <ButtonLink text=t::clear(lang) href="/log"/> });
    let none = lines.is_empty() && !wrong;
    let rows: Vec<_> = lines.into_iter().map(|one| line(lang, one)).collect();
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang)>{clear}</PageHead>
        <div class="stack">
            <ErrorSummary lang errors=errors.clone()/>
            <Filters lang chosen reference accounts errors/>
            {none.then(|| view! { <Empty title=t::none(lang) text=t::none_hint(lang)/> })}
            {(!rows.is_empty()).then(|| view! {
                <CardTable label=t::title(lang) heads=vec![t::at(lang), t::who(lang), t::what(lang), t::about_head(lang)] rows
                    class="table--dense"/>
            })}
            <div class="cluster">
                {newer.map(|href| view! { <ButtonLink text=t::newest(lang) href icon=Icon::Back/> })}
                {older.map(|href| view! { <ButtonLink text=t::older(lang) href icon=Icon::Forward/> })}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Filters(
    lang: Lang,
    chosen: Chosen,
    reference: String,
    accounts: Vec<(String, String)>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let anybody = (String::new(), t::anybody(lang).to_owned());
    let accounts: Vec<_> = std::iter::once(anybody).chain(accounts).collect();
    let everything = (String::new(), t::everything(lang).to_owned());
    let kinds = options_of(lang, Kind::ALL);
    let kinds: Vec<_> = std::iter::once(everything).chain(kinds).collect();
    let of = move |field| FieldError::of(&errors, field);
    let hint = Some(t::reference_hint(lang).to_owned());
    view! {
        <form class="form form--plain log__filters" method="post" action="/log" novalidate>
            <div class="fields fields--two">
                <SelectField lang name="actor" label=t::actor(lang) options=accounts chosen=chosen.actor/>
                <SelectField lang name="kind" label=t::kind_head(lang) options=kinds chosen=chosen.kind/>
                <Field lang name="from" label=t::from(lang) value=chosen.from error=of("from") width=FieldWidth::Middle/>
                <Field lang name="to" label=t::to(lang) value=chosen.to error=of("to") width=FieldWidth::Middle/>
                <Field lang name="reference" label=t::reference(lang) value=reference hint error=of("reference")
                    width=FieldWidth::Middle/>
            </div>
            <Button text=t::show(lang) kind=ButtonKind::Main/>
        </form>
    }
    .into_any()
}

fn line(lang: Lang, line: LogLine) -> AnyView {
    let who = match &line.who {
        Who::Account(name) => name.clone(),
        Who::Participant => t::participant(lang).to_owned(),
        Who::Program => t::program(lang).to_owned(),
        Who::Unknown => t::unknown(lang).to_owned(),
    };
    let role = line.role.map(|role| role.words(lang).to_owned());
    let tablet = line.on_tablet.then(|| t::on_tablet(lang).to_owned());
    let as_whom = role.into_iter().chain(tablet).collect::<Vec<_>>().join(", ");
    let more = more(lang, &line).join(", ");
    let about = line.about.iter().map(|about| about.words(lang)).collect::<Vec<_>>().join(", ");
    view! {
        <tr>
            <th scope="row" data-label=t::at(lang)>{moment(lang, line.at)}</th>
            <td data-label=t::who(lang)><span class="table__name">{who}<span class="table__more">{as_whom}</span></span></td>
            <td data-label=t::what(lang)>
                <span class="table__name">{what(lang, &line.verb)}<span class="table__more">{more}</span></span>
            </td>
            <td data-label=t::about_head(lang)>{about}</td>
        </tr>
    }
    .into_any()
}

/// How many, which roles, and how it ended.
fn more(lang: Lang, line: &LogLine) -> Vec<String> {
    let people = line.people.map(|n| t::people(lang, n));
    let rows = line.rows.map(|n| t::rows(lang, n));
    let roles = line.roles.iter().map(|(sign, role)| match sign {
        '+' => t::role_given(lang, role.words(lang)),
        '?' => t::role_offered(lang, role.words(lang)),
        _ => t::role_taken(lang, role.words(lang)),
    });
    let result = match line.result.as_str() {
        "ok" => None,
        "wrong_password" => Some(t::result::wrong_password(lang)),
        "unknown_name" => Some(t::result::unknown_name(lang)),
        "wrong_code" => Some(t::result::wrong_code(lang)),
        "recovery_code" => Some(t::result::recovery_code(lang)),
        "alarm" => Some(t::result::alarm(lang)),
        _ => Some(t::result::refused(lang)),
    };
    people.into_iter().chain(rows).chain(roles).chain(result.map(str::to_owned)).collect()
}

/// What was done, in words; what this program does not know stands as the log has it.
pub fn what(lang: Lang, verb: &str) -> String {
    known(lang, verb).map_or_else(|| t::other(lang, verb), str::to_owned)
}

/// The words of a verb, as far as they are known.
pub fn known(lang: Lang, verb: &str) -> Option<&'static str> {
    let (noun, done) = verb.split_once('.').unwrap_or((verb, ""));
    at_the_door(lang, noun, done).or_else(|| of_access(lang, noun, done)).or_else(|| of_data(lang, noun, done))
}

/// Signing in and out, and what it takes.
fn at_the_door(lang: Lang, noun: &str, done: &str) -> Option<&'static str> {
    use t::verb as v;
    Some(match (noun, done) {
        ("sign_in", "") => v::sign_in(lang),
        ("sign_in", _) => v::code(lang),
        ("sign_out", _) => v::sign_out(lang),
        ("session", _) => v::session_end(lang),
        ("role", _) => v::role(lang),
        ("password", _) => v::password(lang),
        ("second_factor", "reset") => v::factor_reset(lang),
        ("second_factor", _) => v::factor(lang),
        ("own", "sign_in") => v::own_sign_in(lang),
        ("own", _) => v::own(lang),
        ("refused", _) => v::refused(lang),
        _ => return None,
    })
}

/// Who may do what: accounts, tablets, cards, relatives, emergency access, settings.
fn of_access(lang: Lang, noun: &str, done: &str) -> Option<&'static str> {
    use t::verb as v;
    Some(match (noun, done) {
        ("card", "tried") => v::card_tried(lang),
        ("card", _) => v::card(lang),
        ("relative", "invite") => v::relative_invite(lang),
        ("relative", _) => v::relative_end(lang),
        ("account", "create") => v::account_create(lang),
        ("account", "set_up") => v::account_set_up(lang),
        ("account", "link") => v::account_link(lang),
        ("account", "disable") => v::account_disable(lang),
        ("account", "enable") => v::account_enable(lang),
        ("account", "groups") => v::account_groups(lang),
        ("account", "training") => v::account_training(lang),
        ("account", "phone") => v::account_phone(lang),
        ("account", "name") => v::account_name(lang),
        ("account", _) => v::account_roles(lang),
        ("group", _) => v::group_lead(lang),
        ("device", "end") => v::device_end(lang),
        ("device", "name") => v::device_name(lang),
        ("device", "unsent") => v::device_unsent(lang),
        ("device", _) => v::device(lang),
        ("break_glass", "end") => v::emergency_end(lang),
        ("break_glass", _) => v::emergency(lang),
        ("help_line" | "data_protection" | "letters" | "ways_in" | "settings" | "municipality", _) => v::settings(lang),
        _ => return None,
    })
}

/// Looks and changes.
fn of_data(lang: Lang, noun: &str, done: &str) -> Option<&'static str> {
    use t::verb as v;
    Some(match (noun, done) {
        ("view", _) => v::view(lang),
        ("list", _) => v::list(lang),
        ("pull", _) => v::pull(lang),
        ("export", _) => v::export(lang),
        ("log", _) => v::log(lang),
        ("push" | "write" | "fork", _) => v::write(lang),
        ("settle" | "review" | "hole", _) => v::settle(lang),
        ("import", _) => v::import(lang),
        ("person", "erase") => v::erase(lang),
        ("person", "anonymise") => v::anonymise(lang),
        ("person", "restrict") => v::restrict(lang),
        ("person", "unrestrict") => v::unrestrict(lang),
        ("application", _) => v::application(lang),
        ("application_form", _) => v::application_form(lang),
        ("request", _) => v::request(lang),
        ("feedback", _) => v::feedback(lang),
        ("message", _) => v::message(lang),
        ("statement", _) => v::statement(lang),
        ("place", _) => v::place(lang),
        ("figures", "write") => v::council_text(lang),
        ("figures", "report") => v::council_report(lang),
        ("figures", "areas") => v::areas(lang),
        ("figures", "division") => v::division(lang),
        ("figures", "population") => v::population(lang),
        ("figures", "goals") => v::goals(lang),
        ("figures", "indicators") => v::indicators(lang),
        ("figures", _) => v::figures(lang),
        _ => return None,
    })
}
