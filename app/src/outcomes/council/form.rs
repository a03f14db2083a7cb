//! Where the officer writes into the report, tells its costs, and freezes it.

use domain::outcomes::council::{Block, Costs, Written};
use domain::time::{Day, Instant};
use leptos::prelude::*;

use super::super::numbers::whole;
use super::super::table::{cells, framed, heads};
use super::costs::euros;
use super::{block_hint, block_words};
use crate::texts::{Lang, council as t, count, moment, with_unit};
use crate::ui::{
    Button, ButtonKind, ButtonLink, ErrorSummary, Field, FieldError, FieldWidth, Notice, PageHead, TextArea, Tone,
};

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

impl Typed {
    /// What is written, in the reader's words: "Tekstit (Suomi)"; `group`: whose costs they are.
    fn part(&self, lang: Lang, group: Option<&str>) -> String {
        match (self, group) {
            (Self::Words(of, _), _) => t::texts_in(lang, of.own_name()),
            (Self::Costs(_), None) => t::costs::title(lang).to_owned(),
            (Self::Costs(_), Some(group)) => t::costs::of_group(lang, group),
        }
    }
}

/// A version as it was saved, to be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    pub number: i64,
    pub typed: Typed,
    pub made_at: Instant,
    pub by: String,
}

/// A group under the form of the period's costs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupLine {
    pub name: String,
    /// Held in the period.
    pub sessions: u64,
    /// Euros; nothing where nobody has written any.
    pub total: Option<u64>,
    /// Where its costs are written.
    pub href: String,
}

