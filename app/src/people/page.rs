//! One participant at the desk: who, in which groups, how often there, what the tests say, what happened.

use domain::assessments::change::ChangeClass;
use domain::consents::{ConsentAct, ConsentChannel, ConsentPurpose};
use domain::friends::FriendPair;
use domain::ids::{FriendPairId, ParticipantId};
use domain::letters::FormOfAddress;
use domain::outcomes::attendance::Adherence;
use domain::people::Participant;
use domain::talks::Talk;
use domain::time::{Day, Instant};
use leptos::prelude::*;

use super::form::known_or_dash;
use super::stays::{Joinable, SmallForm, Stay, Stays, StaysView};
use super::touch::{Contacts, Death, HasDied, Pauses, Touch};
use crate::applications::on_person::{ApplicationsCard, ApplicationsView};
use crate::consents::card::{ConsentTyped, RecordConsent};
use crate::friends::card::{FriendsCard, FriendsView};
use crate::home_programmes::desk::{HomeCard, HomeExerciseCard};
use crate::screenings::clear::{Answered, Answers};
use crate::talks::card::{GoneTalk, TalkTyped, TalksCard};
use crate::texts::{
    Lang, NO_FIGURE, Words, access::break_glass, day, guide, kin, letters, messages, moment, own, people, results,
    safety, whole,
};
use crate::ui::{
    Button, ButtonLink, CardTable, ErrorSummary, Fact, Facts, FieldError, Icon, IconView, Notice, PageHead, PhoneFact,
    Tone,
};

/// Attendance in all groups.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct AttendanceSummary {
    pub adherence: Adherence,
    pub last_visit: Option<Day>,
}

