//! The desk's page of who leads a group.

use app::groups::staff::{LeaderLine, StaffPage, StaffTyped, StaffView};
use app::texts::{self, Lang, typed_day};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::ids::UserId;
use domain::time::Day;
use leptos::prelude::*;

use super::reading::Reading;
use super::saving::{Sent, saved_now};
use super::{Reader, Said, form_status, id_in, page_with_status, see_other, week};
use crate::access::leading::{self, Leader};
use crate::access::{Actor, ScopedTx};
use crate::audit;
use crate::error::Error;
use crate::groups::{self, GroupRow};
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/groups/{id}/staff", show).post("/groups/{id}/staff", assign).post("/groups/{id}/staff/end", end)
}

/// What the form carries of somebody who leads the group without a last day.
const NO_END: &str = "open";

pub(super) fn line(leader: Leader) -> LeaderLine {
    let Leader { account, name, from, to, phone } = leader;
    LeaderLine { account, name, from, to, phone }
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(Said { said }): Query<Said>,
) -> Result<Response, Error> {
    use texts::groups::staff as t;
    actor.scope.require(Action::UseDesk)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let row = groups::find(&mut tx, Action::ManageGroups, id_in(&id)?).await?;
    let typed = StaffTyped { from: typed_day(actor.scope.today()), ..StaffTyped::default() };
    let clashes = match said.as_str() {
        "saved" => week::clashes_of(&mut tx, reader.lang, &row.group).await?,
        _ => Vec::new(),
    };
    let view = view(&mut tx, row, typed, Vec::new()).await?;
    drop(tx);
    let done = match said.as_str() {
        "saved" => Some(t::saved(reader.lang)),
        "ended" => Some(t::ended(reader.lang)),
        _ => None,
    };
    Ok(draw(&reader, StaffView { done, clashes, ..view }).await)
}

async fn view(
    tx: &mut ScopedTx,
    row: GroupRow,
    typed: StaffTyped,
    errors: Vec<FieldError>,
) -> Result<StaffView, Error> {
    Ok(StaffView {
        leaders: leading::of_group(tx, row.reached).await?.into_iter().map(line).collect(),
        candidates: leading::candidates(tx).await?,
        group: (row.group.id, row.group.name),
        today: tx.scope().today(),
        done: None,
        clashes: Vec::new(),
        typed,
        errors,
    })
}

async fn draw(reader: &Reader, view: StaffView) -> Response {
    let lang = reader.lang;
    let status = form_status(&view.errors);
    let body = move || view! { <StaffPage lang view/> }.into_any();
    page_with_status(reader, status, texts::groups::staff::title(lang), body).await
}

async fn assign(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::UseDesk)?;
    let one = |name| sent.fields.one(name).to_owned();
    let typed = &StaffTyped { account: one("account"), from: one("from"), to: one("to"), seen: one("seen") };
    let (id, sent) = (id_in(&id)?, &sent);
    let mut tx = sent.state.db.read(sent.scope()).await?;
    let row = groups::find(&mut tx, Action::ManageGroups, id).await?;
    let candidates: Vec<_> = leading::candidates(&mut tx).await?.into_iter().map(|(id, ..)| id).collect();
    let (account, from, to) = match read(sent.lang(), typed, &candidates, sent.scope().today()) {
        Ok(read) => read,
        Err(errors) => return Ok(draw(&sent.reader, view(&mut tx, row, typed.clone(), errors).await?).await),
    };
    if let Some((typed, errors)) = there_already(sent.lang(), &mut tx, &row, typed, (account, from, to)).await? {
        return Ok(draw(&sent.reader, view(&mut tx, row, typed, errors).await?).await);
    }
    drop(tx);
    let days = to.map_or_else(|| format!("{from}.."), |to| format!("{from}..{to}"));
    let written = sent.state.write(sent.scope(), |mut tx| {
        let days = days.clone();
        async move {
            leading::assign(&mut tx, row.reached, account, from, to).await?;
            told(sent, &mut tx, "group.lead", (id, account), &days).await?;
            Ok(tx.done(()))
        }
    });
    written.await?;
    sent.state.hub.rights_changed(sent.scope().municipality(), account);
    Ok(see_other(&format!("/groups/{id}/staff?said=saved")))
}

