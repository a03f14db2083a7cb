//! The public form: anybody may ask for a place, and nothing says who is known. What comes is kept apart until somebody
//! at the desk takes it up (docs/access.md, The public form).

use app::applications::public::{
    Apply, ApplyTyped, ChooseMunicipality, MYSELF, OTHER, PaperForm, PublicGroup, Sent as SentPage,
};
use app::texts::{self, Lang};
use app::ui::FieldError;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::applications::{Channel, Start};
use domain::devices::Help;
use domain::fields::is_phone;
use domain::groups::Group;
use domain::ids::{GroupId, MunicipalityCode, OrganisationId};
use domain::input::{birth_year_typed, phone};
use domain::letters::FormOfAddress;
use domain::people::{PersonLanguage, ReferralSource};
use domain::time::Day;
use leptos::prelude::*;
use uuid::Uuid;

use crate::access::accounts::own_organisation;
use crate::access::attempts;
use crate::applications::forms::{self, Filled, Waiting};
use crate::applications::settings;
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::groups;
use crate::help;
use crate::letters;
use crate::pages::reading::Reading;
use crate::pages::{Reader, form_status, found_again, own_page, see_other};
use crate::routes::Routes;
use crate::state::AppState;
use crate::statements;
use crate::web::client::Client;
use crate::web::form::Fields;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/apply", choose).get("/apply/sent", sent).get("/apply/{code}", form).post("/apply/{code}", send)
}

/// A year of birth that somebody may have who applies.
const OLDEST: i32 = 115;

async fn choose(State(state): State<AppState>, reader: Reader) -> Result<Response, Error> {
    let open = settings::open(&mut state.db.read(Unscoped::Door).await?).await?;
    // Where there is one municipality nobody has to choose.
    if let [(only, _)] = open.as_slice() {
        return Ok(see_other(&format!("/apply/{}", only.as_str())));
    }
    let lang = reader.lang;
    let municipalities: Vec<_> = open.into_iter().map(|(code, name)| (code.as_str().to_owned(), name)).collect();
    let body = move || view! { <ChooseMunicipality lang municipalities/> }.into_any();
    Ok(own_page(&reader.of_participants(), http::StatusCode::OK, texts::apply::title(lang), false, body).await)
}

async fn sent(State(state): State<AppState>, reader: Reader) -> Result<Response, Error> {
    let form = letters::form_at_the_door(&mut state.db.read(Unscoped::Door).await?).await?;
    let reader = reader.addressed(form);
    let lang = reader.lang;
    let body = move || view! { <SentPage lang/> }.into_any();
    Ok(own_page(&reader.of_participants(), http::StatusCode::OK, texts::apply::next::title(lang), false, body).await)
}

/// A municipality and its groups.
struct Here {
    code: MunicipalityCode,
    name: String,
    /// Whether it takes applications by the web.
    open: bool,
    /// How people are addressed there.
    form: FormOfAddress,
    /// Whom to call there.
    help: Option<Help>,
    groups: Vec<(Group, i64)>,
    today: Day,
}

async fn here(tx: &mut Tx, code: &str, today: Day) -> Result<Here, Error> {
    let all = statements::municipalities(tx).await?;
    let (code, name) = all.into_iter().find(|(one, _)| one.as_str() == code).ok_or(Error::NotFound)?;
    let open = settings::open(tx).await?.iter().any(|(open, _)| *open == code);
    let mut groups = groups::public(tx, &code, today).await?;
    groups.retain(|(group, _)| group.kind.keeps_names());
    let form = letters::form_of(tx, &code).await?;
    let help = help::of(tx, &code).await?;
    Ok(Here { code, name, open, form, help, groups, today })
}

async fn form(State(state): State<AppState>, reader: Reader, Path(code): Path<String>) -> Result<Response, Error> {
    let here = here(&mut state.db.read(Unscoped::Door).await?, &code, state.today()).await?;
    if !here.open {
        return Ok(found_again(draw_for_paper(reader, here).await));
    }
    let rev = state.with_chance(|chance| domain::ids::uuid_v7(state.now(), chance)).to_string();
    Ok(found_again(draw(reader, here, ApplyTyped { rev, ..ApplyTyped::default() }, Vec::new()).await))
}

async fn draw(reader: Reader, here: Here, typed: ApplyTyped, errors: Vec<FieldError>) -> Response {
    let mut reader = reader.addressed(here.form);
    reader.help.clone_from(&here.help);
    let lang = reader.lang;
    let status = form_status(&errors);
    let municipality = (here.code.as_str().to_owned(), here.name.clone());
    let groups = here.public(lang);
    let body = move || view! { <Apply lang municipality typed groups errors/> }.into_any();
    own_page(&reader.of_participants(), status, texts::apply::title(lang), false, body).await
}

/// What is printed and filled in with a pen.
async fn draw_for_paper(reader: Reader, here: Here) -> Response {
    let mut reader = reader.addressed(here.form);
    reader.help.clone_from(&here.help);
    let lang = reader.lang;
    let (groups, name) = (here.public(lang), here.name);
    let body = move || view! { <PaperForm lang name groups/> }.into_any();
    own_page(&reader.of_participants(), http::StatusCode::OK, texts::apply::title(lang), false, body).await
}

impl Here {
    /// Its groups as everybody may see them.
    fn public(&self, lang: Lang) -> Vec<PublicGroup> {
        self.groups.iter().map(|(group, members)| public(lang, group, *members, self.today)).collect()
    }
}

