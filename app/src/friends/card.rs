//! A person's outdoor friends: who, since when, the days on which they were out, and the forms that change that.

use domain::friends::{FriendEnd, FriendPair};
use domain::ids::{FriendPairId, ParticipantId};
use domain::time::Day;
use leptos::prelude::*;

use crate::people::form::options_of;
use crate::texts::{Lang, Words, common, day, friends as t, typed_day};
use crate::ui::{Button, ButtonKind, Field, FieldError, FieldWidth, SelectField, options};

/// How many of the last visits can be taken away.
const LATEST: usize = 3;

/// Which of the card's forms it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FriendForm {
    New,
    Visit,
    /// A visit was noted by mistake.
    NoVisit,
    End,
}

impl FriendForm {
    pub const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Visit => "visit",
            Self::NoVisit => "no_visit",
            Self::End => "end",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::New, Self::Visit, Self::NoVisit, Self::End].into_iter().find(|form| form.code() == code)
    }
}

/// What stands in the fields of one of the forms.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FriendTyped {
    /// The pair that is changed, or the id that a new one will have.
    pub pair: String,
    /// Which form it is; nothing for one that this program does not know.
    pub form: Option<FriendForm>,
    pub name: String,
    pub phone: String,
    pub since: String,
    pub on: String,
    pub reason: String,
}

