//! The sheet behind a row's end button: late, told us, no word, paused, remote; the person's card and tests.

use domain::access::Action;
use domain::attendance::Mark;
use leptos::prelude::*;

use super::due::RoundDue;
use super::roll_call::{RollCall, mark_icon};
use super::roster::Row;
use crate::context::address::Address;
use crate::context::{lang, use_tablet};
use crate::texts::{Words, roll as t};
use crate::ui::{Button, ButtonLink, Sheet};

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
    let one = move |mark: Mark| {
        view! {
            <Button
                text=mark.words(lang)
                icon=mark_icon(Some(mark))
                class="sheet__mark"
                pressed=now == Some(mark)
                script=true
                on:click=move |_| choose(Some(mark))
            />
        }
    };
    let clear = move || {
        let icon = mark_icon(None);
        view! { <Button text=t::clear(lang) icon class="sheet__mark" script=true on:click=move |_| choose(None) /> }
    };
    let measure = move || {
        view! { <ButtonLink text=t::measure(lang) href=Address::Measure(person, group).to_string() /> }
    };
    view! {
        <Sheet lang title=t::sheet_title(lang, &row.name) close=move || open.set(None)>
            <div class="sheet__marks">
                {MARKS.map(one).collect_view()}
                {now.is_some().then(clear)}
            </div>
            <RoundDue person />
            <div class="sheet__ways">
                <ButtonLink text=t::open_card(lang) href=Address::Person(person, group).to_string() />
                {may_measure.then(measure)}
            </div>
        </Sheet>
    }
}
