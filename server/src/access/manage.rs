//! The admin's pages: accounts, their roles, rights, groups and set-up codes.

use std::collections::BTreeSet;

use app::access::accounts as views;
use app::access::accounts::{AccountLine, AccountPage, AccountState, LedGroup};
use app::access::testers::TrainingTyped;
use app::texts::{Lang, access::accounts as words, access::own_account, testers, typed_day};
use app::ui::FieldError;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::{Action, NoticeKind, Right, Role};
use domain::fields::LINE;
use domain::ids::{GroupId, MunicipalityCode, OrganisationId, UserId};
use domain::input::phone;
use domain::text::normal;
use domain::time::Day;
use http::StatusCode;
use leptos::prelude::*;

use super::accounts::{self, Account, NewAccount};
use super::offers::{Offer, RoleChange};
use super::{Actor, ScopedTx, break_glass, notices, offers, rights, second_factor, training};
use crate::audit;
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::pages::reading::Reading;
use crate::pages::saving::id_of_new;
use crate::pages::{Reader, Sent, form_status, id_in, page_with_status, see_other};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::compression::as_it_is;
use crate::web::form::Fields;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/accounts", list)
        .post("/accounts", create)
        .get("/accounts/{id}", show)
        .post("/accounts/{id}/link", link)
        .post("/accounts/{id}/roles", set_roles)
        .post("/accounts/{id}/rights", set_rights)
        .post("/accounts/{id}/training", set_training)
        .post("/accounts/{id}/phone", set_phone)
        .post("/accounts/{id}/name", set_name)
        .post("/accounts/{id}/confirm", confirm)
        .post("/accounts/{id}/groups", set_groups)
        .post("/accounts/{id}/disabled", set_disabled)
        .post("/accounts/{id}/second-factor", reset_second_factor)
}

async fn list(State(state): State<AppState>, reader: Reader, actor: Actor) -> Result<Response, Error> {
    actor.scope.require(Action::ManageAccounts)?;
    let mut tx = state.db.read(&actor.scope).await?;
    draw_list(&state, &reader, &mut tx, StatusCode::OK, views::NewAccount::default()).await
}

async fn draw_list(
    state: &AppState,
    reader: &Reader,
    tx: &mut ScopedTx,
    status: StatusCode,
    new: views::NewAccount,
) -> Result<Response, Error> {
    let lines: Vec<_> = accounts::list(tx).await?.iter().map(line).collect();
    let organisations = accounts::organisations(tx).await?;
    let organisations = organisations.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let rev = if new.rev.is_empty() { id_of_new(state, UserId::new).to_string() } else { new.rev.clone() };
    let new = views::NewAccount { rev, organisations, ..new };
    let (lang, letters) = (reader.lang, reader.own);
    let body = move || views::accounts(lang, lines, new, letters).into_any();
    Ok(page_with_status(reader, status, words::title(lang), body).await)
}

fn line(account: &Account) -> AccountLine {
    let state = match (account.disabled_at, account.has_password) {
        (Some(_), _) => AccountState::Disabled,
        (None, true) => AccountState::Open,
        (None, false) => AccountState::Waiting,
    };
    AccountLine {
        id: account.id.to_string(),
        name: account.name.clone(),
        login: account.login.clone(),
        roles: account.roles.clone(),
        state,
    }
}

async fn create(sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageAccounts)?;
    let sent = &sent;
    sent.state
        .write(sent.scope(), |mut tx| async move {
            Ok(match create_in(sent, &mut tx).await? {
                Ok(shown) => tx.done(shown),
                Err(errors) => {
                    let new = typed_account(&sent.fields, roles_of(&sent.fields), errors);
                    let shown =
                        draw_list(&sent.state, &sent.reader, &mut tx, StatusCode::UNPROCESSABLE_ENTITY, new).await?;
                    tx.undone(shown)
                }
            })
        })
        .await
}

