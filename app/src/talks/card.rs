//! A person's exercise counselling: what was agreed, and the forms that note a talk, correct it, take it back and put it back.

use domain::ids::{ParticipantId, TalkId, uuid_v5};
use domain::talks::{Talk, TalkMistake};
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, common, day, talks as t, typed_day};
use crate::ui::{Button, ButtonKind, Field, FieldError, FieldWidth, SelectField, TextArea, options, options_of};

/// Which of the card's forms it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TalkAct {
    /// Says what was talked about: a new talk, or one that is corrected.
    #[default]
    Say,
    /// It was noted on the wrong person, or by mistake.
    TakeBack,
    PutBack,
}

impl TalkAct {
    /// As the form sends it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Say => "",
            Self::TakeBack => "take_back",
            Self::PutBack => "put_back",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Say, Self::TakeBack, Self::PutBack].into_iter().find(|act| act.code() == code)
    }
}

/// A talk that was taken back today: its day, and none of its words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GoneTalk {
    pub id: TalkId,
    pub on: Day,
}

/// What stands in the fields.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TalkTyped {
    pub act: TalkAct,
    /// The talk that is corrected, or the id that a new one will have.
    pub rev: String,
    pub on: String,
    pub goal: String,
    pub plan: String,
    pub next_on: String,
    /// Why it is taken back.
    pub mistake: String,
    /// What was saved when the form was filled from it, by [`TalkTyped::said`]; nothing for a new one.
    pub seen: String,
}

impl TalkTyped {
    pub fn new(rev: String, today: Day) -> Self {
        Self { rev, on: typed_day(today), ..Self::default() }
    }

    /// A talk as the form that corrects it shows it.
    fn of(talk: &Talk) -> Self {
        Self {
            rev: talk.id.to_string(),
            on: typed_day(talk.on),
            goal: talk.goal.clone(),
            plan: talk.plan.clone(),
            next_on: talk.next_on.map(typed_day).unwrap_or_default(),
            seen: Self::said(talk),
            ..Self::default()
        }
    }

    /// Tells all that a talk says from what else it could say: whether somebody has changed it since.
    pub fn said(talk: &Talk) -> String {
        let next = talk.next_on.map(|day| day.to_string()).unwrap_or_default();
        let gone = talk.taken_back.map(|taken_back| taken_back.why.code()).unwrap_or_default();
        uuid_v5(talk.id.0, &[&talk.on.to_string(), &talk.goal, &talk.plan, &next, gone]).to_string()
    }
}

/// The talks, the newest first, each with the forms that correct it and take it back, then those that can still be put back,
/// and below them the form for a new one. `typed`: the form that came back, which is open.
#[component]
pub fn TalksCard(
    lang: Lang,
    person: ParticipantId,
    talks: Vec<Talk>,
    gone: Vec<GoneTalk>,
    new: TalkTyped,
    typed: Option<TalkTyped>,
    errors: Vec<FieldError>,
    may_add: bool,
) -> impl IntoView {
    let none = talks.is_empty();
    let is_of = |talk: &Talk| typed.as_ref().is_some_and(|typed| typed.rev == talk.id.to_string());
    let corrected = talks.iter().any(is_of);
    let items: Vec<_> = talks
        .iter()
        .map(|talk| {
            let typed = typed.clone().filter(|_| is_of(talk));
            let errors = if typed.is_some() { errors.clone() } else { Vec::new() };
            view! { <One lang person talk=talk.clone() typed errors may=may_add/> }
        })
        .collect();
    let gone = if may_add { gone } else { Vec::new() };
    let listed = !none || !gone.is_empty();
    let gone: Vec<_> = gone.into_iter().map(|gone| view! { <Gone lang person gone/> }).collect();
    let typed = typed.filter(|_| !corrected);
    let wrong = typed.is_some();
    let errors = if wrong { errors } else { Vec::new() };
    view! {
        <section class="card" id="talks">
            <h2>{t::title(lang)}</h2>
            {none.then(|| view! { <p class="quiet">{t::none(lang)}</p> })}
            {listed.then(|| view! { <ul class="days" role="list">{items}{gone}</ul> })}
            {may_add.then(|| view! {
                <details class="more" open=wrong>
                    <summary>{t::new(lang)}</summary>
                    <TalkForm lang person typed=typed.unwrap_or(new) errors apart=corrected/>
                </details>
            })}
        </section>
    }
    .into_any()
}

