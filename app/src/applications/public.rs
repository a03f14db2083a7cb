//! The public form: one short page for an older person or somebody close to them, without signing in.

use leptos::prelude::*;

use crate::texts::{Lang, apply as t};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Choice, ChoiceCards, ErrorSummary, Field, FieldError, FieldWidth, Icon,
    PrintButton, RowLink, Rows,
};

/// Who the form is for.
pub const MYSELF: &str = "self";
/// Somebody close asks for another person.
pub const OTHER: &str = "relative";
/// Somebody who works with older people asks.
pub const WORKER: &str = "other";

/// What stands in the fields, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ApplyTyped {
    /// The id that the form will have.
    pub rev: String,
    pub who: String,
    pub given_names: String,
    pub family_name: String,
    pub birth_year: String,
    pub phone: String,
    pub asker_name: String,
    pub asker_phone: String,
    pub says_yes: bool,
    pub group: String,
}

/// A group as everybody may see it.
#[derive(Clone, PartialEq, Debug)]
pub struct PublicGroup {
    pub id: String,
    pub name: String,
    /// Days and times in words.
    pub when: String,
    pub place: Option<String>,
    pub full: bool,
}

/// Municipalities to choose from: number and name.
#[component]
pub fn ChooseMunicipality(lang: Lang, municipalities: Vec<(String, String)>) -> impl IntoView {
    let none = municipalities.is_empty();
    let rows: Vec<_> = municipalities
        .into_iter()
        .map(|(code, name)| view! { <RowLink href=format!("/apply/{code}") name=name/> })
        .collect();
    view! {
        <h1>{t::title(lang)}</h1>
        {if none {
            view! { <p>{t::closed(lang)}</p> }.into_any()
        } else {
            view! { <p>{t::where_do_you_live(lang)}</p> <Rows>{rows}</Rows> }.into_any()
        }}
    }
    .into_any()
}

/// The form itself. What follows of it is told beside the button, not only afterwards.
#[component]
pub fn Apply(
    lang: Lang,
    /// Number and name.
    municipality: (String, String),
    typed: ApplyTyped,
    groups: Vec<PublicGroup>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let (code, name) = municipality;
    let error = |field: &str| FieldError::of(&errors, field);
    let who = [(MYSELF, t::for_me(lang)), (OTHER, t::for_other(lang)), (WORKER, t::for_client(lang))];
    let chosen = if typed.who.is_empty() { MYSELF } else { typed.who.as_str() };
    let who = who.into_iter().map(|(value, words)| Choice::new(value, words, value == chosen)).collect();
    view! {
        <h1>{t::title(lang)}</h1>
        <p>{t::lead(lang, &name)}</p>
        <form class="form apply" method="post" action=format!("/apply/{code}") novalidate>
            <input type="hidden" name="rev" value=typed.rev.clone()/>
            <ErrorSummary lang errors=errors.clone()/>
            <ChoiceCards legend=t::who(lang) name="who" choices=who error=error("who") column=true/>
            <Person lang typed=typed.clone() errors=errors.clone()/>
            <Asker lang typed=typed.clone() errors=errors.clone()/>
            <Groups lang chosen=typed.group groups error=error("group")/>
            <Trap lang/>
            <p>{t::data(lang, &name)}</p>
            <p>{t::paper(lang)}</p>
            <div class="form__actions"><Button text=t::send(lang).to_owned() kind=ButtonKind::Main wide=true/></div>
        </form>
    }
    .into_any()
}

/// Where nothing is sent by the web: whom to call, and the same form for a pen, which stands on paper alone.
#[component]
pub fn PaperForm(
    lang: Lang,
    /// The municipality's name.
    name: String,
    groups: Vec<PublicGroup>,
) -> impl IntoView {
    let who = [(MYSELF, t::for_me(lang)), (OTHER, t::for_other(lang)), (WORKER, t::for_client(lang))];
    // Nothing is ticked: that is the pen's.
    let who = who.into_iter().map(|(value, words)| Choice::new(value, words, false)).collect();
    let none = "-".to_owned();
    view! {
        <h1>{t::title(lang)}</h1>
        <p class="screen-only">{t::closed(lang)}</p>
        <p>{t::paper(lang)}</p>
        <PrintButton lang/>
        <div class="form apply paper-only">
            <ChoiceCards legend=t::who(lang) name="who" choices=who column=true/>
            <Person lang typed=ApplyTyped::default() errors=Vec::new()/>
            <Asker lang typed=ApplyTyped::default() errors=Vec::new()/>
            <Groups lang chosen=none groups error=None/>
            <p>{t::data(lang, &name)}</p>
        </div>
    }
    .into_any()
}

