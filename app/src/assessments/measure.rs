//! The test station: one part of the test per view, by numbers (S1, S4, S7). Every key press is kept as a draft.

use domain::access::Action;
use domain::assessments;
use domain::assessments::{Aid, Instrument, NotDone, ValueProblem, write_decimal};
use domain::ids::{AssessmentId, GroupId, ParticipantId};
use domain::people::Participant;
use domain::sync::op::Verb;
use leptos::prelude::*;

use super::entry::{Entry, Filled, Key, Part};
use super::pad::{NumberPad, key_of};
use super::result::Result;
use super::told::part_so_far;
use crate::tablet::dialog::Dialog;
use crate::tablet::frame::{View, lang, use_tablet};
use crate::tablet::place::Place;
use crate::tablet::way::use_way;
use crate::texts::{self, Lang, Words, assessments as words, measure as t};
use crate::ui::{Icon, IconView, Show, live};

/// Whose test, and which one is corrected if it is a correction.
#[component]
pub fn Measure(person: ParticipantId, group: GroupId, test: Option<AssessmentId>) -> impl IntoView {
    let tablet = use_tablet();
    match untrack(|| tablet.participant(person)) {
        Some(person) if tablet.account().may(Action::RecordAssessments) => {
            let amended = test.and_then(|test| {
                let all = untrack(|| tablet.assessments(person.id));
                all.into_iter().find(|a| a.id == test).map(|a| Entry::amend(&a, group))
            });
            view! { <Station person group amended /> }.into_any()
        }
        Some(_) => view! { <View title=t::title(lang())><p>{t::not_allowed(lang())}</p></View> }.into_any(),
        None => view! { <crate::tablet::app::NoView /> }.into_any(),
    }
}

/// Chooses the test, then enters it.
#[component]
fn Station(person: Participant, group: GroupId, amended: Option<Entry>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let id = person.id;
    let draft = match &amended {
        Some(entry) => format!("amend/{}", entry.id),
        None => format!("measure/{id}"),
    };
    let entry = RwSignal::new(amended);
    tablet.keep_draft(draft.clone(), entry, |entry| entry.as_ref().is_none_or(|e| e.is_blank() && e.amends.is_none()));
    let consented = Memo::new(move |_| tablet.may_be_measured(id));
    let begin = move |instrument: Instrument| {
        let (today, _) = tablet.local_time();
        let test = tablet.new_ids(AssessmentId::new);
        entry.set(Some(Entry::new(test, id, group, instrument, today)));
    };
    let (name, initials) = (person.profile.full_name(), person.profile.initials());
    let draft = StoredValue::new(draft);
    // What was thrown away, until something else is begun (W8).
    let thrown = RwSignal::new(None::<Entry>);
    view! {
        <View title=name lead=initials back=true>
            <Show
                when=move || entry.with(Option::is_some)
                fallback=move || {
                    view! {
                        <Show when=move || !consented.get()>
                            <div class="notice notice--look">
                                <span class="notice__icon"><IconView icon=Icon::Look /></span>
                                <div class="notice__body">
                                    <p>{t::no_consent(lang)}</p>
                                    <a href=Place::Person(id, group).to_string() class="button">
                                        {t::ask_consent(lang)}
                                    </a>
                                </div>
                            </div>
                        </Show>
                        {live(move || {
                            thrown
                                .get()
                                .map(|kept| {
                                    view! {
                                        <div class="undo-bar">
                                            <span role="status">{t::discarded(lang)}</span>
                                            <button
                                                type="button"
                                                class="undo-bar__button"
                                                on:click=move |_| entry.set(Some(kept.clone()))
                                            >
                                                {texts::roll::undo(lang)}
                                            </button>
                                        </div>
                                    }
                                })
                        })}
                        <h2>{t::choose(lang)}</h2>
                        <div class="stack">
                            <button
                                type="button"
                                class="button button--wide"
                                prop:disabled=move || !consented.get()
                                on:click=move |_| begin(Instrument::Sppb)
                            >
                                {t::sppb(lang)}
                            </button>
                            <button
                                type="button"
                                class="button button--wide"
                                prop:disabled=move || !consented.get()
                                on:click=move |_| begin(Instrument::Gait10)
                            >
                                {t::gait(lang)}
                            </button>
                        </div>
                    }
                }
            >
                <Enter entry thrown group draft />
            </Show>
        </View>
    }
}

