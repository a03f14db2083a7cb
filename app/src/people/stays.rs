//! A participant's stays in groups, with the two small forms: join a group, end in a group.

use domain::groups::{ExitReason, Group};
use domain::ids::{GroupId, MembershipId, ParticipantId};
use domain::time::Day;
use leptos::prelude::*;

use super::touch::{ContactTyped, PauseTyped};
use crate::consents::card::ConsentTyped;
use crate::friends::card::FriendTyped;
use crate::groups::times_of;
use crate::screenings::clear::ClearTyped;
use crate::talks::card::TalkTyped;
use crate::texts::{Lang, Words, common, day, groups, people, typed_day};
use crate::ui::{Button, ButtonKind, Field, FieldError, FieldWidth, SelectField, options, options_of};

/// A stay in a group, open or ended.
#[derive(Clone, PartialEq, Debug)]
pub struct Stay {
    pub id: MembershipId,
    pub group: GroupId,
    pub group_name: String,
    pub joined_on: Day,
    pub left_on: Option<Day>,
    pub reason: Option<ExitReason>,
}

/// A group that somebody can join, with how full it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Joinable {
    pub id: GroupId,
    pub name: String,
    /// By [`times_of`].
    pub when: String,
    /// Open stays today.
    pub members: i64,
    pub capacity: Option<u16>,
}

impl Joinable {
    /// The group with so many open stays today.
    pub fn of(lang: Lang, group: Group, members: i64, today: Day) -> Self {
        let when = times_of(lang, &group, today);
        Self { id: group.id, name: group.name, when, members, capacity: group.capacity }
    }

    /// The number of places, once they are all taken.
    pub fn full(&self) -> Option<i64> {
        self.capacity.map(i64::from).filter(|capacity| self.members >= *capacity)
    }

    /// "Sillan ryhmä, ti ja to klo 10.30 (12 / 15)": groups of one name differ by day and time.
    pub fn words(&self, lang: Lang) -> String {
        let named = [self.name.as_str(), self.when.as_str()].into_iter().filter(|part| !part.is_empty());
        let named = named.collect::<Vec<_>>().join(", ");
        let Some(capacity) = self.capacity.map(i64::from) else { return named };
        let filled = groups::list::members_of(lang, capacity, self.members);
        match self.full() {
            Some(_) => format!("{named} ({filled}, {})", groups::list::full(lang)),
            None => format!("{named} ({filled})"),
        }
    }
}

/// The choices of a select.
pub fn choices(lang: Lang, groups: &[Joinable]) -> impl Iterator<Item = (String, String)> {
    groups.iter().map(move |one| (one.id.to_string(), one.words(lang)))
}

/// Says that the reader was `told` that the group is full; empty where nothing was told.
#[component]
pub fn ToldFull(told: bool, group: String) -> impl IntoView {
    told.then(|| view! { <input type="hidden" name="full" value=group/> })
}

/// Says that the reader was `asked` about a day, as it was typed; empty where nothing was asked.
#[component]
pub fn AskedDay(asked: bool, day: String) -> impl IntoView {
    asked.then(|| view! { <input type="hidden" name="asked_day" value=day/> })
}

/// How a stay has ended, as the form that ends it carries it: empty while it goes on.
pub fn ending(left_on: Option<Day>, reason: Option<ExitReason>) -> String {
    left_on.map(|day| format!("{day}/{}", reason.map_or("", ExitReason::code))).unwrap_or_default()
}

/// The end of a stay as it was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeaveTyped {
    pub membership: MembershipId,
    pub left_on: String,
    pub exit_reason: String,
    /// How the stay had ended when the form was filled from it, by [`ending`].
    pub seen: String,
}

impl LeaveTyped {
    /// Today, or the day on which it ended.
    fn of(stay: &Stay, today: Day) -> Self {
        Self {
            membership: stay.id,
            left_on: typed_day(stay.left_on.unwrap_or(today)),
            exit_reason: String::new(),
            seen: ending(stay.left_on, stay.reason),
        }
    }
}

/// What was typed into one of the page's small forms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SmallForm {
    Join { group: String, joined_on: String },
    Leave(LeaveTyped),
    Clear(ClearTyped),
    Pause(PauseTyped),
    Contact(ContactTyped),
    Died { on: String },
    Consent(ConsentTyped),
    Talk(TalkTyped),
    Friend(FriendTyped),
}

