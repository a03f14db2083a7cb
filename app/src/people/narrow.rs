//! What narrows the table of people and in which order it stands: as it is in the page's address, so that Back, a link
//! and a bookmark show the same again. Nothing of it is about a person: what was searched is kept at the server, and its
//! id alone is here.

use domain::people::Order;
use leptos::prelude::*;
use serde::Deserialize;

use super::stays::{Joinable, choices};
use crate::texts::{Lang, Words, people};
use crate::ui::{Button, ButtonKind, Field, FieldWidth, Icon, IconView, SelectField, options, options_of};

/// Parts of the address; what is empty narrows nothing. The server has read each of them before it is written again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// The id of what was searched.
    pub q: String,
    pub standing: String,
    pub decision: String,
    pub language: String,
    pub area: String,
    pub group: String,
    pub instructor: String,
    /// One of [`Only`].
    pub only: String,
    /// An [`Order`], with a minus before it when it is turned round.
    pub sort: String,
    pub page: String,
    /// Of earlier addresses: only those whose details are to be completed.
    pub incomplete: String,
}

/// Those for whom something is to be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Only {
    Due,
    Missed,
    Incomplete,
    Contact,
    Unexplained,
}

impl Only {
    pub const ALL: [Self; 5] = [Self::Due, Self::Missed, Self::Contact, Self::Incomplete, Self::Unexplained];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Missed => "missed",
            Self::Incomplete => "incomplete",
            Self::Contact => "contact",
            Self::Unexplained => "unexplained",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|only| only.code() == code)
    }

    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Due => people::table::only_due(lang),
            Self::Missed => people::table::only_missed(lang),
            Self::Incomplete => people::table::only_incomplete(lang),
            Self::Contact => people::table::only_contact(lang),
            Self::Unexplained => people::table::only_unexplained(lang),
        }
    }
}

/// The order that an address asks for, and whether it is turned round.
pub fn order_of(sort: &str) -> (Order, bool) {
    let (down, code) = sort.strip_prefix('-').map_or((false, sort), |code| (true, code));
    Order::from_code(code).map_or((Order::Name, false), |order| (order, down))
}

/// As an address writes it; the usual order is not written.
pub fn sort_of(order: Order, down: bool) -> String {
    match (order, down) {
        (Order::Name, false) => String::new(),
        (order, false) => order.code().to_owned(),
        (order, true) => format!("-{order}"),
    }
}

fn order_words(lang: Lang, order: Order, down: bool) -> &'static str {
    use people::order as say;
    match (order, down) {
        (Order::Name, false) => say::name(lang),
        (Order::Name, true) => say::name_down(lang),
        (Order::Age, false) => say::age(lang),
        (Order::Age, true) => say::age_down(lang),
        (Order::Group, false) => say::group(lang),
        (Order::Group, true) => say::group_down(lang),
        (Order::LastVisit, false) => say::last_visit(lang),
        (Order::LastVisit, true) => say::last_visit_down(lang),
        (Order::Due, false) => say::due(lang),
        (Order::Due, true) => say::due_down(lang),
    }
}

impl Chosen {
    /// The parts that are written, in the order of the form.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("q", &self.q),
            ("standing", &self.standing),
            ("decision", &self.decision),
            ("language", &self.language),
            ("area", &self.area),
            ("group", &self.group),
            ("instructor", &self.instructor),
            ("only", &self.only),
            ("sort", &self.sort),
            ("page", &self.page),
        ];
        all.into_iter().map(|(name, value)| (name, value.as_str())).filter(|(_, value)| !value.is_empty())
    }

    /// The page's address. Ids, codes and digits need no escaping.
    pub fn address(&self) -> String {
        let parts: Vec<_> = self.parts().map(|(name, value)| format!("{name}={value}")).collect();
        if parts.is_empty() { "/people".to_owned() } else { format!("/people?{}", parts.join("&")) }
    }

    /// Whether somebody is left out, searched or not.
    pub fn narrows(&self) -> bool {
        self.parts().any(|(name, _)| !matches!(name, "q" | "sort" | "page"))
    }

    /// The first page in this order.
    pub fn ordered(&self, order: Order, down: bool) -> Self {
        Self { sort: sort_of(order, down), page: String::new(), ..self.clone() }
    }

    /// The same without search and narrowing.
    pub fn everybody(&self) -> Self {
        Self { sort: self.sort.clone(), ..Self::default() }
    }

    /// The same without what narrows it.
    pub fn wide(&self) -> Self {
        Self { q: self.q.clone(), sort: self.sort.clone(), ..Self::default() }
    }

    fn without(&self, name: &str) -> Self {
        let mut less = Self { page: String::new(), ..self.clone() };
        for (part, value) in [
            ("standing", &mut less.standing),
            ("decision", &mut less.decision),
            ("language", &mut less.language),
            ("area", &mut less.area),
            ("group", &mut less.group),
            ("instructor", &mut less.instructor),
            ("only", &mut less.only),
        ] {
            if part == name {
                value.clear();
            }
        }
        less
    }
}