/// What the form shows.
#[derive(Clone, PartialEq, Debug)]
pub struct EditView {
    pub typed: Typed,
    /// The group whose costs they are.
    pub group: Option<String>,
    /// Of the period's costs: its groups.
    pub groups: Vec<GroupLine>,
    /// Where it is sent.
    pub action: String,
    /// Address and words of the page above.
    pub back: (String, String),
    /// The words of the period.
    pub period: String,
    /// The version that it becomes.
    pub next: i64,
    /// The newest first.
    pub versions: Vec<Saved>,
    /// The saved version whose text stands in the form.
    pub taken: Option<i64>,
    /// What somebody has saved since the form was opened, before the eyes of whoever replaces it.
    pub standing: Option<Opened>,
    /// Costs of a group were saved a moment ago.
    pub saved: bool,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn EditPage(lang: Lang, view: EditView) -> impl IntoView {
    let EditView { typed, group, groups, action, back, period, next, versions, taken, standing, saved, errors } = view;
    let lead = match (&typed, &group) {
        (Typed::Words(..), _) => t::edit_lead(lang),
        (Typed::Costs(_), None) => t::costs::lead(lang),
        (Typed::Costs(_), Some(_)) => t::costs::of_group_lead(lang),
    };
    let title = t::of(lang, &typed.part(lang, group.as_deref()), &period);
    let groups = (matches!(typed, Typed::Costs(_)) && group.is_none()).then(|| by_group(lang, groups));
    let hint = groups.is_some().then(|| view! { <p>{t::costs::of_none(lang)}</p> });
    let fields = match typed {
        Typed::Words(of, written) => words(lang, of, &written, &errors),
        Typed::Costs(costs) => sums(lang, &costs, &errors),
    };
    let link = |one: &Saved| {
        let href = format!("{action}&version={}", one.number);
        view! { <li><a class="link" href=href>{t::version(lang, one.on, one.number, &one.by)}</a></li> }
    };
    let links: Vec<_> = versions.iter().map(link).collect();
    view! {
        <PageHead title lead back=Some(back)/>
        {saved.then(|| view! {
            <div class="stack notes"><Notice tone=Tone::Good title=t::saved(lang) live=true/></div>
        })}
        <ErrorSummary lang errors/>
        {hint}
        {taken.map(|number| view! {
            <div class="stack notes"><Notice tone=Tone::Told title=t::versions::taken(lang, number) live=true/></div>
        })}
        <form class="form" method="post" action=action.clone() novalidate>
            <input type="hidden" name="next" value=next.to_string()/>
            {fields}
            <div class="form__actions"><Button text=t::save(lang) kind=ButtonKind::Main/></div>
        </form>
        {standing.map(|standing| view! { <Standing lang standing/> })}
        {groups}
        {(!links.is_empty()).then(|| view! {
            <section class="section council__versions">
                <h2>{t::versions::title(lang)}</h2>
                <ul class="days" role="list">{links}</ul>
            </section>
        })}
    }
    .into_any()
}

/// What somebody else saved while this was typed.
#[component]
fn Standing(lang: Lang, standing: Opened) -> impl IntoView {
    let Opened { typed, made_at, by, .. } = standing;
    view! {
        <section class="section council__versions" id="standing">
            <h2>{t::versions::standing(lang)}</h2>
            <p class="quiet">{t::versions::made(lang, &by, &moment(lang, made_at))}</p>
            {to_read(lang, &typed)}
        </section>
    }
    .into_any()
}

/// A saved version's page.
#[derive(Clone, PartialEq, Debug)]
pub struct VersionView {
    pub opened: Opened,
    /// The group whose costs they are.
    pub group: Option<String>,
    /// The words of the period.
    pub period: String,
    /// The form's address.
    pub form: String,
    /// The form with this version's text in it.
    pub take: String,
}

#[component]
pub fn VersionPage(lang: Lang, view: VersionView) -> impl IntoView {
    let VersionView { opened: Opened { number, typed, made_at, by }, group, period, form, take } = view;
    let part = typed.part(lang, group.as_deref());
    let back = Some((form, t::of(lang, &part, &period)));
    let title = t::of(lang, &t::versions::one(lang, number), &part);
    view! {
        <PageHead title lead=t::versions::made(lang, &by, &moment(lang, made_at)) back/>
        <div class="stack stack--wide">
            {to_read(lang, &typed)}
            <p>{t::versions::read_only(lang)}</p>
            <p><ButtonLink text=t::versions::take(lang) href=take/></p>
        </div>
    }
    .into_any()
}

/// What is written, under its headings.
fn to_read(lang: Lang, typed: &Typed) -> AnyView {
    let (lines, of): (Vec<(&'static str, String)>, Option<Lang>) = match typed {
        Typed::Words(of, written) => {
            let lines =
                Block::ALL.iter().filter_map(|block| Some((block_words(lang, *block), written.get(block)?.clone())));
            (lines.collect(), Some(*of))
        }
        Typed::Costs(costs) => {
            let euros = |sum: &str| if sum.is_empty() { String::new() } else { with_unit(sum, "€") };
            let lines = vec![
                (t::costs::staff(lang), euros(&costs.staff)),
                (t::costs::rooms(lang), euros(&costs.rooms)),
                (t::costs::materials(lang), euros(&costs.materials)),
                (t::costs::source(lang), costs.source.clone()),
            ];
            (lines, None)
        }
    };
    let pairs: Vec<_> = lines
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(name, words)| {
            let written_in = of.map(Lang::code);
            view! {
                <div class="facts__pair"><dt>{name}</dt><dd class="council__words" lang=written_in>{words}</dd></div>
            }
        })
        .collect();
    if pairs.is_empty() {
        return view! { <p class="quiet">{t::versions::empty(lang)}</p> }.into_any();
    }
    view! { <dl class="facts">{pairs}</dl> }.into_any()
}

/// Which groups held something in the period, and what each cost itself.
fn by_group(lang: Lang, groups: Vec<GroupLine>) -> AnyView {
    use t::costs as c;
    let row = |line: GroupLine| {
        let GroupLine { name, sessions, total, href } = line;
        let total = total.map(|total| euros(lang, total));
        view! {
            <tr>
                <th scope="row"><a class="link" href=href>{name}</a></th>
                {cells([count(lang, whole(sessions)), total.unwrap_or_default()])}
            </tr>
        }
    };
    let rows: Vec<_> = groups.into_iter().map(row).collect();
    let table = (!rows.is_empty()).then(|| {
        let inside = view! {
            <thead><tr><th scope="col">{c::group(lang)}</th>{heads([c::sessions(lang), c::sum(lang)])}</tr></thead>
            <tbody>{rows}</tbody>
        };
        framed(c::by_group(lang), inside.into_any())
    });
    let table = table.unwrap_or_else(|| view! { <p class="quiet">{c::no_groups(lang)}</p> }.into_any());
    view! { <section class="section"><h2>{c::by_group(lang)}</h2>{table}</section> }.into_any()
}

fn words(lang: Lang, of: Lang, written: &Written, errors: &[FieldError]) -> AnyView {
    let fields: Vec<_> = Block::ALL
        .iter()
        .map(|block| {
            let value = written.get(block).cloned().unwrap_or_default();
            let (error, hint) = (FieldError::of(errors, block.code()), Some(block_hint(lang, *block).to_owned()));
            let maxlength = u32::try_from(block.most()).unwrap_or(u32::MAX);
            view! {
                <TextArea lang name=block.code() label=block_words(lang, *block) value of hint error optional=true maxlength/>
            }
        })
        .collect();
    view! { <div class="stack">{fields}</div> }.into_any()
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
    /// Nobody came in the period: there is nothing to freeze.
    pub nobody: bool,
    pub saved: bool,
    pub errors: Vec<FieldError>,
}

#[component]
pub(super) fn Freeze(lang: Lang, view: FreezeView) -> impl IntoView {
    let FreezeView { action, seen, reason, nobody, errors, .. } = view;
    let error = FieldError::of(&errors, "reason");
    // Said once, where it is refused.
    let nobody = nobody && error.is_none();
    view! {
        <section class="card stack screen-only" aria-labelledby="freeze">
            <h2 id="freeze">{t::freeze::title(lang)}</h2>
            <p>{t::freeze::text(lang)}</p>
            {nobody.then(|| view! { <p><strong>{t::freeze::nobody(lang)}</strong></p> })}
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
