//! Buttons and links that look like buttons. They say what happens (ux.md W4).

use leptos::prelude::*;

use super::icon::{Icon, IconView};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ButtonKind {
    /// The one thing that this screen is for.
    Main,
    #[default]
    Plain,
    /// A small side way.
    Quiet,
    /// Cannot be taken back; never beside the main one (ux.md T4).
    Danger,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Main => "button button--main",
            Self::Plain => "button",
            Self::Quiet => "button button--quiet",
            Self::Danger => "button button--danger",
        }
    }

    fn classes(self, wide: bool) -> String {
        let width = if wide { " button--wide" } else { "" };
        format!("{}{width}", self.class())
    }
}

/// A button. In a form it submits unless `script` is set.
#[component]
pub fn Button(
    #[prop(into)] text: Signal<String>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<Icon>,
    /// Fills the width, large.
    #[prop(optional)]
    wide: bool,
    /// Does something by script and submits nothing.
    #[prop(optional)]
    script: bool,
    #[prop(optional, into)] name: Option<&'static str>,
    #[prop(optional, into)] value: Option<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <button type=if script { "button" } else { "submit" } class=kind.classes(wide) name=name value=value disabled=disabled>
            {icon.map(|icon| view! { <IconView icon/> })}
            <span>{text}</span>
        </button>
    }
    .into_any()
}

/// A link that looks like a button: it goes somewhere and changes nothing.
#[component]
pub fn ButtonLink(
    #[prop(into)] text: String,
    #[prop(into)] href: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<Icon>,
    #[prop(optional)] wide: bool,
) -> impl IntoView {
    view! {
        <a class=kind.classes(wide) href=href>
            {icon.map(|icon| view! { <IconView icon/> })}
            <span>{text}</span>
        </a>
    }
    .into_any()
}
