//! Accounts of an organisation: the list, making one, one account's roles and groups.

use std::collections::BTreeSet;

use domain::access::{Right, Role};
use domain::groups::Group;
use domain::time::Day;
use leptos::prelude::*;

use super::help_line;
use super::own_account::PhoneForm;
use super::settings;
use super::testers::{TrainingForm, TrainingTyped};
use crate::applications::ways_in;
use crate::groups::{season, times_of};
use crate::letters::address;
use crate::texts::{Lang, Words as _, access, access::accounts as words, applications, letters::setting};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Choice, ChoiceCards, Empty, ErrorSummary, Field, FieldError, Notice, PageHead,
    RowLink, Rows, SelectField, Tag, Tone,
};

/// Whether an account can be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccountState {
    Open,
    /// Its set-up code has not been used yet.
    Waiting,
    Disabled,
}

impl AccountState {
    fn tag(self, lang: Lang) -> impl IntoView {
        let (text, tone) = match self {
            Self::Open => (words::open(lang), Tone::Good),
            Self::Waiting => (words::waiting(lang), Tone::Told),
            Self::Disabled => (words::disabled(lang), Tone::Calm),
        };
        view! { <Tag text tone/> }
    }
}

/// A line of the list.
#[derive(Clone, Debug)]
pub struct AccountLine {
    pub id: String,
    pub name: String,
    pub login: String,
    pub roles: Vec<Role>,
    pub state: AccountState,
}

/// What was typed for a new account.
#[derive(Clone, Debug, Default)]
pub struct NewAccount {
    /// The id that it will have: sent twice, the form makes one account.
    pub rev: String,
    pub name: String,
    pub login: String,
    pub language: String,
    pub organisation: String,
    pub roles: Vec<Role>,
    /// Id and name of each organisation that may be chosen.
    pub organisations: Vec<(String, String)>,
    pub errors: Vec<FieldError>,
}

/// One account with everything that can be changed.
#[derive(Clone, Debug)]
pub struct AccountPage {
    pub line: AccountLine,
    /// The name as it was typed.
    pub name: String,
    /// The roles as they were ticked in a form that comes back.
    pub ticked: Option<Vec<Role>>,
    /// Roles that wait for a yes.
    pub offers: Vec<WaitingRole>,
    pub rights: BTreeSet<Right>,
    /// Under which the holder is called; empty where none is given.
    pub phone: String,
    /// The number that is saved, where another one was typed.
    pub saved_phone: String,
    /// Of those who test.
    pub training: Option<TrainingTyped>,
    pub groups: Vec<LedGroup>,
    pub today: Day,
    pub errors: Vec<FieldError>,
    /// Whether it is asked for a code beside its password.
    pub second_factor: bool,
    /// A code made just now, and the address where it is typed.
    pub link: Option<(String, String)>,
}

/// A group, and whether the account leads it now.
#[derive(Clone, Debug)]
pub struct LedGroup {
    pub group: Group,
    pub led: bool,
}

/// A role that was offered to an account.
#[derive(Clone, Debug)]
pub struct WaitingRole {
    pub role: Role,
    /// Who offered it.
    pub by: String,
    pub on: Day,
    /// Whether the reader's yes is enough.
    pub can_confirm: bool,
}

fn role_names(lang: Lang, roles: &[Role]) -> String {
    roles.iter().map(|role| role.words(lang)).collect::<Vec<_>>().join(", ")
}

fn role_cards(lang: Lang, chosen: &[Role], errors: &[FieldError]) -> impl IntoView + use<> {
    let choices: Vec<_> = Role::ALL.iter().map(|role| Choice::of(lang, *role, chosen.contains(role))).collect();
    let error = FieldError::of(errors, "roles");
    view! { <ChoiceCards legend=words::roles(lang) name="roles" choices several=true column=true error/> }
}

