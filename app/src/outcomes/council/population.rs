//! Residents aged 75 and over: what the report says of them, and where the officer sees and types them.

use domain::outcomes::population::{Indicator, Population, Source, participants_75};
use domain::outcomes::{Page, PageKind};
use domain::time::Instant;
use leptos::prelude::*;

use super::super::numbers::whole;
use crate::texts::{Lang, council::population as t, count, day, moment, outcomes, percent_to};
use crate::ui::{
    Button, ButtonKind, Empty, ErrorSummary, Field, FieldError, FieldWidth, Notice, PageHead, TableFrame, Tone,
};

/// "31.12.2025. Lähde: …".
pub(super) fn source_words(lang: Lang, population: &Population) -> String {
    let year = population.year.to_string();
    match &population.source {
        Source::Typed(words) => t::typed(lang, words, &year),
        Source::Sotkanet { indicators, loaded_on } => {
            let name = |one: &Indicator| format!("{} ({})", one.title, one.id);
            let names: Vec<_> = indicators.iter().map(name).collect();
            t::sotkanet(lang, &day(lang, *loaded_on), &names.join("; "), &year)
        }
    }
}

/// How many live there and, where each age band is told, how many of them took part; where it is not, that it is told
/// elsewhere or not at all. Nothing where nobody has told how many live there.
pub(in crate::outcomes) fn reached_words(lang: Lang, page: &Page, population: Option<&Population>) -> Option<String> {
    let population = population?;
    let first = t::live(lang, whole(population.aged_75));
    let people = participants_75(page).filter(|people| *people <= population.aged_75 && population.aged_75 > 0);
    let reached = people.map(|people| {
        #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
        let share = people as f64 / population.aged_75 as f64;
        t::reached(lang, whole(people), &percent_to(lang, share, 1))
    });
    let source = source_words(lang, population);
    let where_told = match page.kind {
        PageKind::Year => t::reached_hidden(lang),
        PageKind::Season | PageKind::CouncilTerm => t::reached_elsewhere(lang),
    };
    let not_told = reached.is_none().then(|| where_told.to_owned());
    let words = [Some(first), reached, Some(source), Some(t::younger(lang).to_owned()), not_told];
    Some(words.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// A year's number with who told it and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToldPopulation {
    pub population: Population,
    pub made_at: Instant,
    /// The name of who typed it; nothing where a command has read it.
    pub by: Option<String>,
}

impl ToldPopulation {
    /// Where it is from, and who told it.
    fn words(&self, lang: Lang) -> String {
        let when = moment(lang, self.made_at);
        let kept = self.by.as_deref().map_or_else(|| t::kept(lang, &when), |by| t::kept_by(lang, by, &when));
        format!("{} {kept}", source_words(lang, &self.population))
    }
}

/// What is typed into the form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TypedPopulation {
    pub year: String,
    pub aged_75: String,
    pub source: String,
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct PopulationView {
    /// The newest year first.
    pub known: Vec<ToldPopulation>,
    pub typed: TypedPopulation,
    pub saved: bool,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn PopulationPage(lang: Lang, view: PopulationView) -> impl IntoView {
    let PopulationView { known, typed, saved, errors } = view;
    let back = Some(("/figures".to_owned(), outcomes::title(lang).to_owned()));
    let error = |name: &str| FieldError::of(&errors, name);
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang) back/>
        <ErrorSummary lang errors=errors.clone()/>
        <div class="stack stack--wide">
            {saved.then(|| view! { <Notice tone=Tone::Good title=t::saved(lang) live=true/> })}
            {table(lang, &known)}
            <form class="form" method="post" action="/figures/population" novalidate>
                <Field lang name="year" label=t::year(lang) value=typed.year error=error("year") width=FieldWidth::Short
                    inputmode="numeric" maxlength=4/>
                <Field lang name="aged_75" label=t::aged_75(lang) value=typed.aged_75 error=error("aged_75")
                    width=FieldWidth::Middle inputmode="numeric" maxlength=12/>
                <Field lang name="source" label=t::source(lang) value=typed.source error=error("source")
                    hint=Some(t::source_hint(lang).to_owned())/>
                <div class="form__actions"><Button text=t::save(lang) kind=ButtonKind::Main/></div>
            </form>
            <p class="quiet">{t::by_file(lang)}</p>
        </div>
    }
    .into_any()
}

fn table(lang: Lang, known: &[ToldPopulation]) -> AnyView {
    if known.is_empty() {
        return view! { <Empty title=t::none(lang)/> }.into_any();
    }
    let row = |one: &ToldPopulation| {
        let Population { year, aged_75, .. } = one.population;
        view! {
            <tr>
                <th scope="row">{year.to_string()}</th>
                <td class="table__figure">{count(lang, whole(aged_75))}</td>
                <td>{one.words(lang)}</td>
            </tr>
        }
    };
    let rows: Vec<_> = known.iter().map(row).collect();
    view! {
        <TableFrame label=t::title(lang)>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{t::year(lang)}</th>
                        <th scope="col" class="table__figure">{t::aged_75(lang)}</th>
                        <th scope="col">{t::source(lang)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}
