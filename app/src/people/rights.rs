//! A person's rights to the own data: who has looked, everything to take along, erasure.

use domain::access::Role;
use domain::ids::{ParticipantId, RelativeId};
use domain::people::restriction::{WhyLifted, WhyRestricted};
use domain::time::{Day, Instant};
use leptos::prelude::*;

use crate::requests::{PersonsRequest, PersonsRequests};
use crate::texts::{Lang, Words as _, count, day, kin, moment, rights as t};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Choice, ChoiceCards, Empty, ErrorSummary, Fact, Facts, FieldError, Icon, Notice,
    PageHead, RowLink, Rows, TableFrame, Tone,
};

/// Looks of one account in one way.
#[derive(Clone, PartialEq, Debug)]
pub struct LooksLine {
    /// Nobody for the command line.
    pub by: Option<String>,
    pub role: Option<Role>,
    pub how: &'static str,
    pub group: Option<String>,
    pub times: i64,
    pub last: Instant,
}

/// The page.
#[derive(Clone, PartialEq, Debug)]
pub struct RightsView {
    pub id: ParticipantId,
    pub name: String,
    /// Whether the data are kept and not processed.
    pub restricted: bool,
    /// What was done about that, the latest first.
    pub history: Vec<RestrictionLine>,
    /// What the person has asked for, the newest first.
    pub requests: Vec<PersonsRequest>,
    pub today: Day,
    pub looks: Vec<LooksLine>,
    pub may_erase: bool,
    /// What is ended here of whoever is restricted.
    pub doors: Doors,
    /// What was chosen in the form that came back.
    pub why: String,
    pub errors: Vec<FieldError>,
    /// What was just done.
    pub said: Option<&'static str>,
}

/// What opens pages by which somebody sees data of the person, with the record that it belongs to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Doors {
    /// Good personal cards: "123 456".
    pub cards: Vec<(ParticipantId, String)>,
    /// Relatives who are shown something, by name.
    pub relatives: Vec<(ParticipantId, RelativeId, String)>,
}

/// A restriction that was set or lifted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RestrictionLine {
    pub at: Instant,
    pub change: Restricting,
    pub by: String,
}

/// What was done, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Restricting {
    Set(WhyRestricted),
    Lifted(WhyLifted),
}

#[component]
pub fn RightsPage(lang: Lang, view: RightsView) -> impl IntoView {
    let RightsView { id, name, restricted, history, requests, today, looks, may_erase, doors, why, errors, said } =
        view;
    let back = match restricted {
        true => (RESTRICTED.to_owned(), t::restrict::list_title(lang).to_owned()),
        false => (format!("/people/{id}"), name.clone()),
    };
    let back = Some(back);
    let notice = restricted.then(|| {
        let title = t::restrict::is(lang, &name);
        view! {
            <div class="stack notes">
                <Notice tone=Tone::Look title><p>{t::restrict::what(lang)}</p></Notice>
            </div>
        }
    });
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang) back>
            <ButtonLink text=t::print(lang) href=format!("/people/{id}/data") icon=Icon::Print/>
            <ButtonLink text=t::download(lang) href=format!("/people/{id}/data/download")/>
        </PageHead>
        <ErrorSummary lang errors=errors.clone()/>
        {said.map(|title| view! { <div class="stack notes"><Notice tone=Tone::Good title live=true/></div> })}
        {notice}
        <End lang doors/>
        <PersonsRequests lang id today requests/>
        <section class="section">
            <h2>{t::looks::title(lang)}</h2>
            <Looked lang looks/>
        </section>
        {may_erase.then(|| view! { <Restrict lang id restricted history errors=errors.clone()/> })}
        {may_erase.then(|| view! { <Erase lang id why errors/> })}
    }
    .into_any()
}

/// A button for each door, where there is one.
#[component]
fn End(lang: Lang, doors: Doors) -> impl IntoView {
    use t::doors as d;
    let Doors { cards, relatives } = doors;
    let any = !cards.is_empty() || !relatives.is_empty();
    let cards: Vec<_> = cards
        .into_iter()
        .map(|(record, number)| {
            view! {
                <form method="post" action=format!("/people/{record}/personal-card/end")>
                    <Button text=d::end_card(lang, &number)/>
                </form>
            }
        })
        .collect();
    let relatives: Vec<_> = relatives
        .into_iter()
        .map(|(record, id, name)| {
            view! {
                <form method="post" action=format!("/people/{record}/relatives/end")>
                    <input type="hidden" name="relative" value=id.to_string()/>
                    <Button text=kin::seen::end_named(lang, &name)/>
                </form>
            }
        })
        .collect();
    any.then(|| {
        view! {
            <section class="section" id="doors">
                <h2>{d::title(lang)}</h2>
                <p>{d::lead(lang)}</p>
                <div class="cluster">{cards}{relatives}</div>
            </section>
        }
    })
    .into_any()
}