/// What the page shows of one participant's stays.
#[derive(Clone, PartialEq, Debug)]
pub struct StaysView {
    pub person: ParticipantId,
    pub today: Day,
    pub stays: Vec<Stay>,
    /// Groups that the person can be added to.
    pub joinable: Vec<Joinable>,
    pub may_manage: bool,
    pub may_join: bool,
    /// The small form that came back, as it was typed, and what is wrong with it.
    pub typed: Option<SmallForm>,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn Stays(lang: Lang, view: StaysView) -> impl IntoView {
    let none = view.stays.is_empty();
    let items: Vec<_> = view
        .stays
        .iter()
        .map(|stay| {
            // Why somebody left can be told afterwards, too.
            let told = stay.left_on.is_some() && !matches!(stay.reason, None | Some(ExitReason::Unknown));
            // Somebody else may have told it while this form was filled in.
            let back = matches!(&view.typed, Some(SmallForm::Leave(typed)) if typed.membership == stay.id);
            let leave = (view.may_manage && (back || !told)).then(|| leave(lang, &view, stay));
            view! { <StayItem lang stay=stay.clone()>{leave}</StayItem> }
        })
        .collect();
    view! {
        {none.then(|| view! { <p class="quiet">{people::page::no_groups(lang)}</p> })}
        {(!none).then(|| view! { <ul class="days" role="list">{items}</ul> })}
        {view.may_join.then(|| view! { <Join lang view/> })}
    }
    .into_any()
}

#[component]
fn Join(lang: Lang, view: StaysView) -> impl IntoView {
    let (wrong, chosen, on) = match view.typed {
        Some(SmallForm::Join { group, joined_on }) => (true, group, joined_on),
        _ => (false, String::new(), typed_day(view.today)),
    };
    let error = |field: &str| FieldError::of(&view.errors, field).filter(|_| wrong);
    let choices = options(common::choose(lang), choices(lang, &view.joinable));
    view! {
        <details class="more" open=wrong>
            <summary>{people::page::join(lang)}</summary>
            <form class="stack" method="post" action=format!("/people/{}/join", view.person) novalidate>
                <ToldFull told=error("group").is_some() group=chosen.clone()/>
                <SelectField lang name="group" label=people::page::join_group(lang) options=choices chosen
                    error=error("group")/>
                <AskedDay asked=error("joined_on").is_some() day=on.clone()/>
                <Field lang name="joined_on" label=people::page::join_on(lang) value=on width=FieldWidth::Middle
                    error=error("joined_on")/>
                <p><Button text=people::page::join(lang).to_owned() kind=ButtonKind::Main/></p>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn StayItem(lang: Lang, stay: Stay, children: Children) -> impl IntoView {
    let when = match stay.left_on {
        None => groups::page::since(lang, stay.joined_on),
        Some(left) => {
            let reason = stay.reason.unwrap_or(ExitReason::Unknown).words(lang);
            people::page::left(lang, &day(lang, stay.joined_on), reason, &day(lang, left))
        }
    };
    view! {
        <li class="stay">
            <span class="table__name">
                <a href=format!("/groups/{}", stay.group)>{stay.group_name.clone()}</a>
                <span class="table__more">{when}</span>
            </span>
            {children()}
        </li>
    }
    .into_any()
}

/// The form that ends a stay, or says why it has ended: the one that came back as it was typed, any other with the day on
/// which it ended or today's.
fn leave(lang: Lang, view: &StaysView, stay: &Stay) -> AnyView {
    let (typed, errors) = match &view.typed {
        Some(SmallForm::Leave(typed)) if typed.membership == stay.id => (typed.clone(), view.errors.clone()),
        _ => (LeaveTyped::of(stay, view.today), Vec::new()),
    };
    let (action, ended) = (format!("/people/{}/leave", view.person), stay.left_on.is_some());
    view! { <Leave lang ended action typed errors/> }.into_any()
}

/// Several of these stand on one page. The one that came back has the fields that the summary of errors leads to;
/// the others' labels need ids of their own.
#[component]
fn Leave(lang: Lang, ended: bool, action: String, typed: LeaveTyped, errors: Vec<FieldError>) -> impl IntoView {
    let LeaveTyped { membership: stay, left_on, exit_reason, seen } = typed;
    let wrong = !errors.is_empty();
    let id = |field: &str| if wrong { field.to_owned() } else { format!("{field}-{stay}") };
    let error = |field: &str| FieldError::of(&errors, field);
    let reasons = options(common::choose(lang), options_of(lang, ExitReason::ALL));
    view! {
        <details class="more" open=wrong>
            <summary>{if ended { people::page::explain(lang) } else { people::page::leave(lang) }}</summary>
            <form class="stack" method="post" action=action novalidate>
                <input type="hidden" name="membership" value=stay.to_string()/>
                <input type="hidden" name="seen" value=seen/>
                <AskedDay asked=error("left_on").is_some() day=left_on.clone()/>
                <Field lang name="left_on" id=id("left_on") label=people::page::leave_on(lang) value=left_on
                    width=FieldWidth::Middle error=error("left_on")/>
                <SelectField lang name="exit_reason" id=id("exit_reason") label=people::page::leave_reason(lang)
                    options=reasons chosen=exit_reason error=error("exit_reason")/>
                <p><Button text=people::page::save_leave(lang).to_owned()/></p>
            </form>
        </details>
    }
    .into_any()
}
