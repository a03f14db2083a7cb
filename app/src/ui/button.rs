//! Buttons and links that look like buttons. They say what happens.

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
    /// Cannot be taken back; never beside the main one.
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

    /// With what a screen adds to it.
    fn classes(self, wide: bool, more: &str) -> String {
        let width = if wide { "button--wide" } else { "" };
        [self.class(), width, more].into_iter().filter(|class| !class.is_empty()).collect::<Vec<_>>().join(" ")
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
    /// Whether what it stands for holds: a button that is chosen or switched on.
    #[prop(optional, into)]
    pressed: MaybeProp<bool>,
    /// What a screen adds to its looks.
    #[prop(optional)]
    class: &'static str,
    /// What stands behind its words.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let pressed = move || pressed.get().map(|pressed| pressed.to_string());
    view! {
        <button type=if script { "button" } else { "submit" } class=kind.classes(wide, class) name=name value=value
            disabled=disabled aria-pressed=pressed>
            {icon.map(|icon| view! { <IconView icon/> })}
            <span>{text}</span>
            {children.map(|children| children())}
        </button>
    }
    .into_any()
}

/// A link that looks like a button: it goes somewhere and changes nothing.
#[component]
pub fn ButtonLink(
    #[prop(into)] text: Signal<String>,
    #[prop(into)] href: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<Icon>,
    #[prop(optional)] wide: bool,
    /// What a screen adds to its looks.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    // An arrow that leads on stands behind its words.
    let (before, after) = if icon == Some(Icon::Forward) { (None, icon) } else { (icon, None) };
    view! {
        <a class=kind.classes(wide, class) href=href>
            {before.map(|icon| view! { <IconView icon/> })}
            <span>{text}</span>
            {after.map(|icon| view! { <IconView icon/> })}
        </a>
    }
    .into_any()
}
