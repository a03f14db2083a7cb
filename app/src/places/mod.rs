//! Places in which groups meet, at the desk: the list, one place, and the form that makes or changes one; and the words in
//! which others are told of a place.

use domain::ids::PlaceId;
use domain::names::search_key;
use domain::places::Place;
use leptos::prelude::*;

use crate::texts::{Lang, places as t};
use crate::ui::{
    Button, ButtonKind, ButtonLink, CardTable, Choice, ChoiceCards, EditForm, Empty, ErrorSummary, Fact, Facts, Field,
    FieldError, FieldWidth, Icon, Notice, PageHead, RowLink, Rows, Tone,
};

/// How to get in: "Esteetön sisäänkäynti", "Esteetön WC"; of what nobody knows nothing is said.
pub fn access_words(lang: Lang, place: &Place) -> Vec<String> {
    let way_in = place.step_free.map(|free| if free { t::step_free_yes(lang) } else { t::step_free_no(lang) });
    let toilet = place.toilet.map(|there| if there { t::toilet_yes(lang) } else { t::toilet_no(lang) });
    way_in.into_iter().chain(toilet).map(str::to_owned).collect()
}

/// What was answered about the bus, where what is said of the way there does not say the same.
fn bus_words(lang: Lang, place: &Place) -> Option<&'static str> {
    let by_words = Place { bus: None, ..place.clone() }.has_bus();
    match place.bus {
        Some(true) => (!by_words).then(|| t::bus_yes(lang)),
        Some(false) => Some(t::bus_no(lang)),
        None => None,
    }
}

/// What those who come for the first time are told: the way there, then how to get in.
pub fn told(lang: Lang, place: &Place) -> Vec<String> {
    let way = place.route.clone().into_iter().chain(bus_words(lang, place).map(str::to_owned));
    let access = access_words(lang, place);
    way.chain((!access.is_empty()).then(|| access.join(". "))).collect()
}

/// Where a map shows that address. Nothing is fetched from there: it opens when somebody presses the link, and is told the
/// address of the house and nothing else.
pub fn map_link(address: &str, town: &str) -> String {
    let names_town = search_key(address).contains(&search_key(town));
    let wanted = if names_town { address.to_owned() } else { format!("{address}, {town}") };
    format!("https://www.openstreetmap.org/search?query={}", in_address(&wanted))
}

/// A text as a part of an address of the web (RFC 3986): everything but its unreserved signs by their bytes.
fn in_address(text: &str) -> String {
    let sign = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(sign).collect()
}

/// "kyllä", "ei", "ei tietoa", by the code of the form.
pub fn yes_or_no(lang: Lang, code: &str) -> &'static str {
    match code {
        "yes" => t::yes(lang),
        "no" => t::no(lang),
        _ => t::not_known(lang),
    }
}

/// One line of the list.
#[derive(Clone, PartialEq, Debug)]
pub struct PlaceLine {
    pub id: String,
    pub place: Place,
    pub facts: Vec<String>,
    /// Groups of a running season that meet there.
    pub groups: i64,
}

#[component]
pub fn PlaceList(
    lang: Lang,
    lines: Vec<PlaceLine>,
    /// Just taken off the list.
    removed: Option<Place>,
) -> impl IntoView {
    let none = lines.is_empty();
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <Line lang line/> }).collect();
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang)
            back=Some(("/groups".to_owned(), crate::texts::groups::page::back(lang).to_owned()))>
            <ButtonLink text=t::new(lang) href="/places/new" kind=ButtonKind::Main icon=Icon::Plus/>
        </PageHead>
        {removed.map(|place| view! {
            <Notice tone=Tone::Good title=t::removed(lang, &place.line()) live=true>
                <form method="post" action=format!("/places/{}/return", place.id)>
                    <Button text=t::put_back(lang).to_owned() icon=Icon::Undo/>
                </form>
            </Notice>
        })}
        {if none {
            view! { <Empty title=t::empty(lang) text=t::empty_text(lang)/> }.into_any()
        } else {
            view! {
                <CardTable label=t::title(lang) heads=vec![t::name(lang), t::address(lang), t::access(lang), t::aed(lang), t::groups_here(lang)] rows/>
            }
            .into_any()
        }}
    }
    .into_any()
}

