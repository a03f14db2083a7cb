//! The sessions of a group's season, to look through, to print, and to add one on another day.

use domain::groups::Group;
use domain::sessions::SessionStatus;
use domain::time::Day;
use leptos::prelude::*;

use super::today::Meeting;
use crate::people::stays::AskedDay;
use crate::texts::{Lang, Words, count, day_time, groups, sessions, weekday_day};
use crate::ui::{
    Button, ButtonKind, ButtonLink, ErrorSummary, Field, FieldError, FieldWidth, PageHead, TableFrame, Tag, Tone,
};

/// One session with how many came.
#[derive(Clone, PartialEq, Debug)]
pub struct SessionLine {
    pub meeting: Meeting,
    /// Marks that count as present, or those who came to an event; nothing when nobody is marked or counted.
    pub present: Option<i64>,
}

impl SessionLine {
    /// Its page at the desk.
    pub fn href(&self) -> String {
        address(&self.meeting)
    }
}

/// Where a session's page is.
pub fn address(meeting: &Meeting) -> String {
    format!("/groups/{}/sessions/{}", meeting.group, meeting.day)
}

/// "ti 8.9.2026 klo 10.30".
pub fn when(lang: Lang, meeting: &Meeting) -> String {
    meeting.starts_at.map_or_else(|| weekday_day(lang, meeting.day), |at| day_time(lang, meeting.day, at))
}

/// What became of it, in words; of one that nobody has marked, whether it is still to come.
pub fn state(lang: Lang, meeting: &Meeting, today: Day) -> (String, Tone) {
    match (meeting.status, meeting.because) {
        (Some(SessionStatus::CancelledByOrganiser), Some(reason)) => {
            (sessions::list::cancelled(lang, reason.words(lang)), Tone::Calm)
        }
        (Some(SessionStatus::Held), _) => (SessionStatus::Held.words(lang).to_owned(), Tone::Good),
        (Some(status), _) => (status.words(lang).to_owned(), Tone::Calm),
        (None, _) if meeting.day >= today => (sessions::status::planned(lang).to_owned(), Tone::Calm),
        (None, _) => (sessions::status::unsaid(lang).to_owned(), Tone::Look),
    }
}

/// What was typed for one more session.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MoreTyped {
    pub day: String,
    pub starts_at: String,
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct SessionsView {
    pub group: Group,
    pub today: Day,
    /// From today on, in their order.
    pub coming: Vec<SessionLine>,
    /// The newest first.
    pub past: Vec<SessionLine>,
    pub may_add: bool,
    pub typed: MoreTyped,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn SessionList(lang: Lang, view: SessionsView) -> impl IntoView {
    use sessions::list as t;
    let SessionsView { group, today, coming, past, may_add, typed, errors } = view;
    let back = Some((format!("/groups/{}", group.id), group.name.clone()));
    let (id, lead) = (group.id, t::lead(lang, &group.name));
    view! {
        <PageHead title=t::title(lang) lead back>
            <ButtonLink text=sessions::blank::open(lang) href=format!("/groups/{id}/roll")/>
        </PageHead>
        <ErrorSummary lang errors=errors.clone()/>
        <div class="stack stack--wide">
            {may_add.then(|| view! { <More lang action=format!("/groups/{id}/sessions") typed errors/> })}
            <section class="section">
                <h2>{t::coming(lang)}</h2>
                <Lines lang label=t::coming(lang) lines=coming today none=t::no_coming(lang)/>
            </section>
            <section class="section">
                <h2>{t::past(lang)}</h2>
                <Lines lang label=t::past(lang) lines=past today none=t::no_past(lang)/>
            </section>
        </div>
    }
    .into_any()
}

/// Sessions as a table; instead of an empty one, a sentence.
#[component]
pub fn Lines(
    lang: Lang,
    label: &'static str,
    lines: Vec<SessionLine>,
    today: Day,
    none: &'static str,
) -> impl IntoView {
    use sessions::list as t;
    if lines.is_empty() {
        return view! { <p class="quiet">{none}</p> }.into_any();
    }
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <Line lang line today/> }).collect();
    view! {
        <TableFrame label>
            <table class="table table--cards">
                <thead>
                    <tr>
                        <th scope="col">{t::when(lang)}</th>
                        <th scope="col">{t::what(lang)}</th>
                        <th scope="col" class="table__figure">{t::present(lang)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

#[component]
fn Line(lang: Lang, line: SessionLine, today: Day) -> impl IntoView {
    use sessions::list as t;
    let (words, tone) = state(lang, &line.meeting, today);
    let ahead = line.meeting.day > today;
    // Before the session is over an absence that was told beforehand says nothing of how many come.
    let open = ahead || (line.meeting.day == today && line.meeting.status.is_none());
    let present = match line.present {
        Some(0) if open => String::new(),
        Some(n) => count(lang, n),
        None if ahead => String::new(),
        None => groups::page::marked_none(lang).to_owned(),
    };
    view! {
        <tr>
            <th scope="row">
                <span class="table__name">
                    <a href=line.href()>{when(lang, &line.meeting)}</a>
                    {line.meeting.note.clone().map(|note| view! { <span class="table__more">{note}</span> })}
                </span>
            </th>
            <td data-label=t::what(lang)><Tag text=words tone/></td>
            <td data-label=t::present(lang) class="table__figure">{present}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn More(lang: Lang, action: String, typed: MoreTyped, errors: Vec<FieldError>) -> impl IntoView {
    use sessions::list as t;
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    view! {
        <details class="more" open=!errors.is_empty()>
            <summary>{t::add(lang)}</summary>
            <form class="stack" method="post" action=action novalidate>
                <AskedDay asked=error("day").is_some() day=typed.day.clone()/>
                <div class="fields fields--two">
                    <Field lang name="day" label=t::day(lang) value=typed.day hint=hint(groups::form::day_hint(lang))
                        error=error("day") width=FieldWidth::Middle/>
                    <Field lang name="starts_at" label=t::at(lang) value=typed.starts_at
                        hint=hint(groups::form::starts_at_hint(lang)) error=error("starts_at") optional=true
                        width=FieldWidth::Short/>
                </div>
                <p><Button text=t::save(lang).to_owned() kind=ButtonKind::Main/></p>
            </form>
        </details>
    }
    .into_any()
}
