//! What somebody who takes part can do about the own data: one thing on a screen, the consequence before the press.

use domain::consents::ConsentPurpose;
use domain::ids::{ParticipantId, RequestId};
use domain::requests::{RequestChannel, RequestKind, RequestPart, WORDS};
use domain::time::Day;
use leptos::prelude::*;

use super::around::{Back, Whose};
use super::seen::{LookLines, LooksLately};
use super::words::plain_day;
use crate::consents::card::ASKED;
use crate::people::rights::{DataPart, DataView, PartOfData};
use crate::texts::own_rights as t;
use crate::texts::{Lang, Words, capital, rights};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Choice, ChoiceCards, ErrorSummary, FieldError, Notice, PrintButton, TextArea, Tone,
};

/// Where a request is taken back.
pub const TAKE_BACK: &str = "/own/rights/take-back";

/// A consent that stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConsentLine {
    pub purpose: ConsentPurpose,
    pub since: Day,
}

/// Something that the person has asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnRequest {
    pub id: RequestId,
    pub kind: RequestKind,
    pub words: String,
    /// How it came.
    pub channel: RequestChannel,
    pub received_on: Day,
    pub due_on: Day,
    /// Since when more time is taken, and why.
    pub extended: Option<(Day, String)>,
    /// What was answered, when, and by whom.
    pub answer: Option<(String, Day, Option<String>)>,
    /// When the person took it back, before it was answered.
    pub taken_back_on: Option<Day>,
}

impl OwnRequest {
    fn waits(&self) -> bool {
        self.answer.is_none() && self.taken_back_on.is_none()
    }
}

/// What the page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RightsView {
    /// Whose page it is: its forms carry it.
    pub person: ParticipantId,
    pub consents: Vec<ConsentLine>,
    /// The newest first.
    pub requests: Vec<OwnRequest>,
    pub today: Day,
    /// A sentence about what was just done.
    pub said: Option<(Tone, &'static str)>,
}

/// Whether the consent can be taken back on the page of rights: those to relatives end beside each name.
pub fn withdrawable(purpose: ConsentPurpose) -> bool {
    ASKED.contains(&purpose)
}

#[component]
pub fn RightsPage(lang: Lang, view: RightsView) -> impl IntoView {
    let RightsView { person, consents, requests, today, said } = view;
    let link = |kind: RequestKind| {
        let href = format!("/own/rights/ask?kind={}", kind.code());
        view! { <ButtonLink text=ask_words(lang, kind).0 href/> }
    };
    let asked: Vec<_> = RequestKind::ON_OWN_PAGE.into_iter().map(link).collect();
    view! {
        <Back lang/>
        <h1>{t::title(lang)}</h1>
        {said.map(|(tone, title)| view! { <Notice tone title live=true/> })}
        <Requests lang today person requests/>
        <section class="own__ways" aria-labelledby="see">
            <h2 id="see">{t::see(lang)}</h2>
            <ButtonLink text=t::all(lang) href="/own/data"/>
            <ButtonLink text=t::download(lang) href="/own/data/download"/>
            <ButtonLink text=crate::texts::kin::looks::title(lang) href="/own/looks"/>
        </section>
        <Consents lang consents/>
        <section class="own__ways" aria-labelledby="ask">
            <h2 id="ask">{t::ask::heading(lang)}</h2>
            {asked}
        </section>
        <p>{t::complaint(lang)}</p>
    }
    .into_any()
}

/// What was asked, and what came of it.
#[component]
fn Requests(lang: Lang, today: Day, person: ParticipantId, requests: Vec<OwnRequest>) -> impl IntoView {
    let any = !requests.is_empty();
    // Of each kind one waits at a time.
    let wait: Vec<_> = requests.iter().filter(|one| one.waits()).map(|one| one.kind).collect();
    let can_be_asked = |kind| RequestKind::ON_OWN_PAGE.contains(&kind) && !wait.contains(&kind);
    let lines: Vec<_> = requests
        .into_iter()
        .map(|one| {
            let again = can_be_asked(one.kind);
            view! { <OneRequest lang today person one again/> }
        })
        .collect();
    any.then(|| {
        view! {
            <h2>{t::requests(lang)}</h2>
            <ul class="own__sessions" role="list">{lines}</ul>
        }
    })
}

