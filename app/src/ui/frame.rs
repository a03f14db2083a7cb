//! The page round every screen of the desk, and the bare page of the door (sign-in).

use domain::devices::Help;
use leptos::prelude::*;

use super::button::Button;
use super::icon::{Icon, IconView};
use super::paper::{OnPaper, PaperAddress};
use crate::texts::{self, Lang, frame};

/// Light or dark: the system decides unless the person did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub fn from_code(code: &str) -> Self {
        match code {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The value of `data-theme` and of the cookie.
    pub const fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// One way in the page's navigation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NavLink {
    pub href: &'static str,
    pub words: &'static str,
    pub current: bool,
    /// How many things wait there.
    pub waiting: Option<i64>,
}

/// The sign of Vireä: a person with raised arms, which is a V.
#[component]
fn Wordmark(#[prop(default = "/")] href: &'static str) -> impl IntoView {
    view! {
        <a class="wordmark" href=href>
            <svg class="wordmark__sign" viewBox="0 0 512 512" aria-hidden="true" focusable="false">
                <rect class="wordmark__tile" width="512" height="512" rx="112"/>
                <circle class="wordmark__figure" cx="256" cy="122" r="46"/>
                <path class="wordmark__figure" d="M116 178L256 410L396 178" fill="none" stroke-width="56" stroke-linecap="round"
                    stroke-linejoin="round" fill-opacity="0"/>
            </svg>
            "Vireä"
        </a>
    }
    .into_any()
}

/// Header, ways, content, foot. The language, theme and size switches are plain forms to `/view`.
#[component]
pub fn Frame(
    lang: Lang,
    theme: Theme,
    #[prop(default = 100)] size: u16,
    /// Where the reader is, to come back after a switch: a path without persons' data.
    #[prop(into)]
    here: String,
    /// The organisation or municipality.
    #[prop(optional, into)]
    place: String,
    /// Name and role of the one who is signed in.
    #[prop(optional_no_strip)]
    who: Option<(String, String)>,
    #[prop(optional)] ways: Vec<NavLink>,
    /// Above everything: the demo's notice.
    #[prop(optional_no_strip)]
    banner: Option<AnyView>,
    /// Help in the same place on every page.
    #[prop(optional_no_strip)]
    help: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class="skip" href="#main">{frame::skip(lang)}</a>
        <div class="frame">
            {banner}
            <header class="frame__top">
                <div class="frame__line">
                    <Wordmark/>
                    {(!place.is_empty()).then(|| view! { <span class="frame__place">{place.clone()}</span> })}
                    <div class="frame__end">
                        {view! { <Languages lang here=here.clone()/> }.into_any()}
                        {who.clone().map(|(name, role)| view! { <Who lang name role/> }.into_any())}
                    </div>
                    {view! { <Menu lang here=here.clone() place who ways=ways.clone()/> }.into_any()}
                </div>
            </header>
            {(!ways.is_empty()).then(|| view! { <Ways lang ways/> }.into_any())}
            <main class="frame__main" id="main">{children()}</main>
            <footer class="frame__foot">
                <div class="frame__line">
                    {help}
                    {view! { <AboutService lang/> }.into_any()}
                    <div class="frame__end">
                        {view! { <Switches lang theme size here/> }.into_any()}
                    </div>
                </div>
            </footer>
        </div>
    }
    .into_any()
}