/// The form with another last day that is saved for the same account from the same day on, which a colleague may have said
/// meanwhile: it is told once.
async fn there_already(
    lang: Lang,
    tx: &mut ScopedTx,
    row: &GroupRow,
    typed: &StaffTyped,
    (account, from, to): (UserId, Day, Option<Day>),
) -> Result<Option<(StaffTyped, Vec<FieldError>)>, Error> {
    let other = |leader: &Leader| (leader.account, leader.from) == (account, from) && leader.to != to;
    let Some(there) = leading::of_group(tx, row.reached).await?.into_iter().find(other) else { return Ok(None) };
    let seen = there.to.map_or_else(|| NO_END.to_owned(), |to| to.to_string());
    if typed.seen == seen {
        return Ok(None);
    }
    let told = saved_now(lang, "to", &line(there).when(lang, tx.scope().today()));
    Ok(Some((StaffTyped { seen, ..typed.clone() }, vec![told])))
}

/// Who, from which day on, and to which.
fn read(
    lang: Lang,
    typed: &StaffTyped,
    candidates: &[UserId],
    today: Day,
) -> Result<(UserId, Day, Option<Day>), Vec<FieldError>> {
    use texts::groups::staff as t;
    let mut form = Reading::new(lang);
    let account = typed.account.parse().ok().filter(|id| candidates.contains(id));
    let account = form.chosen("account", account, t::who_missing(lang));
    let wrong = texts::people::error::day(lang);
    let from = form.needed_day("from", &typed.from, wrong, today);
    let to = form.day("to", &typed.to, wrong, today);
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        form.wrong::<()>("to", t::order(lang));
    } else if to.is_some_and(|to| to < today) {
        form.wrong::<()>("to", t::over(lang));
    }
    match (account, from, form.errors.is_empty()) {
        (Some(account), Some(from), true) => Ok((account, from, to)),
        _ => Err(form.errors),
    }
}

/// Ending what has ended already is no error: the button was pressed twice.
async fn end(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::UseDesk)?;
    let (id, sent) = (id_in(&id)?, &sent);
    let account: UserId = id_in(sent.fields.one("account"))?;
    let from: Day = id_in(sent.fields.one("from"))?;
    let row = groups::find(&mut sent.state.db.read(sent.scope()).await?, Action::ManageGroups, id).await?;
    let written = sent.state.write(sent.scope(), |mut tx| async move {
        if leading::end(&mut tx, row.reached, account, from).await? {
            told(sent, &mut tx, "group.lead.end", (id, account), &format!("{from}..")).await?;
        }
        Ok(tx.done(()))
    });
    written.await?;
    sent.state.hub.rights_changed(sent.scope().municipality(), account);
    Ok(see_other(&format!("/groups/{id}/staff?said=ended")))
}

pub(super) async fn told(
    sent: &Sent,
    tx: &mut ScopedTx,
    verb: &str,
    (group, account): (domain::ids::GroupId, UserId),
    days: &str,
) -> Result<(), Error> {
    let entry = audit::Entry {
        entities: format!("group:{group} account:{account}"),
        fields: days.to_owned(),
        ..audit::Entry::at_the_desk(&sent.actor, sent.state.now(), verb, &sent.request_id)
    };
    audit::append_in_scope(tx, &sent.state.secrets, &entry).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_substitute_has_days_and_an_instructor_a_first_one() {
        let own = UserId(uuid::Uuid::from_u128(7));
        let today: Day = "2026-09-08".parse().expect("a day");
        let read = |account: &str, from: &str, to: &str| {
            let typed = StaffTyped { account: account.into(), from: from.into(), to: to.into(), seen: String::new() };
            read(Lang::Fi, &typed, &[own], today)
                .map_err(|errors| errors.into_iter().map(|error| error.field).collect::<Vec<_>>())
        };
        let known = own.to_string();
        assert_eq!(read(&known, "8.9.2026", ""), Ok((own, today, None)));
        assert_eq!(read(&known, "9.9.2026", "10.9.2026"), Ok((own, today.plus_days(1), Some(today.plus_days(2)))));
        assert_eq!(read("", "", ""), Err(vec!["account", "from"]));
        assert_eq!(read(&known, "9.9.2026", "8.9.2026"), Err(vec!["to"]));
        assert_eq!(read(&known, "1.9.2026", "7.9.2026"), Err(vec!["to"]), "days that are over");
    }
}