/// `again`: the same can be asked now.
#[component]
fn OneRequest(lang: Lang, today: Day, person: ParticipantId, one: OwnRequest, again: bool) -> impl IntoView {
    let OwnRequest { id, kind, words, channel, received_on, due_on, extended, answer, taken_back_on } = one;
    let state = match (answer, taken_back_on) {
        (Some((words, on, by)), _) => {
            let by = by.map_or_else(|| t::answered(lang, on), |by| t::answered_by(lang, on, &by));
            view! { <p><strong>{by}</strong></p><p class="told">{words}</p> }.into_any()
        }
        (None, Some(day)) => view! { <TakenBack lang day kind again/> }.into_any(),
        (None, None) => {
            let when = if due_on < today { t::late(lang, due_on) } else { t::waits(lang, due_on) };
            let more_time = extended.map(|(_, why)| view! { <p class="told">{t::more_time(lang, &why)}</p> });
            view! { <p>{when}</p>{more_time}<TakeBack lang person id kind/> }.into_any()
        }
    };
    view! {
        <li class="own__session">
            <h3>{ask_words(lang, kind).1}</h3>
            <p>{came(lang, channel, received_on)}</p>
            {(!words.is_empty()).then(|| view! { <p class="told">{words}</p> })}
            {state}
        </li>
    }
    .into_any()
}

/// One press: as long as nobody has answered it, it goes no further.
#[component]
fn TakeBack(lang: Lang, person: ParticipantId, id: RequestId, kind: RequestKind) -> impl IntoView {
    view! {
        <form method="post" action=TAKE_BACK>
            <input type="hidden" name="form" value="take_back"/>
            <Whose person=person.to_string()/>
            <input type="hidden" name="request" value=id.to_string()/>
            <Button text=t::take_back(lang, kind.words(lang))/>
        </form>
    }
    .into_any()
}

/// That it was taken back, and the way to ask once more.
#[component]
fn TakenBack(lang: Lang, day: Day, kind: RequestKind, again: bool) -> impl IntoView {
    let href = format!("/own/rights/ask?kind={}", kind.code());
    view! {
        <p><strong>{t::took_back(lang, day)}</strong></p>
        {again.then(|| view! { <ButtonLink text=t::ask_again(lang, kind.words(lang)) href/> })}
    }
    .into_any()
}

/// How and when it was asked.
fn came(lang: Lang, channel: RequestChannel, on: Day) -> String {
    match channel {
        RequestChannel::OwnPage => t::sent_on(lang, on),
        RequestChannel::Phone => t::called_on(lang, on),
        RequestChannel::Paper => t::wrote_on(lang, on),
        RequestChannel::Spoken => t::said_on(lang, on),
    }
}

#[component]
fn Consents(lang: Lang, consents: Vec<ConsentLine>) -> impl IntoView {
    let none = consents.is_empty();
    let lines: Vec<_> = consents
        .into_iter()
        .map(|ConsentLine { purpose, since }| {
            let href = format!("/own/rights/withdraw?purpose={}", purpose.code());
            view! {
                <li class="own__session">
                    <h3>{capital(purpose.words(lang))}</h3>
                    <p>{t::given(lang, since)}</p>
                    <ButtonLink text=t::withdraw::open(lang, purpose.words(lang)) href/>
                </li>
            }
        })
        .collect();
    view! {
        <h2>{t::consents(lang)}</h2>
        {none.then(|| view! { <p>{t::no_consents(lang)}</p> })}
        <ul class="own__sessions" role="list">{lines}</ul>
        <p>{t::to_relatives(lang)}</p>
        <ButtonLink text=crate::texts::own::page::seen(lang) href="/own/seen"/>
    }
    .into_any()
}

/// On the button that leads to the question, and what was asked, of each kind.
fn ask_words(lang: Lang, kind: RequestKind) -> (&'static str, &'static str) {
    use t::ask as a;
    match kind {
        RequestKind::Correction => (a::correction(lang), a::was_correction(lang)),
        RequestKind::Leaving => (a::leaving(lang), a::was_leaving(lang)),
        RequestKind::Erasure => (a::erasure(lang), a::was_erasure(lang)),
        RequestKind::Restriction => (a::restriction(lang), a::was_restriction(lang)),
        RequestKind::Objection => (a::objection(lang), a::was_objection(lang)),
        RequestKind::Access => (t::all(lang), a::was_access(lang)),
    }
}

/// What follows of it, before it is sent.
fn lead(lang: Lang, kind: RequestKind) -> &'static str {
    use t::ask::lead as l;
    match kind {
        RequestKind::Correction | RequestKind::Access => l::correction(lang),
        RequestKind::Leaving => l::leaving(lang),
        RequestKind::Erasure => l::erasure(lang),
        RequestKind::Restriction => l::restriction(lang),
        RequestKind::Objection => l::objection(lang),
    }
}

