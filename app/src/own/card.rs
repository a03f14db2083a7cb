//! The personal card at the desk: whether there is one, making and ending it, and the sheet that is printed once.

use domain::devices::Help;
use domain::ids::ParticipantId;
use domain::time::Day;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::letters::Letter;
use crate::letters::sheet::LetterView;
use crate::texts::own::{card as c, desk as t, group_cards};
use crate::texts::people::touch;
use crate::texts::{Lang, frame, kin};
use crate::ui::{Button, ButtonKind, Notice, PageHead, PaperAddress, Qr, SelectField, Tone};

/// Four A6 are one A4.
const CARDS_ON_A_SHEET: usize = 4;
const SLIPS_ON_A_SHEET: usize = 8;

/// A card that is good.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GoodCard {
    /// "123 456".
    pub number: String,
    pub made_on: Day,
    pub used_on: Option<Day>,
    /// PINs that were typed wrongly since the card was last used with the right one.
    pub wrong: i64,
}

/// What the desk's page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct CardDesk {
    pub person: ParticipantId,
    pub name: String,
    pub card: Option<GoodCard>,
    /// Address and words of the page before.
    pub back: (String, String),
    /// Whether the person is in a group, so that a card opens something.
    pub takes_part: bool,
    /// When the person died: no card is made any more.
    pub died_on: Option<Day>,
    /// For how many days the code of a letter is good, where one can be made: the letter names whom to call, and its code
    /// needs a year of birth.
    pub letter: Option<i64>,
    /// The card's language, to begin with.
    pub language: Lang,
    /// A sentence about what was just done.
    pub said: Option<(Tone, &'static str)>,
}

#[component]
pub fn CardDeskPage(lang: Lang, view: CardDesk) -> impl IntoView {
    let CardDesk { person, name, card, back, takes_part, died_on, letter, language, said } = view;
    let at = format!("/people/{person}/personal-card");
    let (there, is_alive) = (card.is_some(), died_on.is_none());
    let (make, lead) =
        if there { (t::make_new(lang), t::make_new_lead(lang)) } else { (t::make(lang), t::make_lead(lang)) };
    let languages = Lang::ALL.into_iter().map(|one| (one.code().to_owned(), one.own_name().to_owned())).collect();
    view! {
        <PageHead title=format!("{}: {name}", t::title(lang)) lead=t::lead(lang)
            back=Some(back)/>
        <div class="stack stack--wide">
            <div class="stack notes">
                {said.map(|(tone, title)| view! { <Notice tone title live=true/> })}
                {died_on.map(|on| view! { <Notice title=touch::has_died(lang, on)/> })}
                {(is_alive && !takes_part).then(|| view! { <Notice tone=Tone::Look title=t::left(lang)/> })}
            </div>
            <section class="card"><State lang card/></section>
            {is_alive.then(|| view! {
                <form class="form form--plain" method="post" action=at.clone()>
                    <p>{lead}</p>
                    <SelectField lang name="language" label=t::language(lang) options=languages
                        chosen=language.code()/>
                    <Button text=make kind=ButtonKind::Main/>
                </form>
            })}
            {(there && is_alive).then(|| view! {
                <section class="section">
                    <h2>{t::code_title(lang)}</h2>
                    <p>{t::code_lead(lang)}</p>
                    <form method="post" action=format!("{at}/code")><Button text=t::code(lang)/></form>
                    {letter.map(|days| view! {
                        <p>{t::code_letter_lead(lang, days)}</p>
                        <form method="post" action=format!("{at}/code")>
                            <Button text=t::code_letter(lang) name="by" value="letter"/>
                        </form>
                    })}
                </section>
            })}
            {there.then(|| view! {
                <section class="section">
                    <h2>{t::end_title(lang)}</h2>
                    <p>{t::end_lead(lang)}</p>
                    <form method="post" action=format!("{at}/end")>
                        <Button text=t::end(lang) kind=ButtonKind::Danger/>
                    </form>
                </section>
            })}
        </div>
    }
    .into_any()
}

#[component]
fn State(lang: Lang, card: Option<GoodCard>) -> impl IntoView {
    let Some(GoodCard { number, made_on, used_on, wrong }) = card else {
        return view! { <p>{t::none(lang)}</p> }.into_any();
    };
    let used = used_on.map_or_else(|| t::unused(lang).to_owned(), |on| t::used(lang, on));
    view! {
        <p>{t::made(lang, made_on, &number)}</p>
        <p>{used}</p>
        {(wrong > 0).then(|| view! { <p><strong>{t::wrong(lang, wrong)}</strong></p> })}
    }
    .into_any()
}

