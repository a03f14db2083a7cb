//! The table of participants: searched, narrowed and ordered, one page at a time; on a phone a card for each.

use domain::ids::ParticipantId;
use domain::people::{Order, Standing};
use domain::time::Day;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::finding::{FindPeople, FoundPeople, FoundPerson};
use super::narrow::{Chips, Choices, Chosen, Narrow, order_of};
use super::rights::RESTRICTED;
use super::several;
use crate::texts::{Lang, NO_FIGURE, Words, day, downloads, people};
use crate::ui::{
    ButtonKind, ButtonLink, Empty, Icon, IconView, PageHead, Pages, RowLink, SearchForm, TableFrame, Tag, Tone,
};

/// How many persons stand on a page.
pub const PAGE: i64 = 50;

/// One line of the table.
#[derive(Clone, PartialEq, Debug)]
pub struct PersonLine {
    pub id: ParticipantId,
    /// "Virtanen Marja".
    pub name: String,
    pub initials: String,
    pub birth_year: Option<i32>,
    /// Completed years; nothing where only the year of birth is known.
    pub age: Option<i32>,
    /// Names of the groups with an open membership.
    pub groups: Vec<String>,
    pub provisional: bool,
    pub standing: Option<Standing>,
    pub last_visit: Option<Day>,
    /// The day that the waiting test is aimed at, else the next one.
    pub due_on: Option<Day>,
    pub is_due: bool,
    pub missed: bool,
}

/// A page of the table.
#[derive(Clone, PartialEq, Debug)]
pub struct PeopleView {
    pub lines: Vec<PersonLine>,
    /// What was typed; empty for no search.
    pub typed: String,
    /// How many there are in all.
    pub total: i64,
    /// 1-based.
    pub page: i64,
    pub chosen: Chosen,
    pub choices: Choices,
    pub may_create: bool,
}

#[component]
pub fn PeopleList(lang: Lang, view: PeopleView) -> impl IntoView {
    let lead = lead(lang, &view);
    let PeopleView { lines, typed, total, page, chosen, choices, may_create } = view;
    let (searched, nobody) = (!typed.trim().is_empty(), total == 0);
    let everybody = !searched && !chosen.narrows();
    let (wide, several) = (chosen.everybody().address(), several::address(&chosen));
    let body = match nobody {
        true => view! { <Nobody lang typed=typed.clone() chosen=chosen.clone()/> }.into_any(),
        false => view! { <Table lang lines chosen=chosen.clone()/> }.into_any(),
    };
    let turn = turn_page(chosen.clone());
    view! {
        <PageHead title=people::title(lang) lead>
            // Everybody, whatever was looked for.
            {(!nobody && everybody).then(|| view! {
                <ButtonLink text=downloads::take_people(lang) href="/people/download"/>
            })}
            {may_create.then(|| view! {
                <ButtonLink text=people::list::new(lang) href="/people/new" kind=ButtonKind::Main icon=Icon::Plus/>
            })}
        </PageHead>
        <div class="stack">
            {(!nobody || !everybody).then(|| view! {
                // Names never stand in addresses: the search is sent in the body.
                <SearchForm lang action="/people/search" label=people::list::search(lang) typed=typed.clone()
                    hint=Some(people::list::search_hint(lang).to_owned()) post=true find=FindPeople::PATH/>
                <Narrow lang chosen=chosen.clone() choices=choices.clone()/>
                <Chips lang chosen=chosen.clone() choices=choices.clone()/>
            })}
            <p id="found-told" class="quiet" role="status"></p>
            <div id="found" class="stack">
                {body}
                <Pages lang page size=PAGE total turn/>
                {(searched && !nobody).then(|| view! { <p><a class="link" href=wide>{people::list::show_all(lang)}</a></p> })}
            </div>
            {(!nobody && everybody).then(|| view! {
                <p class="quiet">
                    <a class="link" href="/people/download?as=csv">{downloads::take_people_csv(lang)}</a>
                    " " {downloads::csv_hint(lang)}
                </p>
            })}
            {(may_create && !nobody).then(|| view! { <p><a class="link" href=several>{people::several::open(lang)}</a></p> })}
            <p><a class="link" href=RESTRICTED>{crate::texts::rights::restrict::list_title(lang)}</a></p>
            <template id="found-row">
                <RowLink href="" name="-" more="-" initials=Some("-".to_owned())>
                    <Tag text="-" tone=Tone::Look/>
                </RowLink>
            </template>
        </div>
    }
    .into_any()
}

/// How many are shown, and by what.
fn lead(lang: Lang, view: &PeopleView) -> String {
    match (view.total, view.typed.trim().is_empty(), view.chosen.narrows()) {
        (0, ..) => String::new(),
        (total, false, _) => people::list::found(lang, total, &view.typed),
        (total, true, true) => people::table::narrowed(lang, total),
        (total, true, false) => people::list::lead(lang, total),
    }
}

/// The ways to other pages keep what was chosen.
fn turn_page(chosen: Chosen) -> impl Fn(i64, &'static str, Icon) -> AnyView {
    move |to, words, icon| {
        let href = Chosen { page: to.to_string(), ..chosen.clone() }.address();
        view! { <ButtonLink text=words href icon/> }.into_any()
    }
}

