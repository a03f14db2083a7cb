//! The list of incidents within reach, the newest first.

use domain::ids::IncidentId;
use domain::incidents::{IncidentKind, InjuryLevel};
use domain::time::{Day, TimeOfDay};
use leptos::prelude::*;

use crate::texts::{Lang, Words, at_time, day, incidents};
use crate::ui::{ButtonKind, ButtonLink, CardTable, Empty, Icon, PageHead, Tag, Tone};

/// One line of the list.
#[derive(Clone, PartialEq, Debug)]
pub struct IncidentLine {
    pub id: IncidentId,
    pub on: Day,
    pub at: Option<TimeOfDay>,
    pub kind: IncidentKind,
    pub injury: InjuryLevel,
    pub serious: bool,
    /// Nobody has gone through it.
    pub waits: bool,
    /// What happened is still to be told.
    pub unfinished: bool,
    pub group: String,
    /// Whom it happened to; nothing when it happened to nobody, or to somebody out of reach.
    pub person: Option<String>,
}

#[component]
pub fn IncidentList(lang: Lang, lines: Vec<IncidentLine>, may_record: bool) -> impl IntoView {
    use incidents::list as t;
    let record = move || {
        may_record.then(|| view! {
            <ButtonLink text=incidents::page::record(lang) href="/incidents/new" kind=ButtonKind::Main icon=Icon::Plus/>
        })
    };
    if lines.is_empty() {
        return view! {
            <PageHead title=incidents::title(lang)>{record()}</PageHead>
            <Empty title=t::empty_title(lang) text=t::empty_text(lang)/>
        }
        .into_any();
    }
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <Line lang line/> }).collect();
    view! {
        <PageHead title=incidents::title(lang) lead=t::lead(lang)>{record()}</PageHead>
        <CardTable label=incidents::title(lang) heads=vec![t::when(lang), t::what(lang), t::injury(lang), t::group(lang), t::person(lang)] rows/>
    }
    .into_any()
}

#[component]
fn Line(lang: Lang, line: IncidentLine) -> impl IntoView {
    use incidents::list as t;
    let href = format!("/incidents/{}", line.id);
    let injury = line.injury.words(lang);
    view! {
        <tr>
            <th scope="row">
                <span class="table__name">
                    <a href=href>{moment(lang, line.on, line.at)}</a>
                    {line.waits.then(|| view! { <Tag text=t::new(lang) tone=Tone::Look/> })}
                </span>
            </th>
            <td data-label=t::what(lang)>{line.kind.words(lang)}</td>
            <td data-label=t::injury(lang)>
                {if line.unfinished {
                    view! { <Tag text=t::unfinished(lang) tone=Tone::Look/> }.into_any()
                } else if line.serious {
                    view! { <Tag text=injury tone=Tone::Look/> }.into_any()
                } else {
                    injury.into_any()
                }}
            </td>
            <td data-label=t::group(lang)>{line.group}</td>
            <td data-label=t::person(lang)>{line.person.unwrap_or_default()}</td>
        </tr>
    }
    .into_any()
}

/// "8.9.2026 klo 10.40"; the day alone when the time is not known.
pub fn moment(lang: Lang, on: Day, at: Option<TimeOfDay>) -> String {
    let time = at.map(|at| at_time(lang, at)).unwrap_or_default();
    format!("{} {time}", day(lang, on)).trim().to_owned()
}
