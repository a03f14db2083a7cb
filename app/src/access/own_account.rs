//! One's own account: a new password, the number to call, the second factor, and the code at the door.

use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, access::own_account as words, access::set_up};
use crate::ui::{
    Button, ButtonKind, Choice, ChoiceCards, ErrorSummary, Field, FieldError, FieldWidth, Notice, PageHead, Tone,
};

/// What the password's page shows; passwords are never shown again.
#[derive(Clone, Debug)]
pub struct PasswordView {
    /// For the browser's own store of passwords.
    pub login: String,
    pub errors: Vec<FieldError>,
}

pub fn password_page(lang: Lang, view: PasswordView) -> impl IntoView {
    let errors = view.errors.clone();
    let of = move |field| FieldError::of(&errors, field);
    view! {
        <PageHead title=words::password_title(lang) lead=words::password_lead(lang) back=back(lang)/>
        <ErrorSummary lang errors=view.errors/>
        <form class="form form--plain" method="post" action="/password" novalidate>
            <input type="hidden" name="login" autocomplete="username" value=view.login/>
            <Field lang name="current" label=words::current(lang) kind="password" error=of("current")
                autocomplete="current-password" maxlength=300/>
            <Field lang name="password" label=set_up::password(lang) kind="password" error=of("password")
                hint=Some(set_up::password_hint(lang).to_owned()) autocomplete="new-password" maxlength=300/>
            <Field lang name="again" label=set_up::again(lang) kind="password" error=of("again")
                autocomplete="new-password" maxlength=300/>
            <Button text=words::save_password(lang) kind=ButtonKind::Main/>
        </form>
    }
}

fn back(lang: Lang) -> Option<(String, String)> {
    Some(("/sessions".to_owned(), crate::texts::access::own_sessions::title(lang).to_owned()))
}

/// What the page of one's own number shows.
#[derive(Clone, Debug)]
pub struct PhoneView {
    /// As it was typed; empty where none is given.
    pub phone: String,
    /// What was saved when the form was filled.
    pub saved_phone: String,
    /// Whether everybody may read it where groups are found.
    pub public: bool,
    /// Whether everybody might when the form was filled.
    pub saved_public: bool,
    /// It was saved just now.
    pub saved: bool,
    pub errors: Vec<FieldError>,
}

pub fn phone_page(lang: Lang, view: PhoneView) -> impl IntoView {
    let PhoneView { phone, saved_phone, public, saved_public, saved, errors } = view;
    let public = Some(PublicTick { ticked: public, was: saved_public });
    view! {
        <PageHead title=words::phone_title(lang) lead=words::phone_lead(lang) back=back(lang)/>
        {saved.then(|| view! { <Notice tone=Tone::Good title=words::phone_saved(lang) live=true/> })}
        <ErrorSummary lang errors=errors.clone()/>
        <PhoneForm lang action="/phone".to_owned() phone was=Some(saved_phone) public errors/>
    }
}

/// Whether everybody may read the number where groups are found.
#[derive(Clone, Copy, Debug)]
pub struct PublicTick {
    pub ticked: bool,
    /// Whether they might when the form was filled: its holder may have said so from another device meanwhile.
    pub was: bool,
}

/// The number under which an account's holder is called, on their own page and the admin's.
#[component]
pub fn PhoneForm(
    lang: Lang,
    action: String,
    phone: String,
    /// What was saved when the form was filled: somebody else may save another number meanwhile.
    #[prop(optional_no_strip)]
    was: Option<String>,
    /// Asked of the holder alone.
    #[prop(optional_no_strip)]
    public: Option<PublicTick>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let error = FieldError::of(&errors, "phone");
    let public = public.map(|public| {
        let choices = vec![Choice::new("yes", words::phone_public(lang), public.ticked)];
        let was = if public.was { "yes" } else { "no" };
        view! {
            <input type="hidden" name="public_was" value=was/>
            <ChoiceCards legend=words::phone_public_title(lang) name="public" choices several=true/>
        }
    });
    view! {
        <form class="form form--plain" method="post" action=action novalidate>
            {was.map(|was| view! { <input type="hidden" name="was" value=was/> })}
            <Field lang name="phone" label=words::phone(lang) value=phone hint=Some(words::phone_hint(lang).to_owned())
                error width=FieldWidth::Middle optional=true kind="tel" autocomplete="off"/>
            {public}
            <Button text=words::save_phone(lang)/>
        </form>
    }
    .into_any()
}

/// How far the second factor is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FactorState {
    Off,
    /// What an authenticator reads: a square of that many squares with the path of the dark ones, and the key to type.
    Begun {
        size: usize,
        squares: String,
        key: String,
    },
    /// Since when, and how many recovery codes are left.
    On {
        since: Day,
        left: i64,
    },
}

/// What the second factor's page shows.
#[derive(Clone, Debug)]
pub struct FactorView {
    pub factor: FactorState,
    /// Recovery codes made just now.
    pub codes: Vec<String>,
    /// Whether the installation asks everybody at a desk for it.
    pub required: bool,
    /// Whether nothing else opens before it is set up.
    pub at_the_door: bool,
    pub errors: Vec<FieldError>,
}

