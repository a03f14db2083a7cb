//! Taking in at the desk what a tablet has handed out as a file.

use leptos::prelude::*;

use crate::texts::{Lang, access::handed as t};
use crate::ui::{Button, ButtonKind, ButtonLink, ErrorSummary, FieldError, Icon, IconView, Notice, PageHead, Tone};

/// The address of the page and of its form.
pub const PATH: &str = "/devices/unsent";

/// What the page shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HandedView {
    pub errors: Vec<FieldError>,
    /// What came of the file that was just sent.
    pub taken: Option<Taken>,
}

/// Entries of a file, by what came of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Taken {
    /// All that the file holds.
    pub all: i64,
    /// On the server now, or before.
    pub there: i64,
    /// Waiting for a decision.
    pub held: i64,
    /// Refused for good.
    pub rejected: i64,
    /// What nobody can read any more lies in the file, too, and is none of `all`.
    pub unreadable: i64,
}

impl Taken {
    /// What the file holds and the server could not take yet.
    pub const fn left(&self) -> i64 {
        self.all.saturating_sub(self.there).saturating_sub(self.held).saturating_sub(self.rejected)
    }

    /// What is to be said, a sentence each.
    fn words(&self, lang: Lang) -> Vec<String> {
        let left = self.left();
        let all = [
            (self.held > 0).then(|| t::held(lang, self.held)),
            (self.rejected > 0).then(|| t::rejected(lang, self.rejected)),
            (left > 0).then(|| t::left(lang, left)),
            (self.unreadable > 0).then(|| t::unreadable(lang, self.unreadable)),
        ];
        all.into_iter().flatten().collect()
    }
}

#[component]
pub fn HandedPage(lang: Lang, view: HandedView) -> impl IntoView {
    let HandedView { errors, taken } = view;
    let error = FieldError::of(&errors, "file");
    let wrong = error.is_some();
    let described = if wrong { "file-error file-hint" } else { "file-hint" };
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang)/>
        {taken.map(|taken| view! { <Came lang taken/> })}
        <form class="form form--plain" method="post" action=PATH enctype="multipart/form-data" novalidate>
            <ErrorSummary lang errors/>
            <div class=if wrong { "field field--wrong" } else { "field" }>
                <label class="field__label" for="file">{t::file(lang)}</label>
                <p class="field__hint" id="file-hint">{t::file_hint(lang)}</p>
                {error.map(|error| view! {
                    <p class="field__error" id="file-error"><IconView icon=Icon::Wrong/><span>{error}</span></p>
                })}
                <input class="field__input field__file" type="file" id="file" name="file" accept=".json"
                    aria-describedby=described aria-invalid=wrong.then_some("true")/>
            </div>
            <Button text=t::send(lang) kind=ButtonKind::Main/>
        </form>
    }
    .into_any()
}

#[component]
fn Came(lang: Lang, taken: Taken) -> impl IntoView {
    let look = taken.left() > 0 || taken.rejected > 0 || taken.unreadable > 0;
    let tone = if look { Tone::Look } else { Tone::Good };
    let title = if taken.all == 0 { t::nothing(lang).to_owned() } else { t::there(lang, taken.there) };
    let more: Vec<_> = taken.words(lang).into_iter().map(|words| view! { <p>{words}</p> }).collect();
    let decides = (taken.held > 0).then(|| view! { <ButtonLink text=t::open_reviews(lang) href="/reviews"/> });
    view! {
        <Notice tone title live=true>
            {more}
            {decides}
        </Notice>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_could_not_take_is_what_nothing_else_is_said_of() {
        let taken = Taken { all: 10, there: 4, held: 2, rejected: 1, unreadable: 0 };
        assert_eq!((taken.left(), taken.words(Lang::Fi).len()), (3, 3));
        let whole = Taken { all: 4, there: 4, ..Taken::default() };
        assert_eq!((whole.left(), whole.words(Lang::Fi).len()), (0, 0));
        let damaged = Taken { unreadable: 2, ..whole };
        assert_eq!(damaged.words(Lang::Fi), ["2 merkintää ei voi lukea. Säilytä tiedosto ja pyydä apua ylläpidolta."]);
    }
}