/// What can be chosen from.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Choices {
    pub groups: Vec<Joinable>,
    /// Ids and names of those who lead groups.
    pub instructors: Vec<(String, String)>,
}

impl Choices {
    /// What narrows the table, in words.
    fn words(&self, lang: Lang, name: &str, value: &str) -> Option<String> {
        use domain::people::{Decision, PersonLanguage, Standing};
        Some(match name {
            "standing" => Standing::from_code(value)?.words(lang).to_owned(),
            "decision" => Decision::from_code(value)?.words(lang).to_owned(),
            "language" => PersonLanguage::from_code(value)?.words(lang).to_owned(),
            "area" => value.to_owned(),
            "group" => self.groups.iter().find(|group| group.id.to_string() == value)?.name.clone(),
            "instructor" => self.instructors.iter().find(|(id, _)| id == value)?.1.clone(),
            "only" => Only::from_code(value)?.words(lang).to_owned(),
            _ => return None,
        })
    }
}

/// What narrows the table now, each with the way to take it off.
#[component]
pub fn Chips(lang: Lang, chosen: Chosen, choices: Choices) -> impl IntoView {
    let chip = |(name, value): (&'static str, &str)| {
        let words = choices.words(lang, name, value)?;
        let label = people::table::take_off(lang, &words);
        let href = chosen.without(name).address();
        Some(view! { <li><a class="chip" href=href aria-label=label>{words}<IconView icon=Icon::Cross/></a></li> })
    };
    let chips: Vec<_> = chosen.parts().filter_map(chip).collect();
    (!chips.is_empty()).then(|| {
        view! {
            <ul class="chips" role="list">
                {chips}
                <li><a class="link" href=chosen.wide().address()>{people::table::clear(lang)}</a></li>
            </ul>
        }
    })
}

/// The form: a GET, so that what was chosen stands in the address.
#[component]
pub fn Narrow(lang: Lang, chosen: Chosen, choices: Choices) -> impl IntoView {
    use domain::people::{Decision, PersonLanguage, Standing};
    use people::table as say;
    let all = || say::everybody(lang);
    let of_groups = options(all(), self::choices(lang, &choices.groups));
    let instructors = options(all(), choices.instructors.iter().cloned());
    let only = options(all(), Only::ALL.into_iter().map(|only| (only.code().to_owned(), only.words(lang).to_owned())));
    let orders = Order::ALL.iter().flat_map(|order| [(*order, false), (*order, true)]);
    let orders =
        orders.map(|(order, down)| (sort_of(order, down), order_words(lang, order, down).to_owned())).collect();
    view! {
        <details class="more">
            <summary>{say::narrow(lang)}</summary>
            <form class="form form--plain" method="get" action="/people">
                {(!chosen.q.is_empty()).then(|| view! { <input type="hidden" name="q" value=chosen.q.clone()/> })}
                <div class="narrow__fields">
                    <SelectField lang name="only" label=say::todo(lang) options=only chosen=chosen.only/>
                    <SelectField lang name="standing" label=say::in_programme(lang) chosen=chosen.standing
                        options=options(all(), options_of(lang, Standing::ALL))/>
                    <SelectField lang name="group" label=say::group(lang) options=of_groups chosen=chosen.group/>
                    {(!choices.instructors.is_empty()).then(|| view! {
                        <SelectField lang name="instructor" label=say::instructor(lang) options=instructors
                            chosen=chosen.instructor/>
                    })}
                    <SelectField lang name="decision" label=say::decision(lang) chosen=chosen.decision
                        options=options(all(), options_of(lang, Decision::ALL))/>
                    <SelectField lang name="language" label=say::language(lang) chosen=chosen.language
                        options=options(all(), options_of(lang, PersonLanguage::ALL))/>
                    <Field lang name="area" label=say::area(lang) value=chosen.area
                        hint=Some(say::area_hint(lang).to_owned()) inputmode="numeric" maxlength=5
                        width=FieldWidth::Short/>
                    <SelectField lang name="sort" label=say::order(lang) options=orders chosen=chosen.sort/>
                </div>
                <Button text=say::show(lang).to_owned() kind=ButtonKind::Main/>
            </form>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_is_written() {
        for order in Order::ALL {
            for down in [false, true] {
                assert_eq!(order_of(&sort_of(*order, down)), (*order, down));
            }
        }
        assert_eq!(order_of("-shoes"), (Order::Name, false));
    }

    #[test]
    fn an_address_has_what_was_chosen_and_nothing_else() {
        let chosen = Chosen { standing: "left".into(), page: "3".into(), incomplete: "x".into(), ..Chosen::default() };
        assert_eq!(chosen.address(), "/people?standing=left&page=3");
        assert_eq!(chosen.ordered(Order::Age, true).address(), "/people?standing=left&sort=-age");
        assert_eq!(chosen.without("standing").address(), "/people");
        assert!(chosen.narrows() && !chosen.wide().narrows());
    }
}