/// The page of the new account with its code, or what is wrong with it.
async fn create_in(sent: &Sent, tx: &mut ScopedTx) -> Result<Result<Response, Vec<FieldError>>, Error> {
    let (lang, fields) = (sent.lang(), &sent.fields);
    let organisation = fields.one("organisation").parse::<OrganisationId>().ok();
    let roles = roles_of(fields);
    let mut errors = wrong_account(lang, fields, organisation, &roles);
    let known = accounts::organisations(tx).await?;
    if organisation.is_some_and(|id| !known.iter().any(|(own, _)| *own == id)) {
        errors.push(FieldError::new("organisation", words::choose_organisation(lang)));
    }
    let Some(organisation) = organisation.filter(|_| errors.is_empty()) else { return Ok(Err(errors)) };
    let id = sent.carried(UserId::new);
    if let Some(code) = code_of_made(sent, tx, id).await? {
        return draw_account(&sent.state, &sent.reader, tx, id, Some(code), Vec::new()).await.map(Ok);
    }
    let change = RoleChange::between(&[], &roles, Some(sent.actor.user)).told();
    let new = NewAccount {
        login: fields.one("login").to_owned(),
        name: fields.one("name").to_owned(),
        language: Lang::from_code(fields.one("language")).unwrap_or(lang).code().to_owned(),
        organisation,
        roles,
    };
    if accounts::create_as(&sent.state, tx, id, &new).await?.is_err() {
        return Ok(Err(vec![FieldError::new("login", words::taken(lang))]));
    }
    let code = accounts::setup_link(&sent.state, tx, id).await?;
    told(sent, tx, "account.create", id, &format!("name login language {change}")).await?;
    draw_account(&sent.state, &sent.reader, tx, id, Some(code), Vec::new()).await.map(Ok)
}

/// A new code for the account that this form has made already, for it was sent twice, and the first answer, with the
/// first code, was never seen. Nobody has used the account yet.
async fn code_of_made(sent: &Sent, tx: &mut ScopedTx, id: UserId) -> Result<Option<String>, Error> {
    let login = accounts::normal_login(sent.fields.one("login"));
    let made = accounts::find(tx, id).await?.filter(|account| account.login == login && !account.has_password);
    if made.is_none() {
        return Ok(None);
    }
    let code = accounts::setup_link(&sent.state, tx, id).await?;
    told(sent, tx, "account.link", id, "").await?;
    Ok(Some(code))
}

fn typed_account(fields: &Fields, roles: Vec<Role>, errors: Vec<FieldError>) -> views::NewAccount {
    let typed = |name| fields.one(name).to_owned();
    views::NewAccount {
        rev: typed("rev"),
        name: typed("name"),
        login: typed("login"),
        language: typed("language"),
        organisation: typed("organisation"),
        roles,
        organisations: Vec::new(),
        errors,
    }
}

fn roles_of(fields: &Fields) -> Vec<Role> {
    Role::ALL.iter().copied().filter(|role| fields.all("roles").contains(&role.code())).collect()
}

fn wrong_account(lang: Lang, fields: &Fields, organisation: Option<OrganisationId>, roles: &[Role]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if !is_name(fields.one("name")) {
        errors.push(FieldError::new("name", words::missing_name(lang)));
    }
    if !is_login(fields.one("login")) {
        errors.push(FieldError::new("login", words::bad_login(lang)));
    }
    if organisation.is_none() {
        errors.push(FieldError::new("organisation", words::choose_organisation(lang)));
    }
    if roles.is_empty() {
        errors.push(FieldError::new("roles", words::no_role(lang)));
    }
    errors
}

