//! The participant holds the tablet: calm questions of their own and nothing else, until the instructor types their
//! name. What is answered is a draft of the test, which the instructor looks through and saves.

use domain::assessments::Instrument;
use domain::ids::{AssessmentId, GroupId, ParticipantId};
use domain::names::{can_be_said, is_name_typed};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

use super::entering::{Entering, OpenPart};
use super::measure::draft_name;
use super::questions::{Answers, asked, counted};
use super::test_form::{Filled, TestForm, TestPart};
use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::preferences::Preferences;
use crate::context::troubles::StoreTroubles;
use crate::context::typed_text::{Mistakes, TypedText, focus};
use crate::context::{lang, use_tablet};
use crate::device::browser::tell_shell;
use crate::device::signals::keep_screen_on;
use crate::sync::tablet::Tablet;
use crate::texts::{Lang, measure::handed as t};
use crate::ui::{Button, ButtonKind, Icon, Sheet, Switch, SwitchButton};

/// The name under which it is kept who holds the tablet.
const DRAFT: &str = "handed-over";
const NAME: &str = "instructor-name";

/// How far the participant has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
enum At {
    Hello,
    /// The question's part of the test.
    Question(usize),
    Thanks,
}

/// Whose questions the tablet shows. Kept on the disk: a reload, a call or an empty battery leads back here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Handed {
    person: ParticipantId,
    group: GroupId,
    /// As the participant chose it, at first their own.
    lang: Lang,
    /// Where the instructor goes on: an address of the tablet.
    back: String,
    at: At,
}

/// Who holds the tablet.
#[derive(Clone, Copy)]
pub struct HandedOver {
    tablet: Tablet,
    now: RwSignal<Option<Handed>>,
    known: RwSignal<bool>,
    came_back: RwSignal<Option<ParticipantId>>,
}

impl HandedOver {
    /// Looks who holds the tablet, and again whenever this tab is seen: another one may have been handed over.
    pub fn open(tablet: Tablet) -> Self {
        let (now, known, came_back) = (RwSignal::new(None), RwSignal::new(false), RwSignal::new(None));
        let handed = Self { tablet, now, known, came_back };
        handed.look();
        let seen = window_event_listener_untyped("visibilitychange", move |_| handed.look());
        on_cleanup(move || seen.remove());
        // The worker leads every other address here, too, as long as the participant holds the tablet.
        Effect::new(move |_| {
            if known.get() {
                tell_shell(if handed.is_handed() { "virea:handed-over" } else { "virea:taken-back" });
            }
        });
        handed
    }

    fn look(self) {
        spawn_local(async move {
            let kept = self.tablet.draft::<Handed>(DRAFT).await;
            if self.now.try_with_untracked(|now| *now != kept).unwrap_or(false) {
                let _ = self.now.try_set(kept);
            }
            let _ = self.known.try_set(true);
        });
    }

    /// Whether it has been looked: nothing may be shown before.
    pub fn is_known(&self) -> bool {
        self.known.get()
    }

    pub fn is_handed(&self) -> bool {
        self.now.with(Option::is_some)
    }

    /// Whether the tablet has just come back from this participant; told once.
    pub fn has_come_back(&self, from: ParticipantId) -> bool {
        let came = self.came_back.get_untracked() == Some(from);
        if came {
            self.came_back.set(None);
        }
        came
    }

    fn read<T: Default>(&self, read: impl FnOnce(&Handed) -> T) -> T {
        self.now.with(|now| now.as_ref().map(read).unwrap_or_default())
    }

    fn set(&self, now: Option<Handed>) {
        match &now {
            Some(handed) => self.tablet.write_draft(DRAFT, handed),
            None => self.tablet.drop_draft(DRAFT),
        }
        self.now.set(now);
    }

    fn change(&self, change: impl FnOnce(&mut Handed)) {
        let mut now = self.now.get_untracked();
        if let Some(handed) = &mut now {
            change(handed);
        }
        self.set(now);
    }
}

pub fn use_handed() -> HandedOver {
    expect_context::<HandedOver>()
}

/// The button by which the instructor hands the tablet over, with what will happen and how it comes back.
#[component]
pub fn Give(form: Entering) -> impl IntoView {
    let lang = lang();
    let asking = RwSignal::new(false);
    view! {
        <Button text=t::give(lang) icon=Icon::Person class="give" script=true on:click=move |_| asking.set(true) />
        <Show when=move || asking.get()>
            <GiveSheet form asking />
        </Show>
    }
}