fn public(lang: Lang, group: &Group, members: i64, today: Day) -> PublicGroup {
    let full = group.capacity.is_some_and(|capacity| members >= i64::from(capacity));
    PublicGroup {
        id: group.id.to_string(),
        when: app::groups::times_of(lang, group, today),
        place: group.timetable_on(today).place.map(str::to_owned),
        name: group.name.clone(),
        full,
    }
}

async fn send(
    State(state): State<AppState>,
    reader: Reader,
    Client(from): Client,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let mut tx = state.db.read(Unscoped::Door).await?;
    let here = here(&mut tx, &code, state.today()).await?;
    if !here.open {
        return Err(Error::NotFound);
    }
    let own = own_organisation(&mut tx, &here.code).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let typed = typed(&fields);
    let filled = match read(reader.lang.addressing(here.form), &typed, &here, state.today()) {
        Ok(filled) => filled,
        Err(errors) => return Ok(draw(reader, here, typed, errors).await),
    };
    let done = see_other("/apply/sent");
    // Nobody sees that field: what fills it in is a program, which is told nothing.
    if !fields.one("website").is_empty() {
        return Ok(done);
    }
    attempts::counted(&state, &attempts::of_public_form(from)).await?;
    if keep(&state, &typed, &here, own, filled).await? {
        return Ok(done);
    }
    let errors = vec![FieldError::new("given_names", texts::apply::error::too_many(reader.lang.addressing(here.form)))];
    Ok(draw(reader, here, typed, errors).await)
}

async fn keep(
    state: &AppState,
    typed: &ApplyTyped,
    here: &Here,
    own: OrganisationId,
    filled: Filled,
) -> Result<bool, Error> {
    let chosen = here.groups.iter().find(|(group, _)| Some(group.id) == filled.group);
    let to = chosen.map_or(own, |(group, _)| group.provider);
    let fresh = || state.with_chance(|chance| domain::ids::uuid_v7(state.now(), chance));
    let page = typed.rev.parse::<Uuid>().unwrap_or_else(|_| fresh());
    let form = &Waiting { id: filled.id_on(page)?, received_at: state.now(), filled };
    state
        .write(Unscoped::Door, |mut tx| async move {
            let kept = forms::keep(&mut tx, &here.code, to, form).await?;
            Ok(tx.done(kept))
        })
        .await
}

fn typed(fields: &Fields) -> ApplyTyped {
    let one = |name| fields.one(name).to_owned();
    ApplyTyped {
        rev: one("rev"),
        who: one("who"),
        given_names: one("given_names"),
        family_name: one("family_name"),
        birth_year: one("birth_year"),
        phone: one("phone"),
        asker_name: one("asker_name"),
        asker_phone: one("asker_phone"),
        says_yes: !fields.one("says_yes").is_empty(),
        group: one("group"),
    }
}

/// What was filled in, or everything that is wrong with it.
fn read(lang: Lang, typed: &ApplyTyped, here: &Here, today: Day) -> Result<Filled, Vec<FieldError>> {
    use texts::apply::error as e;
    let mut form = Reading::new(lang);
    let given_names = form.line("given_names", &typed.given_names, Some(e::given_names(lang)));
    let family_name = form.line("family_name", &typed.family_name, Some(e::family_name(lang)));
    let year = birth_year_typed(&typed.birth_year, today).ok().filter(|year| today.year() - year <= OLDEST);
    let birth_year = form.chosen("birth_year", year, e::birth_year(lang));
    let number = tidy(&mut form, "phone", &typed.phone, e::phone(lang));
    let start = start(&mut form, typed);
    let known = |text: &str| text.parse::<GroupId>().ok().filter(|id| here.groups.iter().any(|(one, _)| one.id == *id));
    let group = form.maybe("group", &typed.group, e::group(lang), known);
    let (Some(given_names), Some(family_name), Some(birth_year), Some(phone), true) =
        (given_names, family_name, birth_year, number, form.errors.is_empty())
    else {
        return Err(form.errors);
    };
    let (language, says_yes) = (spoken(lang), typed.says_yes);
    Ok(Filled { given_names, family_name, birth_year, phone, language, start, says_yes, group })
}

/// A telephone number that can be dialled, as its digits.
fn tidy(form: &mut Reading, field: &'static str, typed: &str, missing: &'static str) -> Option<String> {
    let number = phone(typed).ok().filter(|number| is_phone(number));
    form.chosen(field, number, missing)
}

/// Who asks. Whoever asks for somebody else says who they are, and that the person wants it.
fn start(form: &mut Reading, typed: &ApplyTyped) -> Start {
    use texts::apply::error as e;
    let lang = form.lang();
    let source = match typed.who.as_str() {
        "" | MYSELF => ReferralSource::Myself,
        OTHER => ReferralSource::Relative,
        _ => ReferralSource::Other,
    };
    if source == ReferralSource::Myself {
        return Start { source, channel: Channel::Form, referred_by: None };
    }
    let name = form.line("asker_name", &typed.asker_name, Some(e::asker_name(lang))).unwrap_or_default();
    let number = tidy(form, "asker_phone", &typed.asker_phone, e::phone(lang)).unwrap_or_default();
    if !typed.says_yes {
        form.wrong::<()>("says_yes", e::says_yes(lang));
    }
    let by: String = format!("{name}, {number}").chars().take(domain::fields::LINE).collect();
    Start { source, channel: Channel::Form, referred_by: Some(by) }
}

const fn spoken(lang: Lang) -> PersonLanguage {
    match lang {
        Lang::Fi | Lang::FiTe => PersonLanguage::Finnish,
        Lang::Sv | Lang::SvNi => PersonLanguage::Swedish,
        Lang::En => PersonLanguage::English,
    }
}