/// The same behind one button, where a screen has no room for all of it. Opens without a script.
#[component]
fn Menu(lang: Lang, here: String, place: String, who: Option<(String, String)>, ways: Vec<NavLink>) -> impl IntoView {
    let waiting: i64 = ways.iter().filter_map(|way| way.waiting).sum();
    let count = (waiting > 0).then(|| view! { <Waiting lang waiting/> });
    view! {
        <details class="menu">
            <summary class="menu__button"><IconView icon=Icon::Menu/><span>{frame::menu(lang)}</span>{count}</summary>
            <div class="menu__inside">
                {(!ways.is_empty()).then(|| view! {
                    <nav aria-label=frame::ways(lang)><ul class="menu__ways" role="list">{links(lang, ways, "menu__link")}</ul></nav>
                })}
                {(!place.is_empty()).then(|| view! { <p class="frame__place">{place}</p> })}
                {who.map(|(name, role)| view! { <Who lang name role/> }.into_any())}
                {view! { <Languages lang here/> }.into_any()}
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn Languages(lang: Lang, here: String) -> impl IntoView {
    let links: Vec<_> = Lang::ALL
        .into_iter()
        .map(|other| {
            let current = (other.code() == lang.code()).then_some("true");
            view! {
                <li>
                    <button class="languages__link" name="lang" value=other.code() lang=other.code() aria-current=current>
                        {other.own_name()}
                    </button>
                </li>
            }
        })
        .collect();
    view! {
        <form method="post" action="/view" aria-label=frame::language(lang)>
            <input type="hidden" name="back" value=here/>
            <ul class="languages" role="list">{links}</ul>
        </form>
    }
    .into_any()
}

#[component]
fn Who(lang: Lang, name: String, role: String) -> impl IntoView {
    view! {
        <div class="who">
            <IconView icon=Icon::Person/>
            <a class="who__link" href="/sessions"><span class="who__name">{name}</span>" "<span class="who__role">{role}</span></a>
            <form method="post" action="/sign-out">
                <button class="button button--quiet button--small" type="submit">{frame::sign_out(lang)}</button>
            </form>
        </div>
    }
    .into_any()
}

/// What waits is told as a number up to this many.
pub const MOST_TOLD: i64 = 99;

fn told(lang: Lang, waiting: i64) -> String {
    if waiting > MOST_TOLD { frame::more_than(lang, MOST_TOLD) } else { texts::count(lang, waiting) }
}

#[component]
fn Waiting(lang: Lang, waiting: i64) -> impl IntoView {
    view! {
        <span class="ways__count">
            {told(lang, waiting)}<span class="hidden-visually">{format!(" {}", frame::waiting(lang))}</span>
        </span>
    }
    .into_any()
}

fn links(lang: Lang, ways: Vec<NavLink>, class: &'static str) -> Vec<impl IntoView> {
    let link = |way: NavLink| {
        let current = way.current.then_some("page");
        let waiting = way.waiting.filter(|n| *n > 0).map(|waiting| view! { <Waiting lang waiting/> });
        view! { <li><a class=class href=way.href aria-current=current>{way.words}{waiting}</a></li> }
    };
    ways.into_iter().map(link).collect()
}

#[component]
fn Ways(lang: Lang, ways: Vec<NavLink>) -> impl IntoView {
    let links = links(lang, ways, "ways__link");
    view! { <nav class="ways" aria-label=frame::ways(lang)><ul class="ways__list" role="list">{links}</ul></nav> }
        .into_any()
}

#[component]
fn Switches(lang: Lang, theme: Theme, size: u16, here: String) -> impl IntoView {
    let themes = [
        (Theme::System, frame::theme_system(lang)),
        (Theme::Light, frame::theme_light(lang)),
        (Theme::Dark, frame::theme_dark(lang)),
    ];
    let themes: Vec<_> = themes
        .into_iter()
        .map(|(other, words)| {
            let pressed = (other == theme).to_string();
            view! { <button class="switch__button" name="theme" value=other.code() aria-pressed=pressed>{words}</button> }
        })
        .collect();
    let sizes = [
        (100_u16, "switch__button"),
        (125, "switch__button switch__button--middle"),
        (150, "switch__button switch__button--large"),
    ];
    let sizes: Vec<_> = sizes
        .into_iter()
        .map(|(other, class)| {
            let pressed = (other == size).to_string();
            let label = frame::size(lang, i64::from(other));
            view! { <button class=class name="size" value=other.to_string() aria-pressed=pressed aria-label=label>"A"</button> }
        })
        .collect();
    view! {
        <form class="cluster" method="post" action="/view">
            <input type="hidden" name="back" value=here/>
            <span class="switch" role="group" aria-label=frame::theme(lang)>{themes}</span>
            <span class="switch" role="group" aria-label=frame::sizes(lang)>{sizes}</span>
        </form>
    }
    .into_any()
}

/// A line above everything.
#[component]
pub fn Banner(
    #[prop(into)] text: String,
    #[prop(optional)] demo: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <aside class=if demo { "banner banner--demo" } else { "banner" }>
            <p>{text}" "{children.map(|children| children())}</p>
        </aside>
    }
    .into_any()
}

/// The head of a page: the way back, what it is, the main thing to do.
#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: String,
    /// Address and words of the page above.
    #[prop(optional_no_strip)]
    back: Option<(String, String)>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="page-head">
            {back.map(|(href, words)| view! { <Back href words/> })}
            <div class="page-head__words">
                <h1>{title}</h1>
                {(!lead.is_empty()).then(|| view! { <p class="page-head__lead">{lead}</p> })}
            </div>
            {children.map(|children| view! { <div class="cluster">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// The way to the page above.
#[component]
pub fn Back(href: String, words: String) -> impl IntoView {
    view! { <p class="page-head__back"><a href=href><IconView icon=Icon::Back/><span>{words}</span></a></p> }.into_any()
}

/// Whom to call, in the same place on every page.
#[component]
pub fn HelpLine(lang: Lang, help: Help) -> impl IntoView {
    let words = frame::help(lang, &help.name);
    view! { <CallLine words call=help/> }
}

/// A number to call, with words about whose it is.
#[component]
fn CallLine(words: String, call: Help) -> impl IntoView {
    let link = call.link();
    view! {
        <p class="help">
            <span>{words}</span>
            <a class="button" href=link><IconView icon=Icon::Phone/>{call.phone}</a>
        </p>
    }
    .into_any()
}

/// The page of the door: one card above a calm horizon.
#[component]
pub fn Door(
    lang: Lang,
    #[prop(into)] here: String,
    #[prop(optional_no_strip)] banner: Option<AnyView>,
    #[prop(optional_no_strip)] help: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        {banner}
        <div class="door">
            <main class="door__card" id="main">
                <div class="cluster cluster--apart"><Wordmark/><Languages lang here/></div>
                {children()}
                {help}
                <AboutService lang/>
            </main>
            <Horizon/>
        </div>
    }
    .into_any()
}

/// The municipality's public texts and the form for feedback, at the end of every page.
#[component]
fn AboutService(lang: Lang) -> impl IntoView {
    use texts::statements as t;
    view! {
        <nav class="about" aria-label=t::links(lang)>
            <a href="/privacy">{t::privacy_link(lang)}</a>
            <a href="/accessibility">{t::accessibility_link(lang)}</a>
            <a href="/feedback">{texts::feedback::link(lang)}</a>
        </nav>
    }
    .into_any()
}

/// Hills, water and a low sun.
#[component]
pub fn Horizon() -> impl IntoView {
    view! {
        <svg class="horizon" viewBox="0 0 1440 200" preserveAspectRatio="xMidYMax slice" aria-hidden="true" focusable="false">
            <circle class="horizon__sun" cx="1010" cy="92" r="44"/>
            <path class="horizon__far" d="M0 120C160 70 300 60 470 100S780 130 960 92S1290 60 1440 104V200H0Z"/>
            <path class="horizon__near" d="M0 140C120 118 220 112 360 132S620 150 800 134S1180 108 1440 138V200H0Z"/>
            <path class="horizon__water" d="M0 158H1440V200H0Z"/>
            <path class="horizon__glint" d="M920 170H1100M960 182H1060M200 176H320M560 186H720"/>
        </svg>
    }
    .into_any()
}

/// Prints the page: shown and run by `public/print.js` alone.
#[component]
pub fn PrintButton(lang: Lang) -> impl IntoView {
    view! {
        <button type="button" class="button print" hidden>
            <IconView icon=Icon::Print/>
            <span>{frame::print(lang)}</span>
        </button>
    }
    .into_any()
}

/// The page of those who take part, and of whoever looks for a group: one thing on it, everything large, help and text
/// size in the same place.
#[component]
pub fn OwnFrame(
    lang: Lang,
    theme: Theme,
    /// Text size in per cent.
    size: u16,
    /// The page's own path, to come back to after a change of language or looks.
    #[prop(into)]
    here: String,
    /// Where the sign of the program leads.
    home: &'static str,
    #[prop(optional_no_strip)] banner: Option<AnyView>,
    /// The instructor of whoever is signed in.
    #[prop(optional_no_strip)]
    leader: Option<Help>,
    #[prop(optional_no_strip)] help: Option<AnyView>,
    /// Whether somebody is signed in, who may sign out.
    signed_in: bool,
    /// Where the page is found, for whoever holds it on paper.
    #[prop(optional_no_strip)]
    paper: Option<PaperAddress>,
    children: Children,
) -> impl IntoView {
    let paper = paper.map(|address| view! { <OnPaper lang address class="own__paper paper-only"/> });
    view! {
        <a class="skip" href="#main">{frame::skip(lang)}</a>
        <div class="own">
            {banner}
            <header class="own__top"><Wordmark href=home/><Languages lang here=here.clone()/>{paper}</header>
            <main class="own__main" id="main">{children()}</main>
            <footer class="own__foot">
                {leader.map(|leader| {
                    let words = texts::own::page::call_leader(lang, &leader.name);
                    view! { <CallLine words call=leader/> }
                })}
                {help}
                <PrintButton lang/>
                <Switches lang theme size here/>
                // The program's own words, whatever a municipality writes in its statements.
                <p>{frame::draft(lang)}</p>
                <AboutService lang/>
                {signed_in.then(|| view! {
                    <form method="post" action="/own/sign-out"><Button text=frame::sign_out(lang)/></form>
                })}
            </footer>
        </div>
    }
    .into_any()
}
