//! One application: what the rules advise and why, what was told, the decision, and the place.

use domain::applications::{Application, Decided, Offer, Reply, Standing};
use domain::eligibility::Advice;
use domain::ids::{ApplicationId, GroupId};
use domain::people::{Decision, Participant};
use domain::time::Day;
use leptos::prelude::*;

use super::advice::AdviceView;
use super::queue::{Close, applied_words, standing_words};
use crate::people::stays::{AskedDay, Joinable, ToldFull, choices};
use crate::texts::{Lang, NO_FIGURE, Words, applications::page as t, common, people, typed_day};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Choice, ChoiceCards, ErrorSummary, Fact, Facts, Field, FieldError, FieldWidth,
    Notice, PageHead, PhoneFact, SelectField, TextArea, Tone, options, options_of,
};

/// What was typed into one of the page's forms.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DecisionTyped {
    pub decision: String,
    pub reason: String,
    pub group: String,
    pub joined_on: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OfferTyped {
    pub group: String,
    pub until: String,
}

/// The form that came back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Typed {
    Decision(DecisionTyped),
    Offer(OfferTyped),
    Reply { joined_on: String },
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct ApplicationPageView {
    pub application: Application,
    pub person: Participant,
    pub advice: Advice,
    pub rev: i64,
    pub today: Day,
    /// Groups that the person can be placed in.
    pub groups: Vec<Joinable>,
    /// The names of the groups that are named in it.
    pub names: Vec<(GroupId, String)>,
    /// Who decided.
    pub decided_by: Option<String>,
    pub done: Option<&'static str>,
    pub typed: Option<Typed>,
    pub errors: Vec<FieldError>,
}

impl ApplicationPageView {
    fn name_of(&self, group: GroupId) -> String {
        let named = self.names.iter().find(|(id, _)| *id == group);
        named.map_or_else(|| NO_FIGURE.to_owned(), |(_, name)| name.clone())
    }
}