#[component]
fn Table(lang: Lang, lines: Vec<PersonLine>, chosen: Chosen) -> impl IntoView {
    use people::table as say;
    let heads = [
        (Order::Name, say::name(lang)),
        (Order::Age, say::age(lang)),
        (Order::Group, say::group(lang)),
        (Order::LastVisit, say::last_visit(lang)),
        (Order::Due, say::due(lang)),
    ];
    let heads: Vec<_> =
        heads.into_iter().map(|(order, words)| view! { <Head chosen=chosen.clone() order words/> }).collect();
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <Line lang line/> }).collect();
    view! {
        <TableFrame label=people::title(lang)>
            <table class="table table--cards table--dense people">
                <thead><tr>{heads}<th scope="col">{say::standing(lang)}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

/// A heading orders the table by its column; pressed again, the other way round.
#[component]
fn Head(chosen: Chosen, order: Order, words: &'static str) -> impl IntoView {
    let (now, down) = order_of(&chosen.sort);
    let (sorted, icon) = match (now == order, down) {
        (false, _) => (None, None),
        (true, false) => (Some("ascending"), Some(Icon::Up)),
        (true, true) => (Some("descending"), Some(Icon::Down)),
    };
    let href = chosen.ordered(order, now == order && !down).address();
    view! {
        <th scope="col" aria-sort=sorted>
            <a class="table__sort" href=href>{words}{icon.map(|icon| view! { <IconView icon/> })}</a>
        </th>
    }
    .into_any()
}

#[component]
fn Line(lang: Lang, line: PersonLine) -> impl IntoView {
    use people::table as say;
    let born = |year: i32| people::list::born(lang, &year.to_string());
    let age = line.age.map(|age| say::years(lang, i64::from(age)));
    let year = line.birth_year.filter(|_| age.is_some()).map(born);
    let age = age.or(line.birth_year.map(born)).unwrap_or_else(|| NO_FIGURE.to_owned());
    let groups = if line.groups.is_empty() { NO_FIGURE.to_owned() } else { line.groups.join(", ") };
    let last = line.last_visit.map_or_else(|| say::no_visit(lang).to_owned(), |on| day(lang, on));
    let due = line.due_on.map_or_else(|| NO_FIGURE.to_owned(), |on| day(lang, on));
    view! {
        <tr>
            <th scope="row">
                <span class="table__name">
                    <a class="people__name" href=format!("/people/{}", line.id)>{line.name}</a>
                    {year.map(|year| view! { <span class="table__more">{year}</span> })}
                </span>
            </th>
            <td data-label=say::age(lang)>{age}</td>
            <td data-label=say::group(lang)>{groups}</td>
            <td data-label=say::last_visit(lang)>{last}</td>
            <td data-label=say::due(lang)>{due}</td>
            <td data-label=say::standing(lang)>
                <span class="people__tags">
                    {line.standing.map(|standing| view! { <span>{standing.words(lang)}</span> })}
                    {line.is_due.then(|| view! { <Tag text=say::due_now(lang) tone=Tone::Look/> })}
                    {line.missed.then(|| view! { <Tag text=say::missed(lang) tone=Tone::Look/> })}
                    {line.provisional.then(|| view! { <Tag text=people::list::provisional(lang) tone=Tone::Look/> })}
                </span>
            </td>
        </tr>
    }
    .into_any()
}

/// The words of a row of what is found while somebody types.
pub fn row(lang: Lang, line: PersonLine) -> FoundPerson {
    let groups = if line.groups.is_empty() { people::list::no_group(lang).to_owned() } else { line.groups.join(", ") };
    let more = match line.birth_year {
        Some(year) => format!("{} · {groups}", people::list::born(lang, &year.to_string())),
        None => groups,
    };
    let tag = if line.provisional { people::list::provisional(lang) } else { "" };
    let href = format!("/people/{}", line.id);
    FoundPerson { href, initials: line.initials, name: line.name, more, tag: tag.to_owned() }
}

impl PeopleView {
    /// What is found, for the search that answers while somebody types.
    pub fn found(self, lang: Lang) -> FoundPeople {
        let told = match self.total {
            0 => people::list::none_found(lang, &self.typed),
            total => people::list::found(lang, total, &self.typed),
        };
        FoundPeople { told, people: self.lines.into_iter().map(|line| row(lang, line)).collect() }
    }
}

#[component]
fn Nobody(lang: Lang, typed: String, chosen: Chosen) -> impl IntoView {
    let searched = !typed.trim().is_empty();
    if chosen.narrows() {
        let title =
            if searched { people::list::none_found(lang, &typed) } else { people::table::none_title(lang).to_owned() };
        return view! {
            <Empty title text=people::table::none_text(lang)>
                <p><a class="link" href=chosen.wide().address()>{people::table::clear(lang)}</a></p>
            </Empty>
        }
        .into_any();
    }
    if !searched {
        return view! { <Empty title=people::list::empty_title(lang) text=people::list::empty_text(lang)/> }.into_any();
    }
    view! {
        <Empty title=people::list::none_found(lang, &typed) text=people::list::none_found_text(lang)>
            <p><a class="link" href="/people">{people::list::show_all(lang)}</a></p>
        </Empty>
    }
    .into_any()
}