/// A code to show to a phone's camera, or to read out.
#[component]
pub fn CodeDeskPage(lang: Lang, name: String, back: String, code: String, address: PaperAddress) -> impl IntoView {
    let PaperAddress { typed, size, squares } = address;
    view! {
        <PageHead title=format!("{}: {name}", t::code_title(lang)) back=Some((back, t::title(lang).to_owned()))/>
        <section class="card">
            <p>{t::code_scan(lang)}</p>
            <Qr label=frame::paper::qr(lang) size squares/>
            <p>{t::code_type(lang)}<br/><strong>{typed}</strong></p>
            <p>{t::code_say(lang)}</p>
            <p><strong class="personal-card__number">{code}</strong></p>
        </section>
        <Notice tone=Tone::Look title=t::code_once(lang) live=true/>
    }
    .into_any()
}

/// A letter with a code: it stands here once.
#[component]
pub fn CodeLetterPage(lang: Lang, back: String, letter: Letter) -> impl IntoView {
    view! {
        <div class="screen-only">
            <PageHead title=format!("{}: {}", t::code_title(lang), letter.name) back=Some((back, t::title(lang).to_owned()))/>
            <div class="stack notes"><Notice tone=Tone::Look title=t::code_letter_once(lang) live=true/></div>
        </div>
        <div class="letters"><LetterView letter/></div>
    }
    .into_any()
}

/// Whose card it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum CardKind {
    /// Somebody who takes part.
    Person,
    /// A relative.
    Relative,
}

/// A card that was made just now, with what is in no database.
#[derive(Clone, PartialEq, Debug)]
pub struct NewCard {
    pub kind: CardKind,
    /// For whoever cuts the sheet.
    pub name: String,
    /// What stands on the card itself: whoever finds it learns no more.
    pub called: String,
    pub number: String,
    pub pin: String,
    /// Where the numbers are typed, without the scheme.
    pub address: String,
    /// The code as the path of its dark squares, and the width in squares.
    pub size: usize,
    pub squares: String,
    pub help: Option<Help>,
}

/// `lang`: of the desk; `own`: of the card; `back`: address and words.
#[component]
pub fn NewCardPage(lang: Lang, own: Lang, back: (String, String), card: NewCard) -> impl IntoView {
    let name = card.name.clone();
    view! {
        <div class="screen-only">
            <PageHead title=format!("{}: {name}", t::title(lang)) back=Some(back)/>
            <div class="stack notes">
                <Notice tone=Tone::Look title=t::once(lang) live=true><p>{t::cut(lang)}</p></Notice>
            </div>
        </div>
        <CardSheet own card/>
    }
    .into_any()
}

/// The card and its slip, to be cut apart.
#[component]
pub fn CardSheet(own: Lang, card: NewCard) -> impl IntoView {
    view! {
        <div class="personal-sheet" lang=own.code()>
            <p class="personal-sheet__name paper-only">{card.name.clone()}</p>
            <Front own card=card.clone() turn=None/>
            <Slip own card turn=None/>
        </div>
    }
    .into_any()
}

/// Many cards, four on a sheet, then their slips, eight on a sheet: both of A6 and half of it, to be cut along the lines.
/// Card and slip of one person have the same number in the corner, by which they are put together again; who is who
/// stands on the list before them.
#[component]
pub fn CardSheets(lang: Lang, sheets: Vec<(Lang, NewCard)>) -> impl IntoView {
    let list = list_of(lang, &sheets);
    let numbered = numbered(sheets);
    let cards = on_sheets(&numbered, CARDS_ON_A_SHEET, "card-sheet", |(own, card, turn)| {
        view! { <Front own card turn=Some(turn)/> }.into_any()
    });
    view! {
        {list}
        {cards}
        {slips(&numbered)}
    }
    .into_any()
}