/// The address of those whose data are not processed.
pub const RESTRICTED: &str = "/people/restricted";

#[component]
fn Restrict(
    lang: Lang,
    id: ParticipantId,
    restricted: bool,
    history: Vec<RestrictionLine>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    use t::restrict as r;
    let set = || WhyRestricted::ALL.iter().map(|why| Choice::of(lang, *why, false)).collect();
    let lift = || WhyLifted::ALL.iter().map(|why| Choice::of(lang, *why, false)).collect();
    let choices: Vec<_> = if restricted { lift() } else { set() };
    let (legend, button) = match restricted {
        true => (r::why_lift(lang), r::lift(lang)),
        false => (r::why(lang), r::set(lang)),
    };
    let lines: Vec<_> = history
        .into_iter()
        .map(|line| {
            let what = match line.change {
                Restricting::Set(why) => r::was_set(lang, &line.by, why.words(lang)),
                Restricting::Lifted(why) => r::was_lifted(lang, &line.by, why.words(lang)),
            };
            view! { <Fact name=moment(lang, line.at) value=what/> }
        })
        .collect();
    let known = !lines.is_empty();
    view! {
        <section class="section" id="restrict">
            <h2>{r::title(lang)}</h2>
            {(!restricted).then(|| view! { <p>{r::what(lang)}</p> })}
            <form class="form form--plain" method="post" action=format!("/people/{id}/restrict") novalidate>
                {restricted.then(|| view! { <input type="hidden" name="lift" value="yes"/> })}
                <ChoiceCards legend=legend name="restriction" choices error=FieldError::of(&errors, "restriction")/>
                <Button text=button/>
            </form>
            {known.then(|| view! { <Facts>{lines}</Facts> })}
        </section>
    }
    .into_any()
}

/// Somebody whose data are not processed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RestrictedLine {
    pub id: ParticipantId,
    pub name: String,
    pub birth_year: Option<i32>,
}

#[component]
pub fn RestrictedPage(lang: Lang, lines: Vec<RestrictedLine>) -> impl IntoView {
    use t::restrict as r;
    let back = Some(("/people".to_owned(), crate::texts::people::title(lang).to_owned()));
    let none = lines.is_empty();
    let rows: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let more = line.birth_year.map(|year| crate::texts::people::list::born(lang, &year.to_string()));
            let href = format!("/people/{}/rights", line.id);
            view! { <RowLink href name=line.name more=more.unwrap_or_default()/> }
        })
        .collect();
    view! {
        <PageHead title=r::list_title(lang) lead=r::what(lang) back/>
        {if none {
            view! { <Empty title=r::nobody(lang) text=r::nobody_hint(lang)/> }.into_any()
        } else {
            view! { <Rows label=r::list_title(lang)>{rows}</Rows> }.into_any()
        }}
    }
    .into_any()
}

