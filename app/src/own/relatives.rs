//! A person's relatives at the desk: what each is shown, new cards, the press that ends it, and the form that invites one.

use domain::consents::{ConsentChannel, ConsentPurpose, SHOWN_AT_MOST, is_asked_again};
use domain::ids::{ParticipantId, RelativeId};
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, Words, consents, kin::desk as t, kin::shown as s, typed_day};
use crate::ui::{
    Button, ButtonKind, Choice, ChoiceCards, Empty, ErrorSummary, Field, FieldError, FieldWidth, Notice, PageHead,
    SelectField, Tone, options_of,
};

/// A relative.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RelativeLine {
    pub id: RelativeId,
    /// The person's record by which something is shown: its address is the forms'.
    pub person: ParticipantId,
    pub name: String,
    /// In own words.
    pub relation: String,
    /// What they are shown.
    pub shown: Vec<ConsentPurpose>,
    /// The last day; nothing where nothing is shown.
    pub until: Option<Day>,
    /// How the person last said so.
    pub channel: Option<ConsentChannel>,
    /// "123 456": of the card that is good.
    pub number: Option<String>,
    pub used_on: Option<Day>,
}

impl RelativeLine {
    /// The last day of what they are shown, where the person is asked today whether it is to go on.
    pub fn asked_about(&self, today: Day) -> Option<Day> {
        self.until.filter(|until| is_asked_again(*until, today))
    }
}

/// What stands in the fields, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RelativeTyped {
    /// The form's own id: sent twice it is one relative.
    pub rev: String,
    pub name: String,
    pub relation: String,
    /// Of a card that the relative has already.
    pub number: String,
    pub shown: Vec<String>,
    pub until: String,
    pub channel: String,
    /// In which language the texts were read; the card's, too.
    pub language: String,
}

/// What the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct RelativesDesk {
    pub person: ParticipantId,
    pub name: String,
    /// Address and words of the page before.
    pub back: (String, String),
    /// The person's home must not become known.
    pub undisclosed: bool,
    pub today: Day,
    pub shown: Vec<RelativeLine>,
    /// Those who are shown nothing any more.
    pub before: Vec<RelativeLine>,
    pub typed: RelativeTyped,
    pub errors: Vec<FieldError>,
    pub said: Option<(Tone, &'static str)>,
}

/// What is shown, in the words that are read out before it is chosen.
pub fn shown_words(lang: Lang, purpose: ConsentPurpose) -> &'static str {
    match purpose {
        ConsentPurpose::RelativeAttendance => s::attendance(lang),
        ConsentPurpose::RelativeResults => s::results(lang),
        ConsentPurpose::RelativeMessages => s::messages(lang),
        _ => s::schedule(lang),
    }
}

/// The purposes as choices, those of `chosen` ticked.
pub fn shown_choices(lang: Lang, chosen: &[String]) -> Vec<Choice> {
    let is_chosen = |purpose: ConsentPurpose| chosen.iter().any(|code| code == purpose.code());
    let choice = |purpose: ConsentPurpose| Choice::new(purpose.code(), shown_words(lang, purpose), is_chosen(purpose));
    ConsentPurpose::TO_RELATIVES.into_iter().map(choice).collect()
}

#[component]
pub fn RelativesDeskPage(lang: Lang, view: RelativesDesk) -> impl IntoView {
    let RelativesDesk { person, name, back, undisclosed, today, shown, before, typed, errors, said } = view;
    let none = shown.is_empty();
    let card = |relative: RelativeLine| {
        let ends = relative.asked_about(today).is_some();
        let (of, typed) = (relative.clone(), typed.clone());
        let asked = ends.then(|| view! { <GoesOn lang person relative=of typed today/> }.into_any());
        view! { <Shown lang relative asked/> }
    };
    let shown: Vec<_> = shown.into_iter().map(card).collect();
    let past: Vec<_> = before.into_iter().map(|relative| view! { <Past lang relative/> }).collect();
    let has_past = !past.is_empty();
    view! {
        <PageHead title=format!("{}: {name}", t::title(lang)) lead=t::lead(lang)
            back=Some(back)/>
        <div class="stack stack--wide">
            <div class="stack notes">
                {said.map(|(tone, title)| view! { <Notice tone title live=true/> })}
                {undisclosed.then(|| view! { <Notice tone=Tone::Look title=t::undisclosed(lang)/> })}
            </div>
            {none.then(|| view! { <Empty title=t::none(lang)/> })}
            {shown}
            {has_past.then(|| view! {
                <section class="section"><h2>{t::before(lang)}</h2><ul class="days" role="list">{past}</ul></section>
            })}
            <InviteForm lang person typed errors/>
        </div>
    }
    .into_any()
}

/// A relative who is shown nothing any more, with the press that forgets them.
#[component]
fn Past(lang: Lang, relative: RelativeLine) -> impl IntoView {
    let RelativeLine { id, person, name, relation, .. } = relative;
    view! {
        <li class="cluster cluster--apart">
            <span>{format!("{name} ({relation})")}</span>
            <form method="post" action=format!("/people/{person}/relatives/end")>
                <input type="hidden" name="relative" value=id.to_string()/>
                <input type="hidden" name="forget" value="yes"/>
                <Button text=t::forget(lang, &name) kind=ButtonKind::Quiet/>
            </form>
        </li>
    }
    .into_any()
}