/// 1 … 100 characters, on one line.
pub fn is_name(text: &str) -> bool {
    (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// 3 … 100 characters without spaces.
pub fn is_login(text: &str) -> bool {
    (3..=100).contains(&text.chars().count()) && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    actor.scope.require(Action::ManageAccounts)?;
    let mut tx = state.db.read(&actor.scope).await?;
    draw_account(&state, &reader, &mut tx, id_in(&id)?, None, Vec::new()).await
}

async fn draw_account(
    state: &AppState,
    reader: &Reader,
    tx: &mut ScopedTx,
    id: UserId,
    code: Option<String>,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let shows_code = code.is_some();
    let page = draw_page(reader, account_page(state, tx, id, code, errors).await?).await;
    Ok(if shows_code { as_it_is(page) } else { page })
}

async fn draw_page(reader: &Reader, page: AccountPage) -> Response {
    let (lang, status) = (reader.lang, form_status(&page.errors));
    page_with_status(reader, status, words::title(lang), move || views::account(lang, page).into_any()).await
}

async fn account_page(
    state: &AppState,
    tx: &mut ScopedTx,
    id: UserId,
    code: Option<String>,
    errors: Vec<FieldError>,
) -> Result<AccountPage, Error> {
    let account = accounts::find(tx, id).await?.ok_or(Error::NotFound)?;
    let groups = accounts::group_choices(tx, &account).await?;
    let reader_id = tx.scope().user();
    let tester = training::find(tx, id).await;
    let trained_on = match tester {
        Ok(tester) => Some(tester.trained_on),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    let (bare, tenant) = tx.unscoped(Unscoped::Account);
    let offers = offers::of(bare, tenant, id).await?;
    let rights = rights::of(bare, tenant, id).await?;
    let second_factor = second_factor::is_on(bare, (tenant, id)).await?;
    let phone = accounts::phone_of(bare, tenant, id).await?.unwrap_or_default();
    Ok(AccountPage {
        line: line(&account),
        name: account.name.clone(),
        ticked: None,
        today: state.today(),
        offers: offers.iter().map(|offer| waiting(offer, reader_id, id)).collect(),
        rights,
        saved_phone: phone.clone(),
        phone,
        training: trained_on.map(|on| TrainingTyped::known(on, state.today())),
        groups: groups.into_iter().map(|choice| LedGroup { group: choice.group, led: choice.led }).collect(),
        errors,
        second_factor,
        link: code.map(|code| (code, format!("{}/set-up", state.config.public_url))),
    })
}

/// A role that waits, as an admin sees it: whoever offered it has said their word, and nobody confirms their own.
fn waiting(offer: &Offer, admin: UserId, account: UserId) -> views::WaitingRole {
    let can_confirm = offer.by != admin && account != admin;
    views::WaitingRole { role: offer.role, by: offer.by_name.clone(), on: offer.at.in_finland().0, can_confirm }
}

/// A second admin's yes to a role that another has offered.
async fn confirm(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageAccounts)?;
    let (sent, id): (_, UserId) = (&sent, id_in(&id)?);
    let role = Role::from_code(sent.fields.one("role")).ok_or(Error::NotFound)?;
    let answer = sent.state.write(sent.scope(), |mut tx| async move {
        let account = accounts::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
        let done = see_other(&format!("/accounts/{id}"));
        let (bare, tenant) = tx.unscoped(Unscoped::Account);
        let offers = offers::of(bare, tenant, id).await?;
        let Some(offer) = offers.iter().find(|offer| offer.role == role) else {
            // The button was pressed twice.
            let there = account.roles.contains(&role);
            return if there { Ok(tx.undone(done)) } else { Err(Error::NotFound) };
        };
        if !waiting(offer, sent.actor.user, id).can_confirm {
            let errors = vec![FieldError::new("roles", words::second_admin(sent.lang()))];
            let shown = draw_account(&sent.state, &sent.reader, &mut tx, id, None, errors).await?;
            return Ok(tx.undone(shown));
        }
        offers::settle(bare, tenant, id, role, true, sent.state.now()).await?;
        told(sent, &mut tx, "account.confirm", id, &format!("+{role}")).await?;
        tell(sent, &mut tx, id, NoticeKind::Roles).await?;
        Ok(tx.done(done))
    });
    let answer = answer.await?;
    sent.state.hub.rights_changed(sent.scope().municipality(), id);
    Ok(answer)
}

/// Tells the account's holder at the next sign-in; nobody is told of their own doings.
async fn tell(sent: &Sent, tx: &mut ScopedTx, account: UserId, kind: NoticeKind) -> Result<(), Error> {
    let by = sent.actor.user;
    if by == account {
        return Ok(());
    }
    let (tx, tenant) = tx.unscoped(Unscoped::Account);
    notices::add(&sent.state, tx, tenant, notices::New { account, kind, by, about: None }).await
}

/// The code is in this one answer and nowhere else; it is not fetched again by going back.
async fn link(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageAccounts)?;
    let (sent, id) = (&sent, id_in(&id)?);
    sent.state
        .write(sent.scope(), |mut tx| async move {
            let in_use = accounts::find(&mut tx, id).await?.is_some_and(|account| account.has_password);
            let code = accounts::setup_link(&sent.state, &mut tx, id).await?;
            told(sent, &mut tx, "account.link", id, "").await?;
            if in_use {
                tell(sent, &mut tx, id, NoticeKind::NewCode).await?;
            }
            let shown = draw_account(&sent.state, &sent.reader, &mut tx, id, Some(code), Vec::new()).await?;
            Ok(tx.done(shown))
        })
        .await
}

/// What was ticked when the form was filled; nothing where it does not tell.
fn had<T>(fields: &Fields, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let told = fields.all("had");
    (!told.is_empty()).then(|| told.into_iter().filter_map(read).collect())
}

/// What is `ticked` in a form, beside what others have changed since it was filled: what is ticked anew comes, what is
/// ticked no more goes, and the rest is as it is `now`.
fn beside<T: Copy + PartialEq>(now: &[T], ticked: &[T], had: Option<&[T]>) -> Vec<T> {
    let Some(had) = had else { return ticked.to_vec() };
    let stays = now.iter().filter(|one| ticked.contains(one) || !had.contains(one));
    let comes = ticked.iter().filter(|one| !had.contains(one) && !now.contains(one));
    stays.chain(comes).copied().collect()
}

async fn set_roles(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let change = Change::Roles(roles_of(&sent.fields));
    set(&sent, &id, change).await
}

async fn set_rights(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let chosen = |right: &Right| sent.fields.all("rights").contains(&right.code());
    let change = Change::Rights(Right::ALL.iter().copied().filter(chosen).collect());
    set(&sent, &id, change).await
}

/// When somebody who tests was trained for it. An empty field: it is not known after all.
async fn set_training(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageAccounts)?;
    let (sent, id): (_, UserId) = (&sent, id_in(&id)?);
    let answer = sent.state.write(sent.scope(), |mut tx| async move {
        let known = training::find(&mut tx, id).await?.trained_on;
        let trained_on = match training_typed(sent, known) {
            Ok(day) => day,
            Err(errors) => {
                let mut page = account_page(&sent.state, &mut tx, id, None, errors).await?;
                if let Some(training) = &mut page.training {
                    sent.fields.one("trained_on").clone_into(&mut training.typed);
                }
                return Ok(tx.undone(draw_page(&sent.reader, page).await));
            }
        };
        note_training(sent, &mut tx, id, trained_on).await?;
        Ok(tx.done(see_other(&format!("/accounts/{id}"))))
    });
    answer.await
}

