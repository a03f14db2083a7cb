//! Who leads a group: instructors, and substitutes for their days.

use domain::access::Role;
use domain::ids::{GroupId, UserId};
use domain::time::Day;
use leptos::prelude::*;

use super::week::{ClashLine, Clashing};
use crate::texts::{Lang, Words, common, day, days, groups};
use crate::ui::{
    Button, ButtonKind, Empty, ErrorSummary, Field, FieldError, FieldWidth, Notice, PageHead, Rows, SelectField, Tag,
    Tone, options,
};

/// Somebody who leads the group, or will.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeaderLine {
    pub account: UserId,
    pub name: String,
    pub from: Day,
    /// A substitute's last day.
    pub to: Option<Day>,
    /// The number under which they are called.
    pub phone: Option<String>,
}

impl LeaderLine {
    /// Since when, or on which days.
    pub fn when(&self, lang: Lang, today: Day) -> String {
        use groups::staff as t;
        match self.to {
            Some(to) if to == self.from => t::substitute_on(lang, &day(lang, to)),
            Some(to) => t::substitute(lang, &days(lang, self.from, to)),
            None if self.from > today => t::from(lang, self.from),
            None => t::since(lang, self.from),
        }
    }
}

/// What was typed for one more.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StaffTyped {
    pub account: String,
    pub from: String,
    pub to: String,
    /// The last day that is saved for these already, once that was told.
    pub seen: String,
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct StaffView {
    pub group: (GroupId, String),
    pub today: Day,
    pub leaders: Vec<LeaderLine>,
    /// Who may be chosen: id, name, role.
    pub candidates: Vec<(UserId, String, Role)>,
    pub done: Option<&'static str>,
    /// What the group cannot share with others, told when somebody was just added.
    pub clashes: Vec<ClashLine>,
    pub typed: StaffTyped,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn StaffPage(lang: Lang, view: StaffView) -> impl IntoView {
    use groups::staff as t;
    let StaffView { group: (id, name), today, leaders, candidates, done, clashes, typed, errors } = view;
    let back = Some((format!("/groups/{id}"), name.clone()));
    let none = leaders.is_empty();
    let rows: Vec<_> = leaders.into_iter().map(|one| view! { <Leader lang id one today/> }).collect();
    view! {
        <PageHead title=t::title(lang) lead=name back/>
        <div class="stack notes">
            <ErrorSummary lang errors=errors.clone()/>
            {done.map(|words| view! { <Notice tone=Tone::Good title=words live=true/> })}
            <Clashing lang lines=clashes/>
        </div>
        <div class="columns columns--side">
            {if none {
                view! { <Empty title=t::none(lang) text=t::none_text(lang)/> }.into_any()
            } else {
                view! { <Rows label=t::title(lang)>{rows}</Rows> }.into_any()
            }}
            <section class="card">
                <h2>{t::add(lang)}</h2>
                <Add lang action=format!("/groups/{id}/staff") candidates typed errors/>
            </section>
        </div>
    }
    .into_any()
}

#[component]
fn Leader(lang: Lang, id: GroupId, one: LeaderLine, today: Day) -> impl IntoView {
    use groups::staff as t;
    let more = one.when(lang, today);
    let substitute = one.to.is_some();
    view! {
        <li class="row">
            <div class="row__body">
                <p class="row__name">{one.name}</p>
                <p class="row__more">{more}</p>
            </div>
            {substitute.then(|| view! { <Tag text=t::tag(lang)/> })}
            <form method="post" action=format!("/groups/{id}/staff/end")>
                <input type="hidden" name="account" value=one.account.to_string()/>
                <input type="hidden" name="from" value=one.from.to_string()/>
                <Button text=t::end(lang).to_owned() kind=ButtonKind::Quiet/>
            </form>
        </li>
    }
    .into_any()
}

#[component]
fn Add(
    lang: Lang,
    action: String,
    candidates: Vec<(UserId, String, Role)>,
    typed: StaffTyped,
    errors: Vec<FieldError>,
) -> impl IntoView {
    use groups::staff as t;
    if candidates.is_empty() {
        return view! { <p class="quiet">{t::no_candidates(lang)}</p> }.into_any();
    }
    let error = |field: &str| FieldError::of(&errors, field);
    let people =
        candidates.into_iter().map(|(id, name, role)| (id.to_string(), format!("{name}, {}", role.words(lang))));
    let people = options(common::choose(lang), people);
    view! {
        <form class="stack" method="post" action=action novalidate>
            <input type="hidden" name="seen" value=typed.seen/>
            <SelectField lang name="account" label=t::who(lang) options=people chosen=typed.account
                error=error("account")/>
            <Field lang name="from" label=t::first_day(lang) value=typed.from error=error("from")
                width=FieldWidth::Middle/>
            <Field lang name="to" label=t::last_day(lang) hint=Some(t::last_day_hint(lang).to_owned()) value=typed.to
                error=error("to") optional=true width=FieldWidth::Middle/>
            <p><Button text=t::save(lang).to_owned() kind=ButtonKind::Main/></p>
        </form>
    }
    .into_any()
}