#[component]
fn Person(lang: Lang, typed: ApplyTyped, errors: Vec<FieldError>) -> impl IntoView {
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    view! {
        <section class="form__part">
            <h2>{t::person(lang)}</h2>
            <Field lang name="given_names" label=t::given_names(lang) value=typed.given_names error=error("given_names")
                autocomplete="given-name"/>
            <Field lang name="family_name" label=t::family_name(lang) value=typed.family_name error=error("family_name")
                autocomplete="family-name"/>
            <Field lang name="birth_year" label=t::birth_year(lang) value=typed.birth_year hint=hint(t::year_hint(lang))
                error=error("birth_year") width=FieldWidth::Short inputmode="numeric"/>
            <Field lang name="phone" label=t::phone(lang) value=typed.phone hint=hint(t::phone_hint(lang))
                error=error("phone") width=FieldWidth::Middle kind="tel" autocomplete="tel"/>
        </section>
    }
    .into_any()
}

/// Only who asks for somebody else fills this in: it says so, since nothing can be hidden without script.
#[component]
fn Asker(lang: Lang, typed: ApplyTyped, errors: Vec<FieldError>) -> impl IntoView {
    let error = |field: &str| FieldError::of(&errors, field);
    let open = typed.who == OTHER || typed.who == WORKER;
    let yes = vec![Choice::new("yes", t::says_yes(lang), typed.says_yes)];
    view! {
        <details class="more more--form apply__asker" open=open>
            <summary>{t::asker(lang)}</summary>
            <div class="form__part">
                <Field lang name="asker_name" label=t::asker_name(lang) value=typed.asker_name error=error("asker_name")/>
                <Field lang name="asker_phone" label=t::asker_phone(lang) value=typed.asker_phone
                    error=error("asker_phone") width=FieldWidth::Middle kind="tel"/>
                <ChoiceCards legend=t::yes_legend(lang) name="says_yes" choices=yes several=true error=error("says_yes")/>
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn Groups(lang: Lang, chosen: String, groups: Vec<PublicGroup>, error: Option<String>) -> impl IntoView {
    if groups.is_empty() {
        return ().into_any();
    }
    let open = !chosen.is_empty() || error.is_some();
    let any = Choice::new("", t::any_group(lang), chosen.is_empty());
    let choice = |group: PublicGroup| {
        let full = group.full.then(|| t::full(lang).to_owned());
        let facts = [Some(group.when).filter(|when| !when.is_empty()), group.place, full];
        let on = group.id == chosen;
        Choice {
            hint: Some(facts.into_iter().flatten().collect::<Vec<_>>().join(" · ")).filter(|hint| !hint.is_empty()),
            ..Choice::new(group.id, group.name, on)
        }
    };
    let choices = std::iter::once(any).chain(groups.into_iter().map(choice)).collect();
    view! {
        <details class="more more--form" open=open>
            <summary>{t::look_at_groups(lang)}</summary>
            <div class="form__part">
                <ChoiceCards legend=t::group(lang) name="group" choices column=true error=error/>
            </div>
        </details>
    }
    .into_any()
}

/// A field that no person sees: who fills it in is a program.
#[component]
pub fn Trap(lang: Lang) -> impl IntoView {
    view! {
        <div class="apply__trap" aria-hidden="true">
            <label for="website">{t::trap(lang)}</label>
            <input id="website" name="website" type="text" tabindex="-1" autocomplete="off" value=""/>
        </div>
    }
    .into_any()
}

/// What happens next. The same for everybody: it says nothing about who is known.
#[component]
pub fn Sent(lang: Lang) -> impl IntoView {
    let steps = [t::next::call(lang), t::next::talk(lang), t::next::begin(lang)];
    let steps: Vec<_> = steps.into_iter().map(|step| view! { <li>{step}</li> }).collect();
    view! {
        <h1>{t::next::title(lang)}</h1>
        <p>{t::next::lead(lang)}</p>
        <ol class="apply__steps">{steps}</ol>
        <p>{t::next::nothing_to_do(lang)}</p>
        <p><ButtonLink text=t::next::another(lang) href="/apply" icon=Icon::Plus/></p>
    }
    .into_any()
}