/// The number under which the account's holder is called. An empty field: none is given any more.
async fn set_phone(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageAccounts)?;
    let (sent, id): (_, UserId) = (&sent, id_in(&id)?);
    let answer = sent.state.write(sent.scope(), |mut tx| async move {
        accounts::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
        let (bare, tenant) = tx.unscoped(Unscoped::Account);
        let now = accounts::phone_of(bare, tenant, id).await?.unwrap_or_default();
        let read = phone_typed(sent.lang(), sent.fields.one("phone"));
        let phone = match sent.over_field("phone", &now, read) {
            Ok(phone) => phone,
            Err(errors) => {
                let page = account_page(&sent.state, &mut tx, id, None, errors).await?;
                let page = AccountPage { phone: sent.fields.one("phone").to_owned(), ..page };
                return Ok(tx.undone(draw_page(&sent.reader, page).await));
            }
        };
        let (bare, tenant) = tx.unscoped(Unscoped::Account);
        accounts::set_phone(bare, (tenant, id), phone.as_deref()).await?;
        told(sent, &mut tx, "account.phone", id, "").await?;
        Ok(tx.done(see_other(&format!("/accounts/{id}"))))
    });
    answer.await
}

/// What the account's holder is called from now on.
async fn set_name(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::ManageAccounts)?;
    let (sent, id): (_, UserId) = (&sent, id_in(&id)?);
    let answer = sent.state.write(sent.scope(), |mut tx| async move {
        let account = accounts::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
        let typed = sent.fields.one("name");
        let wrong = || vec![FieldError::new("name", words::missing_name(sent.lang()))];
        let read = is_name(typed).then(|| typed.to_owned()).ok_or_else(wrong);
        let name = match sent.over_field("name", &account.name, read) {
            Ok(name) => name,
            Err(errors) => {
                let page = account_page(&sent.state, &mut tx, id, None, errors).await?;
                let page = AccountPage { name: typed.to_owned(), ..page };
                return Ok(tx.undone(draw_page(&sent.reader, page).await));
            }
        };
        let done = see_other(&format!("/accounts/{id}"));
        if name == account.name {
            return Ok(tx.undone(done));
        }
        accounts::rename(&mut tx, id, &name).await?;
        told(sent, &mut tx, "account.name", id, "name").await?;
        Ok(tx.done(done))
    });
    answer.await
}

