//! The list of participants: search by name, one page at a time.

use domain::ids::ParticipantId;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::finding::{FindPeople, FoundPeople, FoundPerson};
use crate::texts::{Lang, downloads, people};
use crate::ui::{Button, ButtonKind, ButtonLink, Empty, Icon, PageHead, Pages, RowLink, Rows, SearchForm, Tag, Tone};

/// How many persons stand on a page.
pub const PAGE: i64 = 50;

/// One line of the list.
#[derive(Clone, PartialEq, Debug)]
pub struct PersonLine {
    pub id: ParticipantId,
    /// "Virtanen Marja".
    pub name: String,
    pub initials: String,
    pub birth_year: Option<i32>,
    /// Names of the groups with an open membership.
    pub groups: Vec<String>,
    pub provisional: bool,
}

/// A page of the list, or of what was found.
#[derive(Clone, PartialEq, Debug)]
pub struct PeopleView {
    pub lines: Vec<PersonLine>,
    /// What was typed; empty for the whole list.
    pub typed: String,
    /// How many there are in all.
    pub total: i64,
    /// 1-based.
    pub page: i64,
    /// Only those whose details are to be completed.
    pub incomplete: bool,
    pub may_create: bool,
}

#[component]
pub fn PeopleList(lang: Lang, view: PeopleView) -> impl IntoView {
    let PeopleView { lines, typed, total, page, incomplete, may_create } = view;
    let searched = !typed.trim().is_empty();
    let nobody = total == 0;
    let lead = match (searched, nobody) {
        (_, true) => String::new(),
        (true, _) => people::list::found(lang, total, &typed),
        (false, _) => people::list::lead(lang, total),
    };
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <Line lang line/> }).collect();
    let body = if nobody {
        view! { <Nobody lang typed=typed.clone()/> }.into_any()
    } else {
        view! { <Rows label=people::title(lang)>{rows}</Rows> }.into_any()
    };
    let turn = {
        let typed = typed.clone();
        move |to, words, icon| turn_page(typed.clone(), incomplete, to, words, icon)
    };
    view! {
        <PageHead title=people::title(lang) lead>
            // Everybody, whatever was looked for: what was typed stands in no address.
            {(!nobody && !searched && !incomplete).then(|| view! {
                <ButtonLink text=downloads::take_people(lang) href="/people/download"/>
            })}
            {may_create.then(|| view! {
                <ButtonLink text=people::list::new(lang) href="/people/new" kind=ButtonKind::Main icon=Icon::Plus/>
            })}
        </PageHead>
        <div class="stack">
            // Names never stand in addresses: the search is sent in the body.
            {(searched || !nobody).then(|| view! {
                <SearchForm lang action="/people/search" label=people::list::search(lang) typed=typed.clone()
                    hint=Some(people::list::search_hint(lang).to_owned()) post=true find=FindPeople::PATH/>
            })}
            <p id="found-told" class="quiet" role="status"></p>
            <div id="found" class="stack">
                {body}
                <Pages lang page size=PAGE total turn/>
                {(searched && !nobody).then(|| view! {
                    <p><a href="/people">{people::list::show_all(lang)}</a></p>
                })}
            </div>
            <template id="found-row">
                <RowLink href="" name="-" more="-" initials=Some("-".to_owned())>
                    <Tag text="-" tone=Tone::Look/>
                </RowLink>
            </template>
        </div>
    }
    .into_any()
}

#[component]
fn Line(lang: Lang, line: PersonLine) -> impl IntoView {
    let FoundPerson { href, initials, name, more, tag } = row(lang, line);
    view! {
        <RowLink href name more initials=Some(initials)>
            {(!tag.is_empty()).then(|| view! { <Tag text=tag tone=Tone::Look/> })}
        </RowLink>
    }
    .into_any()
}

/// The words of a row.
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
fn Nobody(lang: Lang, typed: String) -> impl IntoView {
    if typed.trim().is_empty() {
        return view! { <Empty title=people::list::empty_title(lang) text=people::list::empty_text(lang)/> }.into_any();
    }
    view! {
        <Empty title=people::list::none_found(lang, &typed) text=people::list::none_found_text(lang)>
            <p><a href="/people">{people::list::show_all(lang)}</a></p>
        </Empty>
    }
    .into_any()
}

/// Pages of the whole list are links; pages of a search are buttons of its form.
fn turn_page(typed: String, incomplete: bool, to: i64, words: &'static str, icon: Icon) -> AnyView {
    if typed.trim().is_empty() {
        let which = if incomplete { "incomplete=1&" } else { "" };
        return view! { <ButtonLink text=words href=format!("/people?{which}page={to}") icon/> }.into_any();
    }
    view! {
        <form method="post" action="/people/search">
            <input type="hidden" name="q" value=typed/>
            <input type="hidden" name="page" value=to.to_string()/>
            <Button text=words.to_owned() icon/>
        </form>
    }
    .into_any()
}

impl PeopleView {
    /// The first page of a list of so many, without its lines.
    pub const fn all(total: i64) -> Self {
        Self { lines: Vec::new(), typed: String::new(), total, page: 1, incomplete: false, may_create: false }
    }
}