pub fn second_factor_page(lang: Lang, view: FactorView) -> impl IntoView {
    let FactorView { factor, codes, required, at_the_door, errors } = view;
    let lead = match (at_the_door, &factor) {
        (true, _) if codes.is_empty() => words::factor_required(lang),
        (false, FactorState::Off) => words::factor_lead(lang),
        _ => "",
    };
    let all = errors.clone();
    // Whoever has just got the codes goes on where they were.
    let on = (!codes.is_empty()).then(|| view! { <p><a href="/kept">{words::codes_kept(lang)}</a></p> });
    let body = match factor {
        FactorState::Off => view! {
            <form method="post" action="/second-factor/begin"><Button text=words::begin(lang) kind=ButtonKind::Main/></form>
        }
        .into_any(),
        FactorState::Begun { size, squares, key } => set_up_factor(lang, size, squares, key, errors).into_any(),
        // What was asked for is done: what is left is to go on.
        FactorState::On { .. } if at_the_door => ().into_any(),
        FactorState::On { since, left } => factor_on(lang, since, left, required, errors).into_any(),
    };
    let back = if at_the_door { None } else { back(lang) };
    view! {
        <PageHead title=words::factor_title(lang) lead back/>
        <div class="stack notes">
            <ErrorSummary lang errors=all/>
            {(!codes.is_empty()).then(|| recovery_codes(lang, codes))}
            {on}
        </div>
        {body}
    }
}

fn set_up_factor(lang: Lang, size: usize, squares: String, key: String, errors: Vec<FieldError>) -> impl IntoView {
    let frame = format!("0 0 {size} {size}");
    view! {
        <ol class="steps-list">
            <li>{words::step_app(lang)}</li>
            <li>
                <p>{words::step_read(lang)}</p>
                <svg class="qr" viewBox=frame role="img" aria-label=words::qr(lang) shape-rendering="crispEdges">
                    <rect width="100%" height="100%" fill="#fff"/>
                    <path d=squares fill="#000"/>
                </svg>
                <p>{words::step_type(lang)}</p>
                <p><code class="code">{key}</code></p>
            </li>
            <li>
                <p>{words::step_code(lang)}</p>
                {code_form(lang, "/second-factor/confirm", words::confirm(lang), &errors)}
            </li>
        </ol>
        <form method="post" action="/second-factor/off"><Button text=words::give_up(lang) kind=ButtonKind::Quiet/></form>
    }
}

fn factor_on(lang: Lang, since: Day, left: i64, required: bool, errors: Vec<FieldError>) -> impl IntoView {
    // Where it is required, another one takes its place.
    let (title, text) = match required {
        true => (words::replace(lang), words::replace_lead(lang)),
        false => (words::turn_off(lang), words::turn_off_lead(lang)),
    };
    view! {
        <p>{words::on_since(lang, since)}</p>
        <section class="section">
            <h2>{words::recovery_codes(lang)}</h2>
            <p>{words::codes_left(lang, left)}</p>
            <p>{words::fresh_lead(lang)}</p>
            <form class="form form--plain" method="post" action="/second-factor/codes" novalidate>
                <Field lang name="fresh" label=words::authenticator_code(lang) hint=Some(words::code_hint(lang).to_owned())
                    error=FieldError::of(&errors, "fresh") width=FieldWidth::Middle autocomplete="one-time-code" maxlength=40/>
                <Button text=words::fresh(lang)/>
            </form>
        </section>
        <section class="section">
            <h2>{title}</h2>
            <p>{text}</p>
            {code_form(lang, "/second-factor/off", title, &errors)}
        </section>
    }
}

fn code_form(lang: Lang, action: &'static str, button: &'static str, errors: &[FieldError]) -> impl IntoView + use<> {
    let error = FieldError::of(errors, "code");
    view! {
        <form class="form form--plain" method="post" action=action novalidate>
            <Field lang name="code" label=words::code(lang) hint=Some(words::code_hint(lang).to_owned()) error
                width=FieldWidth::Middle autocomplete="one-time-code" maxlength=40/>
            <Button text=button kind=ButtonKind::Main/>
        </form>
    }
}

fn recovery_codes(lang: Lang, codes: Vec<String>) -> impl IntoView {
    let codes: Vec<_> = codes.into_iter().map(|code| view! { <li><code class="code">{code}</code></li> }).collect();
    view! {
        <Notice tone=Tone::Told title=words::codes_title(lang) live=true>
            <p>{words::codes_lead(lang)}</p>
            <ul class="codes" role="list">{codes}</ul>
        </Notice>
    }
}

/// What the page of the sign-in's second step shows.
#[derive(Clone, Debug, Default)]
pub struct CodeView {
    pub errors: Vec<FieldError>,
}

pub fn code_page(lang: Lang, view: CodeView) -> impl IntoView {
    let error = FieldError::of(&view.errors, "code");
    view! {
        <h1>{words::code_title(lang)}</h1>
        <p>{words::code_lead(lang)}</p>
        <ErrorSummary lang errors=view.errors/>
        <form class="stack" method="post" action="/sign-in/code" novalidate>
            <Field lang name="code" label=words::code(lang) hint=Some(words::code_or_recovery(lang).to_owned()) error
                autocomplete="one-time-code" maxlength=40/>
            <Button text=words::go_on(lang) kind=ButtonKind::Main wide=true/>
        </form>
        <p>{words::lost(lang)}</p>
        <p><a href="/sign-in">{words::start_again(lang)}</a></p>
    }
}