/// What stands in the fields, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AskTyped {
    /// The form's own id: sent twice it is one request.
    pub rev: String,
    pub part: String,
    pub words: String,
}

/// One question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AskView {
    /// Whose page it is.
    pub person: ParticipantId,
    pub kind: RequestKind,
    pub typed: AskTyped,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn AskPage(lang: Lang, view: AskView) -> impl IntoView {
    let AskView { person, kind, typed, errors } = view;
    let error = |field: &str| FieldError::of(&errors, field);
    let correction = kind == RequestKind::Correction;
    let parts: Vec<_> = RequestPart::ALL
        .iter()
        .map(|part| Choice::new(part.code(), capital(part.words(lang)), part.code() == typed.part))
        .collect();
    let parts = correction.then(|| {
        view! {
            <ChoiceCards legend=t::ask::part(lang) name="part" choices=parts column=true error=error("part")/>
        }
    });
    let (label, hint) = match correction {
        true => (t::ask::what(lang), Some(t::ask::what_hint(lang).to_owned())),
        false => (t::ask::more(lang), None),
    };
    view! {
        <Back lang home="/own/rights"/>
        <h1>{ask_words(lang, kind).0}</h1>
        <ErrorSummary lang errors=errors.clone()/>
        <p>{lead(lang, kind)}</p>
        <form class="own__form" method="post" action="/own/rights/ask" novalidate>
            <input type="hidden" name="form" value="ask"/>
            <Whose person=person.to_string()/>
            <input type="hidden" name="kind" value=kind.code()/>
            <input type="hidden" name="rev" value=typed.rev/>
            {parts}
            <TextArea lang name="words" label value=typed.words hint error=error("words") optional=!correction
                maxlength=u32::try_from(WORDS).unwrap_or(u32::MAX)/>
            <p>{t::ask::when(lang)}</p>
            <Button text=t::ask::send(lang) kind=ButtonKind::Main/>
        </form>
    }
    .into_any()
}

/// What ends and what stays when a consent is taken back.
fn follows(lang: Lang, purpose: ConsentPurpose) -> [&'static str; 3] {
    use t::withdraw as w;
    match purpose {
        ConsentPurpose::HealthTests => [w::tests_end(lang), w::tests_kept(lang), w::tests_group(lang)],
        ConsentPurpose::HomeCareExchange => [w::home_care_end(lang), w::home_care_kept(lang), w::stays(lang)],
        _ => [w::survey_end(lang), w::survey_kept(lang), w::stays(lang)],
    }
}

#[component]
pub fn WithdrawPage(lang: Lang, person: ParticipantId, purpose: ConsentPurpose, rev: String) -> impl IntoView {
    let follows: Vec<_> = follows(lang, purpose).into_iter().map(|line| view! { <li>{line}</li> }).collect();
    view! {
        <Back lang home="/own/rights"/>
        <h1>{t::withdraw::title(lang)}</h1>
        <p>{t::withdraw::about(lang, purpose.words(lang))}</p>
        <h2>{t::withdraw::follows(lang)}</h2>
        <ul class="own__facts">{follows}</ul>
        <form class="own__form" method="post" action="/own/rights/withdraw">
            <input type="hidden" name="form" value="withdraw"/>
            <Whose person=person.to_string()/>
            <input type="hidden" name="purpose" value=purpose.code()/>
            <input type="hidden" name="rev" value=rev/>
            <Button text=t::withdraw::button(lang) kind=ButtonKind::Main/>
        </form>
        <ButtonLink text=t::withdraw::keep(lang) href="/own/rights"/>
    }
    .into_any()
}

/// Everything that is kept, to be read and printed.
#[component]
pub fn DataPage(lang: Lang, view: DataView, looks: LooksLately) -> impl IntoView {
    let DataView { name, made_on, profile, parts, .. } = view;
    let profile = DataPart { title: rights::data::profile(lang).to_owned(), lines: profile };
    let parts: Vec<_> = std::iter::once(profile)
        .chain(parts)
        .map(|part| view! { <PartOfData lang part class="own__session own__part" quiet=""/> })
        .collect();
    view! {
        <Back lang home="/own/rights"/>
        <h1>{t::data::title(lang)}</h1>
        <p>{t::data::lead(lang, &capital(&plain_day(lang, made_on)), &name)}</p>
        <p class="screen-only">{t::data::print(lang)}</p>
        <PrintButton lang/>
        {parts}
        <section class="own__session own__part">
            <h2>{crate::texts::kin::looks::title(lang)}</h2>
            <LookLines lang looks/>
        </section>
        <p>{t::complaint(lang)}</p>
    }
    .into_any()
}
