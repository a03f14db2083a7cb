//! The gate before the tests: what comes first, what forbids, and what to heed. Its verdict is the domain's
//! ([`domain::safety::gate`]).

use domain::access::Action;
use domain::ids::{GroupId, ParticipantId};
use domain::incidents::StoppedTest;
use domain::safety::{self, Care};
use leptos::prelude::*;

use super::ask::Ask;
use super::permit::Permit;
use super::today::Today;
use super::words::care_lines;
use crate::context::address::Address;
use crate::context::{lang, use_tablet};
use crate::texts::safety as t;
use crate::ui::{Button, ButtonLink, Icon, IconView, Notice, Tone};

/// What is asked again although it was answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    Questions,
    Today,
}

/// Shows the tests when the person's gate is open, else what comes before them. Nobody is asked about their health
/// without having agreed to tests: then the tests say so themselves.
#[component]
pub fn Gate(
    person: ParticipantId,
    group: GroupId,
    /// A test has begun: it goes on.
    #[prop(into)]
    begun: Signal<bool>,
    /// The test at hand, should it be stopped.
    #[prop(optional, into)]
    at_hand: Signal<Option<StoppedTest>>,
    /// A test is open: the screen is for what is measured, so that what to heed takes one row.
    #[prop(optional)]
    testing: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let tablet = use_tablet();
    let verdict = Memo::new(move |_| tablet.may_be_measured(person).then(|| tablet.gate(person)));
    let again = RwSignal::new(None::<Again>);
    // What comes next begins at its top, however far the one before was scrolled.
    Effect::new(move |before: Option<()>| {
        verdict.track();
        again.track();
        if before.is_some() && !begun.get_untracked() {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
    let open = Memo::new(move |_| {
        let opens = verdict.with(|verdict| matches!(verdict, None | Some(safety::Gate::Open(_))));
        begun.get() || (opens && again.get().is_none())
    });
    view! {
        <Show when=move || open.get() fallback=move || view! { <Closed person group verdict again /> }>
            <Heed person group verdict begun at_hand again testing />
            {children()}
        </Show>
    }
}

type GateMemo = Memo<Option<safety::Gate>>;

/// What comes before the tests, or forbids them.
#[component]
fn Closed(person: ParticipantId, group: GroupId, verdict: GateMemo, again: RwSignal<Option<Again>>) -> impl IntoView {
    let done = Callback::new(move |()| again.set(None));
    move || {
        let asked = again.get();
        match verdict.get() {
            Some(safety::Gate::Red(_)) => view! { <Red person group /> }.into_any(),
            _ if asked == Some(Again::Today) => view! { <Today person done /> }.into_any(),
            _ if asked == Some(Again::Questions) => view! { <Ask person keep=Some(done) done /> }.into_any(),
            Some(safety::Gate::AskToday) => view! { <Today person done /> }.into_any(),
            Some(safety::Gate::Postpone) => view! { <Postpone person group again /> }.into_any(),
            Some(safety::Gate::Ask | safety::Gate::Incomplete(_)) | None => {
                view! { <Ask person keep=None done /> }.into_any()
            }
            Some(safety::Gate::Open(_)) => ().into_any(),
        }
    }
}

/// Nothing begins before somebody with that right has recorded a permission. Not which answer it was: the hall looks on.
#[component]
fn Red(person: ParticipantId, group: GroupId) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let help = tablet.account().help;
    // Once for each change of the rights: what is typed stays while the tablet sends.
    let may_permit = Memo::new(move |_| tablet.may(Action::ClearScreenings));
    let whom = match &help {
        Some(help) => t::red::call(lang, &help.name),
        None => t::red::tell(lang).to_owned(),
    };
    let call = help.map(|help| {
        let link = help.link();
        view! {
            <a class="button button--wide" href=link>
                <IconView icon=Icon::Phone />
                <span>{help.phone}</span>
            </a>
        }
    });
    view! {
        <section class="halt" role="status">
            <h2 class="halt__title"><IconView icon=Icon::Wrong />{t::red::title(lang)}</h2>
            <p class="halt__text">{t::red::text(lang)}</p>
            <p>{t::red::who(lang)}</p>
            <p class="halt__text">{whom}</p>
            {call}
            <Show when=move || may_permit.get()><Permit person /></Show>
            <Ways person group />
        </section>
    }
}

#[component]
fn Postpone(person: ParticipantId, group: GroupId, again: RwSignal<Option<Again>>) -> impl IntoView {
    let lang = lang();
    view! {
        <section class="halt halt--calm" role="status">
            <h2 class="halt__title"><IconView icon=Icon::Pause />{t::postpone::title(lang)}</h2>
            <p class="halt__text">{t::postpone::text(lang)}</p>
            <Button text=t::postpone::again(lang) script=true on:click=move |_| again.set(Some(Again::Today)) />
            <Ways person group />
        </section>
    }
}

/// Back to the person, and the way when something is wrong right now.
#[component]
fn Ways(person: ParticipantId, group: GroupId) -> impl IntoView {
    let lang = lang();
    view! {
        <div class="halt__ways">
            <ButtonLink text=t::red::to_card(lang) href=Address::Person(person, group).to_string() icon=Icon::Person />
            <StopLink person group at_hand=Signal::default() />
        </div>
    }
}

/// To the stop screen.
#[component]
fn StopLink(person: ParticipantId, group: GroupId, at_hand: Signal<Option<StoppedTest>>) -> impl IntoView {
    let href = move || Address::Stop(person, group, at_hand.get()).to_string();
    view! {
        <a class="button button--danger stop-link" href=href>
            <IconView icon=Icon::Wrong />
            <span>{t::stop::open(lang())}</span>
        </a>
    }
}

/// What to heed, above the tests; before they begin, the way to answer anew.
#[component]
fn Heed(
    person: ParticipantId,
    group: GroupId,
    verdict: GateMemo,
    begun: Signal<bool>,
    at_hand: Signal<Option<StoppedTest>>,
    again: RwSignal<Option<Again>>,
    testing: bool,
) -> impl IntoView {
    let lang = lang();
    let care = move || match verdict.get()? {
        safety::Gate::Open(care) if care != Care::default() => Some(care),
        _ => None,
    };
    let told = move || match verdict.get()? {
        safety::Gate::Red(_) => {
            Some(view! { <Notice tone=Tone::Wrong title=t::red::meanwhile(lang) live=true /> }.into_any())
        }
        _ if testing => None,
        _ => care().map(|care| view! { <CareList care /> }.into_any()),
    };
    let in_row = move || care().filter(|_| testing).map(|care| view! { <CareRow care /> });
    let answered = move || verdict.with(Option::is_some);
    let changed = move || {
        view! {
            <Button
                text=t::ask::changed(lang)
                class="heed__again"
                disabled=begun
                script=true
                on:click=move |_| again.set(Some(Again::Questions))
            />
        }
    };
    view! {
        {told}
        <div class="heed" class:heed--testing=testing>
            {in_row}
            // In an open test its place is kept: nothing moves under the finger that starts the time.
            <Show when=move || answered() && (testing || !begun.get())>{changed}</Show>
            <Show when=answered><StopLink person group at_hand /></Show>
        </div>
    }
}

#[component]
fn CareList(care: Care) -> impl IntoView {
    let lang = lang();
    let lines: Vec<_> = care_lines(lang, &care).into_iter().map(|line| view! { <li>{line}</li> }).collect();
    view! {
        <Notice tone=Tone::Look title=t::care::title(lang)>
            <ul class="heed__list">{lines}</ul>
        </Notice>
    }
}

/// As the list, beside the way to the stop screen.
#[component]
fn CareRow(care: Care) -> impl IntoView {
    let lang = lang();
    let lines: Vec<_> = care_lines(lang, &care).into_iter().map(|line| view! { <li>{line}" "</li> }).collect();
    view! {
        <div class="heed__care">
            <IconView icon=Icon::Look />
            <div>
                <strong>{t::care::title(lang)}</strong>
                <ul class="heed__lines" role="list">{lines}</ul>
            </div>
        </div>
    }
}