/// What the card shows.
#[derive(Clone, PartialEq, Debug)]
pub struct FriendsView {
    pub person: ParticipantId,
    pub today: Day,
    /// Those that go on first.
    pub pairs: Vec<FriendPair>,
    /// The id that a new pair will have.
    pub new: FriendPairId,
    pub may_add: bool,
    /// The form that came back, and what is wrong with it.
    pub typed: Option<FriendTyped>,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn FriendsCard(lang: Lang, view: FriendsView) -> impl IntoView {
    let FriendsView { person, today, pairs, new, may_add, typed, errors } = view;
    let none = pairs.is_empty();
    let (new, wrong) = match &typed {
        Some(typed) if typed.form == Some(FriendForm::New) => (typed.clone(), true),
        _ => {
            let (pair, form, since) = (new.to_string(), Some(FriendForm::New), typed_day(today));
            (FriendTyped { pair, form, since, ..FriendTyped::default() }, false)
        }
    };
    let own = |pair: &FriendPair| typed.clone().filter(|typed| typed.pair == pair.id.to_string());
    let items: Vec<_> = pairs
        .into_iter()
        .map(|pair| {
            let (typed, errors) = (own(&pair), errors.clone());
            view! { <Pair lang person today pair may_add typed errors/> }
        })
        .collect();
    let new_errors = if wrong { errors } else { Vec::new() };
    view! {
        <section class="card" id="friends">
            <h2>{t::title(lang)}</h2>
            {none.then(|| view! { <p class="quiet">{t::none(lang)}</p> })}
            {(!none).then(|| view! { <ul class="days" role="list">{items}</ul> })}
            <p><a class="link" href="/friends">{t::all(lang)}</a></p>
            {may_add.then(|| view! {
                <details class="more" open=wrong>
                    <summary>{t::new(lang)}</summary>
                    <NewPair lang person typed=new errors=new_errors/>
                </details>
            })}
        </section>
    }
    .into_any()
}

#[component]
fn Pair(
    lang: Lang,
    person: ParticipantId,
    today: Day,
    pair: FriendPair,
    may_add: bool,
    typed: Option<FriendTyped>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let days = match pair.ended {
        None => t::since_is(lang, pair.since),
        Some(ended) => t::ended_is(lang, &day(lang, pair.since), &day(lang, ended.on), ended.reason.words(lang)),
    };
    let count = i64::try_from(pair.visits.len()).unwrap_or(i64::MAX);
    let last = pair.visits.last().map(|last| t::last_visit(lang, *last));
    let open = may_add && pair.ended.is_none();
    let (name, phone) = (pair.name.clone(), pair.phone.clone());
    view! {
        <li class="stay">
            <span class="table__name">
                {name}
                <span class="table__more">{phone}</span>
                <span class="table__more">{days}</span>
                <span class="table__more">{t::visits(lang, count)}" "{last}</span>
            </span>
            {open.then(|| view! { <Turns lang person today pair typed errors/> })}
        </li>
    }
    .into_any()
}

/// The forms of a pair that goes on: a visit, a visit that was none, the end.
#[component]
fn Turns(
    lang: Lang,
    person: ParticipantId,
    today: Day,
    pair: FriendPair,
    typed: Option<FriendTyped>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let (action, id) = (format!("/people/{person}/friends"), pair.id.to_string());
    let of = |form: FriendForm| typed.clone().filter(|typed| typed.form == Some(form));
    let (visit, end) = (of(FriendForm::Visit), of(FriendForm::End));
    let error = |wrong: bool, field: &str| FieldError::of(&errors, field).filter(|_| wrong);
    let (visit_error, end_error) = (error(visit.is_some(), "visited_on"), error(end.is_some(), "friend_ended_on"));
    let why_error = error(end.is_some(), "friend_end");
    let (ending, end) = (end.is_some(), end.unwrap_or_default());
    let visited = visit.map_or_else(|| typed_day(today), |typed| typed.on);
    // The one that was typed has the fields' own ids, to which what is wrong leads.
    let field_id = |field: &str| if typed.is_some() { field.to_owned() } else { format!("{field}-{id}") };
    let (visit_id, end_id, why_id) = (field_id("visited_on"), field_id("friend_ended_on"), field_id("friend_end"));
    let taken: Vec<_> = pair
        .visits
        .iter()
        .rev()
        .take(LATEST)
        .map(|on| view! { <TakeAway lang action=action.clone() pair=id.clone() on=*on/> })
        .collect();
    let reasons = options(common::choose(lang), options_of(lang, FriendEnd::ALL));
    view! {
        <form class="stack" method="post" action=action.clone() novalidate>
            <input type="hidden" name="pair" value=id.clone()/>
            <input type="hidden" name="form" value=FriendForm::Visit.code()/>
            <Field lang name="visited_on" id=visit_id label=t::visited_on(lang) value=visited error=visit_error
                width=FieldWidth::Middle/>
            <p><Button text=t::tick(lang).to_owned()/></p>
        </form>
        {taken}
        <details class="more" open=ending>
            <summary>{t::end(lang)}</summary>
            <form class="stack" method="post" action=action novalidate>
                <input type="hidden" name="pair" value=id/>
                <input type="hidden" name="form" value=FriendForm::End.code()/>
                <Field lang name="friend_ended_on" id=end_id label=t::ended_on(lang) value=end.on error=end_error
                    width=FieldWidth::Middle/>
                <SelectField lang name="friend_end" id=why_id label=t::why(lang) options=reasons chosen=end.reason
                    error=why_error/>
                <p><Button text=t::save_end(lang).to_owned()/></p>
            </form>
        </details>
    }
    .into_any()
}

/// One press takes a visit away that was noted by mistake.
#[component]
fn TakeAway(lang: Lang, action: String, pair: String, on: Day) -> impl IntoView {
    view! {
        <form method="post" action=action>
            <input type="hidden" name="pair" value=pair/>
            <input type="hidden" name="form" value=FriendForm::NoVisit.code()/>
            <input type="hidden" name="visited_on" value=typed_day(on)/>
            <Button text=t::take_away(lang, on) kind=ButtonKind::Quiet/>
        </form>
    }
    .into_any()
}

#[component]
fn NewPair(lang: Lang, person: ParticipantId, typed: FriendTyped, errors: Vec<FieldError>) -> impl IntoView {
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    view! {
        <form class="stack" method="post" action=format!("/people/{person}/friends") novalidate>
            <input type="hidden" name="pair" value=typed.pair/>
            <input type="hidden" name="form" value=FriendForm::New.code()/>
            <Field lang name="friend_name" label=t::name(lang) value=typed.name error=error("friend_name")/>
            <Field lang name="friend_phone" label=t::phone(lang) value=typed.phone hint=hint(t::phone_hint(lang))
                error=error("friend_phone")/>
            <Field lang name="friend_since" label=t::since(lang) value=typed.since error=error("friend_since")
                width=FieldWidth::Middle/>
            <p><Button text=t::save(lang).to_owned() kind=ButtonKind::Main/></p>
        </form>
    }
    .into_any()
}