/// `own`: whether the reader speaks for the whole municipality: how it addresses people, how people
/// come in, whom they call, and what else it sets.
pub fn accounts(lang: Lang, lines: Vec<AccountLine>, new: NewAccount, own: bool) -> impl IntoView {
    let empty = lines.is_empty();
    let rows: Vec<_> = lines
        .into_iter()
        .map(|line| {
            // Roles that nobody has said yes to are none yet.
            let parts = [line.login.clone(), role_names(lang, &line.roles)];
            let more = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
            let state = line.state;
            view! {
                <RowLink href=format!("/accounts/{}", line.id) name=line.name more>{state.tag(lang)}</RowLink>
            }
        })
        .collect();
    view! {
        <PageHead title=words::title(lang) lead=words::lead(lang)/>
        {if empty {
            view! { <Empty title=words::empty(lang)/> }.into_any()
        } else {
            view! { <Rows label=words::title(lang)>{rows}</Rows> }.into_any()
        }}
        <section class="section">
            <h2>{words::new(lang)}</h2>
            <p>{words::new_lead(lang)}</p>
            {new_account(lang, new)}
        </section>
        {own.then(|| view! {
            <p class="cluster">
                <ButtonLink text=setting::open(lang) href=address::PATH/>
                <ButtonLink text=applications::setting::title(lang) href=ways_in::PATH/>
                <ButtonLink text=access::help_line::title(lang) href=help_line::PATH/>
                <ButtonLink text=access::settings::title(lang) href=settings::PATH/>
            </p>
        })}
    }
}

fn new_account(lang: Lang, new: NewAccount) -> impl IntoView {
    let errors = new.errors.clone();
    let of = move |field| FieldError::of(&errors, field);
    let languages: Vec<_> = Lang::ALL.into_iter().map(|l| (l.code().to_owned(), l.own_name().to_owned())).collect();
    let language = if new.language.is_empty() { lang.code().to_owned() } else { new.language.clone() };
    view! {
        <ErrorSummary lang errors=new.errors.clone()/>
        <form class="form form--plain" method="post" action="/accounts">
            <input type="hidden" name="rev" value=new.rev.clone()/>
            <Field lang name="name" label=words::name(lang) value=new.name.clone() error=of("name") maxlength=100/>
            <Field lang name="login" label=words::login(lang) value=new.login.clone() error=of("login")
                hint=Some(words::login_hint(lang).to_owned()) maxlength=100/>
            <SelectField lang name="language" label=words::language(lang) options=languages chosen=language/>
            <SelectField lang name="organisation" label=words::organisation(lang) options=new.organisations.clone()
                chosen=new.organisation.clone() error=of("organisation")/>
            {role_cards(lang, &new.roles, &new.errors)}
            <Button text=words::create(lang) kind=ButtonKind::Main/>
        </form>
    }
}

pub fn account(lang: Lang, page: AccountPage) -> impl IntoView {
    let AccountPage {
        line,
        name,
        ticked,
        offers,
        rights,
        phone,
        saved_phone,
        training,
        groups,
        today,
        errors,
        second_factor,
        link,
    } = page;
    let at = format!("/accounts/{}", line.id);
    let back = Some(("/accounts".to_owned(), words::title(lang).to_owned()));
    let closing = line.state != AccountState::Disabled;
    let (word, value) = if closing { (words::disable(lang), "yes") } else { (words::enable(lang), "no") };
    let kind = if closing { ButtonKind::Danger } else { ButtonKind::Plain };
    view! {
        <PageHead title=line.name.clone() lead=line.login.clone() back>{line.state.tag(lang)}</PageHead>
        {link.map(|(code, address)| new_link(lang, code, &address))}
        <ErrorSummary lang errors=errors.clone()/>
        <form class="form form--plain" method="post" action=format!("{at}/roles")>
            {had(line.roles.iter().map(|role| role.code().to_owned()))}
            {role_cards(lang, ticked.as_ref().unwrap_or(&line.roles), &errors)}
            <Button text=words::save_roles(lang)/>
        </form>
        {waiting_roles(lang, &at, offers)}
        {right_form(lang, &at, &rights)}
        <PhoneForm lang action=format!("{at}/phone") phone was=Some(saved_phone) errors=errors.clone()/>
        {training.map(|training| view! {
            <TrainingForm lang action=format!("{at}/training") training errors=errors.clone()/>
        })}
        {group_form(lang, &at, groups, today)}
        <NameForm lang action=format!("{at}/name") name was=line.name errors/>
        {second_factor.then(|| view! {
            <section class="section">
                <h2>{words::second_factor(lang)}</h2>
                <p>{words::second_factor_lead(lang)}</p>
                <form method="post" action=format!("{at}/second-factor")>
                    <Button text=words::reset_second_factor(lang)/>
                </form>
            </section>
        })}
        <div class="cluster">
            <form method="post" action=format!("{at}/link")><Button text=words::make_link(lang)/></form>
            <form method="post" action=format!("{at}/disabled")>
                <Button text=word kind name="disabled" value=value.to_owned()/>
            </form>
        </div>
    }
}

