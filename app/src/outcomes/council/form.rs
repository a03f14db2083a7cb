//! Where the officer writes into the report, tells its costs, and freezes it.

use domain::outcomes::council::{Block, Costs, Written};
use domain::time::Day;
use leptos::prelude::*;

use super::{block_hint, block_words};
use crate::texts::{Lang, council as t};
use crate::ui::{Button, ButtonKind, ErrorSummary, Field, FieldError, FieldWidth, PageHead, TextArea};

/// A version that was saved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Saved {
    pub number: i64,
    pub on: Day,
    pub by: String,
}

/// What can be written at one time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Typed {
    /// In one language.
    Words(Lang, Written),
    Costs(TypedCosts),
}

/// Sums as they were typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TypedCosts {
    pub staff: String,
    pub rooms: String,
    pub materials: String,
    pub source: String,
}

impl TypedCosts {
    pub fn of(costs: &Costs) -> Self {
        let sum = |euros: u64| if euros == 0 { String::new() } else { euros.to_string() };
        let (staff, rooms, materials) = (sum(costs.staff), sum(costs.rooms), sum(costs.materials));
        Self { staff, rooms, materials, source: costs.source.clone() }
    }
}

/// What the form shows.
#[derive(Clone, PartialEq, Debug)]
pub struct EditView {
    pub typed: Typed,
    /// Where it is sent.
    pub action: String,
    /// The report's address.
    pub back: String,
    /// The words of the period.
    pub period: String,
    /// The version that it becomes.
    pub next: i64,
    /// The newest first.
    pub versions: Vec<Saved>,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn EditPage(lang: Lang, view: EditView) -> impl IntoView {
    let EditView { typed, action, back, period, next, versions, errors } = view;
    let (part, lead) = match &typed {
        Typed::Words(of, _) => (t::texts_in(lang, of.own_name()), t::edit_lead(lang)),
        Typed::Costs(_) => (t::costs::title(lang).to_owned(), t::costs::lead(lang)),
    };
    let title = t::of(lang, &part, &period);
    let back = Some((back, t::title(lang).to_owned()));
    let fields = match typed {
        Typed::Words(of, written) => words(lang, of, &written, &errors),
        Typed::Costs(costs) => sums(lang, &costs, &errors),
    };
    let versions: Vec<_> =
        versions.iter().map(|one| view! { <li>{t::version(lang, one.on, one.number, &one.by)}</li> }).collect();
    view! {
        <PageHead title lead back/>
        <ErrorSummary lang errors/>
        <form class="form" method="post" action=action novalidate>
            <input type="hidden" name="next" value=next.to_string()/>
            {fields}
            <div class="form__actions"><Button text=t::save(lang) kind=ButtonKind::Main/></div>
        </form>
        <ul class="days" role="list">{versions}</ul>
    }
    .into_any()
}

fn words(lang: Lang, of: Lang, written: &Written, errors: &[FieldError]) -> AnyView {
    let fields: Vec<_> = Block::ALL
        .iter()
        .map(|block| {
            let value = written.get(block).cloned().unwrap_or_default();
            let (error, hint) = (FieldError::of(errors, block.code()), Some(block_hint(lang, *block).to_owned()));
            let maxlength = u32::try_from(block.most()).unwrap_or(u32::MAX);
            view! {
                <TextArea lang name=block.code() label=block_words(lang, *block) value hint error optional=true maxlength/>
            }
        })
        .collect();
    view! { <div class="stack" lang=(of != lang).then_some(lang.code())>{fields}</div> }.into_any()
}

fn sums(lang: Lang, costs: &TypedCosts, errors: &[FieldError]) -> AnyView {
    use t::costs as c;
    let sum = |name: &'static str, label: &'static str, value: &str| {
        let (error, value) = (FieldError::of(errors, name), value.to_owned());
        view! {
            <Field lang name label value error optional=true width=FieldWidth::Middle inputmode="numeric" maxlength=12/>
        }
    };
    view! {
        {sum("staff", c::staff(lang), &costs.staff)}
        {sum("rooms", c::rooms(lang), &costs.rooms)}
        {sum("materials", c::materials(lang), &costs.materials)}
        <Field lang name="source" label=c::source(lang) value=costs.source.clone() hint=Some(c::source_hint(lang).to_owned())
            error=FieldError::of(errors, "source")/>
    }
    .into_any()
}

/// What stands round a draft.
#[derive(Clone, PartialEq, Debug)]
pub struct FreezeView {
    /// Where it is frozen.
    pub action: String,
    /// What the reader has seen: only that is frozen.
    pub seen: String,
    /// Addresses and names of what can be written.
    pub texts: Vec<(String, String)>,
    pub reason: String,
    pub saved: bool,
    pub errors: Vec<FieldError>,
}

#[component]
pub(super) fn Freeze(lang: Lang, view: FreezeView) -> impl IntoView {
    let FreezeView { action, seen, reason, errors, .. } = view;
    let error = FieldError::of(&errors, "reason");
    view! {
        <section class="card stack screen-only" aria-labelledby="freeze">
            <h2 id="freeze">{t::freeze::title(lang)}</h2>
            <p>{t::freeze::text(lang)}</p>
            <ErrorSummary lang errors/>
            <form class="stack" method="post" action=action novalidate>
                <input type="hidden" name="seen" value=seen/>
                <Field lang name="reason" label=t::freeze::reason(lang) value=reason error hint=Some(t::freeze::hint(lang).to_owned())/>
                <p><Button text=t::freeze::button(lang) kind=ButtonKind::Main/></p>
            </form>
        </section>
    }
    .into_any()
}
