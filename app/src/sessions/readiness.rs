//! Whether the tablet will work in a hall without network, said before the instructor drives there: the app stored, the
//! groups fetched, the store safe, and when the server was last reached.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::context::address::Address;
use crate::context::{lang, use_tablet};
use crate::device::{browser, storage};
use crate::sync::state::Status;
use crate::texts::{self, Lang, tablet::ready as t, waiting};
use crate::ui::{ButtonLink, Notice, Tone};

/// What the shell says of the app's own files (`public/boot.js`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shell {
    /// Not said yet.
    Storing,
    Kept,
    None,
}

impl Shell {
    fn now() -> Self {
        match browser::shell_state("data-worker").as_deref() {
            Some("kept") => Self::Kept,
            Some("none") => Self::None,
            _ => Self::Storing,
        }
    }
}

/// What is still missing, the gravest first.
fn missing(lang: Lang, shell: Shell, persisted: Option<bool>, status: &Status) -> Vec<&'static str> {
    let app = match shell {
        Shell::Kept => None,
        Shell::Storing => Some(t::storing(lang)),
        Shell::None => Some(waiting::online_only(lang)),
    };
    let groups = (!status.ready).then(|| t::not_fetched(lang));
    let signed_out = status.signed_out.then(|| texts::tablet::trouble::sign_in_again(lang));
    let evicted = (persisted == Some(false)).then(|| t::may_be_evicted(lang));
    [app, groups, signed_out, evicted].into_iter().flatten().collect()
}

#[component]
pub fn Readiness() -> impl IntoView {
    let (lang, status) = (lang(), use_tablet().status());
    let shell = RwSignal::new(Shell::now());
    let told = leptos::ev::Custom::<leptos::ev::CustomEvent>::new("virea:worker");
    let listener = window_event_listener(told, move |_| shell.set(Shell::now()));
    on_cleanup(move || listener.remove());
    let persisted = RwSignal::new(None::<bool>);
    spawn_local(async move {
        let state = storage::state().await;
        let _ = persisted.try_set(state.persisted);
    });
    let missing = Memo::new(move |_| status.with(|status| missing(lang, shell.get(), persisted.get(), status)));
    let title = move || if missing.with(Vec::is_empty) { t::yes(lang) } else { t::no(lang) };
    let tone = move || if missing.with(Vec::is_empty) { Tone::Good } else { Tone::Look };
    let contact = move || match status.with(|status| status.last_contact) {
        Some(at) => waiting::last_sync(lang, &texts::moment(lang, at)),
        None => waiting::never(lang).to_owned(),
    };
    view! {
        <div class="ready">
            <Notice tone=Signal::derive(tone) title=Signal::derive(move || title().to_owned())>
                {move || missing.get().into_iter().map(|words| view! { <p>{words}</p> }).collect_view()}
                <p class="quiet">{contact}</p>
                <Show when=move || missing.with(|missing| !missing.is_empty())>
                    <ButtonLink text=texts::tablet::device(lang) href=Address::Device.to_string() />
                </Show>
            </Notice>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_missing_for_a_hall_without_network_is_told_the_gravest_first() {
        let lang = Lang::Fi;
        let fetched = Status { ready: true, ..Status::default() };
        assert!(missing(lang, Shell::Kept, Some(true), &fetched).is_empty());
        assert!(missing(lang, Shell::Kept, None, &fetched).is_empty(), "the browser has not said yet");
        assert_eq!(missing(lang, Shell::Storing, Some(true), &fetched), [t::storing(lang)]);
        let away = Status { ready: false, signed_out: true, ..fetched };
        let all = [
            waiting::online_only(lang),
            t::not_fetched(lang),
            texts::tablet::trouble::sign_in_again(lang),
            t::may_be_evicted(lang),
        ];
        assert_eq!(missing(lang, Shell::None, Some(false), &away), all);
    }
}
