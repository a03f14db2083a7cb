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
use crate::texts::{Lang, Words, common, days, groups, people, typed_day};
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

impl Stay {
    /// Whether it has ended for a reason that is known.
    fn is_explained(&self) -> bool {
        self.left_on.is_some() && !matches!(self.reason, None | Some(ExitReason::Unknown))
    }
}

/// A group that somebody can join, with how full it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Joinable {
    pub id: GroupId,
    pub name: String,
    /// By [`times_of`], and from which day on where its season is to come.
    pub when: String,
    /// Who has a place in it, whoever begins later too.
    pub members: i64,
    pub capacity: Option<u16>,
}

impl Joinable {
    /// The group in which so many have a place.
    pub fn of(lang: Lang, group: Group, members: i64, today: Day) -> Self {
        let begins = group.season_start.filter(|start| *start > today).map(|day| groups::list::begins(lang, day));
        let when = [times_of(lang, &group, today)].into_iter().filter(|when| !when.is_empty()).chain(begins);
        let when = when.collect::<Vec<_>>().join(", ");
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

/// What of a stay is taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Undo {
    /// Its end: it goes on.
    Exit,
    /// All of it: the person was added by mistake.
    Join,
}

impl Undo {
    /// As the form's button sends it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Exit => "exit",
            Self::Join => "join",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Exit, Self::Join].into_iter().find(|undo| undo.code() == code)
    }

    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Exit => people::page::undo_leave(lang),
            Self::Join => people::page::undo_join(lang),
        }
    }
}

/// The end of a stay as it was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeaveTyped {
    pub membership: MembershipId,
    pub left_on: String,
    pub exit_reason: String,
    /// How the stay had ended when the form was filled from it, by [`ending`].
    pub seen: String,
    /// The group, once it was told that it has filled up since.
    pub full: String,
}

impl LeaveTyped {
    /// Today, or the day on which it ended and why, where that is known.
    fn of(stay: &Stay, today: Day) -> Self {
        let known = stay.reason.filter(|reason| *reason != ExitReason::Unknown);
        Self {
            membership: stay.id,
            left_on: typed_day(stay.left_on.unwrap_or(today)),
            exit_reason: known.map(|reason| reason.code().to_owned()).unwrap_or_default(),
            seen: ending(stay.left_on, stay.reason),
            full: String::new(),
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
            // Of whoever has died nothing but a reason that nobody knows is still to be told.
            let back = matches!(&view.typed, Some(SmallForm::Leave(typed)) if typed.membership == stay.id);
            let open = view.may_join || back || !stay.is_explained();
            let leave = (view.may_manage && open).then(|| leave(lang, &view, stay));
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
            people::page::left(lang, &days(lang, stay.joined_on, left), reason)
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
    let action = format!("/people/{}/leave", view.person);
    let (summary, undo) = match (stay.left_on.is_some(), stay.is_explained()) {
        (false, _) => (people::page::leave(lang), Undo::Join),
        (true, false) => (people::page::explain(lang), Undo::Exit),
        (true, true) => (people::page::change_leave(lang), Undo::Exit),
    };
    let undo = view.may_join.then_some(undo);
    view! { <Leave lang summary undo action typed errors/> }.into_any()
}

/// Several of these stand on one page. The one that came back has the fields that the summary of errors leads to;
/// the others' labels need ids of their own.
#[component]
fn Leave(
    lang: Lang,
    summary: &'static str,
    undo: Option<Undo>,
    action: String,
    typed: LeaveTyped,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let LeaveTyped { membership: stay, left_on, exit_reason, seen, full } = typed;
    let told = !full.is_empty();
    let wrong = !errors.is_empty();
    let id = |field: &str| if wrong { field.to_owned() } else { format!("{field}-{stay}") };
    let error = |field: &str| FieldError::of(&errors, field);
    let reasons = options(common::choose(lang), options_of(lang, ExitReason::ALL));
    view! {
        <details class="more" open=wrong>
            <summary>{summary}</summary>
            <form class="stack" method="post" action=action novalidate>
                <input type="hidden" name="membership" value=stay.to_string()/>
                <input type="hidden" name="seen" value=seen/>
                <ToldFull told group=full/>
                <AskedDay asked=error("left_on").is_some() day=left_on.clone()/>
                <Field lang name="left_on" id=id("left_on") label=people::page::leave_on(lang) value=left_on
                    width=FieldWidth::Middle error=error("left_on")/>
                <SelectField lang name="exit_reason" id=id("exit_reason") label=people::page::leave_reason(lang)
                    options=reasons chosen=exit_reason error=error("exit_reason")/>
                <div class="cluster">
                    <Button text=people::page::save_leave(lang).to_owned()/>
                    {undo.map(|undo| view! {
                        <Button text=undo.words(lang).to_owned() kind=ButtonKind::Quiet name="undo" value=undo.code()/>
                    })}
                </div>
            </form>
        </details>
    }
    .into_any()
}
