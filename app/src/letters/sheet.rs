//! Letters on paper, and the page that shows them before they are printed.
//!
//! A letter is laid out as SFS 2487 does (margins of 20 mm at the left and 10 mm above, columns of 23 mm), with the address
//! where the windows of both Nordic envelopes show it: C5 (window 35 × 105 mm, 15 mm from the left, 44 mm from above) and
//! E65 (30 × 95 mm, 15 mm, 40 mm), after the table of officeconsult.no, "Brevmaler: plassering av mottakerfelt i
//! vinduskonvolutter". An A4 sheet folded to A5 slides 19 mm sideways and 13.5 mm up and down in a C5, one folded in three
//! 10 mm and 11 mm in an E65. What is seen wherever the sheet lies is therefore 15–100 mm from the sheet's left edge and
//! 44–59 mm from its upper one, and down to 79 mm something may be seen: `style/print.css` keeps the address within the
//! one and all other words below the other.

use leptos::prelude::*;

use super::{About, Letter, Said, Window};
use crate::assessments::results_card::ResultsCard;
use crate::exercises::sheet::Sheet;
use crate::home_programmes::sheet::HomeSheetPage;
use crate::texts::{Lang, day, letters as t, whole};
use crate::ui::{Notice, OnPaper, PageHead, Tone};

/// All letters of one press, with who was left out, which stays off paper. `back`: address and words.
#[component]
pub fn LettersMadePage(
    lang: Lang,
    back: (String, String),
    letters: Vec<Letter>,
    left_out: Vec<String>,
) -> impl IntoView {
    let count = whole(letters.len());
    let left_out: Vec<_> = left_out.into_iter().map(|words| view! { <p>{words}</p> }).collect();
    let letters: Vec<_> = letters.into_iter().map(|letter| view! { <LetterView letter/> }).collect();
    view! {
        <div class="screen-only">
            <PageHead title=t::made(lang, count) back=Some(back)/>
            <div class="stack notes">
                <Notice tone=Tone::Look title=t::print(lang) live=true>{left_out}</Notice>
            </div>
        </div>
        <div class="letters">{letters}</div>
    }
    .into_any()
}

/// One letter, on a sheet of its own.
#[component]
pub fn LetterView(letter: Letter) -> impl IntoView {
    let (lang, said) = (letter.lang.addressing(letter.form), letter.said());
    let Letter { name, window, sender, phone, on, page, about, .. } = letter;
    let page = page.map(|address| view! { <OnPaper lang address class="letter__page"/> });
    if let About::Exercises { chosen } = about {
        return view! {
            <article class="letter letter--exercises" lang=lang.code()>
                <Sheet lang chosen name=Some(name)/>{page}
            </article>
        }
        .into_any();
    }
    if let About::Programme { sheet } = about {
        return view! {
            <article class="letter letter--exercises" lang=lang.code()>
                <HomeSheetPage lang view=*sheet/>{page}
            </article>
        }
        .into_any();
    }
    let card = match about {
        About::Results { card } => Some(view! { <ResultsCard lang card=*card/> }),
        _ => None,
    };
    view! {
        <article class="letter" lang=lang.code()>
            <header class="letter__head">
                <p class="letter__sender"><strong>{sender}</strong><br/>{phone}</p>
                <div class="letter__right"><p class="letter__day">{day(lang, on)}</p>{page}</div>
            </header>
            <ToWhom name window/>
            <Words said/>
        </article>
        {card}
    }
    .into_any()
}

/// Name and address in the envelope's window; where no address was typed, room to write it.
#[component]
fn ToWhom(name: String, window: Window) -> impl IntoView {
    let Window { lines, postal_code } = window;
    let typed: Vec<_> = lines.iter().map(|line| view! { <p>{line.clone()}</p> }).collect();
    let by_hand = lines.is_empty().then(|| {
        view! {
            <p class="letter__blank"></p>
            <p class="letter__blank">{postal_code}</p>
        }
    });
    view! { <div class="letter__window"><p>{name}</p>{typed}{by_hand}</div> }.into_any()
}

#[component]
fn Words(said: Said) -> impl IntoView {
    let Said { title, hello, before, facts, sessions, after, end, signed } = said;
    let paragraphs = |texts: Vec<String>| texts.into_iter().map(|text| view! { <p>{text}</p> }).collect::<Vec<_>>();
    let facts: Vec<_> =
        facts.into_iter().map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> }).collect();
    let facts = (!facts.is_empty()).then(|| view! { <dl class="letter__facts">{facts}</dl> });
    let sessions: Vec<_> = sessions.into_iter().map(|line| view! { <li>{line}</li> }).collect();
    let sessions = (!sessions.is_empty()).then(|| view! { <ul class="letter__sessions">{sessions}</ul> });
    view! {
        <div class="letter__body">
            <h2>{title}</h2>
            <p>{hello}</p>
            {paragraphs(before)}
            {facts}
            {sessions}
            {paragraphs(after)}
            <div class="letter__end"><p>{end}</p><p>{signed}</p></div>
        </div>
    }
    .into_any()
}
