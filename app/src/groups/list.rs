//! The list of groups: who runs them, when, where, how full, and the next session.

use domain::groups::{GroupKind, Level};
use domain::ids::GroupId;
use domain::time::Day;
use leptos::prelude::*;

use super::season;
use crate::texts::{Lang, NO_FIGURE, Words, count, groups, home, rounds, weekday_day};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Empty, Icon, Meter, PageHead, Pages, SelectField, TableFrame, Tag, Tone, options,
    options_of, turn_to,
};

/// How many groups stand on a page.
pub const PAGE: i64 = 50;

/// A page of the list.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupsView {
    /// Those of a running season first.
    pub lines: Vec<GroupLine>,
    /// How many there are in all, and how many of them in a running season.
    pub total: i64,
    pub running: i64,
    /// 1-based.
    pub page: i64,
    /// To which the list is narrowed.
    pub level: Option<Level>,
    pub may_create: bool,
}

/// One line of the list.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupLine {
    pub id: GroupId,
    pub name: String,
    pub kind: GroupKind,
    pub level: Option<Level>,
    pub provider: String,
    pub place: Option<String>,
    /// "ti ja to klo 10.00".
    pub when: String,
    /// Who has a place in it, whoever begins later too.
    pub members: i64,
    pub capacity: Option<u16>,
    /// The names of those who lead it today.
    pub leaders: Vec<String>,
    pub next: Option<Day>,
    pub began: Option<Day>,
    /// The first day of its season, while that is to come.
    pub begins: Option<Day>,
    /// The last day of its season, once it is over.
    pub ended: Option<Day>,
}

#[component]
pub fn GroupList(lang: Lang, view: GroupsView) -> impl IntoView {
    let GroupsView { lines, total, running, page, level, may_create } = view;
    let lead = groups::list::lead(lang, running);
    let nothing = total == 0 && level.is_none();
    let nothing_fits = total == 0 && level.is_some();
    let address = level.map_or_else(|| "/groups".to_owned(), |level| format!("/groups?level={}", level.code()));
    let lead = if nothing { String::new() } else { lead };
    let (past, running): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.ended.is_some());
    view! {
        <PageHead title=groups::title(lang) lead>
            {(!nothing).then(|| view! {
                <ButtonLink text=groups::week::open(lang) href="/week"/>
                <ButtonLink text=groups::month::open(lang) href="/month"/>
                <ButtonLink text=crate::texts::places::title(lang) href="/places"/>
                <ButtonLink text=rounds::title(lang) href="/rounds"/>
            })}
            {may_create.then(|| view! {
                <ButtonLink text=groups::list::new(lang) href="/groups/new" kind=ButtonKind::Main icon=Icon::Plus/>
            })}
        </PageHead>
        {nothing.then(|| view! { <Empty title=groups::list::empty_title(lang) text=groups::list::empty_text(lang)/> })}
        {(!nothing).then(|| view! { <OfLevel lang level/> })}
        {nothing_fits.then(|| view! { <p class="quiet">{groups::list::none_of_level(lang)}</p> })}
        {(!running.is_empty()).then(|| view! { <Lines lang label=groups::title(lang) lines=running past=false/> })}
        {(!past.is_empty()).then(|| view! {
            <section class="section">
                <h2>{groups::list::past(lang)}</h2>
                <Lines lang label=groups::list::past(lang) lines=past past=true/>
            </section>
        })}
        <Pages lang page size=PAGE total turn=turn_to(address)/>
    }
    .into_any()
}

/// A form that changes nothing, so that what was chosen stands in the address.
#[component]
fn OfLevel(lang: Lang, level: Option<Level>) -> impl IntoView {
    let levels = options(groups::list::any_level(lang), options_of(lang, Level::ALL));
    let chosen = level.map(|level| level.code().to_owned()).unwrap_or_default();
    view! {
        <form class="narrow" method="get" action="/groups">
            <SelectField lang name="level" label=groups::form::level(lang) options=levels chosen/>
            <Button text=groups::list::show(lang).to_owned()/>
        </form>
    }
    .into_any()
}

