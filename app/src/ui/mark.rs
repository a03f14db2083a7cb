//! Where a record is, and short states, each with a word and a shape of its own.

use leptos::prelude::*;

use super::icon::{Icon, IconView};
use crate::texts::{Lang, sync, waiting};

/// Where a record is. "On the server" comes only from the server's answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SyncState {
    Here,
    Sending,
    Server,
    Attention,
}

impl SyncState {
    /// For attributes, which styles and tests read.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Sending => "sending",
            Self::Server => "server",
            Self::Attention => "attention",
        }
    }

    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Here => sync::state::here(lang),
            Self::Sending => sync::state::sending(lang),
            Self::Server => sync::state::server(lang),
            Self::Attention => sync::state::attention(lang),
        }
    }

    fn short(self, lang: Lang) -> &'static str {
        match self {
            Self::Here => waiting::short::here(lang),
            Self::Sending => waiting::short::sending(lang),
            Self::Server => waiting::short::server(lang),
            Self::Attention => waiting::short::attention(lang),
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Here => Icon::Tablet,
            Self::Sending => Icon::Upload,
            Self::Server => Icon::Tick,
            Self::Attention => Icon::Look,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Here => "sync-mark sync-mark--here",
            Self::Sending => "sync-mark sync-mark--sending",
            Self::Server => "sync-mark sync-mark--server",
            Self::Attention => "sync-mark sync-mark--attention",
        }
    }
}

/// The mark of a record: a shape and a short word; nothing for what was never recorded.
#[component]
pub fn SyncMark(lang: Lang, #[prop(into)] state: Signal<Option<SyncState>>) -> impl IntoView {
    move || {
        state.get().map(|state| {
            view! {
                <span class=state.class() title=state.words(lang)>
                    <IconView icon=state.icon()/>
                    <span class="sync-mark__word">{state.short(lang)}</span>
                </span>
            }
        })
    }
}

/// How something is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tone {
    #[default]
    Calm,
    Told,
    Good,
    Look,
    Wrong,
}

impl Tone {
    pub const fn icon(self) -> Icon {
        match self {
            Self::Calm | Self::Told => Icon::Info,
            Self::Good => Icon::Tick,
            Self::Look => Icon::Look,
            Self::Wrong => Icon::Wrong,
        }
    }

    pub(super) const fn notice_class(self) -> &'static str {
        match self {
            Self::Calm => "notice",
            Self::Told => "notice notice--told",
            Self::Good => "notice notice--good",
            Self::Look => "notice notice--look",
            Self::Wrong => "notice notice--wrong",
        }
    }

    const fn tag_class(self) -> &'static str {
        match self {
            Self::Calm | Self::Told => "tag",
            Self::Good => "tag tag--good",
            Self::Look => "tag tag--look",
            Self::Wrong => "tag tag--wrong",
        }
    }
}

/// A short state in a row or table.
#[component]
pub fn Tag(#[prop(into)] text: String, #[prop(optional)] tone: Tone) -> impl IntoView {
    view! { <span class=tone.tag_class()>{text}</span> }.into_any()
}
