//! What a tablet can settle for its groups: marks of one person that contradict each other, with both sides, who wrote
//! each and when. Choosing one is a mark like any other, also without network. Results that were corrected in two ways
//! are shown and settled likewise, by one more correction.

use domain::assessments::{Assessment, Version};
use domain::attendance::{Mark, Verb};
use domain::ids::GroupId;
use leptos::prelude::*;

use super::contested::{Contradiction, Side};
use super::roll_call::mark_icon;
use crate::assessments::result_view::Privacy;
use crate::assessments::versions::chosen;
use crate::assessments::versions_view::Versions;
use crate::context::address::Address;
use crate::context::view::View;
use crate::context::{lang, use_tablet};
use crate::texts::{self, Lang, Words, reviews, waiting::decide as t};
use crate::ui::{Button, ButtonLink, Empty, IconView, Notice, Tag, Tone};

#[component]
pub fn Decide() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let open = Memo::new(move |_| tablet.contradictions());
    let tests = Memo::new(move |_| tablet.disputed_tests());
    let done = RwSignal::new(None::<String>);
    view! {
        <View title=t::title(lang) back=true>
            {move || done.get().map(|title| view! { <Notice tone=Tone::Good title live=true /> })}
            <Show
                when=move || open.with(|open| !open.is_empty()) || tests.with(|tests| !tests.is_empty())
                fallback=move || view! { <Empty title=t::empty(lang) text=t::empty_text(lang) /> }
            >
                <p>{t::lead(lang)}</p>
                <ul class="reviews" role="list">
                    <For each=move || open.get() key=Contradiction::key let:one>
                        <One contradiction=one done />
                    </For>
                    {move || {
                        let one = |(group, test): (GroupId, Assessment)| view! { <OneTest group test done /> };
                        tests.get().into_iter().map(one).collect_view()
                    }}
                </ul>
                <Show when=move || tests.with(|tests| !tests.is_empty())>
                    <p><Privacy /></p>
                </Show>
            </Show>
        </View>
    }
}

#[component]
fn One(contradiction: Contradiction, done: RwSignal<Option<String>>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let Contradiction { group, session, day, participant, sides } = contradiction;
    let name = untrack(|| tablet.name_of(participant, group)).map(|name| texts::named(lang, &name)).unwrap_or_default();
    let group_name = untrack(|| tablet.group(group)).map(|group| group.name).unwrap_or_default();
    let said = name.clone();
    let take = Callback::new(move |mark: Mark| {
        tablet.record(vec![Verb::Set { session, group, participant, mark: Some(mark) }.into()]);
        done.set(Some(t::done(lang, mark.words(lang), &said)));
    });
    view! {
        <li class="card">
            <div class="card__head">
                <h2 class="review__title"><span>{name}</span></h2>
                <span class="quiet">{format!("{group_name}, {}", texts::weekday_day(lang, day))}</span>
            </div>
            <ul class="sides" role="list">
                {sides.into_iter().map(|side| view! { <OneSide lang side take /> }).collect_view()}
            </ul>
            <ButtonLink text=t::to_roll(lang) href=Address::Roll(group, day).to_string() />
        </li>
    }
}

/// A result that two devices have corrected in two ways, with both. Of one that an earlier program has merged the tablet
/// holds the later correction alone.
#[component]
fn OneTest(group: GroupId, test: Assessment, done: RwSignal<Option<String>>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let Assessment { id, participant, measured_on, instrument, .. } = test;
    let name = untrack(|| tablet.name_of(participant, group)).map(|name| texts::named(lang, &name)).unwrap_or_default();
    let (said, about) = (name.clone(), test.clone());
    let take = Callback::new(move |version: Version| {
        tablet.record(vec![chosen(lang, &about, &version).into()]);
        done.set(Some(t::done(lang, instrument.words(lang), &said)));
    });
    let is_told = test.has_sides();
    view! {
        <li class="card">
            <div class="card__head">
                <h2 class="review__title"><span>{name}</span></h2>
                <span class="quiet">{format!("{}, {}", instrument.words(lang), texts::day(lang, measured_on))}</span>
            </div>
            {match is_told {
                true => view! { <Versions test take /> }.into_any(),
                false => view! { <p>{texts::measure::disputed(lang)}</p> }.into_any(),
            }}
            <ButtonLink text=texts::measure::amend(lang) href=Address::Amend(participant, group, id).to_string() />
        </li>
    }
}

#[component]
fn OneSide(lang: Lang, side: Side, take: Callback<Mark>) -> impl IntoView {
    let Side { mark, by, at, shown } = side;
    let who = by.unwrap_or_else(|| t::somebody(lang).to_owned());
    let words = format!("{}: {}", reviews::take(lang), mark.words(lang));
    view! {
        <li class="side">
            <p class="side__words decide__mark"><IconView icon=mark_icon(Some(mark)) /> {mark.words(lang)}</p>
            <p class="quiet">{format!("{who}, {}", texts::moment(lang, at))}</p>
            {shown.then(|| view! { <p><Tag text=reviews::in_force(lang) tone=Tone::Calm /></p> })}
            <div class="cluster side__acts">
                <Button text=words class="decide__take" script=true on:click=move |_| take.run(mark) />
            </div>
        </li>
    }
}
