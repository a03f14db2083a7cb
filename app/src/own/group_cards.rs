//! Personal cards of a whole group: who gets one, and the sheets.

use domain::ids::{GroupId, ParticipantId};
use domain::time::Day;
use leptos::prelude::*;

use super::card::{CardSheet, CardSheets, CardsBehind, NewCard};
use crate::letters::Letter;
use crate::letters::sheet::LetterView;
use crate::texts::own::{desk, group_cards as t};
use crate::texts::{Lang, whole};
use crate::ui::{Button, ButtonKind, Choice, ChoiceCards, Empty, ErrorSummary, FieldError, Notice, PageHead, Tone};

/// Somebody in the group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MemberCard {
    pub person: ParticipantId,
    pub name: String,
    /// "123 456": of the card that is good.
    pub number: Option<String>,
    pub used_on: Option<Day>,
    /// Whether a new card is to be made.
    pub ticked: bool,
}

/// How the cards lie on paper.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Paper {
    /// Four cards on a sheet, and the slips on sheets of their own.
    #[default]
    Four,
    /// Each person's card and slip on a sheet of their own.
    Each,
    /// Behind each person's welcome letter their card, and the slips on sheets of their own.
    Letter,
}

impl Paper {
    /// The value of the form's field.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Four => "four",
            Self::Each => "each",
            Self::Letter => "letter",
        }
    }

    /// What the form says; anything else is as it begins.
    pub fn from_code(code: &str) -> Self {
        [Self::Each, Self::Letter].into_iter().find(|paper| paper.code() == code).unwrap_or_default()
    }
}

/// What the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupCards {
    pub group: GroupId,
    pub name: String,
    /// Address and words of the page before.
    pub back: (String, String),
    pub people: Vec<MemberCard>,
    pub paper: Paper,
    /// Whether welcome letters can be made: they name whom to call.
    pub letters: bool,
    pub errors: Vec<FieldError>,
    /// Those that were made were shown before.
    pub already: bool,
}

#[component]
pub fn GroupCardsPage(lang: Lang, view: GroupCards) -> impl IntoView {
    let GroupCards { group, name, back, people, paper, letters, errors, already } = view;
    let error = FieldError::of(&errors, "people");
    let none = people.is_empty();
    let choices: Vec<_> = people
        .into_iter()
        .map(|one| {
            let state = match (one.number, one.used_on) {
                (None, _) => t::no_card(lang).to_owned(),
                (Some(number), None) => t::unused(lang, &number),
                (Some(number), Some(on)) => t::used(lang, on, &number),
            };
            Choice { hint: Some(state), ..Choice::new(one.person.to_string(), one.name, one.ticked) }
        })
        .collect();
    let form = (!none).then(|| {
        view! {
            <form class="form" method="post" action=format!("/groups/{group}/cards") novalidate>
                <ErrorSummary lang errors/>
                <ChoiceCards legend=t::who(lang) name="people" choices several=true column=true error
                    hint=Some(t::who_hint(lang).to_owned())/>
                <ChoiceCards legend=t::paper(lang) name="paper" choices=papers(lang, paper, letters) column=true/>
                <Button text=t::make(lang) kind=ButtonKind::Main/>
            </form>
        }
    });
    view! {
        <PageHead title=format!("{}: {name}", t::title(lang)) lead=t::lead(lang) back=Some(back)/>
        {already.then(|| view! {
            <div class="stack notes"><Notice tone=Tone::Look title=t::already(lang) live=true/></div>
        })}
        {none.then(|| view! { <Empty title=t::nobody_in(lang)/> })}
        {form}
    }
    .into_any()
}

fn papers(lang: Lang, chosen: Paper, letters: bool) -> Vec<Choice> {
    let choice = |paper: Paper, words: &str, hint: &str| Choice {
        hint: Some(hint.to_owned()),
        ..Choice::new(paper.code(), words, paper == chosen)
    };
    let letter = letters.then(|| choice(Paper::Letter, t::letter(lang), t::letter_hint(lang)));
    let alone = [
        choice(Paper::Four, t::four(lang), t::four_hint(lang)),
        choice(Paper::Each, t::each(lang), t::each_hint(lang)),
    ];
    alone.into_iter().chain(letter).collect()
}

/// The sheets, each in its person's language; they stand here once. `letters`: to each of them, where they are wanted and
/// the person gets one.
#[component]
pub fn GroupCardsMadePage(
    lang: Lang,
    back: (String, String),
    paper: Paper,
    sheets: Vec<(Lang, NewCard)>,
    letters: Vec<Option<Letter>>,
) -> impl IntoView {
    let count = whole(sheets.len());
    let sheets = match paper {
        Paper::Four => view! { <CardSheets lang sheets/> }.into_any(),
        Paper::Each => {
            let each = sheets.into_iter().map(|(own, card)| view! { <CardSheet own card/> });
            each.collect::<Vec<_>>().into_any()
        }
        Paper::Letter => {
            let folded =
                letters.into_iter().map(|letter| letter.map(|letter| view! { <LetterView letter/> }.into_any()));
            view! { <CardsBehind lang sheets before=folded.collect()/> }.into_any()
        }
    };
    view! {
        <div class="screen-only">
            <PageHead title=t::made(lang, count) back=Some(back)/>
            <div class="stack notes">
                <Notice tone=Tone::Look title=t::once(lang) live=true><p>{desk::cut(lang)}</p></Notice>
            </div>
        </div>
        {sheets}
    }
    .into_any()
}
