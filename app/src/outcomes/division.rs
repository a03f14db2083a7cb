//! The municipality's areas: a form for their names and postal codes.

use domain::outcomes::areas::Division;
use leptos::prelude::*;

use crate::texts::tiles::division as t;
use crate::texts::{Lang, common, tiles};
use crate::ui::{
    Button, ButtonKind, ButtonLink, ErrorSummary, Fact, Facts, Field, FieldError, FieldWidth, Notice, PageHead,
    SelectField, Tone,
};

/// What an area's `keep` says where it is to be left out.
pub const LEAVES: &str = "no";

/// An area as it is typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TypedArea {
    /// What it is called until now; empty where it is new.
    pub was: String,
    pub name: String,
    /// As they are typed, five digits each.
    pub codes: String,
    /// [`LEAVES`], or empty.
    pub keep: String,
    pub name_error: Option<String>,
    pub codes_error: Option<String>,
}

impl TypedArea {
    /// The areas of a division as the form shows them.
    pub fn all(division: &Division) -> Vec<Self> {
        let one = |(name, codes): (&String, &Vec<String>)| Self {
            was: name.clone(),
            name: name.clone(),
            codes: codes.join(" "),
            ..Self::default()
        };
        division.iter().map(one).collect()
    }

    /// A row in which nothing is said.
    pub fn is_blank(&self) -> bool {
        [&self.was, &self.name, &self.codes].into_iter().all(String::is_empty)
    }
}

/// Everything that the form's page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DivisionView {
    pub typed: Vec<TypedArea>,
    /// By which the version is known that the form stands on.
    pub seen: String,
    /// The first year of whose figures what is saved now holds; nothing where it holds for all.
    pub holds_from: Option<i32>,
    /// This year and its areas, where those that were set last are others.
    pub this_year: Option<(i32, Division)>,
    pub saved: bool,
    pub errors: Vec<FieldError>,
}

/// What an area is called in legends and errors: "Alue Ranta", "Uusi alue 2"; `new`: its number among the new ones.
pub fn area_words(lang: Lang, was: &str, new: usize) -> String {
    if was.is_empty() { t::new(lang, &new.to_string()) } else { format!("{} {was}", t::area(lang)) }
}

#[component]
pub fn DivisionPage(lang: Lang, view: DivisionView) -> impl IntoView {
    let DivisionView { typed, seen, holds_from, this_year, saved, errors } = view;
    let back = Some(("/figures/areas".to_owned(), tiles::title(lang).to_owned()));
    let holds = match holds_from {
        None => t::holds_all(lang).to_owned(),
        Some(year) => t::holds(lang, &year.to_string()),
    };
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang) back/>
        <ErrorSummary lang errors/>
        <div class="stack stack--wide">
            {saved.then(|| view! { <Notice tone=Tone::Good title=t::saved(lang) live=true/> })}
            <p>{holds}</p>
            <p class="quiet">{t::size(lang)}</p>
            {this_year.map(|(year, division)| of_year(lang, year, &division))}
            <form class="form" method="post" action="/figures/areas/edit" novalidate>
                <input type="hidden" name="seen" value=seen/>
                <div class="form__part" id="areas" tabindex="-1">{rows(lang, typed)}</div>
                <div class="form__actions">
                    <Button text=common::save(lang) kind=ButtonKind::Main/>
                    <ButtonLink text=common::cancel(lang) href="/figures/areas" kind=ButtonKind::Quiet/>
                </div>
            </form>
        </div>
    }
    .into_any()
}

/// The areas of a year whose figures keep them.
fn of_year(lang: Lang, year: i32, division: &Division) -> AnyView {
    let one = |(name, codes): (&String, &Vec<String>)| view! { <Fact name=name.clone() value=codes.join(" ")/> };
    let facts: Vec<_> = division.iter().map(one).collect();
    view! {
        <section class="section">
            <h2>{t::in_year(lang, &year.to_string())}</h2>
            <Facts>{facts}</Facts>
        </section>
    }
    .into_any()
}

fn rows(lang: Lang, typed: Vec<TypedArea>) -> Vec<AnyView> {
    let mut new = 0;
    let row = |(at, area): (usize, TypedArea)| {
        new += usize::from(area.was.is_empty());
        fields(lang, at, area_words(lang, &area.was, new), area)
    };
    typed.into_iter().enumerate().map(row).collect()
}

fn fields(lang: Lang, at: usize, legend: String, area: TypedArea) -> AnyView {
    let TypedArea { was, name, codes, keep, name_error, codes_error } = area;
    // Every row has each field: rows are told apart by their place.
    let kept = if was.is_empty() {
        view! { <input type="hidden" name="keep" value=""/> }.into_any()
    } else {
        let options = vec![(String::new(), t::stays(lang).to_owned()), (LEAVES.to_owned(), t::leaves(lang).to_owned())];
        view! {
            <SelectField lang name="keep" id=format!("keep-{at}") label=t::keep(lang) options chosen=keep
                width=FieldWidth::Middle/>
        }
        .into_any()
    };
    view! {
        <fieldset>
            <legend class="field__label">{legend}</legend>
            <input type="hidden" name="was" value=was/>
            <Field lang name="name" id=format!("name-{at}") label=t::name(lang) value=name error=name_error/>
            <Field lang name="codes" id=format!("codes-{at}") label=t::codes(lang) value=codes
                hint=Some(t::codes_hint(lang).to_owned()) error=codes_error maxlength=2000/>
            {kept}
        </fieldset>
    }
    .into_any()
}
