//! The form in which letters are chosen: which letter, to whom, in which language.

use domain::exercises::Exercise;
use domain::ids::ParticipantId;
use domain::letters::LetterKind;
use leptos::prelude::*;

use crate::exercises::said;
use crate::texts::{Lang, letters as t};
use crate::ui::{
    Button, ButtonKind, Choice, ChoiceCards, Empty, ErrorSummary, Field, FieldError, FieldWidth, Notice, PageHead,
    SelectField, TextArea, options,
};

/// Somebody who may get a letter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receiver {
    pub person: ParticipantId,
    pub name: String,
    /// Where they live must not become known, and there is a postal code: whether it is printed all the same.
    pub postal_code: Option<bool>,
    pub undisclosed: bool,
    pub ticked: bool,
}

/// What was typed, or what the form begins with.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LettersTyped {
    pub kind: String,
    /// Empty: each person's own.
    pub language: String,
    pub phone: String,
    /// The day of a session.
    pub session: String,
    pub exercises: Vec<String>,
    /// Whoever has a programme of their own gets that one.
    pub own_programme: bool,
    /// Which group, for somebody who is in several.
    pub group: String,
    /// The address of the one receiver.
    pub address: String,
}

/// What the page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LettersView {
    /// The form's own address.
    pub at: String,
    /// Address and words of the page before.
    pub back: (String, String),
    /// Of the group, or of the person.
    pub name: String,
    /// For one person, whose address can be typed.
    pub single: bool,
    pub people: Vec<Receiver>,
    /// Who gets no letter, in sentences.
    pub left_out: Vec<String>,
    /// Day and words of each session to come.
    pub sessions: Vec<(String, String)>,
    /// The groups of the one person.
    pub groups: Vec<(String, String)>,
    pub typed: LettersTyped,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn LettersPage(lang: Lang, view: LettersView) -> impl IntoView {
    let lead = if view.single { t::lead_person(lang) } else { t::lead_group(lang) };
    let (title, back) = (format!("{}: {}", t::title(lang), view.name), Some(view.back.clone()));
    let nobody = view.people.is_empty();
    let told: Vec<_> = view.left_out.iter().map(|words| view! { <Notice title=words.clone()/> }).collect();
    let form = (!nobody).then(|| view! { <LettersForm lang view/> });
    view! {
        <PageHead title lead back/>
        <div class="stack notes">{told}</div>
        {nobody.then(|| view! { <Empty title=t::nobody_in(lang)/> })}
        {form}
    }
    .into_any()
}

#[component]
fn LettersForm(lang: Lang, view: LettersView) -> impl IntoView {
    let LettersView { at, single, people, sessions, groups, typed, errors, .. } = view;
    let of = |field: &str| FieldError::of(&errors, field);
    let languages = Lang::ALL.into_iter().map(|one| (one.code().to_owned(), one.own_name().to_owned()));
    let languages = options(t::own_language(lang), languages);
    let group = (groups.len() > 1).then(|| {
        view! { <SelectField lang name="group" label=t::group(lang) options=groups.clone() chosen=typed.group.clone()/> }
    });
    let address = single.then(|| {
        view! {
            <TextArea lang name="address" label=t::address(lang) value=typed.address.clone() optional=true maxlength=200
                hint=Some(t::address_hint(lang).to_owned()) error=of("address")/>
        }
    });
    let session = (!sessions.is_empty()).then(|| {
        view! {
            <SelectField lang name="session" label=t::session(lang) options=sessions chosen=typed.session.clone()
                hint=Some(t::session_hint(lang).to_owned()) error=of("session")/>
        }
    });
    view! {
        <form class="form" method="post" action=at novalidate>
            <ErrorSummary lang errors=errors.clone()/>
            <ChoiceCards legend=t::kind_label(lang) name="kind" choices=kinds(lang, &typed.kind) column=true error=of("kind")/>
            {group}
            <Who lang people=people.clone() single error=of("people")/>
            <SelectField lang name="language" label=t::language(lang) options=languages chosen=typed.language.clone()/>
            <Field lang name="phone" label=t::phone(lang) value=typed.phone.clone() hint=Some(t::phone_hint(lang).to_owned())
                error=of("phone") width=FieldWidth::Middle inputmode="tel"/>
            {address}
            {session}
            <Programme lang chosen=typed.exercises.clone() own=typed.own_programme error=of("exercises")/>
            <Button text=t::make(lang) kind=ButtonKind::Main/>
        </form>
    }
    .into_any()
}

fn kinds(lang: Lang, chosen: &str) -> Vec<Choice> {
    use t::kind_hint as h;
    let choice = |kind: &LetterKind| {
        let hint = match kind {
            LetterKind::Welcome => h::welcome(lang),
            LetterKind::Invitation => h::invitation(lang),
            LetterKind::Results => h::results(lang),
            LetterKind::Sessions => h::sessions(lang),
            LetterKind::Exercises => h::exercises(lang),
        };
        Choice { hint: Some(hint.to_owned()), ..Choice::of(lang, *kind, kind.code() == chosen) }
    };
    LetterKind::ALL.iter().map(choice).collect()
}

/// Who gets a letter, and whose postal code is printed although their home is protected.
#[component]
fn Who(lang: Lang, people: Vec<Receiver>, single: bool, error: Option<String>) -> impl IntoView {
    let hidden: Vec<_> = people
        .iter()
        .filter_map(|one| Some(Choice::new(one.person.to_string(), one.name.clone(), one.postal_code?)))
        .collect();
    let hidden = (!hidden.is_empty()).then(|| {
        view! {
            <ChoiceCards legend=t::postal_code(lang) name="postal_code" choices=hidden several=true column=true
                hint=Some(t::postal_code_hint(lang).to_owned())/>
        }
    });
    let choices = people.into_iter().map(|one| Choice {
        hint: one.undisclosed.then(|| t::undisclosed(lang).to_owned()),
        ..Choice::new(one.person.to_string(), one.name, one.ticked)
    });
    let choices: Vec<_> = choices.collect();
    let who = match single {
        // There is nothing to choose.
        true => {
            let only = choices.into_iter().map(|one| view! { <input type="hidden" name="people" value=one.value/> });
            only.collect::<Vec<_>>().into_any()
        }
        false => {
            view! { <ChoiceCards legend=t::who(lang) name="people" choices several=true column=true error/> }.into_any()
        }
    };
    view! { {who}{hidden} }.into_any()
}

/// The exercises, which only their letter needs: folded away until then.
#[component]
fn Programme(lang: Lang, chosen: Vec<String>, own: bool, error: Option<String>) -> impl IntoView {
    let open = error.is_some() || !chosen.is_empty();
    let choices: Vec<_> = Exercise::ALL
        .iter()
        .map(|one| Choice::new(one.code(), said(lang, *one).name, chosen.iter().any(|code| code == one.code())))
        .collect();
    let whose = vec![Choice::new("yes", t::own_programme_yes(lang), own)];
    view! {
        <details class="more more--form" open=open>
            <summary>{t::exercises(lang)}</summary>
            <div class="form__part">
                <ChoiceCards legend=t::own_programme(lang) name="own_programme" choices=whose several=true
                    hint=Some(t::own_programme_hint(lang).to_owned())/>
                <ChoiceCards legend=t::exercises(lang) name="exercises" choices several=true error
                    hint=Some(t::exercises_hint(lang).to_owned())/>
            </div>
        </details>
    }
    .into_any()
}