#[component]
fn Line(lang: Lang, line: PlaceLine) -> impl IntoView {
    let PlaceLine { id, place, facts, groups } = line;
    let or_unknown = |text: Option<String>| text.unwrap_or_else(|| t::not_known(lang).to_owned());
    let access = if facts.is_empty() { t::not_known(lang).to_owned() } else { facts.join(", ") };
    view! {
        <tr>
            <th scope="row"><a href=format!("/places/{id}")>{place.name}</a></th>
            <td data-label=t::address(lang)>{or_unknown(place.address)}</td>
            <td data-label=t::access(lang)>{access}</td>
            <td data-label=t::aed(lang)>{or_unknown(place.aed)}</td>
            <td data-label=t::groups_here(lang)>{groups}</td>
        </tr>
    }
    .into_any()
}

/// A group that meets there.
#[derive(Clone, PartialEq, Debug)]
pub struct PlaceGroup {
    pub href: String,
    pub name: String,
    pub when: String,
}

/// One place.
#[derive(Clone, PartialEq, Debug)]
pub struct PlaceView {
    pub place: Place,
    pub groups: Vec<PlaceGroup>,
    pub saved: bool,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn PlacePage(lang: Lang, view: PlaceView) -> impl IntoView {
    let PlaceView { place, groups, saved, errors } = view;
    let (id, none) = (place.id, groups.is_empty());
    let groups: Vec<_> =
        groups.into_iter().map(|group| view! { <RowLink href=group.href name=group.name more=group.when/> }).collect();
    view! {
        <PageHead title=place.name.clone() lead=place.address.clone().unwrap_or_default()
            back=Some(("/places".to_owned(), t::title(lang).to_owned()))>
            <ButtonLink text=t::edit(lang) href=format!("/places/{id}/edit") kind=ButtonKind::Main/>
        </PageHead>
        <ErrorSummary lang errors/>
        {saved.then(|| view! { <Notice tone=Tone::Good title=t::saved(lang) live=true/> })}
        <div class="columns columns--side">
            <section class="card"><PlaceFacts lang place/></section>
            <section class="section" id="groups">
                <h2>{t::groups_here(lang)}</h2>
                {if none {
                    view! { <p class="quiet">{t::no_groups(lang)}</p> }.into_any()
                } else {
                    view! { <Rows>{groups}</Rows> }.into_any()
                }}
            </section>
        </div>
        <form method="post" action=format!("/places/{id}/remove")>
            <Button text=t::remove(lang).to_owned() kind=ButtonKind::Quiet/>
        </form>
    }
    .into_any()
}

/// Everything that is known of a place but its name and address.
#[component]
pub fn PlaceFacts(lang: Lang, place: Place) -> impl IntoView {
    let answer = move |known: Option<bool>| match known {
        Some(true) => t::yes(lang),
        Some(false) => t::no(lang),
        None => t::not_known(lang),
    };
    let text = move |known: Option<String>| known.unwrap_or_else(|| t::not_known(lang).to_owned());
    view! {
        <Facts>
            <Fact name=t::route(lang) value=text(place.route)/>
            <Fact name=t::bus(lang) value=answer(place.bus)/>
            <Fact name=t::step_free(lang) value=answer(place.step_free)/>
            <Fact name=t::toilet(lang) value=answer(place.toilet)/>
            <Fact name=t::aed(lang) value=text(place.aed)/>
            <Fact name=t::equipment(lang) value=text(place.equipment)/>
            <Fact name=t::phone(lang) value=text(place.phone)/>
        </Facts>
    }
    .into_any()
}

/// What stands in the fields.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PlaceTyped {
    /// The version that the form was filled from; for a new place the id that it will have.
    pub rev: String,
    /// Of a group's free text that becomes a place: the text.
    pub was: String,
    pub name: String,
    pub address: String,
    pub route: String,
    pub bus: String,
    pub step_free: String,
    pub toilet: String,
    pub aed: String,
    pub equipment: String,
    pub phone: String,
}

impl PlaceTyped {
    /// A place as the form shows it.
    pub fn of(place: &Place) -> Self {
        let text = |known: &Option<String>| known.clone().unwrap_or_default();
        let answer = |known: Option<bool>| match known {
            Some(true) => "yes".to_owned(),
            Some(false) => "no".to_owned(),
            None => String::new(),
        };
        Self {
            rev: String::new(),
            was: String::new(),
            name: place.name.clone(),
            address: text(&place.address),
            route: text(&place.route),
            bus: answer(place.bus),
            step_free: answer(place.step_free),
            toilet: answer(place.toilet),
            aed: text(&place.aed),
            equipment: text(&place.equipment),
            phone: text(&place.phone),
        }
    }
}