#[component]
pub fn ApplicationPage(lang: Lang, view: ApplicationPageView) -> impl IntoView {
    let (id, person) = (view.application.id, view.person.id);
    let back = Some(("/applications".to_owned(), t::back(lang).to_owned()));
    let standing = view.application.standing(view.today);
    let waits = matches!(standing, Standing::Waiting | Standing::Offered { .. } | Standing::RanOut { .. });
    let place = if waits {
        Some(view! { <PlaceOffer lang view=view.clone() standing/> }.into_any())
    } else {
        view.application.offers.iter().any(|offer| !offer.is_open(view.today)).then(|| {
            view! { <section class="card"><h2>{t::place(lang)}</h2><PastOffers lang view=view.clone()/></section> }
                .into_any()
        })
    };
    let died = view.person.profile.died_on.map(|on| {
        let close = (waits || standing == Standing::Undecided).then(|| view! { <Close lang id rev=view.rev/> });
        view! { <Notice title=people::touch::has_died(lang, on)>{close}</Notice> }
    });
    view! {
        <PageHead title=view.person.profile.full_name() lead=applied_words(lang, &view.application, view.today) back>
            <ButtonLink text=t::edit(lang) href=format!("/applications/{id}/edit")/>
            <ButtonLink text=t::open_person(lang) href=format!("/people/{person}")/>
        </PageHead>
        <div class="stack notes">
            <ErrorSummary lang errors=view.errors.clone()/>
            {view.done.map(|words| view! { <Notice tone=Tone::Good title=words live=true/> })}
            {died}
        </div>
        <div class="columns columns--side">
            <div class="stack stack--wide">
                {place}
                <DecisionCard lang view=view.clone()/>
            </div>
            <div class="stack">
                <section class="card" id="advice">
                    <h2>{t::advice(lang)}</h2>
                    <AdviceView lang advice=view.advice.clone()/>
                </section>
                <section class="card"><h2>{t::told(lang)}</h2><Told lang view/></section>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Told(lang: Lang, view: ApplicationPageView) -> impl IntoView {
    let (application, profile) = (&view.application, &view.person.profile);
    let answers = &application.answers;
    let words = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(|| NO_FIGURE.to_owned());
    let wishes: Vec<_> = answers.wishes.iter().map(|group| view.name_of(*group)).collect();
    let wishes = if wishes.is_empty() { t::any_group(lang).to_owned() } else { wishes.join(", ") };
    let mut facts = vec![
        (t::channel(lang), application.start.channel.words(lang).to_owned()),
        (people::field::phone(lang), words(profile.clone().disclosed().phone)),
        (t::wishes(lang), wishes),
        (people::field::emergency_contact(lang), words(profile.emergency_contact.clone())),
    ];
    if application.start.is_referral() {
        let yes = answers.own_yes.map(|yes| t::yes_heard(lang, yes.on, yes.by.words(lang)));
        facts.push((t::referred_by(lang), words(application.start.referred_by.clone())));
        facts.push((t::own_yes(lang), yes.unwrap_or_else(|| t::no_yes(lang).to_owned())));
    }
    if let Some(remark) = answers.remark.clone() {
        facts.push((t::remark(lang), remark));
    }
    // An offer is made by telephone.
    let called = [people::field::phone(lang), people::field::emergency_contact(lang), t::referred_by(lang)];
    let fact = |(name, value): (&'static str, String)| match called.contains(&name) {
        true => view! { <PhoneFact name value/> }.into_any(),
        false => view! { <Fact name value/> }.into_any(),
    };
    let facts: Vec<_> = facts.into_iter().map(fact).collect();
    view! { <Facts>{facts}</Facts> }.into_any()
}

/// What was decided, and the form that decides.
#[component]
fn DecisionCard(lang: Lang, view: ApplicationPageView) -> impl IntoView {
    let decided = view.application.decided.clone();
    let by = view.decided_by.clone();
    let none = decided.is_none();
    let open = matches!(view.typed, Some(Typed::Decision(_)));
    view! {
        <section class="card" id="decision">
            <h2>{t::decision(lang)}</h2>
            {decided.map(|decided| view! { <Was lang decided by/> })}
            {none.then(|| view! { <p class="quiet">{t::undecided(lang)}</p> })}
            {if none {
                view! { <Decide lang view/> }.into_any()
            } else {
                view! {
                    <details class="more" open=open>
                        <summary>{t::decide_anew(lang)}</summary>
                        <Decide lang view/>
                    </details>
                }
                .into_any()
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Was(lang: Lang, decided: Decided, by: Option<String>) -> impl IntoView {
    let who = by.unwrap_or_else(|| NO_FIGURE.to_owned());
    let reason = (!decided.reason.is_empty()).then(|| view! { <p class="told">{decided.reason.clone()}</p> });
    view! {
        <p><strong>{decided.decision.words(lang)}</strong></p>
        {reason}
        <p class="quiet">{t::decided_by(lang, decided.on, &who)}</p>
    }
    .into_any()
}

#[component]
fn Decide(lang: Lang, view: ApplicationPageView) -> impl IntoView {
    let typed = match view.typed.clone() {
        Some(Typed::Decision(typed)) => typed,
        _ => DecisionTyped { joined_on: typed_day(view.today), ..DecisionTyped::default() },
    };
    let errors = if matches!(view.typed, Some(Typed::Decision(_))) { view.errors.clone() } else { Vec::new() };
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    let decisions = options_of(lang, Decision::ALL)
        .map(|(value, words)| Choice::new(value.clone(), words, value == typed.decision))
        .collect();
    let groups = options(t::no_group_yet(lang), choices(lang, &view.groups));
    view! {
        <form class="stack" method="post" action=format!("/applications/{}/decide", view.application.id) novalidate>
            <input type="hidden" name="rev" value=view.rev.to_string()/>
            <ChoiceCards legend=t::decision_legend(lang) name="decision" choices=decisions error=error("decision")/>
            <TextArea lang name="reason" label=t::reason(lang) value=typed.reason hint=hint(t::reason_hint(lang))
                error=error("reason")/>
            <div class="fields fields--two">
                <ToldFull told=error("group").is_some() group=typed.group.clone()/>
                <SelectField lang name="group" label=t::group(lang) hint=hint(t::group_hint(lang)) options=groups
                    chosen=typed.group error=error("group")/>
                <AskedDay asked=error("joined_on").is_some() day=typed.joined_on.clone()/>
                <Field lang name="joined_on" label=t::joined_on(lang) value=typed.joined_on width=FieldWidth::Middle
                    error=error("joined_on")/>
            </div>
            <p><Button text=t::save_decision(lang).to_owned() kind=ButtonKind::Main/></p>
        </form>
    }
    .into_any()
}

/// The place: an offer that waits for an answer, or the form that offers one.
#[component]
fn PlaceOffer(lang: Lang, view: ApplicationPageView, standing: Standing) -> impl IntoView {
    let id = view.application.id;
    let (words, tone) = standing_words(lang, standing, |group| view.name_of(group));
    let answer = match standing {
        Standing::Offered { group, on, .. } | Standing::RanOut { group, on, .. } => {
            Some(view! { <Answer lang id group on view=view.clone()/> })
        }
        _ => None,
    };
    // What was typed stays, also where a colleague has noted a death meanwhile.
    let asked = view.person.profile.died_on.is_none() || matches!(view.typed, Some(Typed::Offer(_)));
    let may_offer = asked && !matches!(standing, Standing::Offered { .. });
    view! {
        <section class="card" id="place">
            <h2>{t::place(lang)}</h2>
            <Notice title=words tone=tone/>
            {answer}
            {may_offer.then(|| view! { <OfferForm lang view=view.clone()/> })}
            <PastOffers lang view/>
        </section>
    }
    .into_any()
}

/// What has been offered, and what became of it.
#[component]
fn PastOffers(lang: Lang, view: ApplicationPageView) -> impl IntoView {
    let past: Vec<_> = view
        .application
        .offers
        .iter()
        .filter(|offer| !offer.is_open(view.today))
        .map(|offer| view! { <li>{past_offer(lang, offer, &view.name_of(offer.group))}</li> })
        .collect();
    (!past.is_empty()).then(|| view! { <ul class="quiet">{past}</ul> }).into_any()
}

pub(super) fn past_offer(lang: Lang, offer: &Offer, group: &str) -> String {
    match offer.reply() {
        Some(reply) => t::offer_was(lang, group, offer.on, reply.words(lang)),
        None => t::offer_ran_out(lang, group, offer.on, offer.until),
    }
}

/// What became of the offer: each answer is a button of its own.
#[component]
fn Answer(lang: Lang, id: ApplicationId, group: GroupId, on: Day, view: ApplicationPageView) -> impl IntoView {
    let (wrong, joined_on) = match &view.typed {
        Some(Typed::Reply { joined_on }) => (true, joined_on.clone()),
        _ => (false, typed_day(view.today)),
    };
    let error = |field: &str| FieldError::of(&view.errors, field).filter(|_| wrong);
    let action = format!("/applications/{id}/reply");
    let hidden = move || {
        view! {
            <input type="hidden" name="group" value=group.to_string()/>
            <input type="hidden" name="offered_on" value=on.to_string()/>
        }
    };
    let other = |reply: Reply, words: &'static str| {
        view! {
            <form method="post" action=action.clone()>
                {hidden()}
                <input type="hidden" name="reply" value=reply.code()/>
                <Button text=words.to_owned()/>
            </form>
        }
    };
    let (declined, back) = (other(Reply::Declined, t::declined(lang)), other(Reply::TakenBack, t::take_back(lang)));
    view! {
        <form class="stack" method="post" action=action.clone() novalidate>
            {hidden()}
            <input type="hidden" name="reply" value=Reply::Accepted.code()/>
            <ToldFull told=error("group_full").is_some() group=group.to_string()/>
            {error("group_full").map(|words| view! { <Notice tone=Tone::Look title=words/> })}
            <AskedDay asked=error("joined_on").is_some() day=joined_on.clone()/>
            <Field lang name="joined_on" id="starts_on" label=t::joined_on(lang) value=joined_on width=FieldWidth::Middle
                error=error("joined_on")/>
            <p><Button text=t::accepted(lang).to_owned() kind=ButtonKind::Main/></p>
        </form>
        <div class="cluster">{declined}{back}</div>
    }
    .into_any()
}

#[component]
fn OfferForm(lang: Lang, view: ApplicationPageView) -> impl IntoView {
    let typed = match view.typed.clone() {
        Some(Typed::Offer(typed)) => Some(typed),
        _ => None,
    };
    let wrong = typed.is_some();
    let error = |field: &str| FieldError::of(&view.errors, field).filter(|_| wrong);
    let answers = &view.application.answers;
    // Groups that were wished for come first, and the first with room is chosen.
    let (suited, others): (Vec<_>, Vec<_>) =
        view.groups.iter().cloned().partition(|group| answers.would_suit(group.id));
    let first = suited.iter().find(|group| group.full().is_none()).map(|group| group.id.to_string());
    let typed = typed.unwrap_or_else(|| OfferTyped {
        group: first.unwrap_or_default(),
        until: typed_day(view.today.plus_days(domain::applications::OFFER_DAYS)),
    });
    let all: Vec<_> = suited.into_iter().chain(others).collect();
    let groups = options(common::choose(lang), choices(lang, &all));
    view! {
        <form class="stack" method="post" action=format!("/applications/{}/offer", view.application.id) novalidate>
            <div class="fields fields--two">
                <ToldFull told=error("offer_group").is_some() group=typed.group.clone()/>
                <SelectField lang name="offer_group" label=t::offer_group(lang) options=groups chosen=typed.group
                    error=error("offer_group")/>
                <Field lang name="until" label=t::until(lang) value=typed.until width=FieldWidth::Middle
                    hint=Some(t::until_hint(lang).to_owned()) error=error("until")/>
            </div>
            <p><Button text=t::offer(lang).to_owned() kind=ButtonKind::Main/></p>
        </form>
    }
    .into_any()
}
