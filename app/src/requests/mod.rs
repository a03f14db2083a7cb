//! What people ask for by their rights, at the desk: the queue, one request with its answer, and the form that enters one.

pub mod answered;
pub mod form;
pub mod page;
pub mod queue;

use domain::ids::{ParticipantId, RequestId};
use domain::requests::RequestKind;
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, Words, requests as t};
use crate::ui::{ButtonLink, RowLink, Rows, Tag, Tone};

/// A request on the page of the person's rights.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonsRequest {
    pub id: RequestId,
    pub kind: RequestKind,
    pub received_on: Day,
    pub due_on: Day,
    pub answered_on: Option<Day>,
    /// When the person took it back, before it was answered.
    pub taken_back_on: Option<Day>,
}

/// Until when it is to be answered, in words: with the day, and how far away that is.
pub fn due_words(lang: Lang, today: Day, due_on: Day) -> String {
    match due_on.days_since(today) {
        0 => t::due_today(lang).to_owned(),
        left if left > 0 => t::due(lang, due_on, left),
        over => t::overdue(lang, due_on, -over),
    }
}

/// What the right is, for whoever answers.
pub fn meaning(lang: Lang, kind: RequestKind) -> &'static str {
    use t::meaning as m;
    match kind {
        RequestKind::Access => m::access(lang),
        RequestKind::Correction => m::correction(lang),
        RequestKind::Erasure => m::erasure(lang),
        RequestKind::Restriction => m::restriction(lang),
        RequestKind::Objection => m::objection(lang),
        RequestKind::Leaving => m::leaving(lang),
    }
}

/// Whether somebody has to hurry: late, or within a week.
pub fn due_tone(today: Day, due_on: Day) -> Tone {
    match due_on.days_since(today) {
        left if left < 0 => Tone::Wrong,
        left if left <= 7 => Tone::Look,
        _ => Tone::Calm,
    }
}

/// What somebody has asked for, and the way to enter one for them.
#[component]
pub fn PersonsRequests(lang: Lang, id: ParticipantId, today: Day, requests: Vec<PersonsRequest>) -> impl IntoView {
    let none = requests.is_empty();
    view! {
        <section class="section" id="requests">
            <h2>{t::title(lang)}</h2>
            {if none {
                view! { <p class="quiet">{t::nothing_asked(lang)}</p> }.into_any()
            } else {
                view! { <RequestRows lang today requests/> }.into_any()
            }}
            <p><ButtonLink text=t::enter(lang) href=format!("/people/{id}/requests/new")/></p>
        </section>
    }
    .into_any()
}

/// Each with what becomes of it, and the way to its page.
#[component]
pub fn RequestRows(lang: Lang, today: Day, requests: Vec<PersonsRequest>) -> impl IntoView {
    let rows: Vec<_> = requests
        .into_iter()
        .map(|one| {
            let (state, tone) = match (one.answered_on, one.taken_back_on) {
                (Some(on), _) => (t::answered_on(lang, on), Tone::Good),
                (None, Some(on)) => (t::taken_back_on(lang, on), Tone::Calm),
                (None, None) => (due_words(lang, today, one.due_on), due_tone(today, one.due_on)),
            };
            let href = format!("/requests/{}", one.id);
            let more = t::received(lang, one.received_on);
            view! { <RowLink href name=one.kind.words(lang) more><Tag text=state tone/></RowLink> }
        })
        .collect();
    view! { <Rows label=t::title(lang)>{rows}</Rows> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_late_a_request_is_stands_in_words() {
        let day = |text: &str| -> Day { text.parse().unwrap() };
        let (today, fi) = (day("2026-10-08"), Lang::Fi);
        assert_eq!(due_words(fi, today, today), "Vastattava tänään");
        assert_eq!(due_words(fi, today, day("2026-10-09")), "Vastattava viimeistään 9.10.2026, päivä jäljellä");
        assert_eq!(due_words(fi, today, day("2026-10-10")), "Vastattava viimeistään 10.10.2026, 2 päivää jäljellä");
        assert_eq!(due_words(fi, today, day("2026-10-07")), "Myöhässä päivän (7.10.2026)");
        assert_eq!(due_words(fi, today, day("2026-10-01")), "Myöhässä 7 päivää (1.10.2026)");
        let tones = ["2026-10-07", "2026-10-08", "2026-10-15", "2026-10-16"].map(|due| due_tone(today, day(due)));
        assert_eq!(tones, [Tone::Wrong, Tone::Look, Tone::Look, Tone::Calm]);
    }
}
