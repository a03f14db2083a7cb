//! A person's outdoor friends: who, since when, the days on which they were out, and the forms that change that.

use domain::friends::{FriendEnd, FriendPair};
use domain::ids::{FriendPairId, ParticipantId};
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, Words, common, days, friends as t, typed_day, whole};
use crate::ui::{Button, ButtonKind, Field, FieldError, FieldWidth, SelectField, options, options_of};

/// How many of the last visits can be taken away.
const LATEST: usize = 3;

/// Which of the card's forms it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FriendForm {
    New,
    Visit,
    /// A visit was noted by mistake.
    NoVisit,
    /// The volunteer has another number.
    Phone,
    End,
}

impl FriendForm {
    pub const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Visit => "visit",
            Self::NoVisit => "no_visit",
            Self::Phone => "phone",
            Self::End => "end",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::New, Self::Visit, Self::NoVisit, Self::Phone, Self::End];
        all.into_iter().find(|form| form.code() == code)
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
        Some(ended) => t::ended_is(lang, &days(lang, pair.since, ended.on), ended.reason.words(lang)),
    };
    let count = whole(pair.visits.len());
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

/// The forms of a pair that goes on: a visit, a visit that was none, another number, the end.
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
    let latest = pair.visits.iter().rev().take(LATEST);
    let taken: Vec<_> =
        latest.map(|on| view! { <TakeAway lang action=action.clone() pair=id.clone() on=*on/> }).collect();
    let came_back = typed.is_some();
    let of = |form: FriendForm| {
        let typed = typed.clone().filter(|typed| typed.form == Some(form));
        let errors = if typed.is_some() { errors.clone() } else { Vec::new() };
        OneForm { action: action.clone(), pair: id.clone(), came_back, typed, errors }
    };
    let (visit, phone, end) = (of(FriendForm::Visit), of(FriendForm::Phone), of(FriendForm::End));
    view! {
        <Visit lang today form=visit/>
        {taken}
        <Phone lang saved=pair.phone form=phone/>
        <End lang form=end/>
    }
    .into_any()
}

/// One of the forms of a pair.
struct OneForm {
    action: String,
    pair: String,
    /// Whether one of the pair's forms came back.
    came_back: bool,
    /// What was typed, and what is wrong with it, where it is this one.
    typed: Option<FriendTyped>,
    errors: Vec<FieldError>,
}

impl OneForm {
    /// The pair of which a form came back has the fields' own ids, to which what is wrong leads.
    fn id_of(&self, field: &str) -> String {
        if self.came_back { field.to_owned() } else { format!("{field}-{}", self.pair) }
    }

    fn error(&self, field: &str) -> Option<String> {
        FieldError::of(&self.errors, field)
    }
}

#[component]
fn Visit(lang: Lang, today: Day, form: OneForm) -> impl IntoView {
    let (id, error) = (form.id_of("visited_on"), form.error("visited_on"));
    let on = form.typed.map_or_else(|| typed_day(today), |typed| typed.on);
    view! {
        <form class="stack" method="post" action=form.action novalidate>
            <input type="hidden" name="pair" value=form.pair/>
            <input type="hidden" name="form" value=FriendForm::Visit.code()/>
            <Field lang name="visited_on" id label=t::visited_on(lang) value=on error width=FieldWidth::Middle/>
            <p><Button text=t::tick(lang).to_owned()/></p>
        </form>
    }
    .into_any()
}

/// `saved`: the number that is known.
#[component]
fn Phone(lang: Lang, saved: String, form: OneForm) -> impl IntoView {
    let (id, error) = (form.id_of("friend_new_phone"), form.error("friend_new_phone"));
    let (open, value) = (form.typed.is_some(), form.typed.map_or_else(|| saved.clone(), |typed| typed.phone));
    view! {
        <details class="more" open=open>
            <summary>{t::change_phone(lang)}</summary>
            <form class="stack" method="post" action=form.action novalidate>
                <input type="hidden" name="pair" value=form.pair/>
                <input type="hidden" name="form" value=FriendForm::Phone.code()/>
                <input type="hidden" name="was" value=saved/>
                <Field lang name="friend_new_phone" id label=t::new_phone(lang) value
                    hint=Some(t::phone_hint(lang).to_owned()) error width=FieldWidth::Middle/>
                <p><Button text=t::save_phone(lang).to_owned()/></p>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn End(lang: Lang, form: OneForm) -> impl IntoView {
    let (on_id, on_error) = (form.id_of("friend_ended_on"), form.error("friend_ended_on"));
    let (why_id, why_error) = (form.id_of("friend_end"), form.error("friend_end"));
    let reasons = options(common::choose(lang), options_of(lang, FriendEnd::ALL));
    let (open, typed) = (form.typed.is_some(), form.typed.unwrap_or_default());
    view! {
        <details class="more" open=open>
            <summary>{t::end(lang)}</summary>
            <form class="stack" method="post" action=form.action novalidate>
                <input type="hidden" name="pair" value=form.pair/>
                <input type="hidden" name="form" value=FriendForm::End.code()/>
                <Field lang name="friend_ended_on" id=on_id label=t::ended_on(lang) value=typed.on error=on_error
                    width=FieldWidth::Middle/>
                <SelectField lang name="friend_end" id=why_id label=t::why(lang) options=reasons chosen=typed.reason
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
