//! How this tablet looks and speaks: language, text size, colours, which hand. Kept in the browser, no personal data.

use leptos::prelude::*;

use crate::device::browser;
use crate::texts::Lang;

/// What goes to an attribute of the document, where the style reads it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    Size,
    Theme,
    Hand,
}

impl Look {
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

/// What was chosen, as signals.
#[derive(Clone, Copy)]
pub struct Preferences {
    pub lang: RwSignal<Lang>,
    size: RwSignal<String>,
    theme: RwSignal<String>,
    hand: RwSignal<String>,
}

impl Preferences {
    /// As kept, or as the browser prefers; writes them to the document.
    pub fn load() -> Self {
        let kept = |look: Look| {
            let value = read(look.attribute()).filter(|v| look.values().contains(&v.as_str()));
            RwSignal::new(value.unwrap_or_else(|| look.values().first().copied().unwrap_or_default().to_owned()))
        };
        let lang = read("lang").and_then(|code| Lang::from_code(&code)).or_else(browsers_language).unwrap_or_default();
        let preferences = Self {
            lang: RwSignal::new(lang),
            size: kept(Look::Size),
            theme: kept(Look::Theme),
            hand: kept(Look::Hand),
        };
        Look::ALL.into_iter().for_each(|look| show(look.attribute(), &preferences.signal(look).get_untracked()));
        show("lang", lang.code());
        offer_manifest(lang);
        preferences
    }

    const fn signal(&self, look: Look) -> RwSignal<String> {
        match look {
            Look::Size => self.size,
            Look::Theme => self.theme,
            Look::Hand => self.hand,
        }
    }

    pub fn get(&self, look: Look) -> String {
        self.signal(look).get()
    }

    pub fn set(&self, look: Look, value: &str) {
        keep(look.attribute(), value);
        show(look.attribute(), value);
        self.signal(look).set(value.to_owned());
    }

    /// The same look in another language: for what is shown to somebody else than the tablet's user.
    pub fn in_language(&self, lang: Lang) -> Self {
        Self { lang: RwSignal::new(lang), ..*self }
    }

    /// Says on the document which language is shown, without keeping it.
    pub fn show_language(&self, lang: Lang) {
        show("lang", lang.code());
    }

    pub fn speak(&self, lang: Lang) {
        keep("lang", lang.code());
        show("lang", lang.code());
        offer_manifest(lang);
        self.lang.set(lang);
    }
}

/// The language of this rendering. A change of language renders everything anew.
pub fn lang() -> Lang {
    use_context::<Preferences>().map_or(Lang::Fi, |preferences| preferences.lang.get_untracked())
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

/// The app is installed with names in the language that is spoken: the shell knows the addresses.
fn offer_manifest(lang: Lang) {
    let link = browser::window().and_then(|window| window.document()?.query_selector("link[rel=manifest]").ok()?);
    if let Some(link) = link
        && let Some(address) = link.get_attribute(&format!("data-{}", lang.code()))
    {
        let _ = link.set_attribute("href", &address);
    }
}

fn show(attribute: &str, value: &str) {
    let root = browser::window().and_then(|w| w.document()).and_then(|d| d.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute(attribute, value);
    }
}