/// The number that was typed; nothing for an empty field.
pub fn phone_typed(lang: Lang, typed: &str) -> Result<Option<String>, Vec<FieldError>> {
    if typed.is_empty() {
        return Ok(None);
    }
    let wrong = || vec![FieldError::new("phone", own_account::phone_wrong(lang))];
    phone_line(typed).map(Some).ok_or_else(wrong)
}

/// A number as people read it: one, so that a telephone can call it. Nothing where it is none.
pub fn phone_line(typed: &str) -> Option<String> {
    let line = normal(typed).split_whitespace().collect::<Vec<_>>().join(" ");
    (line.chars().count() <= LINE && phone(&line).is_ok()).then_some(line)
}

/// The day that was typed; nothing where the field was left empty. `known`: the day that is saved now.
pub fn training_typed(sent: &Sent, known: Option<Day>) -> Result<Option<Day>, Vec<FieldError>> {
    let (lang, today, typed) = (sent.lang(), sent.scope().today(), sent.fields.one("trained_on"));
    let mut form = Reading::new(lang);
    let day = form.day("trained_on", typed, testers::error::on(lang), today);
    if day.is_some_and(|day| day > today) {
        form.wrong::<()>("trained_on", testers::error::future(lang));
    }
    let read = if form.errors.is_empty() { Ok(day) } else { Err(form.errors) };
    sent.over_field("trained_on", &known.map(typed_day).unwrap_or_default(), read)
}

/// Writes it down, with a row in the log.
pub async fn note_training(sent: &Sent, tx: &mut ScopedTx, id: UserId, trained_on: Option<Day>) -> Result<(), Error> {
    training::set(tx, id, trained_on).await?;
    told(sent, tx, "account.training", id, "trained_on").await
}

async fn set_groups(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let wanted: Result<Vec<GroupId>, Error> = sent.fields.all("groups").into_iter().map(id_in).collect();
    // Who may not ask hears so before anything about the ids.
    sent.scope().require(Action::ManageAccounts)?;
    set(&sent, &id, Change::Groups(wanted?)).await
}