/// The parts in order, then the result.
#[component]
fn Enter(
    entry: RwSignal<Option<Entry>>,
    thrown: RwSignal<Option<Entry>>,
    group: GroupId,
    draft: StoredValue<String>,
) -> impl IntoView {
    let (lang, tablet, way) = (lang(), use_tablet(), use_way());
    let parts = entry.with_untracked(|e| e.as_ref().map(Entry::parts).unwrap_or_default());
    let at = RwSignal::new(0_usize);
    let part = move || parts.get(at.get()).copied().unwrap_or(Part::Result);
    let neighbour = move |step: isize| at.get().checked_add_signed(step).and_then(|to| parts.get(to)).copied();
    let move_to = move |step: isize| at.update(|at| *at = at.saturating_add_signed(step));
    let save = move |_| {
        let Some(done) = entry.get_untracked().filter(|e| e.open_parts().is_empty()) else { return };
        let verb = match done.amends.clone() {
            None => Verb::Assessment(assessments::Verb::Record { assessment: Box::new(done.assessment()) }),
            Some(reason) if reason.trim().is_empty() => {
                crate::tablet::focus("reason");
                return;
            }
            Some(reason) => Verb::Assessment(assessments::Verb::Amend {
                id: done.id,
                participant: done.participant,
                trials: done.trials(),
                reason: reason.trim().to_owned(),
            }),
        };
        tablet.record_form(vec![verb], &draft.get_value());
        way.go(Place::Person(done.participant, group));
    };
    let discard = move |_| {
        tablet.drop_draft(&draft.get_value());
        thrown.set(entry.get_untracked());
        entry.set(None);
    };
    view! {
        <ol class="steps" role="list">
            {parts
                .iter()
                .enumerate()
                .map(|(place, part)| {
                    let words = part_words(lang, *part);
                    view! {
                        <li class="steps__step" aria-current=move || (at.get() == place).then_some("step")>
                            {words}
                        </li>
                    }
                })
                .collect_view()}
        </ol>
        {live(move || match part() {
            Part::Result => view! { <Result entry save discard /> }.into_any(),
            part => view! { <PartView entry part /> }.into_any(),
        })}
        <div class="measure__moves">
            {live(move || {
                neighbour(-1)
                    .map(|part| {
                        view! {
                            <button type="button" class="button" on:click=move |_| move_to(-1)>
                                {t::previous_part(lang, part_words(lang, part))}
                            </button>
                        }
                    })
            })}
            {live(move || {
                neighbour(1)
                    .map(|part| {
                        view! {
                            <button type="button" class="button button--main measure__next" on:click=move |_| move_to(1)>
                                {t::next_part(lang, part_words(lang, part))}
                            </button>
                        }
                    })
            })}
        </div>
    }
}

pub fn part_words(lang: Lang, part: Part) -> &'static str {
    match part {
        Part::Balance => t::part_balance(lang),
        Part::Gait => t::part_gait(lang),
        Part::Chair => t::part_chair(lang),
        Part::Usual => words::item::usual(lang),
        Part::Maximal => words::item::maximal(lang),
        Part::Result => t::part_result(lang),
    }
}

/// One part: what to say aloud, its cells, and the pad for the chosen one.
#[component]
fn PartView(entry: RwSignal<Option<Entry>>, part: Part) -> impl IntoView {
    let lang = lang();
    let places = entry.with_untracked(|e| e.as_ref().map(|e| e.cells_of(part)).unwrap_or_default());
    let first = places.first().copied().unwrap_or(0);
    let chosen = RwSignal::new(first);
    let asking = RwSignal::new(false);
    let press = move |key: Key| {
        entry.update(|e| {
            if let Some(e) = e {
                e.press(chosen.get_untracked(), key)
            }
        })
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if let Some(key) = key_of(&event.key()) {
            event.prevent_default();
            press(key);
        }
    };
    let filled = move || entry.with(|e| e.as_ref().map_or(Filled::Empty, |e| e.filled(chosen.get())));
    let item = move || entry.with(|e| e.as_ref().and_then(|e| e.cells.get(chosen.get()).map(|cell| cell.item)));
    let so_far = move || {
        entry.with(|e| {
            let result = super::told::so_far(&e.as_ref()?.assessment());
            let of_part = match part {
                Part::Balance => result.balance,
                Part::Gait => result.gait,
                Part::Chair => result.chair,
                _ => return None,
            };
            part_so_far(lang, of_part)
        })
    };
    let walked = matches!(part, Part::Gait | Part::Usual | Part::Maximal);
    let stand = part == Part::Balance;
    view! {
        <div class="measure" on:keydown=on_key>
            <div class="measure__say">
                <p class="measure__aloud">{t::say(lang)}</p>
                <p class="measure__words">{live(move || item().and_then(|item| instruction(lang, item)))}</p>
            </div>
            <Show when=move || walked>
                <Walk entry part />
            </Show>
            <ul class="measure__cells" role="list">
                {places
                    .into_iter()
                    .map(|place| view! { <li><CellButton entry place chosen /></li> })
                    .collect_view()}
            </ul>
            <div class="measure__entry">
                <Said entry chosen />
                <div class="measure__ways">
                    {stand
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button measure__test"
                                    prop:disabled=move || filled() == Filled::Skipped
                                    on:click=move |_| {
                                        entry.update(|e| if let Some(e) = e { e.held_full(chosen.get_untracked()) });
                                        next_cell(entry, part, chosen);
                                    }
                                >
                                    <IconView icon=Icon::Tick />
                                    {t::full_ten(lang)}
                                </button>
                            }
                        })}
                    <button
                        type="button"
                        class="button measure__test"
                        prop:disabled=move || filled() == Filled::Skipped
                        on:click=move |_| asking.set(true)
                    >
                        {t::not_done(lang)}
                    </button>
                </div>
                <NumberPad press />
                <p class="measure__points" role="status">{live(so_far)}</p>
            </div>
            <Show when=move || asking.get()>
                <Reasons entry chosen asking part />
            </Show>
        </div>
    }
}