#[component]
pub fn PlaceForm(lang: Lang, place: Option<PlaceId>, typed: PlaceTyped, errors: Vec<FieldError>) -> impl IntoView {
    let (title, save) = match place {
        None => (t::new_title(lang), t::save_new(lang)),
        Some(_) => (t::edit_title(lang), t::save(lang)),
    };
    let (id, rev, all) = (place.map(|id| id.to_string()), typed.rev.clone(), errors.clone());
    let was = (!typed.was.is_empty()).then(|| typed.was.clone());
    view! {
        <EditForm lang noun="/places" id title save rev errors=all>
            {was.map(|was| view! { <input type="hidden" name="was" value=was/> })}
            <PlaceFields lang typed errors/>
        </EditForm>
    }
    .into_any()
}

#[component]
fn PlaceFields(lang: Lang, typed: PlaceTyped, errors: Vec<FieldError>) -> impl IntoView {
    let error = |field: &str| FieldError::of(&errors, field);
    let hint = |text: &'static str| Some(text.to_owned());
    let answers = |chosen: &str| -> Vec<Choice> {
        ["yes", "no", ""].into_iter().map(|code| Choice::new(code, yes_or_no(lang, code), code == chosen)).collect()
    };
    let (bus, step_free, toilet) = (answers(&typed.bus), answers(&typed.step_free), answers(&typed.toilet));
    view! {
        <div class="form__part">
            <Field lang name="name" label=t::name(lang) value=typed.name hint=hint(t::name_hint(lang)) error=error("name")/>
            <Field lang name="address" label=t::address(lang) value=typed.address hint=hint(t::address_hint(lang))
                error=error("address") optional=true/>
            <Field lang name="route" label=t::route(lang) value=typed.route hint=hint(t::route_hint(lang))
                error=error("route") optional=true/>
        </div>
        <div class="form__part">
            <ChoiceCards legend=t::bus(lang) name="bus" choices=bus error=error("bus")/>
            <ChoiceCards legend=t::step_free(lang) name="step_free" choices=step_free error=error("step_free")/>
            <ChoiceCards legend=t::toilet(lang) name="toilet" choices=toilet error=error("toilet")/>
        </div>
        <div class="form__part">
            <Field lang name="aed" label=t::aed(lang) value=typed.aed hint=hint(t::aed_hint(lang)) error=error("aed")
                optional=true/>
            <Field lang name="equipment" label=t::equipment(lang) value=typed.equipment hint=hint(t::equipment_hint(lang))
                error=error("equipment") optional=true/>
            <Field lang name="phone" label=t::phone(lang) value=typed.phone hint=hint(t::phone_hint(lang))
                error=error("phone") optional=true width=FieldWidth::Middle inputmode="tel"/>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn of_what_nobody_knows_nothing_is_said_and_steps_are_told() {
        let place = Place {
            id: PlaceId(Uuid::nil()),
            name: "Kylätalo".into(),
            address: None,
            route: Some("Bussi 55".into()),
            bus: None,
            step_free: Some(false),
            toilet: None,
            aed: None,
            equipment: None,
            phone: None,
        };
        assert_eq!(told(Lang::Fi, &place), ["Bussi 55", "Sisäänkäynnissä on portaita"]);
        assert!(told(Lang::Fi, &Place { route: None, step_free: None, ..place.clone() }).is_empty());
        let bus = |route: &str, bus| {
            told(Lang::Fi, &Place { route: Some(route.into()), bus: Some(bus), step_free: None, ..place.clone() })
        };
        assert_eq!(bus("Bussi 55", true), ["Bussi 55"], "not said twice");
        assert_eq!(bus("Ovi C", true), ["Ovi C", "Perille pääsee bussilla"]);
        assert_eq!(bus("Ovi C", false), ["Ovi C", "Bussi ei kulje lähelle"]);
    }

    #[test]
    fn a_map_is_asked_for_the_house_in_its_town() {
        let query = |address| map_link(address, "Hyvinkää").split_once("?query=").map(|(_, query)| query.to_owned());
        assert_eq!(query("Torikatu 5"), Some("Torikatu%205%2C%20Hyvink%C3%A4%C3%A4".into()));
        assert_eq!(query("Torikatu 5, 05800 Hyvinkää"), Some("Torikatu%205%2C%2005800%20Hyvink%C3%A4%C3%A4".into()));
        assert_eq!(query("a&b=c\"<"), Some("a%26b%3Dc%22%3C%2C%20Hyvink%C3%A4%C3%A4".into()));
    }
}
