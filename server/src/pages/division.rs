//! The municipality's areas: their names and postal codes, set by the officer. What changes beside a name holds from the
//! first year of which nothing by area was told (docs/outcomes.md, Areas).

use std::collections::BTreeSet;

use app::outcomes::division::{DivisionPage, DivisionView, LEAVES, TypedArea, area_words};
use app::texts::{self, Lang, tiles::division as t};
use app::ui::FieldError;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::fields::is_postal_code;
use domain::ids::uuid_v5;
use domain::names::{NameError, name_typed};
use domain::outcomes::areas::{AreaFault, AreaPlan, Division, WantedArea, division};
use leptos::prelude::*;
use uuid::Uuid;

use super::saving::{Sent, saved_now};
use super::{Reader, Said, form_status, page_with_status, see_other};
use crate::access::{Actor, ScopedTx};
use crate::audit::{self, Entry};
use crate::db::Unscoped;
use crate::error::Error;
use crate::outcomes::pages::told_by_area;
use crate::outcomes::{area_plan, set_area_plan, set_places, settings};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;

const HERE: &str = "/figures/areas/edit";

/// Rows for new areas on one page.
const NEW: usize = 3;

pub fn routes(routes: Routes) -> Routes {
    routes.get(HERE, show).post(HERE, save)
}

/// What is there now.
struct Now {
    plan: AreaPlan,
    /// The years of which figures by area were told.
    told: BTreeSet<i32>,
    year: i32,
}

impl Now {
    async fn of(tx: &mut ScopedTx) -> Result<Self, Error> {
        let year = tx.scope().today().year();
        Ok(Self { plan: area_plan(tx).await?, told: told_by_area(tx).await?, year })
    }

    /// The page, with rows for new areas below what is typed.
    fn view(&self, mut typed: Vec<TypedArea>, errors: Vec<FieldError>) -> DivisionView {
        typed.extend(std::iter::repeat_n(TypedArea::default(), NEW));
        let this_year: Division =
            self.plan.of_year(self.year).into_iter().map(|area| (area.name, area.postal_codes)).collect();
        DivisionView {
            typed,
            seen: version(&self.plan),
            holds_from: AreaPlan::holds_from(&self.told),
            this_year: (this_year != *self.plan.newest()).then_some((self.year, this_year)),
            saved: false,
            errors,
        }
    }
}

/// By which the areas as they are now are known again.
fn version(plan: &AreaPlan) -> String {
    let words = plan.newest().iter().flat_map(|(name, codes)| [name.clone(), codes.join(" ")]).collect::<Vec<_>>();
    let words: Vec<&str> = ["areas"].into_iter().chain(words.iter().map(String::as_str)).collect();
    uuid_v5(Uuid::nil(), &words).to_string()
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(Said { said }): Query<Said>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let now = Now::of(&mut state.db.read(&actor.scope).await?).await?;
    let view = now.view(TypedArea::all(now.plan.newest()), Vec::new());
    Ok(draw(&reader, DivisionView { saved: said == "saved", ..view }).await)
}

async fn draw(reader: &Reader, view: DivisionView) -> Response {
    let (lang, status) = (reader.lang, form_status(&view.errors));
    let reader = Reader { here: HERE.to_owned(), ..reader.clone() };
    page_with_status(&reader, status, t::title(lang), move || view! { <DivisionPage lang view/> }.into_any()).await
}

async fn save(sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::SeeFigures)?;
    let (lang, typed) = (sent.lang(), typed(&sent.fields));
    let mut now = Now::of(&mut sent.state.db.read(sent.scope()).await?).await?;
    let wanted = read(lang, typed.clone());
    // What is there already is saved, whatever it was typed over: the button was pressed twice.
    if wanted.as_ref().is_ok_and(|wanted| division(wanted) == *now.plan.newest()) {
        return Ok(see_other(&format!("{HERE}?said=saved")));
    }
    if sent.fields.one("seen") == version(&now.plan) {
        let wanted = match wanted.and_then(|wanted| held_against(lang, &now.plan, wanted, &typed)) {
            Ok(wanted) => wanted,
            Err(typed) => {
                let errors = summary(&typed);
                return Ok(draw(&sent.reader, now.view(typed, errors)).await);
            }
        };
        if keep(&sent, &wanted).await? {
            return Ok(see_other(&format!("{HERE}?said=saved")));
        }
        // Somebody was first, a moment ago.
        now = Now::of(&mut sent.state.db.read(sent.scope()).await?).await?;
    }
    let errors = vec![FieldError::new("areas", texts::common::changed_meanwhile(lang))];
    Ok(draw(&sent.reader, now.view(beside(lang, typed, now.plan.newest()), errors)).await)
}