/// Goes on to the next cell of the part that is still empty.
fn next_cell(entry: RwSignal<Option<Entry>>, part: Part, chosen: RwSignal<usize>) {
    let next = entry.with_untracked(|e| {
        let e = e.as_ref()?;
        e.cells_of(part).into_iter().find(|place| *place > chosen.get_untracked() && e.filled(*place) == Filled::Empty)
    });
    if let Some(next) = next {
        chosen.set(next);
    }
}

fn instruction(lang: Lang, item: domain::assessments::Item) -> Option<&'static str> {
    use domain::assessments::Item;
    use words::instruction as i;
    match item {
        Item::SideBySide => Some(i::side_by_side(lang)),
        Item::SemiTandem => Some(i::semi_tandem(lang)),
        Item::Tandem => Some(i::tandem(lang)),
        Item::Gait | Item::Usual => Some(i::gait(lang)),
        Item::Chair5 => Some(i::chair5(lang)),
        Item::Maximal => Some(t::say_maximal(lang)),
        _ => None,
    }
}

/// Course and walking aid.
#[component]
fn Walk(entry: RwSignal<Option<Entry>>, part: Part) -> impl IntoView {
    let lang = lang();
    let course = move |metres: u16, words: &'static str| {
        let now = move || entry.with(|e| e.as_ref().is_some_and(|e| e.course_m == metres));
        view! {
            <button
                type="button"
                class="switch__button"
                aria-pressed=move || now().to_string()
                on:click=move |_| entry.update(|e| if let Some(e) = e { e.course_m = metres })
            >
                {words}
            </button>
        }
    };
    view! {
        <div class="measure__walk">
            {(part == Part::Gait)
                .then(|| {
                    view! {
                        <div class="switch" role="group" aria-label=t::course(lang)>
                            {course(4, t::course_4(lang))}
                            {course(3, t::course_3(lang))}
                        </div>
                    }
                })}
            <div class="switch" role="group" aria-label=t::aid(lang)>
                {Aid::ALL
                    .iter()
                    .map(|aid| {
                        let aid = *aid;
                        let now = move || entry.with(|e| e.as_ref().is_some_and(|e| e.aid == aid));
                        view! {
                            <button
                                type="button"
                                class="switch__button"
                                aria-pressed=move || now().to_string()
                                on:click=move |_| entry.update(|e| if let Some(e) = e { e.aid = aid })
                            >
                                {aid.words(lang)}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        </div>
    }
}

/// One trial: its name and what it says so far.
#[component]
fn CellButton(entry: RwSignal<Option<Entry>>, place: usize, chosen: RwSignal<usize>) -> impl IntoView {
    let lang = lang();
    let name = entry.with_untracked(|e| {
        let cell = e.as_ref()?.cells.get(place)?;
        let several = e.as_ref()?.cells.iter().filter(|c| c.item == cell.item).count() > 1;
        Some(if several { t::trial(lang, i64::from(cell.trial)) } else { cell.item.words(lang).to_owned() })
    });
    let filled = Memo::new(move |_| entry.with(|e| e.as_ref().map_or(Filled::Empty, |e| e.filled(place))));
    let typed = move || entry.with(|e| e.as_ref().and_then(|e| e.cells.get(place).map(|c| c.typed.clone())));
    let value = move || match filled.get() {
        Filled::Empty => t::empty_value(lang).to_owned(),
        Filled::Value(value) => texts::hundredths_s(lang, value),
        Filled::Unusual(_) | Filled::Wrong(_) => typed().unwrap_or_default(),
        Filled::NotDone(code) => code.words(lang).to_owned(),
        Filled::Skipped => NotDone::SkippedByRule.words(lang).to_owned(),
    };
    let kind = move || match filled.get() {
        Filled::Empty => "empty",
        Filled::Value(_) => "value",
        Filled::Unusual(_) | Filled::Wrong(_) => "wrong",
        Filled::NotDone(_) => "not-done",
        Filled::Skipped => "skipped",
    };
    view! {
        <button
            type="button"
            class="cell"
            data-filled=kind
            aria-pressed=move || (chosen.get() == place).to_string()
            prop:disabled=move || filled.get() == Filled::Skipped
            on:click=move |_| chosen.set(place)
        >
            <span class="cell__name">{name}</span>
            <span class="cell__value number">{live(value)}</span>
        </button>
    }
}

/// What is wrong or unusual about the chosen value, and what to do.
#[component]
fn Said(entry: RwSignal<Option<Entry>>, chosen: RwSignal<usize>) -> impl IntoView {
    let lang = lang();
    let filled = move || entry.with(|e| e.as_ref().map_or(Filled::Empty, |e| e.filled(chosen.get())));
    view! {
        <div class="measure__said" role="status">
            {live(move || match filled() {
                Filled::Unusual(value) => {
                    view! {
                        <p>{t::soft(lang, &texts::scaled(lang, value, 2))}</p>
                        <button
                            type="button"
                            class="button"
                            on:click=move |_| entry.update(|e| if let Some(e) = e { e.confirm(chosen.get_untracked()) })
                        >
                            {t::soft_yes(lang)}
                        </button>
                    }
                        .into_any()
                }
                Filled::Wrong(problem) => view! { <p class="field__error">{wrong_words(lang, problem, &entry, chosen)}</p> }.into_any(),
                Filled::Skipped => view! { <p>{t::skipped(lang)}</p> }.into_any(),
                _ => ().into_any(),
            })}
        </div>
    }
}

fn wrong_words(lang: Lang, problem: ValueProblem, entry: &RwSignal<Option<Entry>>, chosen: RwSignal<usize>) -> String {
    let typed = entry.with(|e| e.as_ref().and_then(|e| e.cells.get(chosen.get()).map(|c| c.typed.clone())));
    let local = |value: i64, decimals: u8| {
        let plain = write_decimal(value, decimals);
        if lang == Lang::En { plain } else { plain.replace('.', ",") }
    };
    match problem {
        ValueProblem::OutOfRange { low, high, decimals } => {
            let number = domain::input::Decimal::typed(&typed.unwrap_or_default());
            let small = number.is_ok_and(|number| number.floor(decimals) < low);
            if small { t::too_small(lang, &local(low, decimals)) } else { t::too_large(lang, &local(high, decimals)) }
        }
        ValueProblem::TooFast => t::impossible(lang).to_owned(),
        _ => t::not_number(lang).to_owned(),
    }
}

/// Not done is a result with a reason (S4).
#[component]
fn Reasons(
    entry: RwSignal<Option<Entry>>,
    chosen: RwSignal<usize>,
    asking: RwSignal<bool>,
    part: Part,
) -> impl IntoView {
    let lang = lang();
    let choose = move |code: Option<NotDone>| {
        entry.update(|e| {
            if let Some(e) = e {
                e.set_not_done(chosen.get_untracked(), code)
            }
        });
        asking.set(false);
        next_cell(entry, part, chosen);
    };
    let codes = NotDone::ALL.iter().copied().filter(|code| *code != NotDone::SkippedByRule);
    view! {
        <Dialog title=t::not_done_title(lang) close=move || asking.set(false)>
            <div class="sheet__marks">
                {codes
                    .map(|code| {
                        view! {
                            <button type="button" class="button sheet__mark" on:click=move |_| choose(Some(code))>
                                {code.words(lang)}
                            </button>
                        }
                    })
                    .collect_view()}
                <button type="button" class="button sheet__mark" on:click=move |_| choose(None)>
                    {t::with_value(lang)}
                </button>
            </div>
        </Dialog>
    }
}
