//! What lies over the rows of a roll, and what stands above them where something is not as usual: a file of its own, which
//! is no part of the first load. The browser reads it as soon as a roll stands.

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::ahead::AheadSheet;
use super::cancelled_calls::CancelledCalls;
use super::closing::Closing;
use super::correction::CorrectionSheet;
use super::head_count::HeadCount;
use super::mark_sheet::MarkSheet;
use super::present_list::PresentList;
use super::roll_call::RollCall;
use super::roster::{Row, UsualPlaces};
use super::typed_name::TypedName;
use super::usual_places::PlacesSheet;
use crate::tablet::later::Piece;

/// Which sheets lie over the rows.
#[derive(Clone, Copy)]
pub struct Sheets {
    pub of: RwSignal<Option<Row>>,
    pub closing: RwSignal<bool>,
    pub listing: RwSignal<bool>,
    pub placing: RwSignal<bool>,
    pub places: RwSignal<UsualPlaces>,
}

/// What of it is shown.
#[derive(Clone, Copy)]
pub enum RollPart {
    Sheets(Sheets),
    /// Whom to call about the session that was cancelled.
    Cancelled,
    /// Where a name is typed, as long as nobody may be shown.
    TypedName,
    /// How many came, where nobody's name is kept.
    HeadCount,
}

/// Such a part, as soon as its code is there.
#[component]
pub fn OfRoll(call: RollCall, part: RollPart) -> impl IntoView {
    view! { <Piece view=shown(call, part) /> }
}

#[wasm_split(roll, wasm_split_path = leptos::wasm_split, fallible)]
fn shown(call: RollCall, part: RollPart) -> Result<AnyView, SplitLoaderError> {
    Ok(match part {
        RollPart::Sheets(sheets) => view! { <OpenSheets call sheets /> }.into_any(),
        RollPart::Cancelled => view! { <CancelledCalls call /> }.into_any(),
        RollPart::TypedName => view! { <TypedName call /> }.into_any(),
        RollPart::HeadCount => view! { <HeadCount call /> }.into_any(),
    })
}

#[component]
fn OpenSheets(call: RollCall, sheets: Sheets) -> impl IntoView {
    let day = call.meeting.with_untracked(|meeting| meeting.day);
    let Sheets { of, closing, listing, placing, places } = sheets;
    view! {
        {move || of.get().map(|row| view! { <MarkSheet call row open=of /> })}
        <Show when=move || closing.get()>
            <Closing call open=closing />
        </Show>
        <Show when=move || listing.get()>
            <PresentList call open=listing />
        </Show>
        <Show when=move || call.late.with(Option::is_some)>
            <CorrectionSheet call />
        </Show>
        <Show when=move || call.asked.with(Option::is_some)>
            <AheadSheet day yes=move || call.go_ahead() no=move || call.asked.set(None) />
        </Show>
        <Show when=move || placing.get()>
            <PlacesSheet call places open=placing />
        </Show>
    }
}