fn typed(fields: &Fields) -> Vec<TypedArea> {
    let [was, names, codes, keep] = ["was", "name", "codes", "keep"].map(|name| fields.all(name));
    let at = |column: &[&str], row: usize| column.get(row).copied().unwrap_or_default().to_owned();
    let area = |row: usize| TypedArea {
        was: at(&was, row),
        name: at(&names, row),
        codes: at(&codes, row),
        keep: at(&keep, row),
        ..TypedArea::default()
    };
    (0..names.len()).map(area).filter(|area| !area.is_blank()).collect()
}

/// The areas that are to be, or what was typed with what is wrong with it. Who is left out is read no further.
fn read(lang: Lang, mut typed: Vec<TypedArea>) -> Result<Vec<WantedArea>, Vec<TypedArea>> {
    let mut wanted = Vec::new();
    let mut new = 0;
    for area in &mut typed {
        new += usize::from(area.was.is_empty());
        if area.keep == LEAVES {
            continue;
        }
        let called = area_words(lang, &area.was, new);
        let name = name_typed(&area.name).map_err(|error| match error {
            NameError::Nothing => t::name_missing(lang, &called),
            NameError::Unseen | NameError::TooLong => t::name_wrong(lang, &called),
        });
        let codes: Vec<String> = codes_in(&area.codes).map(str::to_owned).collect();
        area.codes_error = match codes.iter().find(|code| !is_postal_code(code)) {
            Some(code) => Some(t::code_wrong(lang, &called, code)),
            None => codes.is_empty().then(|| t::codes_missing(lang, &called)),
        };
        match name {
            Ok(name) => {
                let was = Some(area.was.clone()).filter(|was| !was.is_empty());
                wanted.push(WantedArea { was, name, postal_codes: codes });
            }
            Err(wrong) => area.name_error = Some(wrong),
        }
    }
    let is_wrong = |area: &TypedArea| area.name_error.is_some() || area.codes_error.is_some();
    if typed.iter().any(is_wrong) { Err(typed) } else { Ok(wanted) }
}

fn codes_in(typed: &str) -> impl Iterator<Item = &str> {
    typed.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|code| !code.is_empty())
}

/// The areas, if nothing is wrong with them beside each other and beside those of other years.
fn held_against(
    lang: Lang,
    plan: &AreaPlan,
    wanted: Vec<WantedArea>,
    typed: &[TypedArea],
) -> Result<Vec<WantedArea>, Vec<TypedArea>> {
    let faults = plan.faults(&wanted);
    if faults.is_empty() {
        return Ok(wanted);
    }
    let mut typed = typed.to_vec();
    // Those that are to be stand in the order in which they were typed.
    let mut rows: Vec<&mut TypedArea> = typed.iter_mut().filter(|area| area.keep != LEAVES).collect();
    for (at, fault) in faults {
        let Some(row) = rows.get_mut(at) else { continue };
        let called = row.name.clone();
        match fault {
            AreaFault::NameTwice => row.name_error = Some(t::name_twice(lang, &called)),
            AreaFault::NameTaken => row.name_error = Some(t::name_taken(lang, &called)),
            AreaFault::CodeTwice(code) => row.codes_error = Some(t::code_twice(lang, &called, &code)),
        }
    }
    Err(typed)
}

/// What is wrong with rows, for the head of the page.
fn summary(typed: &[TypedArea]) -> Vec<FieldError> {
    let wrong = typed.iter().flat_map(|area| [&area.name_error, &area.codes_error]).flatten();
    wrong.map(|text| FieldError::new("areas", text.clone())).collect()
}