/// Each card behind what goes into the same envelope, `before`, and the slips on sheets of their own: a PIN goes by another
/// way than its card. Card and slip have the same number in the corner, as on the list.
#[component]
pub fn CardsBehind(lang: Lang, sheets: Vec<(Lang, NewCard)>, before: Vec<Option<AnyView>>) -> impl IntoView {
    let list = list_of(lang, &sheets);
    let numbered = numbered(sheets);
    let sheet = |((own, card, turn), before): (&Numbered, Option<AnyView>)| {
        let (own, card, turn) = (*own, card.clone(), *turn);
        view! {
            {before}
            <div class="personal-sheet" lang=own.code()>
                <p class="personal-sheet__name paper-only">{card.name.clone()}</p>
                <Front own card turn=Some(turn)/>
            </div>
        }
        .into_any()
    };
    let sheets: Vec<_> = numbered.iter().zip(before).map(sheet).collect();
    view! {
        <div class="letters">{sheets}</div>
        {list}
        {slips(&numbered)}
    }
    .into_any()
}

/// Who is who, for whoever cuts and folds.
fn list_of(lang: Lang, sheets: &[(Lang, NewCard)]) -> AnyView {
    let names: Vec<_> =
        sheets.iter().map(|(_, card)| view! { <li>{card.name.clone()}" – "{card.number.clone()}</li> }).collect();
    view! {
        <section class="card-list">
            <h2>{group_cards::list(lang)}</h2>
            <p>{group_cards::list_hint(lang)}</p>
            <ol>{names}</ol>
        </section>
    }
    .into_any()
}

fn numbered(sheets: Vec<(Lang, NewCard)>) -> Vec<Numbered> {
    sheets.into_iter().zip(1..).map(|((own, card), turn)| (own, card, turn)).collect()
}

fn slips(numbered: &[Numbered]) -> Vec<AnyView> {
    on_sheets(numbered, SLIPS_ON_A_SHEET, "card-sheet card-sheet--slips", |(own, card, turn)| {
        view! { <Slip own card turn=Some(turn)/> }.into_any()
    })
}

/// A card, its language and its number on the list.
type Numbered = (Lang, NewCard, usize);

/// `drawn` of each, so many on a sheet.
fn on_sheets(cards: &[Numbered], most: usize, class: &'static str, drawn: fn(Numbered) -> AnyView) -> Vec<AnyView> {
    let cell = |card: &Numbered| {
        let own = card.0;
        view! { <div class="card-sheet__cell" lang=own.code()>{drawn(card.clone())}</div> }
    };
    let sheet = |some: &[Numbered]| {
        let cells: Vec<_> = some.iter().map(cell).collect();
        view! { <div class=class>{cells}</div> }.into_any()
    };
    cards.chunks(most).map(sheet).collect()
}

/// The number by which card and slip are put together.
fn turn_mark(turn: Option<usize>) -> impl IntoView {
    turn.map(|turn| view! { <span class="personal-card__turn">{turn}</span> })
}

#[component]
fn Front(own: Lang, card: NewCard, turn: Option<usize>) -> impl IntoView {
    let help = card.help.map(|help| view! { <p class="personal-card__help">{help.name}" "{help.phone}</p> });
    let (title, what) = match card.kind {
        CardKind::Person => (c::title(own), c::what(own)),
        CardKind::Relative => (kin::card::title(own), kin::card::what(own)),
    };
    view! {
        <article class="personal-card">
            <header class="personal-card__head">
                <h2>{title}</h2>
                <p class="personal-card__name">{card.called}</p>
            </header>
            <Qr label=c::qr(own) size=card.size squares=card.squares/>
            <div class="personal-card__words">
                <p>{c::scan(own)}</p>
                <p>{c::type_address(own)}<br/><strong>{card.address}</strong></p>
                <p>{c::number(own)}<br/><strong class="personal-card__number">{card.number}</strong></p>
            </div>
            <footer class="personal-card__foot"><p>{what}" "{c::lost(own)}</p>{help}</footer>
            {turn_mark(turn)}
        </article>
    }
    .into_any()
}

#[component]
fn Slip(own: Lang, card: NewCard, turn: Option<usize>) -> impl IntoView {
    view! {
        <article class="personal-card personal-card--slip">
            <header class="personal-card__head">
                <h2>{c::slip(own)}</h2>
                <p class="personal-card__name">{card.called}</p>
            </header>
            <p>{c::pin(own)}" "<strong class="personal-card__number">{card.pin}</strong></p>
            <p>{c::apart(own)}</p>
            {turn_mark(turn)}
        </article>
    }
    .into_any()
}