#[component]
fn GiveSheet(form: Entering, asking: RwSignal<bool>) -> impl IntoView {
    let (lang, tablet, navigation, handed) = (lang(), use_tablet(), use_navigation(), use_handed());
    let who = form.now(|form| Some((form.participant, form.group)));
    let person = who.and_then(|(person, _)| untrack(|| tablet.participant(person)));
    let name = person.as_ref().map(|person| person.profile.spoken_name().to_owned()).unwrap_or_default();
    let give = move |_| {
        let Some((id, group)) = who else { return };
        let own = Lang::of_person(person.as_ref().and_then(|person| person.profile.language));
        let back = navigation.here_now().unwrap_or(Address::Start).to_string();
        asking.set(false);
        handed.set(Some(Handed { person: id, group, lang: own.unwrap_or(lang), back, at: At::Hello }));
    };
    view! {
        <Sheet lang title=t::give_title(lang, &name) close=move || asking.set(false)>
            <p>{t::give_text(lang)}</p>
            <p class="give__back">{t::give_back(lang, &tablet.account().name)}</p>
            <Button text=t::give_now(lang) kind=ButtonKind::Main wide=true script=true on:click=give />
        </Sheet>
    }
}

/// All that the tablet shows as long as a participant holds it, whatever its address.
#[component]
pub fn Held() -> impl IntoView {
    let (handed, preferences) = (use_handed(), expect_context::<Preferences>());
    keep_screen_on();
    document().set_title("Vireä");
    on_cleanup(move || preferences.show_language(preferences.lang.get_untracked()));
    let lang = Memo::new(move |_| {
        let chosen = handed.read(|handed| Some(handed.lang)).unwrap_or_default();
        chosen.addressing(handed.tablet.you().form_of_address)
    });
    let who = Memo::new(move |_| handed.read(|handed| Some((handed.person, handed.group))));
    move || {
        let lang = lang.get();
        // Everything inside speaks the participant's language.
        provide_context(preferences.in_language(lang));
        preferences.show_language(lang);
        who.get().map(|(person, group)| view! { <Own person group /> })
    }
}

/// The participant's own screens.
#[component]
fn Own(person: ParticipantId, group: GroupId) -> impl IntoView {
    let (lang, tablet, handed) = (lang(), use_tablet(), use_handed());
    let (today, at) = tablet.local_time();
    let mut blank = TestForm::new(tablet.new_ids(AssessmentId::new), person, group, Instrument::SelfReport, today);
    blank.circumstances.at = Some(at);
    blank.circumstances.place = untrack(|| tablet.place_of(group, today));
    let form = RwSignal::new(Some(blank));
    let is_blank = |form: &Option<TestForm>| form.as_ref().is_none_or(TestForm::is_blank);
    let is_read = tablet.keep_draft(draft_name(person, Instrument::SelfReport), form, is_blank);
    let name = untrack(|| tablet.participant(person)).map(|person| person.profile.spoken_name().to_owned());
    let hello = StoredValue::new(name.map_or_else(|| t::hello_nameless(lang).to_owned(), |name| t::hello(lang, &name)));
    let (entering, returning) = (Entering(form), RwSignal::new(false));
    let at = move || handed.read(|handed| Some(handed.at));
    let screen = move |at: At| match at {
        At::Hello => view! { <Hello words=hello.get_value() /> }.into_any(),
        At::Question(place) => view! { <OneQuestion form=entering place /> }.into_any(),
        At::Thanks => view! { <Thanks form=entering returning /> }.into_any(),
    };
    view! {
        <StoreTroubles />
        <div class="held participant" lang=lang.code()>
            <main class="held__main">
                <Show when=move || is_read.get()>
                    <Show when=move || returning.get() fallback=move || view! {
                        <For each=at key=|at| *at let:at>{screen(at)}</For>
                    }>
                        <Return returning />
                    </Show>
                </Show>
            </main>
            <footer class="held__foot" hidden=move || returning.get()>
                <Languages />
                // At the end it stands above, large.
                <Show when=move || at() != Some(At::Thanks)>
                    <Button
                        text=t::instructor(lang)
                        kind=ButtonKind::Quiet
                        script=true
                        on:click=move |_| returning.set(true)
                    />
                </Show>
            </footer>
        </div>
    }
}

/// The heading of a screen: the keyboard and the screen reader begin there, and the eye at the top.
#[component]
fn Heading(#[prop(into)] text: String) -> impl IntoView {
    let heading = NodeRef::<leptos::html::H1>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            window().scroll_to_with_x_and_y(0.0, 0.0);
            let _ = heading.focus();
        }
    });
    view! { <h1 tabindex="-1" node_ref=heading class="held__title">{text}</h1> }
}