/// Who has looked, in words.
#[component]
pub fn Looked(lang: Lang, looks: Vec<LooksLine>) -> impl IntoView {
    if looks.is_empty() {
        return view! { <Empty title=t::looks::none(lang)/> }.into_any();
    }
    let rows: Vec<_> = looks
        .into_iter()
        .map(|line| {
            let who = line.by.clone().unwrap_or_else(|| t::looks::command(lang).to_owned());
            let role = line.role.map(|role| role.words(lang)).unwrap_or_default();
            view! {
                <tr>
                    <th scope="row"><span class="table__name">{who}<span class="table__more">{role}</span></span></th>
                    <td data-label=t::looks::what(lang)>{how(lang, &line)}</td>
                    <td data-label=t::looks::times(lang) class="table__figure">{count(lang, line.times)}</td>
                    <td data-label=t::looks::last(lang)>{moment(lang, line.last)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <TableFrame label=t::looks::title(lang)>
            <table class="table table--cards">
                <thead>
                    <tr>
                        <th scope="col">{t::looks::who(lang)}</th>
                        <th scope="col">{t::looks::what(lang)}</th>
                        <th scope="col" class="table__figure">{t::looks::times(lang)}</th>
                        <th scope="col">{t::looks::last(lang)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

fn how(lang: Lang, line: &LooksLine) -> String {
    let group = line.group.clone().unwrap_or_default();
    match line.how {
        "page" => t::looks::page(lang).to_owned(),
        "emergency" => t::looks::emergency(lang).to_owned(),
        "group" => t::looks::group(lang, &group),
        "tablet" => t::looks::tablet(lang, &group),
        "file" => t::looks::file(lang).to_owned(),
        _ => t::looks::list(lang).to_owned(),
    }
}

#[component]
fn Erase(lang: Lang, id: ParticipantId, why: String, errors: Vec<FieldError>) -> impl IntoView {
    let choice = |code: &'static str, words: &'static str| Choice::new(code, words, why == code);
    let choices = vec![choice("asked", t::erase::asked(lang)), choice("mistake", t::erase::mistake(lang))];
    let sure = vec![Choice::new("yes", t::erase::sure(lang), false)];
    view! {
        <section class="section rights__erase" id="erase">
            <h2>{t::erase::title(lang)}</h2>
            <Notice tone=Tone::Look title=t::erase::what(lang)><p>{t::erase::kept(lang)}</p></Notice>
            <form class="form form--plain" method="post" action=format!("/people/{id}/erase") novalidate>
                <ChoiceCards legend=t::erase::why(lang) name="why" choices error=FieldError::of(&errors, "why")/>
                <ChoiceCards legend=t::erase::last(lang) name="sure" choices=sure several=true
                    error=FieldError::of(&errors, "sure")/>
                <Button text=t::erase::button(lang) kind=ButtonKind::Danger/>
            </form>
        </section>
    }
    .into_any()
}

/// What follows an erasure.
#[component]
pub fn ErasedPage(lang: Lang) -> impl IntoView {
    let back = Some(("/people".to_owned(), crate::texts::people::title(lang).to_owned()));
    view! { <PageHead title=t::erase::done(lang) lead=t::erase::kept(lang) back/> }.into_any()
}

/// Everything that is kept about a person, to be read and printed.
#[derive(Clone, PartialEq, Debug)]
pub struct DataView {
    pub id: ParticipantId,
    pub name: String,
    pub made_on: Day,
    /// Fields of the profile with their values.
    pub profile: Vec<(String, String)>,
    pub parts: Vec<DataPart>,
    pub looks: Vec<LooksLine>,
}

/// One part: its heading and its lines, each with a day or a moment.
#[derive(Clone, PartialEq, Debug)]
pub struct DataPart {
    pub title: String,
    pub lines: Vec<(String, String)>,
}

/// `said_in`: the language of the page, in which its reader is addressed as the municipality does.
#[component]
pub fn DataPage(lang: Lang, said_in: Lang, view: DataView) -> impl IntoView {
    let DataView { id, name, made_on, profile, parts, looks } = view;
    let back = Some((format!("/people/{id}/rights"), t::title(lang).to_owned()));
    let profile: Vec<_> = profile.into_iter().map(|(name, value)| view! { <Fact name value/> }).collect();
    let parts: Vec<_> =
        parts.into_iter().map(|part| view! { <PartOfData lang part class="section" quiet="quiet"/> }).collect();
    view! {
        <PageHead title=t::data::title(lang, &name) lead=t::data::lead(lang, &day(lang, made_on)) back/>
        <section class="section"><h2>{t::data::profile(lang)}</h2><Facts>{profile}</Facts></section>
        {parts}
        <section class="section"><h2>{t::looks::title(lang)}</h2><Looked lang looks/></section>
        <p class="quiet">{t::data::complaint(said_in)}</p>
    }
    .into_any()
}

/// One part of somebody's data; `quiet`: how an empty one is said.
#[component]
pub(crate) fn PartOfData(lang: Lang, part: DataPart, class: &'static str, quiet: &'static str) -> impl IntoView {
    let none = part.lines.is_empty();
    let lines: Vec<_> = part.lines.into_iter().map(|(name, value)| view! { <Fact name value/> }).collect();
    view! {
        <section class=class>
            <h2>{part.title}</h2>
            {if none {
                view! { <p class=quiet>{t::data::none(lang)}</p> }.into_any()
            } else {
                view! { <Facts>{lines}</Facts> }.into_any()
            }}
        </section>
    }
    .into_any()
}
