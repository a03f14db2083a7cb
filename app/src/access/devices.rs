//! The organisation's tablets: who works on each, when it was last heard of, and ending it.

use domain::time::{Day, TimeOfDay};
use leptos::prelude::*;

use crate::texts::{Lang, access::devices as words};
use crate::ui::{Button, ButtonKind, Empty, PageHead, Rows, Tag, Tone};

/// One tablet.
#[derive(Clone, Debug)]
pub struct DeviceLine {
    pub id: String,
    /// As somebody named it at its first sign-in; may be empty.
    pub label: String,
    /// Names of those who have signed in on it.
    pub people: Vec<String>,
    pub since: Day,
    /// Records that it had told of and not sent when it last sent something.
    pub unsent: i64,
    /// Last contact.
    pub seen: (Day, TimeOfDay),
    pub ended: Option<Day>,
}

pub fn devices(lang: Lang, lines: Vec<DeviceLine>) -> impl IntoView {
    let empty = lines.is_empty();
    let rows: Vec<_> = lines.into_iter().map(|line| row(lang, line)).collect();
    view! {
        <PageHead title=words::title(lang) lead=words::lead(lang)/>
        {if empty {
            view! { <Empty title=words::empty(lang)/> }.into_any()
        } else {
            view! { <Rows label=words::title(lang)>{rows}</Rows> }.into_any()
        }}
    }
}

fn row(lang: Lang, line: DeviceLine) -> impl IntoView {
    let name = if line.label.is_empty() { words::unnamed(lang).to_owned() } else { line.label };
    let people = line.people.join(", ");
    let end = format!("{} {name}", words::end(lang));
    view! {
        <li class="row">
            <div class="row__body">
                <p class="row__name">{name}</p>
                <p class="row__more">{people}</p>
                <p class="row__more">
                    {words::seen(lang, line.seen.0, line.seen.1)}" "{words::since(lang, line.since)}
                </p>
                {(line.unsent > 0).then(|| view! { <p><Tag text=words::unsent(lang, line.unsent) tone=Tone::Look/></p> })}
            </div>
            {match line.ended {
                Some(day) => view! { <Tag text=words::ended(lang, day) tone=Tone::Calm/> }.into_any(),
                None => view! {
                    <form method="post" action=format!("/devices/{}/end", line.id) aria-label=end>
                        <Button text=words::end(lang) kind=ButtonKind::Danger/>
                    </form>
                }.into_any(),
            }}
        </li>
    }
}