/// What was typed over areas that have changed meanwhile, with what is saved now beside each that is another; those that
/// were added meanwhile stand below, so that nobody leaves out what they have not seen.
fn beside(lang: Lang, mut typed: Vec<TypedArea>, now: &Division) -> Vec<TypedArea> {
    let set = |codes: &str| codes_in(codes).map(str::to_owned).collect::<BTreeSet<String>>();
    for area in &mut typed {
        match now.get(&area.was) {
            Some(codes) => {
                let saved = codes.join(" ");
                let is_other = set(&area.codes) != set(&saved);
                area.codes_error = is_other.then(|| saved_now(lang, "areas", &saved).text);
            }
            // It is called otherwise now, or left out: what was typed of it would be another one.
            None => area.was = String::new(),
        }
    }
    let added = TypedArea::all(now).into_iter().filter(|area| typed.iter().all(|other| other.was != area.was));
    let added: Vec<TypedArea> = added.collect();
    typed.into_iter().chain(added).collect()
}

/// Sets the areas, if they are still those that the form stands on.
async fn keep(sent: &Sent, wanted: &[WantedArea]) -> Result<bool, Error> {
    let (state, now) = (&sent.state, sent.state.now());
    let kept = state.write(sent.scope(), |mut tx| async move {
        let fields = format!("areas={}", wanted.len());
        let entry = Entry { fields, ..Entry::at_the_desk(&sent.actor, now, "figures.division", &sent.request_id) };
        let (bare, tenant) = tx.unscoped(Unscoped::Audit);
        // First: with it whoever puts figures together, or changes areas too, waits until this is done.
        audit::append(bare, &state.secrets, tenant, &entry).await?;
        let before = area_plan(&mut tx).await?;
        if version(&before) != sent.fields.one("seen") || !before.faults(wanted).is_empty() {
            return Ok(tx.undone(false));
        }
        let told = told_by_area(&mut tx).await?;
        let plan = before.with(wanted, &told);
        set_area_plan(&mut tx, &plan, now).await?;
        let places = settings(&mut tx).await?.places;
        set_places(&mut tx, &plan.carried(&places), now).await?;
        Ok(tx.done(true))
    });
    kept.await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(was: &str, name: &str, codes: &str) -> TypedArea {
        let [was, name, codes] = [was, name, codes].map(str::to_owned);
        TypedArea { was, name, codes, ..TypedArea::default() }
    }

    #[test]
    fn an_area_has_a_name_and_postal_codes() {
        let read = |area: TypedArea| read(Lang::Fi, vec![area]);
        let wanted = read(typed("", " Ranta ", "00100, 00120;00130\n00140")).unwrap();
        assert_eq!((wanted[0].name.as_str(), wanted[0].postal_codes.len()), ("Ranta", 4));
        for (name, codes, expected) in [
            ("", "00100", (true, false)),
            ("…", "00100", (true, false)),
            ("Ranta", "", (false, true)),
            ("Ranta", "0100", (false, true)),
            ("", "00100 x", (true, true)),
        ] {
            let told = read(typed("Ranta", name, codes)).unwrap_err();
            assert_eq!((told[0].name_error.is_some(), told[0].codes_error.is_some()), expected, "{name} {codes}");
        }
        let left_out = TypedArea { keep: LEAVES.to_owned(), ..typed("Ranta", "", "x") };
        assert_eq!(read(left_out).unwrap(), []);
    }

    #[test]
    fn what_is_at_fault_is_said_in_its_own_row() {
        let rows = [
            TypedArea { keep: LEAVES.to_owned(), ..typed("Saari", "Saari", "00300") },
            typed("Ranta", "Ranta", "00100"),
            typed("", "Metsä", "00200 00100"),
        ];
        let wanted = read(Lang::Fi, rows.to_vec()).unwrap();
        let told = held_against(Lang::Fi, &AreaPlan::default(), wanted, &rows).unwrap_err();
        let wrong: Vec<bool> = told.iter().map(|area| area.codes_error.is_some()).collect();
        assert_eq!(wrong, [false, false, true]);
        assert_eq!(summary(&told).len(), 1);
    }

    #[test]
    fn what_was_saved_meanwhile_stands_beside_what_was_typed() {
        let now =
            division(&read(Lang::Fi, vec![typed("", "Ranta", "00100 00120"), typed("", "Uusi", "00400")]).unwrap());
        let told = beside(Lang::Fi, vec![typed("Ranta", "Ranta", "00100"), typed("Metsä", "Metsä", "00200")], &now);
        assert!(told[0].codes_error.as_ref().is_some_and(|text| text.contains("00100 00120")), "{told:?}");
        assert_eq!((told[1].was.as_str(), told[1].name.as_str()), ("", "Metsä"), "not there any more");
        assert_eq!((told[2].was.as_str(), told.len()), ("Uusi", 3), "added meanwhile");
    }
}