async fn set_disabled(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let change = Change::Disabled(sent.fields.one("disabled") == "yes");
    set(&sent, &id, change).await
}

/// For whoever has lost the authenticator and the recovery codes, and stands before the admin.
async fn reset_second_factor(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    set(&sent, &id, Change::SecondFactor).await
}

/// What one of the small forms of an account's page sets.
enum Change {
    Roles(Vec<Role>),
    Rights(BTreeSet<Right>),
    Groups(Vec<GroupId>),
    Disabled(bool),
    /// The account is asked for its password alone.
    SecondFactor,
}

impl Change {
    /// What the form comes to beside what others have changed since it was filled.
    async fn beside_others(&self, tx: &mut ScopedTx, account: &Account, fields: &Fields) -> Result<Self, Error> {
        Ok(match self {
            Self::Roles(ticked) => Self::Roles(beside(&account.roles, ticked, had(fields, Role::from_code).as_deref())),
            Self::Rights(ticked) => {
                let (bare, tenant) = tx.unscoped(Unscoped::Account);
                let now: Vec<Right> = rights::of(bare, tenant, account.id).await?.into_iter().collect();
                let ticked: Vec<Right> = ticked.iter().copied().collect();
                Self::Rights(beside(&now, &ticked, had(fields, Right::from_code).as_deref()).into_iter().collect())
            }
            Self::Groups(ticked) => {
                let choices = accounts::group_choices(tx, account).await?;
                let now: Vec<GroupId> =
                    choices.iter().filter(|choice| choice.led).map(|choice| choice.group.id).collect();
                Self::Groups(beside(&now, ticked, had(fields, |id| id.parse().ok()).as_deref()))
            }
            Self::Disabled(disabled) => Self::Disabled(*disabled),
            Self::SecondFactor => Self::SecondFactor,
        })
    }

    /// What stands against it; `own`: the roles of the admin whose own account it is, which must stay able to undo it,
    /// and to which nobody gives more than it has.
    fn wrong(&self, lang: Lang, own: Option<&[Role]>) -> Option<&'static str> {
        match self {
            Self::Roles(roles) if roles.is_empty() => Some(words::no_role(lang)),
            Self::Roles(roles) if own.is_some() && !roles.contains(&Role::OrganisationAdmin) => {
                Some(words::own_account(lang))
            }
            Self::Roles(roles) if own.is_some_and(|own| roles.iter().any(|role| !own.contains(role))) => {
                Some(words::own_role(lang))
            }
            Self::Rights(_) if own.is_some() => Some(words::own_role(lang)),
            Self::Disabled(true) if own.is_some() => Some(words::own_account(lang)),
            Self::SecondFactor if own.is_some() => Some(words::own_second_factor(lang)),
            Self::Roles(_) | Self::Rights(_) | Self::Groups(_) | Self::Disabled(_) | Self::SecondFactor => None,
        }
    }

    /// Verb and fields as the log says them; of roles it says which.
    fn told(&self) -> (&'static str, String) {
        let (verb, fields) = match self {
            Self::Roles(_) => ("account.roles", ""),
            Self::Rights(_) => ("account.rights", ""),
            Self::Groups(_) => ("account.groups", "groups"),
            Self::Disabled(true) => ("account.disable", "disabled_at"),
            Self::Disabled(false) => ("account.enable", "disabled_at"),
            Self::SecondFactor => ("second_factor.reset", ""),
        };
        (verb, fields.to_owned())
    }
}