/// The newest score of one outcome with the one before it.
#[derive(Clone, PartialEq, Debug)]
pub struct ResultLine {
    pub name: String,
    pub value: String,
    pub band: Option<String>,
    /// Limits and reference values with their sources, a line each.
    pub references: Vec<String>,
    pub measured_on: Day,
    /// Who measured, where it is not who recorded.
    pub measured_by: Option<String>,
    /// Pain during the test, 0–10.
    pub pain: Option<u8>,
    /// Value and day of the one before.
    pub previous: Option<(String, Day)>,
    pub change: Option<(ChangeClass, String)>,
    pub amended_because: Option<String>,
    pub disputed: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ConsentLine {
    pub purpose: ConsentPurpose,
    pub act: ConsentAct,
    pub channel: ConsentChannel,
    pub on: Day,
}

/// One operation of the log in plain words.
#[derive(Clone, PartialEq, Debug)]
pub struct HistoryLine {
    pub at: Instant,
    pub who: String,
    pub words: String,
}

/// How the person came in, and what is agreed with them.
#[derive(Clone, PartialEq, Debug)]
pub struct Ways {
    pub applications: ApplicationsView,
    /// The newest first.
    pub talks: Vec<Talk>,
    /// Those that were taken back today.
    pub gone_talks: Vec<GoneTalk>,
    /// The ids that a new consent and a new talk will have.
    pub consent_rev: String,
    pub talk_rev: String,
    /// How people are addressed where something is read out to them.
    pub form: FormOfAddress,
    /// Outdoor friends, and the id that a new one will have.
    pub friends: Vec<FriendPair>,
    pub new_friend: FriendPairId,
}

/// Everything that the page shows. Health data are `None` for roles that may not see them.
#[derive(Clone, PartialEq, Debug)]
pub struct PersonView {
    pub person: Participant,
    pub today: Day,
    pub stays: Vec<Stay>,
    pub attendance: Option<AttendanceSummary>,
    pub results: Option<Vec<ResultLine>>,
    pub consents: Option<Vec<ConsentLine>>,
    pub answered: Option<Answered>,
    pub history: Vec<HistoryLine>,
    pub touch: Touch,
    pub home: HomeCard,
    /// Records of the same person that this one stands for: id, name, year of birth.
    pub merged: Vec<(ParticipantId, String, Option<i32>)>,
    /// The day of death, as far as the person or a group's roll says.
    pub died_on: Option<Day>,
    /// Groups that the person can be added to.
    pub joinable: Vec<Joinable>,
    pub may_edit: bool,
    pub may_manage: bool,
    /// How the person came in and what is agreed, for whoever looks after them.
    pub ways: Option<Ways>,
    /// Shown by emergency access alone.
    pub opened: bool,
    /// A sentence about what was just saved.
    pub done: Option<&'static str>,
    /// The small form that came back, as it was typed, and what is wrong with it.
    pub typed: Option<SmallForm>,
    pub errors: Vec<FieldError>,
}

impl PersonView {
    /// To whoever has died nothing is offered any more: no letter, no question, no group.
    const fn is_alive(&self) -> bool {
        self.died_on.is_none()
    }
}

#[component]
pub fn PersonPage(lang: Lang, view: PersonView) -> impl IntoView {
    let id = view.person.id;
    let title = view.person.profile.full_name();
    let lead = lead(lang, &view);
    let (may_edit, may_write) = (view.may_edit, view.may_manage && view.is_alive());
    // Emergency access is for looking at one page alone.
    let has_results = view.results.is_some() && !view.opened;
    let stays = stays(&view);
    let (touch, death) = (touch(lang, &view), death(lang, &view));
    let answers = answers(lang, &view);
    let (consents, ways) = (consents(lang, &view), ways(lang, &view));
    // Whoever looks by emergency access may have no list of people.
    let back = match view.opened {
        true => ("/break-glass".to_owned(), break_glass::title(lang).to_owned()),
        false => ("/people".to_owned(), people::page::back(lang).to_owned()),
    };
    let back = Some(back);
    view! {
        <PageHead title lead back>
            {has_results.then(|| view! {
                <ButtonLink text=results::card::open(lang) href=format!("/people/{id}/card")/>
            })}
            {may_write.then(|| view! {
                <ButtonLink text=letters::open(lang) href=format!("/people/{id}/letters")/>
                <ButtonLink text=own::desk::open(lang) href=format!("/people/{id}/personal-card")/>
                <ButtonLink text=kin::desk::open(lang) href=format!("/people/{id}/relatives")/>
                <ButtonLink text=messages::desk::open(lang) href=format!("/people/{id}/messages")/>
            })}
            {may_edit.then(|| view! { <ButtonLink text=people::page::edit(lang) href=format!("/people/{id}/edit")/> })}
        </PageHead>
        <Told lang view=view.clone()/>
        <div class="columns columns--side">
            <div class="stack stack--wide">
                {view.results.clone().map(|results| view! { <Results lang results/> })}
                <Attendance lang summary=view.attendance/>
                <History lang title=people::page::history(lang) nothing=people::page::no_history(lang)
                    lines=view.history.clone()/>
            </div>
            <div class="stack">
                {answers}
                <section class="card">
                    <h2>{people::page::about(lang)}</h2>
                    <About lang person=view.person.clone()/>
                    {(!view.opened).then(|| view! {
                        <p><a class="link" href=format!("/people/{id}/rights")>{crate::texts::rights::title(lang)}</a></p>
                    })}
                    {death}
                </section>
                <section class="card" id="groups">
                    <h2>{people::page::groups(lang)}</h2>
                    <Stays lang view=stays/>
                </section>
                {touch}
                <HomeExerciseCard lang card=home(&view)/>
                <Merged lang records=view.merged.clone() may=view.may_manage/>
                {consents}
                {ways}
            </div>
        </div>
    }
    .into_any()
}

/// What was answered before tests, for those who may see results.
fn answers(lang: Lang, view: &PersonView) -> Option<AnyView> {
    let answered = view.answered.clone()?;
    let typed = if let Some(SmallForm::Clear(typed)) = view.typed.clone() { Some(typed) } else { None };
    let errors = view.errors.clone();
    let may_ask = view.ways.is_some() && view.is_alive();
    let questions = format!("/people/{}/questions", view.person.id);
    Some(
        view! {
            <section class="card" id="answers">
                <h2>{safety::clear::title(lang)}</h2>
                <Answers lang view=answered typed errors/>
                {may_ask.then(|| view! { <p><ButtonLink text=safety::desk::open(lang) href=questions/></p> })}
            </section>
        }
        .into_any(),
    )
}

/// What must be known of the person before anything else.
#[component]
fn Told(lang: Lang, view: PersonView) -> impl IntoView {
    let id = view.person.id;
    view! {
        <div class="stack notes">
            <ErrorSummary lang errors=view.errors.clone()/>
            {view.done.map(|words| view! { <Notice tone=Tone::Good title=words live=true/> })}
            {view.died_on.map(|on| view! { <HasDied lang person=id on may_edit=view.may_manage/> })}
            {view.person.profile.undisclosed.then(|| view! {
                <Notice tone=Tone::Look title=people::touch::undisclosed(lang)/>
            })}
            {view.person.provisional.then(|| view! { <Notice tone=Tone::Look title=people::page::provisional(lang)/> })}
        </div>
    }
    .into_any()
}

/// The records that this one stands for, each with the way to take it apart again.
#[component]
fn Merged(lang: Lang, records: Vec<(ParticipantId, String, Option<i32>)>, may: bool) -> impl IntoView {
    let none = records.is_empty();
    let items: Vec<_> = records
        .into_iter()
        .map(|(id, name, year)| {
            let born = year.map(|year| people::list::born(lang, &year.to_string()));
            view! {
                <li class="stay">
                    <span class="table__name">{name}{born.map(|born| view! { <span class="table__more">{born}</span> })}</span>
                    {may.then(|| view! {
                        <form method="post" action=format!("/people/{id}/unmerge")>
                            <Button text=people::merged::undo(lang).to_owned()/>
                        </form>
                    })}
                </li>
            }
        })
        .collect();
    (!none).then(|| {
        view! {
            <section class="card" id="merged">
                <h2>{people::merged::title(lang)}</h2>
                <ul class="days" role="list">{items}</ul>
            </section>
        }
    })
}

/// The form that notes a death, for whoever looks after the person.
fn death(lang: Lang, view: &PersonView) -> Option<AnyView> {
    let typed = if let Some(SmallForm::Died { on }) = view.typed.clone() { Some(on) } else { None };
    let errors = if typed.is_some() { view.errors.clone() } else { Vec::new() };
    let (person, known) = (view.person.id, view.person.profile.died_on);
    // A day that was typed stays, also where a colleague has noted another one meanwhile.
    let asked = view.may_manage && (view.is_alive() || typed.is_some());
    asked.then(|| view! { <Death lang person known typed errors/> }.into_any())
}

/// Contacts and pauses.
fn touch(lang: Lang, view: &PersonView) -> AnyView {
    let of = |wanted: bool| if wanted { view.errors.clone() } else { Vec::new() };
    let pause = if let Some(SmallForm::Pause(typed)) = view.typed.clone() { Some(typed) } else { None };
    let contact = if let Some(SmallForm::Contact(typed)) = view.typed.clone() { Some(typed) } else { None };
    let pauses = Touch { may_edit: view.touch.may_edit && view.is_alive(), ..view.touch.clone() };
    let (pause_errors, contact_errors) = (of(pause.is_some()), of(contact.is_some()));
    view! {
        <section class="card" id="contacts">
            <h2>{people::touch::contacts(lang)}</h2>
            <Contacts lang touch=view.touch.clone() typed=contact errors=contact_errors/>
        </section>
        <section class="card" id="pauses">
            <h2>{people::touch::pauses(lang)}</h2>
            <Pauses lang touch=pauses typed=pause errors=pause_errors/>
        </section>
    }
    .into_any()
}

/// The consents, and for whoever looks after the person the form that records one.
fn consents(lang: Lang, view: &PersonView) -> Option<AnyView> {
    let lines = view.consents.clone()?;
    let person = view.person.id;
    // What was typed stays, also where a colleague has noted the death meanwhile.
    let asked = view.is_alive() || matches!(view.typed, Some(SmallForm::Consent(_)));
    let form = view.ways.as_ref().filter(|_| asked).map(|ways| {
        let read_in = Lang::of_person(view.person.profile.language).unwrap_or(lang);
        let (typed, errors) = match &view.typed {
            Some(SmallForm::Consent(typed)) => (typed.clone(), view.errors.clone()),
            _ => (ConsentTyped::new(ways.consent_rev.clone(), read_in, view.today), Vec::new()),
        };
        let said_in = lang.addressing(ways.form);
        view! { <RecordConsent lang said_in person typed errors/> }
    });
    Some(
        view! {
            <section class="card" id="consents">
                <h2>{people::page::consents(lang)}</h2>
                <Consents lang lines/>
                {form}
            </section>
        }
        .into_any(),
    )
}

/// Applications, counselling talks and outdoor friends.
fn ways(lang: Lang, view: &PersonView) -> Option<AnyView> {
    let Ways { applications, talks, gone_talks: gone, talk_rev, friends, new_friend, .. } = view.ways.clone()?;
    let (person, may_add) = (view.person.id, view.is_alive());
    let (typed, errors) = match &view.typed {
        Some(SmallForm::Talk(typed)) => (Some(typed.clone()), view.errors.clone()),
        _ => (None, Vec::new()),
    };
    let talk = TalkTyped::new(talk_rev, view.today);
    let (friend, friend_errors) = match &view.typed {
        Some(SmallForm::Friend(typed)) => (Some(typed.clone()), view.errors.clone()),
        _ => (None, Vec::new()),
    };
    let (today, pairs, new) = (view.today, friends, new_friend);
    let friends = FriendsView { person, today, pairs, new, may_add, typed: friend, errors: friend_errors };
    Some(
        view! {
            <ApplicationsCard lang view=applications may_add/>
            <TalksCard lang person talks gone new=talk typed errors may_add/>
            <FriendsCard lang view=friends/>
        }
        .into_any(),
    )
}

fn stays(view: &PersonView) -> StaysView {
    let may_join = view.may_manage && view.is_alive();
    let PersonView { person, today, stays, joinable, may_manage, typed, errors, .. } = view.clone();
    StaysView { person: person.id, today, stays, joinable, may_manage, may_join, typed, errors }
}

/// What was agreed for home stays to be read.
fn home(view: &PersonView) -> HomeCard {
    let card = view.home.clone();
    HomeCard { may_open: card.may_open && (view.is_alive() || card.programme.is_some()), ..card }
}

/// "82 vuotta · suomi".
fn lead(lang: Lang, view: &PersonView) -> String {
    let profile = &view.person.profile;
    let age = profile.birth_date.map(|birth| people::page::age(lang, i64::from(view.today.age_of_born(birth))));
    let year = profile.birth_year.map(|year| people::list::born(lang, &year.to_string()));
    let language = profile.language.map(|language| language.words(lang).to_owned());
    let parts: Vec<_> = [age.or(year), language].into_iter().flatten().collect();
    parts.join(" · ")
}

#[component]
fn About(lang: Lang, person: Participant) -> impl IntoView {
    use people::field as f;
    let p = person.profile;
    let words = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(|| NO_FIGURE.to_owned());
    let birth = p.birth_date.map(|d| day(lang, d)).or(p.birth_year.map(|year| year.to_string()));
    let facts = [
        (f::given_names(lang), words(Some(p.given_names))),
        (f::birth_date(lang), words(birth)),
        (f::sex(lang), known_or_dash(lang, p.sex)),
        (f::phone(lang), words(p.phone)),
        (f::postal_code(lang), words(p.postal_code)),
        (f::emergency_contact(lang), words(p.emergency_contact)),
        (f::living_alone(lang), known_or_dash(lang, p.living_alone)),
        (f::education(lang), known_or_dash(lang, p.education)),
        (f::income_ok(lang), known_or_dash(lang, p.income_ok)),
        (f::referral_source(lang), known_or_dash(lang, p.referral_source)),
        (f::applied_on(lang), words(p.applied_on.map(|d| day(lang, d)))),
        (f::decision(lang), known_or_dash(lang, p.decision)),
        (f::reference(lang), words(p.reference)),
    ];
    // Whoever is looked up is often called.
    let called = [f::phone(lang), f::emergency_contact(lang)];
    let fact = |(name, value): (&'static str, String)| match called.contains(&name) {
        true => view! { <PhoneFact name value/> }.into_any(),
        false => view! { <Fact name value/> }.into_any(),
    };
    let facts: Vec<_> = facts.into_iter().map(fact).collect();
    view! { <Facts>{facts}</Facts> }.into_any()
}

#[component]
fn Results(lang: Lang, results: Vec<ResultLine>) -> impl IntoView {
    let none = results.is_empty();
    let rows: Vec<_> = results.into_iter().map(|line| view! { <ResultRow lang line/> }).collect();
    let table = || {
        view! {
            <CardTable label=people::page::results(lang) heads=vec![people::page::test(lang), people::page::result(lang), people::page::change(lang)] rows/>
        }
    };
    view! {
        <section class="section">
            <div class="cluster cluster--apart">
                <h2>{people::page::results(lang)}</h2>
                <span class="guide__link"><ButtonLink text=guide::link(lang) href="/tests/guide"/></span>
            </div>
            {if none {
                view! { <p class="quiet">{people::page::no_results(lang)}</p> }.into_any()
            } else {
                table().into_any()
            }}
        </section>
    }
    .into_any()
}

const fn change_icon(class: ChangeClass) -> Option<Icon> {
    match class {
        ChangeClass::Improved => Some(Icon::Up),
        ChangeClass::Kept => Some(Icon::Same),
        ChangeClass::Declined => Some(Icon::Down),
        ChangeClass::NotPaired | ChangeClass::NotComparable | ChangeClass::Descriptive => None,
    }
}

#[component]
fn ResultRow(lang: Lang, line: ResultLine) -> impl IntoView {
    let change = match line.change {
        Some((class, words)) => {
            let icon = change_icon(class).map(|icon| view! { <IconView icon/> });
            view! { <span class="result__change">{icon}<span>{words}</span></span> }.into_any()
        }
        // Of two answers neither is called better.
        None if line.previous.is_some() => ().into_any(),
        None => view! { <span class="quiet">{people::page::first_result(lang)}</span> }.into_any(),
    };
    let reference = |words: String| view! { <span class="table__more">{words}</span> };
    let references: Vec<_> = line.references.into_iter().map(reference).collect();
    let previous = line.previous.map(|(value, on)| people::page::previous(lang, on, &value));
    let amended = line.amended_because.map(|reason| people::page::amended(lang, &reason));
    view! {
        <tr>
            <th scope="row">
                <span class="table__name">
                    {line.name}
                    <span class="table__more">{day(lang, line.measured_on)}</span>
                    {line.measured_by.map(|name| view! {
                        <span class="table__more">{people::page::measured_by(lang, &name)}</span>
                    })}
                    {line.pain.map(|pain| view! {
                        <span class="table__more">{people::page::pain(lang, i64::from(pain))}</span>
                    })}
                </span>
            </th>
            <td data-label=people::page::result(lang)>
                <span class="result">
                    <span class="result__value">{line.value}</span>
                    {line.band.map(|band| view! { <span class="result__band">{band}</span> })}
                    {references}
                    {amended.map(|words| view! { <span class="table__more">{words}</span> })}
                    {line.disputed.then(|| view! { <span class="table__more">{people::page::disputed(lang)}</span> })}
                </span>
            </td>
            <td data-label=people::page::change(lang)>
                <span class="result">
                    {change}
                    {previous.map(|words| view! { <span class="table__more">{words}</span> })}
                </span>
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn Attendance(lang: Lang, summary: Option<AttendanceSummary>) -> impl IntoView {
    let body = match summary {
        None => view! { <p class="quiet">{people::page::no_attendance(lang)}</p> }.into_any(),
        Some(summary) => {
            let Adherence { attended, offered, .. } = summary.adherence;
            let words = match summary.adherence.share() {
                Some(share) => people::page::attended_words(lang, share),
                None => people::page::too_few_offered(lang).to_owned(),
            };
            view! {
                <div class="card">
                    <div class="result">
                        <p class="result__value">{people::page::attended(lang, whole(attended), whole(offered))}</p>
                        <p>{words}</p>
                        {summary.last_visit.map(|on| view! { <p class="quiet">{people::page::last_visit(lang, on)}</p> })}
                    </div>
                </div>
            }
            .into_any()
        }
    };
    view! { <section class="section"><h2>{people::page::attendance(lang)}</h2>{body}</section> }.into_any()
}

#[component]
fn Consents(lang: Lang, lines: Vec<ConsentLine>) -> impl IntoView {
    if lines.is_empty() {
        return view! { <p class="quiet">{people::page::no_consents(lang)}</p> }.into_any();
    }
    let items: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let icon = if line.act == ConsentAct::Given { Icon::Tick } else { Icon::Cross };
            let what = format!("{} {}, {}", line.act.words(lang), day(lang, line.on), line.channel.words(lang));
            view! {
                <li class="consent-line">
                    <IconView icon/>
                    <span class="table__name">{line.purpose.words(lang)}<span class="table__more">{what}</span></span>
                </li>
            }
        })
        .collect();
    view! { <ul class="days" role="list">{items}</ul> }.into_any()
}

/// What was done, the newest first; `nothing` is said where nothing was.
#[component]
pub fn History(lang: Lang, title: &'static str, nothing: &'static str, lines: Vec<HistoryLine>) -> impl IntoView {
    const FIRST: usize = 8;
    let none = lines.is_empty();
    let item = move |line: HistoryLine| {
        view! {
            <li class="history__item">
                <span class="history__when">{moment(lang, line.at)}</span>
                <span>{line.words}" "<span class="history__who">{people::page::by(lang, &line.who)}</span></span>
            </li>
        }
    };
    let mut lines = lines.into_iter();
    let first: Vec<_> = lines.by_ref().take(FIRST).map(item).collect();
    let rest: Vec<_> = lines.map(item).collect();
    view! {
        <section class="section" id="history">
            <h2>{title}</h2>
            {none.then(|| view! { <p class="quiet">{nothing}</p> })}
            {(!none).then(|| view! { <ol class="history" role="list">{first}</ol> })}
            {(!rest.is_empty()).then(|| view! {
                <details class="more">
                    <summary>{people::page::show_history(lang)}</summary>
                    <ol class="history" role="list">{rest}</ol>
                </details>
            })}
        </section>
    }
    .into_any()
}