#[component]
fn Hello(words: String) -> impl IntoView {
    let (lang, handed) = (lang(), use_handed());
    let begin = move |_| handed.change(|handed| handed.at = At::Question(0));
    view! {
        <Heading text=words />
        <p>{t::hello_text(lang)}</p>
        <p>{t::hello_more(lang)}</p>
        <Button text=t::begin(lang) kind=ButtonKind::Main wide=true class="held__next" script=true on:click=begin />
    }
}

#[component]
fn OneQuestion(form: Entering, place: usize) -> impl IntoView {
    let (lang, handed) = (lang(), use_handed());
    let part = form.now(|form| form.parts().get(place).copied()).unwrap_or(TestPart::Result);
    let open = OpenPart::new(form, part);
    let go = move |after: bool| {
        let parts = form.now(|form| form.parts().len());
        // The last part is the result, which is the instructor's.
        let to = match form.now(|form| form.part_beside(place, after)) {
            Some(place) if place + 1 < parts => At::Question(place),
            _ if after => At::Thanks,
            _ => At::Hello,
        };
        handed.change(|handed| handed.at = to);
    };
    let next = move || if open.filled() == Filled::Empty { t::skip(lang) } else { t::next(lang) };
    // Leaving a question out is no main way.
    let empty = move || open.filled() == Filled::Empty;
    view! {
        <section class="question held__question">
            <p class="held__count">{counted(lang, form, place)}</p>
            <Heading text=asked(lang, open) />
            <Answers open chosen=Callback::new(|()| ()) />
        </section>
        <div class="held__moves" class:held__moves--empty=empty>
            <Button text=t::back(lang) script=true on:click=move |_| go(false) />
            <Button text=next kind=ButtonKind::Main class="held__next" script=true on:click=move |_| go(true) />
        </div>
    }
}

#[component]
fn Thanks(form: Entering, returning: RwSignal<bool>) -> impl IntoView {
    let (lang, handed) = (lang(), use_handed());
    let last = form.now(|form| form.part_beside(form.parts().len() - 1, false)).unwrap_or_default();
    let look = move |_| handed.change(|handed| handed.at = At::Question(last));
    view! {
        <Heading text=t::thanks(lang) />
        <p class="held__give">{t::thanks_text(lang)}</p>
        <Button text=t::instructor(lang) wide=true class="held__next" script=true on:click=move |_| returning.set(true) />
        <Button text=t::look_again(lang) kind=ButtonKind::Quiet script=true on:click=look />
    }
}

/// The instructor takes the tablet back by typing their own name.
#[component]
fn Return(returning: RwSignal<bool>) -> impl IntoView {
    let (lang, tablet, navigation, handed) = (lang(), use_tablet(), use_navigation(), use_handed());
    let (typed, mistakes) = (RwSignal::new(String::new()), Mistakes::new(Vec::new()));
    let take = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = tablet.account().name;
        // Whoever has a name that nobody can type is let in.
        if can_be_said(&name) && !is_name_typed(&typed.get_untracked(), &name) {
            mistakes.set(vec![(NAME, t::wrong_name(lang).to_owned())]);
            return focus(NAME);
        }
        let Some(was) = handed.now.get_untracked() else { return };
        handed.came_back.set(Some(was.person));
        handed.set(None);
        navigation.replace(Address::read(&was.back).unwrap_or(Address::Start));
    };
    view! {
        <Heading text=t::name_title(lang) />
        <form class="held__return" on:submit=take novalidate>
            <TypedText
                id=NAME
                label=t::name(lang)
                hint=t::name_hint(lang)
                mistakes
                value=move || typed.get()
                set=move |text| typed.set(text)
            />
            <Button text=t::take(lang) kind=ButtonKind::Main wide=true class="held__next" />
        </form>
        <Button text=t::to_questions(lang) script=true on:click=move |_| returning.set(false) />
    }
}

/// Languages are words, in the same place on every screen.
#[component]
fn Languages() -> impl IntoView {
    let (lang, handed) = (lang(), use_handed());
    let one = move |one: Lang| {
        let speak = move |_| handed.change(|handed| handed.lang = one);
        view! { <SwitchButton text=one.own_name() lang=one.code() pressed=one == lang.alone() on:click=speak /> }
    };
    view! { <Switch label=t::language(lang)>{Lang::ALL.map(one).into_iter().collect_view()}</Switch> }
}