/// Whether what ends soon still holds: a press for each way in which the person may say so. It goes on for the card that the
/// relative has.
#[component]
fn GoesOn(
    lang: Lang,
    person: ParticipantId,
    relative: RelativeLine,
    typed: RelativeTyped,
    today: Day,
) -> impl IntoView {
    let RelativeLine { name, relation, shown, number, .. } = relative;
    let until = typed_day(today.plus_days(SHOWN_AT_MOST - 1));
    let shown: Vec<_> =
        shown.into_iter().map(|one| view! { <input type="hidden" name="shown" value=one.code()/> }).collect();
    let form = number.map(|number| {
        view! {
            <form class="cluster" method="post" action=format!("/people/{person}/relatives")>
                <input type="hidden" name="rev" value=typed.rev/>
                <input type="hidden" name="name" value=name/>
                <input type="hidden" name="relation" value=relation/>
                <input type="hidden" name="number" value=number/>
                {shown}
                <input type="hidden" name="until" value=until/>
                <input type="hidden" name="relative_language" value=typed.language/>
                <Button text=t::extend_spoken(lang) name="channel" value=ConsentChannel::Spoken.code()/>
                <Button text=t::extend_paper(lang) name="channel" value=ConsentChannel::Paper.code()/>
            </form>
        }
    });
    view! { <p><strong>{t::ask_again(lang)}</strong></p>{form} }.into_any()
}

/// `asked`: whether it still holds, where it ends soon.
#[component]
fn Shown(lang: Lang, relative: RelativeLine, asked: Option<AnyView>) -> impl IntoView {
    let RelativeLine { id, person, name, relation, shown, until, channel, number, used_on } = relative;
    let shown: Vec<_> = shown.into_iter().map(|one| view! { <li>{shown_words(lang, one)}</li> }).collect();
    let card = match (number, used_on) {
        (None, _) => t::no_card(lang).to_owned(),
        (Some(number), None) => t::card_unused(lang, &number),
        (Some(number), Some(on)) => t::card_used(lang, on, &number),
    };
    let how = channel.map(|channel| view! { <p>{t::how(lang, channel.words(lang))}</p> });
    let at = format!("/people/{person}/relatives");
    view! {
        <section class="card">
            <h2>{format!("{name} ({relation})")}</h2>
            <ul class="days" role="list">{shown}</ul>
            {until.map(|until| view! { <p>{t::until(lang, until)}</p> })}
            {how}
            <p>{card}</p>
            {asked}
            <div class="cluster">
                <form method="post" action=format!("{at}/card")>
                    <input type="hidden" name="relative" value=id.to_string()/>
                    <Button text=t::new_card(lang)/>
                </form>
                <form method="post" action=format!("{at}/end")>
                    <input type="hidden" name="relative" value=id.to_string()/>
                    <Button text=t::end(lang) kind=ButtonKind::Danger/>
                </form>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn InviteForm(lang: Lang, person: ParticipantId, typed: RelativeTyped, errors: Vec<FieldError>) -> impl IntoView {
    let error = |field: &str| FieldError::of(&errors, field);
    let channels = options_of(lang, &[ConsentChannel::Paper, ConsentChannel::Spoken]).collect();
    let languages = Lang::ALL.map(|one| (one.code().to_owned(), one.own_name().to_owned())).to_vec();
    view! {
        <section class="section">
            <h2>{t::invite_title(lang)}</h2>
            <p>{t::invite_lead(lang)}</p>
            <form class="form" method="post" action=format!("/people/{person}/relatives") novalidate>
                <ErrorSummary lang errors=errors.clone()/>
                <input type="hidden" name="rev" value=typed.rev/>
                <div class="fields fields--two">
                    <Field lang name="name" label=t::name(lang) value=typed.name error=error("name")/>
                    <Field lang name="relation" label=t::relation(lang) hint=Some(t::relation_hint(lang).to_owned())
                        value=typed.relation error=error("relation")/>
                </div>
                <ChoiceCards legend=t::shown(lang) name="shown" choices=shown_choices(lang, &typed.shown) several=true
                    column=true hint=Some(t::shown_hint(lang).to_owned()) error=error("shown")/>
                <div class="fields fields--two">
                    <Field lang name="until" label=t::until_field(lang) hint=Some(t::until_hint(lang).to_owned())
                        value=typed.until width=FieldWidth::Middle error=error("until")/>
                    <SelectField lang name="channel" label=consents::desk::channel(lang) options=channels
                        chosen=typed.channel error=error("channel")/>
                    <SelectField lang name="relative_language" label=consents::desk::language(lang) options=languages
                        chosen=typed.language/>
                    <Field lang name="number" label=t::number(lang) hint=Some(t::number_hint(lang).to_owned())
                        value=typed.number width=FieldWidth::Middle optional=true error=error("number")
                        inputmode="numeric"/>
                </div>
                <Button text=t::invite(lang) kind=ButtonKind::Main/>
            </form>
        </section>
    }
    .into_any()
}