/// Sets it, logs it, and leads back to the account; or shows the account with what stands against it.
async fn set(sent: &Sent, id: &str, change: Change) -> Result<Response, Error> {
    sent.scope().require(Action::ManageAccounts)?;
    let (id, change) = (id_in(id)?, &change);
    let answer = sent.state.write(sent.scope(), |mut tx| async move {
        let account = accounts::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
        let change = &change.beside_others(&mut tx, &account, &sent.fields).await?;
        if let Some(text) = change.wrong(sent.lang(), (id == sent.actor.user).then_some(account.roles.as_slice())) {
            let errors = vec![FieldError::new("roles", text)];
            let page = account_page(&sent.state, &mut tx, id, None, errors).await?;
            let ticked = if let Change::Roles(roles) = change { Some(roles.clone()) } else { None };
            return Ok(tx.undone(draw_page(&sent.reader, AccountPage { ticked, ..page }).await));
        }
        let now = sent.state.now();
        let (verb, mut fields) = change.told();
        match change {
            Change::Roles(roles) => {
                fields = accounts::set_roles(&mut tx, id, roles, now).await?.told();
                if !fields.is_empty() {
                    tell(sent, &mut tx, id, NoticeKind::Roles).await?;
                }
            }
            Change::Rights(wanted) => {
                fields = rights::set(&mut tx, id, wanted, now).await?;
                if !fields.is_empty() {
                    tell(sent, &mut tx, id, NoticeKind::Roles).await?;
                }
            }
            Change::Groups(groups) => accounts::set_groups(&mut tx, &account, groups).await?,
            Change::Disabled(disabled) => {
                let by = audit::Entry::at_the_desk(&sent.actor, now, break_glass::END, &sent.request_id);
                accounts::set_disabled(&sent.state, &mut tx, id, *disabled, &by).await?;
            }
            Change::SecondFactor => {
                let (bare, tenant) = tx.unscoped(Unscoped::Account);
                if !second_factor::remove(bare, (tenant, id)).await? {
                    return Ok(tx.undone(see_other(&format!("/accounts/{id}"))));
                }
                tell(sent, &mut tx, id, NoticeKind::SecondFactor).await?;
            }
        }
        told(sent, &mut tx, verb, id, &fields).await?;
        Ok(tx.done(see_other(&format!("/accounts/{id}"))))
    });
    let answer = answer.await?;
    sent.state.hub.rights_changed(sent.scope().municipality(), id);
    Ok(answer)
}

async fn told(sent: &Sent, tx: &mut ScopedTx, verb: &str, about: UserId, fields: &str) -> Result<(), Error> {
    let entry = audit::Entry {
        entities: format!("account:{about}"),
        fields: fields.to_owned(),
        ..audit::Entry::at_the_desk(&sent.actor, sent.state.now(), verb, &sent.request_id)
    };
    audit::append_in_scope(tx, &sent.state.secrets, &entry).await
}

/// One audit row about an account.
#[expect(clippy::too_many_arguments, reason = "each is one column of the row")]
pub async fn note(
    state: &AppState,
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    (actor, role): (Option<UserId>, Option<Role>),
    verb: &str,
    about: UserId,
    fields: &str,
    request_id: &str,
) -> Result<(), Error> {
    let (entities, fields) = (format!("account:{about}"), fields.to_owned());
    let new = audit::Entry::new(state.now(), verb, request_id);
    let entry = audit::Entry { actor, role, entities, fields, ..new };
    audit::append(tx, &state.secrets, tenant, &entry).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_changes_what_is_changed_in_it_and_leaves_what_others_have_changed_since() {
        let had = Some(&[1, 2][..]);
        assert_eq!(beside(&[1, 2], &[2, 3], had), [2, 3], "nobody else was there");
        assert_eq!(beside(&[1, 2, 4], &[1, 2], had), [1, 2, 4], "what has come since stays");
        assert_eq!(beside(&[2], &[1, 2, 3], had), [2, 3], "what has gone since is not brought back");
        assert_eq!(beside(&[1, 2, 3], &[1, 2, 3], had), [1, 2, 3], "both have ticked the same");
        assert_eq!(beside(&[1], &[2], None), [2], "a form that does not tell says all of it");
    }
}