/// A group that is over has no members and no next session; its season tells it from others of its name.
#[component]
fn Lines(lang: Lang, label: &'static str, lines: Vec<GroupLine>, past: bool) -> impl IntoView {
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <Line lang line/> }).collect();
    view! {
        <TableFrame label>
            <table class="table table--cards table--dense groups">
                <thead>
                    <tr>
                        <th scope="col">{groups::list::group(lang)}</th>
                        <th scope="col">{groups::list::when(lang)}</th>
                        <th scope="col">{groups::list::place(lang)}</th>
                        <th scope="col">{groups::list::provider(lang)}</th>
                        {if past {
                            view! { <th scope="col">{groups::page::season(lang)}</th> }.into_any()
                        } else {
                            view! {
                                <th scope="col" class="table__figure">{groups::list::members(lang)}</th>
                                <th scope="col">{groups::list::next(lang)}</th>
                            }
                            .into_any()
                        }}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

#[component]
fn Line(lang: Lang, line: GroupLine) -> impl IntoView {
    let kind = [Some(line.kind.words(lang).to_owned()), line.level.map(|level| level.words(lang).to_owned())];
    // It tells the group of the next season from that of this one.
    let begins = line.begins.map(|day| groups::list::begins(lang, day));
    let kind = kind.into_iter().flatten().chain(begins).collect::<Vec<_>>().join(", ");
    let last = match line.ended {
        Some(end) => {
            let season = season(lang, line.began, Some(end));
            view! { <td data-label=groups::page::season(lang)>{season}</td> }.into_any()
        }
        None => {
            let none = || groups::list::none_next(lang).to_owned();
            let next = line.next.map_or_else(none, |day| weekday_day(lang, day));
            view! {
                <td data-label=groups::list::members(lang) class="table__figure">
                    <Fullness lang members=line.members capacity=line.capacity/>
                </td>
                <td data-label=groups::list::next(lang)>{next}</td>
            }
            .into_any()
        }
    };
    // Of an event it is known how many came, and nobody has to lead it.
    let unled = line.leaders.is_empty() && line.ended.is_none() && line.kind.keeps_names();
    let leaders = line.leaders.join(", ");
    view! {
        <tr>
            <th scope="row">
                <span class="table__name">
                    <a href=format!("/groups/{}", line.id)>{line.name}</a>
                    <span class="table__more">{kind}</span>
                </span>
            </th>
            <td data-label=groups::list::when(lang)>
                <span class="table__name">
                    {line.when}
                    {(!leaders.is_empty()).then(|| view! { <span class="table__more">{leaders}</span> })}
                    {unled.then(|| view! { <Tag text=home::no_leader(lang) tone=Tone::Look/> })}
                </span>
            </td>
            <td data-label=groups::list::place(lang)>{line.place.unwrap_or_else(|| NO_FIGURE.to_owned())}</td>
            <td data-label=groups::list::provider(lang)>{line.provider}</td>
            {last}
        </tr>
    }
    .into_any()
}

/// "12 / 15" with a bar, and a word when there is no room left.
#[component]
pub fn Fullness(lang: Lang, members: i64, capacity: Option<u16>) -> impl IntoView {
    let Some(capacity) = capacity.map(i64::from) else {
        return view! { <span class="number">{count(lang, members)}</span> }.into_any();
    };
    let state = match members.cmp(&capacity) {
        std::cmp::Ordering::Less => None,
        std::cmp::Ordering::Equal => Some((groups::list::full(lang), Tone::Calm)),
        std::cmp::Ordering::Greater => Some((groups::list::over(lang), Tone::Look)),
    };
    view! {
        <span class="fullness">
            <span class="number">{groups::list::members_of(lang, capacity, members)}</span>
            {state.map(|(text, tone)| view! { <Tag text tone/> })}
            <Meter part=members whole=capacity/>
        </span>
    }
    .into_any()
}
