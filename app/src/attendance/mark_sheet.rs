//! The sheet behind a row's end button: late, told us, no word, paused, remote; the person's card and tests (H2).

use domain::access::Action;
use domain::attendance::Mark;
use leptos::prelude::*;

use super::roll::{RollCall, mark_icon};
use super::roster::Row;
use crate::tablet::dialog::Dialog;
use crate::tablet::frame::{lang, use_tablet};
use crate::tablet::place::Place;
use crate::texts::{Words, roll as t};
use crate::ui::IconView;

/// The marks of the sheet; "present" is first, because a slip is mended here too.
const MARKS: [Mark; 6] =
    [Mark::Present, Mark::LateOrPartial, Mark::AbsentInformed, Mark::AbsentUnknown, Mark::Paused, Mark::Remote];

#[component]
pub fn MarkSheet(call: RollCall, row: Row, open: RwSignal<Option<Row>>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let person = row.participant;
    let now = untrack(|| call.mark_of(person));
    let group = call.meeting.get_untracked().group;
    let choose = move |mark: Option<Mark>| {
        call.mark(&[(person, mark)]);
        open.set(None);
    };
    let may_measure = tablet.account().may(Action::RecordAssessments);
    view! {
        <Dialog title=t::sheet_title(lang, &row.name) close=move || open.set(None)>
            <div class="sheet__marks">
                {MARKS
                    .map(|mark| {
                        view! {
                            <button
                                type="button"
                                class="button sheet__mark"
                                aria-pressed=(now == Some(mark)).to_string()
                                on:click=move |_| choose(Some(mark))
                            >
                                <IconView icon=mark_icon(Some(mark)) />
                                {mark.words(lang)}
                            </button>
                        }
                    })
                    .collect_view()}
                {now
                    .is_some()
                    .then(|| {
                        view! {
                            <button type="button" class="button sheet__mark" on:click=move |_| choose(None)>
                                <IconView icon=mark_icon(None) />
                                {t::clear(lang)}
                            </button>
                        }
                    })}
            </div>
            <div class="sheet__ways">
                <a href=Place::Person(person, group).to_string() class="button">
                    {t::open_card(lang)}
                </a>
                {may_measure
                    .then(|| {
                        view! {
                            <a href=Place::Measure(person, group).to_string() class="button">
                                {t::measure(lang)}
                            </a>
                        }
                    })}
            </div>
        </Dialog>
    }
}