/// `typed`: its form, where that came back.
#[component]
fn One(
    lang: Lang,
    person: ParticipantId,
    talk: Talk,
    typed: Option<TalkTyped>,
    errors: Vec<FieldError>,
    may: bool,
) -> impl IntoView {
    let open = typed.is_some();
    let (said, taken_back) = match typed {
        Some(typed) if typed.act == TalkAct::TakeBack => (None, Some(typed)),
        said => (said, None),
    };
    view! {
        <li class="stay">
            <span class="table__name">
                {day(lang, talk.on)}
                <span class="table__more told">{t::goal_is(lang, &talk.goal)}</span>
                {(!talk.plan.is_empty()).then(|| view! {
                    <span class="table__more told">{t::plan_is(lang, &talk.plan)}</span>
                })}
                {talk.next_on.map(|on| view! { <span class="table__more">{t::next_is(lang, on)}</span> })}
            </span>
            {(may || open).then(|| view! {
                <Correct lang person talk=talk.clone() typed=said errors=errors.clone()/>
                <TakeBack lang person talk=talk.clone() typed=taken_back errors/>
            })}
        </li>
    }
    .into_any()
}

/// `typed`: the form, where that came back with these errors.
#[component]
fn Correct(
    lang: Lang,
    person: ParticipantId,
    talk: Talk,
    typed: Option<TalkTyped>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let (open, apart) = (typed.is_some(), typed.is_none());
    let errors = if open { errors } else { Vec::new() };
    let typed = typed.unwrap_or_else(|| TalkTyped::of(&talk));
    view! {
        <details class="more" open=open>
            <summary>{t::correct(lang)}</summary>
            <TalkForm lang person typed errors apart again=true/>
        </details>
    }
    .into_any()
}

/// Apart from the correction: whoever takes a talk back says why, and changes no word of it.
#[component]
fn TakeBack(
    lang: Lang,
    person: ParticipantId,
    talk: Talk,
    typed: Option<TalkTyped>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let open = typed.is_some();
    let error = FieldError::of(&errors, "talk_mistake").filter(|_| open);
    let typed = typed.unwrap_or_else(|| TalkTyped::of(&talk));
    let id = if open { "talk_mistake".to_owned() } else { format!("talk_mistake-{}", typed.rev) };
    let reasons = options(common::choose(lang), options_of(lang, TalkMistake::ALL));
    view! {
        <details class="more" open=open>
            <summary>{t::take_back(lang)}</summary>
            <form class="stack" method="post" action=format!("/people/{person}/talks") novalidate>
                <p>{t::take_back_text(lang)}</p>
                <input type="hidden" name="form" value=TalkAct::TakeBack.code()/>
                <input type="hidden" name="rev" value=typed.rev/>
                <input type="hidden" name="seen" value=typed.seen/>
                <SelectField lang name="talk_mistake" id label=t::why(lang) options=reasons chosen=typed.mistake error/>
                <p><Button text=t::take_back(lang).to_owned()/></p>
            </form>
        </details>
    }
    .into_any()
}

/// One press puts it back as it was.
#[component]
fn Gone(lang: Lang, person: ParticipantId, gone: GoneTalk) -> impl IntoView {
    view! {
        <li class="stay">
            <span class="table__name">{t::taken_back_of(lang, gone.on)}</span>
            <form method="post" action=format!("/people/{person}/talks")>
                <input type="hidden" name="form" value=TalkAct::PutBack.code()/>
                <input type="hidden" name="rev" value=gone.id.to_string()/>
                <Button text=t::put_back(lang).to_owned() kind=ButtonKind::Quiet/>
            </form>
        </li>
    }
    .into_any()
}

/// Several of these stand on one page. One of them has the fields that errors lead to, those of the others (`apart`) have
/// ids of their own.
#[component]
fn TalkForm(
    lang: Lang,
    person: ParticipantId,
    typed: TalkTyped,
    errors: Vec<FieldError>,
    apart: bool,
    #[prop(optional)] again: bool,
) -> impl IntoView {
    let id = |field: &str| if apart { format!("{field}-{}", typed.rev) } else { field.to_owned() };
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    let save = if again { t::save_correction(lang) } else { t::save(lang) };
    view! {
        <form class="stack" method="post" action=format!("/people/{person}/talks") novalidate>
            <input type="hidden" name="rev" value=typed.rev.clone()/>
            <input type="hidden" name="seen" value=typed.seen.clone()/>
            <Field lang name="talked_on" id=id("talked_on") label=t::on(lang) value=typed.on.clone()
                width=FieldWidth::Middle error=error("talked_on")/>
            <TextArea lang name="goal" id=id("goal") label=t::goal(lang) value=typed.goal.clone()
                hint=hint(t::goal_hint(lang)) error=error("goal")/>
            <TextArea lang name="plan" id=id("plan") label=t::plan(lang) value=typed.plan.clone()
                hint=hint(t::plan_hint(lang)) error=error("plan") optional=true/>
            <Field lang name="next_on" id=id("next_on") label=t::next_on(lang) value=typed.next_on.clone()
                hint=hint(t::next_hint(lang)) width=FieldWidth::Middle error=error("next_on") optional=true/>
            <p><Button text=save.to_owned() kind=if again { ButtonKind::Plain } else { ButtonKind::Main }/></p>
        </form>
    }
    .into_any()
}