/// Names change: by it an instructor takes the tablet back, and the log tells who it was.
#[component]
fn NameForm(
    lang: Lang,
    action: String,
    name: String,
    /// What was saved when the form was filled.
    was: String,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let error = FieldError::of(&errors, "name");
    view! {
        <form class="form form--plain" method="post" action=action novalidate>
            <input type="hidden" name="was" value=was/>
            <Field lang name="name" label=words::name(lang) value=name hint=Some(words::name_hint(lang).to_owned()) error
                maxlength=100/>
            <Button text=words::save_name(lang)/>
        </form>
    }
    .into_any()
}

/// What is ticked when the form is filled: only what is changed in it is changed, whatever others do meanwhile. The
/// empty one says that the form tells.
fn had(ticked: impl Iterator<Item = String>) -> AnyView {
    let all = std::iter::once(String::new()).chain(ticked);
    let all: Vec<_> = all.map(|value| view! { <input type="hidden" name="had" value=value/> }).collect();
    view! { {all} }.into_any()
}

fn right_form(lang: Lang, at: &str, held: &BTreeSet<Right>) -> impl IntoView + use<> {
    let choice = |right: &Right| Choice {
        hint: Some(words::right_hint::physiotherapist(lang).to_owned()),
        ..Choice::of(lang, *right, held.contains(right))
    };
    let choices: Vec<_> = Right::ALL.iter().map(choice).collect();
    view! {
        <form class="form form--plain" method="post" action=format!("{at}/rights")>
            {had(held.iter().map(|right| right.code().to_owned()))}
            <ChoiceCards legend=words::rights(lang) name="rights" choices several=true column=true/>
            <Button text=words::save_rights(lang)/>
        </form>
    }
}

fn waiting_roles(lang: Lang, at: &str, offers: Vec<WaitingRole>) -> impl IntoView + use<> {
    let none = offers.is_empty();
    let action = format!("{at}/confirm");
    let rows: Vec<_> = offers
        .into_iter()
        .map(|offer| {
            let confirm = offer.can_confirm.then(|| {
                let value = offer.role.code().to_owned();
                view! {
                    <form method="post" action=action.clone()>
                        <Button text=words::confirm(lang) name="role" value/>
                    </form>
                }
            });
            view! {
                <li class="row">
                    <div class="row__body">
                        <p class="row__name">{offer.role.words(lang)}</p>
                        <p class="row__more">{words::offered(lang, &offer.by, offer.on)}</p>
                    </div>
                    <Tag text=words::waits(lang) tone=Tone::Told/>
                    {confirm}
                </li>
            }
        })
        .collect();
    (!none).then(|| {
        view! {
            <section class="section">
                <h2>{words::waiting_roles(lang)}</h2>
                <p>{words::waiting_lead(lang)}</p>
                <Rows label=words::waiting_roles(lang)>{rows}</Rows>
            </section>
        }
    })
}

fn new_link(lang: Lang, code: String, address: &str) -> impl IntoView + use<> {
    let place = words::link_where(lang, address);
    view! {
        <Notice tone=Tone::Told title=words::link_title(lang) live=true>
            <p><code class="code">{code}</code></p>
            <p>{words::link_lead(lang)}</p>
            <p>{place}</p>
        </Notice>
    }
}

fn group_form(lang: Lang, at: &str, groups: Vec<LedGroup>, today: Day) -> impl IntoView + use<> {
    let action = format!("{at}/groups");
    let none = groups.is_empty();
    // Groups of one name differ by day and time, and each season is a group of its own.
    let choice = |of: LedGroup| {
        let times = Some(times_of(lang, &of.group, today)).filter(|times| !times.is_empty());
        let facts: Vec<_> = times.into_iter().chain(season(lang, of.group.season_start, of.group.season_end)).collect();
        let hint = (!facts.is_empty()).then(|| facts.join(", "));
        Choice { hint, ..Choice::new(of.group.id.to_string(), of.group.name, of.led) }
    };
    let led: Vec<_> = groups.iter().filter(|of| of.led).map(|of| of.group.id.to_string()).collect();
    let choices: Vec<_> = groups.into_iter().map(choice).collect();
    if none {
        return view! { <p>{words::no_groups(lang)}</p> }.into_any();
    }
    view! {
        <form class="form form--plain" method="post" action=action>
            {had(led.into_iter())}
            <ChoiceCards legend=words::groups(lang) name="groups" choices several=true column=true
                hint=Some(words::groups_hint(lang).to_owned())/>
            <Button text=words::save_groups(lang)/>
        </form>
    }
    .into_any()
}
