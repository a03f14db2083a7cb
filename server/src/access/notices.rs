//! What others did with an account: told to its holder from the next sign-in until it is read (docs/access.md, Notices).

use axum::extract::State;
use axum::response::Response;
use domain::access::NoticeKind;
use domain::ids::{MunicipalityCode, ParticipantId, UserId};
use domain::time::Instant;

use super::sessions::SignedIn;
use crate::db::{Row, Tx, Unscoped, Value};
use crate::error::Error;
use crate::pages::see_other;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;

/// One thing to know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    pub kind: NoticeKind,
    /// Who did it.
    pub by: String,
    pub at: Instant,
    pub about: Option<ParticipantId>,
}

pub fn routes(routes: Routes) -> Routes {
    routes.post("/notices/read", read)
}

/// What is to be told to whom.
pub struct New {
    pub account: UserId,
    pub kind: NoticeKind,
    pub by: UserId,
    /// Whom it is about, where that is somebody who takes part.
    pub about: Option<ParticipantId>,
}

pub async fn add(state: &AppState, tx: &mut Tx, tenant: &MunicipalityCode, new: New) -> Result<(), Error> {
    let now = state.now();
    let id = state.with_chance(|chance| domain::ids::uuid_v7(now, chance));
    let (account, kind, by) = (new.account.into(), new.kind.code().into(), new.by.into());
    let values: [Value; 7] = [tenant.into(), id.into(), account, kind, by, now.into(), new.about.into()];
    tx.run(
        sql!(
            "INSERT INTO account_notice (municipality, id, account, kind, by_account, at, about) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        values,
    )
    .await?;
    Ok(())
}

/// What this account's holder has not read yet, oldest first.
pub async fn unread(tx: &mut Tx, tenant: &MunicipalityCode, account: UserId) -> Result<Vec<Notice>, Error> {
    let rows = tx
        .all(
            sql!(
                "SELECT n.kind, n.at, n.about, a.name FROM account_notice n \
                 JOIN account a ON a.municipality = n.municipality AND a.id = n.by_account \
                 WHERE n.municipality = $1 AND n.account = $2 AND n.read_at IS NULL ORDER BY n.at, n.id"
            ),
            [tenant.into(), account.into()],
        )
        .await?;
    rows.iter().map(notice).collect()
}

fn notice(row: &Row) -> Result<Notice, Error> {
    let (by, at, about) = (row.get("name")?, row.get("at")?, row.parse_opt("about")?);
    Ok(Notice { kind: row.code("kind", NoticeKind::from_code)?, by, at, about })
}

/// Those that stood on the page, whose newest it names. Pressed twice it is no error.
async fn read(State(state): State<AppState>, who: SignedIn, fields: Fields) -> Result<Response, Error> {
    let newest = fields.one("newest").parse::<i64>().unwrap_or_default();
    let (who, now) = (&who, state.now());
    let noted = state.write(Unscoped::SignedIn, |mut tx| async move {
        tx.run(
            sql!(
                "UPDATE account_notice SET read_at = $3 WHERE municipality = $1 AND account = $2 AND at <= $4 \
                 AND read_at IS NULL"
            ),
            [(&who.municipality).into(), who.user.into(), now.into(), newest.into()],
        )
        .await?;
        Ok(tx.done(()))
    });
    noted.await?;
    Ok(see_other("/"))
}
