//! One group: when and where, who is in it, which sessions were and will be.

use domain::groups::Group;
use domain::ids::{GroupId, ParticipantId};
use domain::input::call_link;
use domain::people::naming::Named;
use domain::places::Place;
use domain::time::Day;
use leptos::prelude::*;

use super::list::Fullness;
use super::staff::LeaderLine;
use super::week::{ClashLine, Clashing};
use super::{place_of, season, times_of};
use crate::assessments::rounds::{DueLine, DueSection};
use crate::places;
use crate::sessions::list::{Lines, SessionLine, state, when};
use crate::texts::{
    self, Lang, Words, days, downloads, groups, incidents, letters, list, own, people, places as words, sessions, whole,
};
use crate::ui::{ButtonKind, ButtonLink, Empty, Fact, Facts, Icon, Notice, PageHead, RowLink, Rows, Tag, Tone};

/// A member as the group's page lists it.
#[derive(Clone, PartialEq, Debug)]
pub struct Member {
    pub id: ParticipantId,
    /// "Virtanen Marja", with what tells namesakes apart.
    pub name: Named,
    pub initials: String,
    pub joined_on: Day,
    pub left_on: Option<Day>,
    pub provisional: bool,
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupView {
    pub group: Group,
    pub provider: String,
    /// Where it meets, if the place is on the list.
    pub place: Option<Place>,
    pub members: Vec<Member>,
    pub former: Vec<Member>,
    pub today: Day,
    pub leaders: Vec<LeaderLine>,
    pub coming: Vec<SessionLine>,
    /// The newest first.
    pub past: Vec<SessionLine>,
    /// Who waits for a measurement; nothing for roles that see no results, and when the season is over.
    pub due: Option<Vec<DueLine>>,
    pub may_edit: bool,
    pub may_see_results: bool,
    pub may_record_incidents: bool,
    pub saved: bool,
    /// People were just added to it.
    pub joined: bool,
    /// What it cannot share with other groups, told when it was just saved.
    pub clashes: Vec<ClashLine>,
}

#[component]
pub fn GroupPage(lang: Lang, view: GroupView) -> impl IntoView {
    let GroupView { group, provider, members, former, coming, past, due, may_edit, may_see_results, .. } = view;
    let (today, leaders, clashes) = (view.today, view.leaders, view.clashes);
    let (may_record_incidents, saved, joined) = (view.may_record_incidents, view.saved, view.joined);
    let place = view.place;
    let lead = [times_of(lang, &group, today), place_of(&group, today)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let (id, name, capacity) = (group.id, group.name.clone(), group.capacity);
    let by_name = group.kind.keeps_names();
    let has_list = by_name || !members.is_empty() || !former.is_empty();
    view! {
        <PageHead title=group.name.clone() lead back=Some(("/groups".to_owned(), groups::page::back(lang).to_owned()))>
            {may_record_incidents.then(|| view! {
                <ButtonLink text=incidents::page::record(lang) href=format!("/groups/{id}/incidents/new")/>
            })}
            {may_edit.then(|| view! { <Edits lang id by_name has_list/> })}
        </PageHead>
        {saved.then(|| view! { <Notice tone=Tone::Good title=groups::form::saved(lang) live=true/> })}
        {joined.then(|| view! { <Notice tone=Tone::Good title=people::several::saved(lang) live=true/> })}
        <Clashing lang lines=clashes/>
        <div class="columns columns--side">
            <div class="stack stack--wide">
                {if has_list {
                    view! { <MemberSection lang members former capacity/> }.into_any()
                } else {
                    view! {
                        <Empty title=groups::page::head_count_title(lang) text=groups::page::head_count_text(lang)/>
                    }
                    .into_any()
                }}
                {due.filter(|_| by_name).map(|lines| view! { <DueSection lang label=name.clone() lines/> })}
                <Past lang past today id/>
                {has_list.then(|| view! { <Papers lang id may_see_results/> })}
            </div>
            <Beside lang group provider place coming leaders may_edit today/>
        </div>
    }
    .into_any()
}

/// What whoever edits groups may do with this one; letters and cards where anybody is listed.
#[component]
fn Edits(lang: Lang, id: GroupId, by_name: bool, has_list: bool) -> impl IntoView {
    view! {
        {has_list.then(|| view! {
            <ButtonLink text=letters::open(lang) href=format!("/groups/{id}/letters")/>
            <ButtonLink text=own::group_cards::open(lang) href=format!("/groups/{id}/cards")/>
        })}
        <ButtonLink text=groups::page::edit(lang) href=format!("/groups/{id}/edit")/>
        {by_name.then(|| view! {
            <ButtonLink text=groups::page::add_person(lang) href=format!("/people/new?group={id}")
                kind=ButtonKind::Main icon=Icon::Plus/>
        })}
    }
    .into_any()
}

#[component]
fn MemberSection(lang: Lang, members: Vec<Member>, former: Vec<Member>, capacity: Option<u16>) -> impl IntoView {
    let size = whole(members.len());
    view! {
        <section class="section">
            <div class="card__head">
                <h2>{groups::page::members(lang)}</h2>
                <Fullness lang members=size capacity/>
            </div>
            <Members lang members former/>
        </section>
    }
    .into_any()
}

/// What stands beside the lists: the sessions to come, who leads it, where and when it meets.
#[component]
fn Beside(
    lang: Lang,
    group: Group,
    provider: String,
    place: Option<Place>,
    coming: Vec<SessionLine>,
    leaders: Vec<LeaderLine>,
    may_edit: bool,
    today: Day,
) -> impl IntoView {
    let id = group.id;
    view! {
        <div class="stack">
            <section class="card">
                <h2>{groups::page::coming(lang)}</h2>
                <Coming lang coming today/>
            </section>
            <section class="card">
                <h2>{groups::staff::title(lang)}</h2>
                <Leaders lang leaders today/>
                {may_edit.then(|| view! {
                    <p><a class="link" href=format!("/groups/{id}/staff")>{groups::staff::open(lang)}</a></p>
                })}
            </section>
            <section class="card"><About lang group provider may_edit place today/></section>
            {may_edit.then(|| view! {
                <p><ButtonLink text=groups::copy::open(lang) href=format!("/groups/{id}/copy")/></p>
            })}
        </div>
    }
    .into_any()
}

/// The list for paper, and the files of who came and of results.
#[component]
fn Papers(lang: Lang, id: GroupId, may_see_results: bool) -> impl IntoView {
    view! {
        <div class="cluster">
            <ButtonLink text=sessions::blank::open(lang) href=format!("/groups/{id}/roll")/>
            <ButtonLink text=downloads::take_attendance(lang) href=format!("/groups/{id}/attendance")/>
            {may_see_results.then(|| view! {
                <ButtonLink text=downloads::take_results(lang) href=format!("/groups/{id}/results")/>
            })}
        </div>
        <p class="cluster">
            <a class="link" href=format!("/groups/{id}/attendance?as=csv")>{downloads::take_attendance_csv(lang)}</a>
            {may_see_results.then(|| view! {
                <a class="link" href=format!("/groups/{id}/results?as=csv")>{downloads::take_results_csv(lang)}</a>
            })}
        </p>
        <p class="quiet">{downloads::csv_hint(lang)}</p>
    }
    .into_any()
}

#[component]
fn Members(lang: Lang, members: Vec<Member>, former: Vec<Member>) -> impl IntoView {
    if members.is_empty() && former.is_empty() {
        return view! {
            <Empty title=groups::page::no_members_title(lang) text=groups::page::no_members_text(lang)/>
        }
        .into_any();
    }
    let rows =
        move |list: Vec<Member>| list.into_iter().map(|member| view! { <MemberRow lang member/> }).collect::<Vec<_>>();
    let count = former.len();
    let former = rows(former);
    view! {
        <Rows>{rows(members)}</Rows>
        {(count > 0).then(|| view! {
            <details class="more">
                <summary>{format!("{} ({count})", groups::page::former(lang))}</summary>
                <Rows>{former}</Rows>
            </details>
        })}
    }
    .into_any()
}

#[component]
fn MemberRow(lang: Lang, member: Member) -> impl IntoView {
    let more = match member.left_on {
        Some(left) => groups::page::until(lang, left),
        None => groups::page::since(lang, member.joined_on),
    };
    view! {
        <RowLink href=format!("/people/{}", member.id) name=texts::named(lang, &member.name) more initials=Some(member.initials)>
            {member.provisional.then(|| view! { <Tag text=people::list::provisional(lang) tone=Tone::Look/> })}
        </RowLink>
    }
    .into_any()
}

#[component]
fn Coming(lang: Lang, coming: Vec<SessionLine>, today: Day) -> impl IntoView {
    if coming.is_empty() {
        return view! { <p class="quiet">{groups::page::no_coming(lang)}</p> }.into_any();
    }
    let items: Vec<_> = coming
        .into_iter()
        .map(|line| {
            let (words, tone) = state(lang, &line.meeting, today);
            let unusual = line.meeting.status.is_some();
            view! {
                <li class="coming">
                    <a href=line.href()>{when(lang, &line.meeting)}</a>
                    {unusual.then(|| view! { <Tag text=words tone/> })}
                </li>
            }
        })
        .collect();
    view! { <ul class="days" role="list">{items}</ul> }.into_any()
}

#[component]
fn Leaders(lang: Lang, leaders: Vec<LeaderLine>, today: Day) -> impl IntoView {
    if leaders.is_empty() {
        return view! { <p class="quiet">{groups::staff::none(lang)}</p> }.into_any();
    }
    let items: Vec<_> = leaders
        .into_iter()
        .map(|one| {
            let when = one.when(lang, today);
            let call = one.phone.map(|phone| {
                let link = call_link(&phone);
                view! { <a class="link" href=link>{phone}</a> }
            });
            view! { <li><span class="table__name">{one.name}<span class="table__more">{when}</span></span>{call}</li> }
        })
        .collect();
    view! { <ul class="days" role="list">{items}</ul> }.into_any()
}

#[component]
fn About(
    lang: Lang,
    group: Group,
    provider: String,
    place: Option<Place>,
    may_edit: bool,
    today: Day,
) -> impl IntoView {
    let now = group.timetable_on(today);
    let (named, aed, minutes) = (now.place.map(str::to_owned), now.aed.map(str::to_owned), now.minutes);
    let (id, free) = (group.id, may_edit && named.is_some() && place.is_none());
    let way = place.as_ref().map(|place| places::told(lang, place)).unwrap_or_default();
    let here = place.map(|place| format!("/places/{}", place.id));
    let season = season(lang, group.season_start, group.season_end);
    let breaks: Vec<_> = group.breaks.iter().map(|one| days(lang, one.from, one.to)).collect();
    let breaks = (!breaks.is_empty()).then(|| list(lang, &breaks));
    let changes = group.changes_after(today).map(|day| {
        let then = [times_of(lang, &group, day), place_of(&group, day)];
        let then = then.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        view! { <Fact name=groups::page::changes(lang, day) value=then/> }
    });
    let changes = changes.collect_view();
    view! {
        <Facts>
            <Fact name=groups::page::kind(lang) value=group.kind.words(lang)/>
            {group.level.map(|level| view! { <Fact name=groups::form::level(lang) value=level.words(lang)/> })}
            <Fact name=groups::list::provider(lang) value=provider/>
            {named.map(|place| view! { <Fact name=groups::list::place(lang) value=place/> })}
            {(!way.is_empty()).then(|| view! { <Fact name=words::route(lang) value=way.join(". ")/> })}
            {aed.map(|aed| view! { <Fact name=groups::form::aed(lang) value=aed/> })}
            {minutes.map(|m| view! {
                <Fact name=groups::page::length(lang) value=groups::page::minutes(lang, i64::from(m))/>
            })}
            {changes}
            {season.map(|season| view! { <Fact name=groups::page::season(lang) value=season/> })}
            {breaks.map(|breaks| view! { <Fact name=groups::page::breaks(lang) value=breaks/> })}
            {group.reference.map(|reference| view! { <Fact name=groups::page::code(lang) value=reference/> })}
        </Facts>
        {here.map(|href| view! { <p><a class="link" href=href>{words::all(lang)}</a></p> })}
        {free.then(|| view! { <p><a class="link" href=format!("/places/new?group={id}")>{words::make(lang)}</a></p> })}
    }
    .into_any()
}

#[component]
fn Past(lang: Lang, past: Vec<SessionLine>, today: Day, id: GroupId) -> impl IntoView {
    let title = groups::page::past(lang);
    view! {
        <section class="section">
            <h2>{title}</h2>
            <Lines lang label=title lines=past today none=groups::page::no_sessions(lang)/>
            <p><a class="link" href=format!("/groups/{id}/sessions")>{groups::page::all_sessions(lang)}</a></p>
        </section>
    }
    .into_any()
}
