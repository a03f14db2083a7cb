//! Everybody who is here, in big letters and without network: the list to call out when the alarm bell rings. Who is
//! seen outside is ticked; the ticks are gone with the list.

use std::collections::BTreeSet;

use domain::attendance::Mark;
use domain::ids::ParticipantId;
use leptos::prelude::*;

use super::roll_call::RollCall;
use super::roster::Row;
use crate::context::lang;
use crate::texts::roll::present_list as t;
use crate::texts::whole;
use crate::ui::{Button, ButtonKind, Icon, IconView, Sheet};

#[component]
pub fn PresentList(call: RollCall, open: RwSignal<bool>) -> impl IntoView {
    let lang = lang();
    let here = move |row: &Row| call.mark_of(row.participant).is_some_and(Mark::is_here);
    let present = Memo::new(move |_| call.rows.get().into_iter().filter(here).collect::<Vec<_>>());
    let seen = RwSignal::new(BTreeSet::<ParticipantId>::new());
    let counted = move || t::seen(lang, whole(present.with(Vec::len)), whole(seen.with(BTreeSet::len)));
    let nobody = move || view! { <p class="closing__said">{t::nobody(lang)}</p> };
    view! {
        <Sheet lang title=t::title(lang) tall=true close=move || open.set(false)>
            <Show when=move || present.with(|rows| !rows.is_empty()) fallback=nobody>
                <p class="present__count" role="status">{counted}</p>
                <p>{t::lead(lang)}</p>
                <ul class="present" role="list">
                    <For each=move || present.get() key=|row| row.participant let:row>
                        <Seen row seen />
                    </For>
                </ul>
            </Show>
            <div class="closing__end sheet__end">
                <Button text=t::done(lang) kind=ButtonKind::Main script=true on:click=move |_| open.set(false) />
            </div>
        </Sheet>
    }
}

#[component]
fn Seen(row: Row, seen: RwSignal<BTreeSet<ParticipantId>>) -> impl IntoView {
    let person = row.participant;
    let is_seen = move || seen.with(|seen| seen.contains(&person));
    let tick = move |_| {
        seen.update(|seen| {
            if !seen.remove(&person) {
                seen.insert(person);
            }
        });
    };
    view! {
        <li>
            <Button text=row.name class="present__one" pressed=Signal::derive(is_seen) script=true on:click=tick>
                <span class="present__seen">
                    {move || is_seen().then(|| view! { <IconView icon=Icon::Tick /> })}
                </span>
            </Button>
        </li>
    }
}
