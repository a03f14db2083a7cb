//! How this tablet looks: language, text size, colours, which hand. Kept in the browser, no personal data.

use leptos::prelude::*;

use crate::device::browser;
use crate::texts::Lang;

/// Choices that go to an attribute of the document, where the style reads them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    Size,
    Theme,
    Hand,
}

impl Choice {
    const ALL: [Self; 3] = [Self::Size, Self::Theme, Self::Hand];

    const fn attribute(self) -> &'static str {
        match self {
            Self::Size => "data-size",
            Self::Theme => "data-theme",
            Self::Hand => "data-hand",
        }
    }

    /// The values, the first of which is the usual one.
    pub const fn values(self) -> &'static [&'static str] {
        match self {
            Self::Size => &["100", "125", "150"],
            Self::Theme => &["auto", "light", "dark"],
            Self::Hand => &["right", "left"],
        }
    }
}

/// The choices as signals.
#[derive(Clone, Copy)]
pub struct Prefs {
    pub lang: RwSignal<Lang>,
    size: RwSignal<String>,
    theme: RwSignal<String>,
    hand: RwSignal<String>,
}

impl Prefs {
    /// As kept, or as the browser prefers; writes them to the document.
    pub fn load() -> Self {
        let kept = |choice: Choice| {
            let value = read(choice.attribute()).filter(|v| choice.values().contains(&v.as_str()));
            RwSignal::new(value.unwrap_or_else(|| choice.values().first().copied().unwrap_or_default().to_owned()))
        };
        let lang = read("lang").and_then(|code| Lang::from_code(&code)).or_else(browsers_language).unwrap_or_default();
        let prefs = Self {
            lang: RwSignal::new(lang),
            size: kept(Choice::Size),
            theme: kept(Choice::Theme),
            hand: kept(Choice::Hand),
        };
        Choice::ALL.into_iter().for_each(|choice| show(choice.attribute(), &prefs.signal(choice).get_untracked()));
        show("lang", lang.code());
        prefs
    }

    const fn signal(&self, choice: Choice) -> RwSignal<String> {
        match choice {
            Choice::Size => self.size,
            Choice::Theme => self.theme,
            Choice::Hand => self.hand,
        }
    }

    pub fn get(&self, choice: Choice) -> String {
        self.signal(choice).get()
    }

    pub fn set(&self, choice: Choice, value: &str) {
        keep(choice.attribute(), value);
        show(choice.attribute(), value);
        self.signal(choice).set(value.to_owned());
    }

    pub fn speak(&self, lang: Lang) {
        keep("lang", lang.code());
        show("lang", lang.code());
        self.lang.set(lang);
    }
}

fn browsers_language() -> Option<Lang> {
    let tag = browser::window()?.navigator().language()?;
    Lang::from_code(tag.get(..2)?)
}

fn storage() -> Option<web_sys::Storage> {
    browser::window()?.local_storage().ok().flatten()
}

fn read(key: &str) -> Option<String> {
    storage()?.get_item(&format!("virea-{key}")).ok().flatten()
}

fn keep(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // A browser that keeps nothing shows the usual look next time: no loss.
        let _ = storage.set_item(&format!("virea-{key}"), value);
    }
}

fn show(attribute: &str, value: &str) {
    let root = browser::window().and_then(|w| w.document()).and_then(|d| d.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute(attribute, value);
    }
}
