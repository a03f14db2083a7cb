//! `virea admin municipality` and `virea admin account`.

use clap::{Args, Subcommand};
use domain::access::Role;
use domain::devices::Help;
use domain::eligibility::Mode;
use domain::ids::{GroupId, MunicipalityCode, UserId};
use domain::text::normal;

use super::emergency::{self, ContactArgs, ReportArgs};
use super::settings::SettingsArgs;
use super::{Context, Failure, say};
use crate::access::accounts::{self, NewAccount};
use crate::access::{Scope, ScopedTx, manage};
use crate::applications::settings;
use crate::audit::{self, Entry};
use crate::db::Unscoped;
use crate::error::Error;
use crate::help;
use crate::state::AppState;

#[derive(Args)]
pub struct Admin {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Create a municipality, or give it another name (imports need it)
    #[command(after_help = "Example: virea admin municipality 091 Helsinki")]
    Municipality {
        /// Official number of three digits, for example 091
        code: String,
        #[arg(value_parser = said)]
        name: String,
    },
    /// Set whom people call for help: shown on every page and tablet (without PHONE: nobody)
    #[command(after_help = "Example: virea admin help-line --municipality 091 --name 'Tuula Aho' '040 123 4567'")]
    HelpLine(HelpArgs),
    /// Create an account, or give one another role; prints its one-time set-up code
    #[command(after_help = "Example: virea admin account --municipality 091 --role coordinator anna.aho@example.fi")]
    Account(AccountArgs),
    /// Open or close the public form, and say how the criteria of the target group are joined
    #[command(after_help = "Example: virea admin ways-in --municipality 091 --public-form open --target-group default")]
    WaysIn(WaysArgs),
    /// Set what a municipality decides for itself, and say what holds: retention, hiding in figures, consent, language
    #[command(after_help = "Example: virea admin settings --municipality 091 --retention-months 36 --report-k 8")]
    Settings(SettingsArgs),
    /// Name who is told at once whenever emergency access is opened: the data-protection contact
    #[command(after_help = "Example: virea admin data-protection --municipality 091 anna.aho@example.fi")]
    DataProtection(ContactArgs),
    /// Report a month's emergency accesses: who, when, whose data, why
    #[command(after_help = "Example: virea admin emergency-access --municipality 091 --month 2026-09")]
    EmergencyAccess(ReportArgs),
}

#[derive(Args)]
struct HelpArgs {
    /// Number of the municipality, for example 091
    #[arg(long)]
    municipality: String,
    /// Who answers
    #[arg(long, default_value = "", value_parser = said)]
    name: String,
    /// Telephone number, as people read it
    #[arg(value_parser = said)]
    phone: Option<String>,
}

#[derive(Args)]
struct WaysArgs {
    /// Number of the municipality, for example 091
    #[arg(long)]
    municipality: String,
    /// open: anybody may apply at /apply; closed (as at first): nobody
    #[arg(long, value_parser = ["open", "closed"])]
    public_form: Option<String>,
    /// default: low activity or reduced function is enough; strict: every criterion at once
    #[arg(long, value_parser = ["default", "strict"])]
    target_group: Option<String>,
}

#[derive(Args)]
struct AccountArgs {
    /// Number of the municipality, for example 091
    #[arg(long)]
    municipality: String,
    /// organisation_admin, coordinator, instructor, peer_instructor, municipal_officer or auditor
    #[arg(long)]
    role: String,
    /// The person's name (default: the sign-in name)
    #[arg(long, value_parser = said)]
    name: Option<String>,
    /// The person's language: fi, sv or en
    #[arg(long, default_value = "fi")]
    language: String,
    /// Name of the partner organisation (default: the municipality's own); made when it is missing
    #[arg(long, value_parser = said)]
    organisation: Option<String>,
    /// Reference of a group that the person leads from today on (may be given several times)
    #[arg(long, value_parser = said)]
    group: Vec<String>,
    /// The number under which the people of those groups call, for example "040 123 4567"
    #[arg(long, value_parser = number)]
    phone: Option<String>,
    /// Sign-in name, for example an e-mail address
    #[arg(value_parser = said)]
    login: String,
}

pub async fn run(context: &Context, admin: Admin) -> Result<(), Failure> {
    match admin.what {
        What::Municipality { code, name } => municipality(context, &code, &name).await,
        What::HelpLine(args) => help_line(context, &args).await,
        What::Account(args) => account(context, &args).await,
        What::WaysIn(args) => ways_in(context, &args).await,
        What::Settings(args) => super::settings::run(context, &args).await,
        What::DataProtection(args) => emergency::contact(context, &args).await,
        What::EmergencyAccess(args) => emergency::report(context, &args).await,
    }
}

/// A name or a reference as it is kept, however the terminal writes it.
#[expect(clippy::unnecessary_wraps, reason = "the command line's reader wants a result")]
fn said(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(normal(text).into_owned())
}

fn number(text: &str) -> Result<String, &'static str> {
    manage::phone_line(text).ok_or("not a telephone number")
}

/// Reads a municipality's number from the command line.
pub fn code(text: &str) -> Result<MunicipalityCode, Failure> {
    MunicipalityCode::new(text)
        .ok_or_else(|| Failure(format!("{text:?} is not a municipality's number: three digits, for example 091")))
}

async fn municipality(context: &Context, text: &str, name: &str) -> Result<(), Failure> {
    let code = code(text)?;
    let name = name.trim();
    if !manage::is_name(name) {
        return Err(Failure("the municipality's name must have 1 to 100 characters".into()));
    }
    let (state, tenant) = (&context.open().await?, &code);
    let made = state.write(Unscoped::Installation, |mut tx| async move {
        accounts::create_municipality(state, &mut tx, tenant, name).await?;
        audit::append(&mut tx, &state.secrets, tenant, &Entry::of_command(state.now(), "municipality.put")).await?;
        let has_accounts = accounts::any_account(&mut tx).await?;
        Ok(tx.done(has_accounts))
    });
    let has_accounts = made.await?;
    say!("Municipality {code} {name} is there.");
    if !has_accounts {
        say!("Nobody has an account yet: the next virea serve prints a one-time code for the first admin.");
    }
    Ok(())
}

async fn ways_in(context: &Context, args: &WaysArgs) -> Result<(), Failure> {
    let code = code(&args.municipality)?;
    if args.public_form.is_none() && args.target_group.is_none() {
        return Err(Failure("say what to change: --public-form, --target-group or both".into()));
    }
    let open = args.public_form.as_deref().map(|form| form == "open");
    let mode = args.target_group.as_deref().and_then(Mode::from_code);
    let (state, tenant) = (&context.open_in_use().await?, &code);
    let written = state.write(Unscoped::Installation, |mut tx| async move {
        let there = accounts::municipality_exists(&mut tx, tenant).await?;
        if there {
            let now = state.now();
            if let Some(open) = open {
                settings::set_public_form(&mut tx, tenant, open, now).await?;
            }
            if let Some(mode) = mode {
                settings::set_mode(&mut tx, tenant, mode, now).await?;
            }
            audit::append(&mut tx, &state.secrets, tenant, &Entry::of_command(now, "ways_in.set")).await?;
        }
        Ok(tx.done(there))
    });
    if !written.await? {
        return Err(Failure(format!("there is no municipality {code} yet")));
    }
    if let Some(form) = &args.public_form {
        say!("The public form of {code} is {form}.");
    }
    if let Some(mode) = mode {
        say!("The criteria of the target group are joined in {} mode in {code}.", mode.code());
    }
    Ok(())
}

async fn help_line(context: &Context, args: &HelpArgs) -> Result<(), Failure> {
    let code = code(&args.municipality)?;
    let help = match args.phone.as_deref().map(str::trim) {
        None => None,
        Some(phone) if domain::input::phone(phone).is_err() => {
            return Err(Failure(format!("{phone:?} is not a telephone number")));
        }
        Some(_) if !manage::is_name(args.name.trim()) => {
            return Err(Failure("say with --name who answers: 1 to 100 characters".into()));
        }
        Some(phone) => Some(Help { name: args.name.trim().to_owned(), phone: phone.to_owned() }),
    };
    let (state, tenant, set) = (&context.open_in_use().await?, &code, help.as_ref());
    let written = state.write(Unscoped::Installation, |mut tx| async move {
        let there = accounts::municipality_exists(&mut tx, tenant).await?;
        if there {
            help::set(&mut tx, tenant, set).await?;
            let verb = if set.is_some() { "help_line.set" } else { "help_line.remove" };
            audit::append(&mut tx, &state.secrets, tenant, &Entry::of_command(state.now(), verb)).await?;
        }
        Ok(tx.done(there))
    });
    if !written.await? {
        return Err(Failure(format!("there is no municipality {code} yet")));
    }
    say!(
        "The help line of {code} is {}.",
        help.map_or_else(|| "nobody".to_owned(), |help| format!("{}, {}", help.name, help.phone))
    );
    Ok(())
}

async fn account(context: &Context, args: &AccountArgs) -> Result<(), Failure> {
    let municipality = code(&args.municipality)?;
    let role = Role::from_code(&args.role).ok_or_else(|| {
        let known: Vec<_> = Role::ALL.iter().map(|role| role.code()).collect();
        Failure(format!("{:?} is not a role; known roles: {}", args.role, known.join(", ")))
    })?;
    if !manage::is_login(&args.login) {
        return Err(Failure("a sign-in name has 3 to 100 characters without spaces".into()));
    }
    if !["fi", "sv", "en"].contains(&args.language.as_str()) {
        return Err(Failure(format!("{:?} is not a language of the program: fi, sv or en", args.language)));
    }
    let state = &context.open_in_use().await?;
    let there = accounts::municipality_exists(&mut state.db.read(Unscoped::Installation).await?, &municipality).await?;
    if !there {
        return Err(Failure(format!(
            "there is no municipality {municipality} yet; create it first: virea admin municipality {municipality} NAME"
        )));
    }
    let scope = Scope::command_line(municipality, state.today());
    let hired = state.write(&scope, |mut tx| async move {
        Ok(match hire(state, &mut tx, args, role).await? {
            Ok(setup) => tx.done(Ok(setup)),
            Err(failure) => tx.undone(Err(failure)),
        })
    });
    let setup = hired.await??;
    say!("Account {} ({role}). Set it up at {}/set-up with this one-time code:", args.login, state.config.public_url);
    say!("\n    {setup}\n");
    Ok(())
}

/// The account with its role and groups; its set-up code.
async fn hire(
    state: &AppState,
    tx: &mut ScopedTx,
    args: &AccountArgs,
    role: Role,
) -> Result<Result<String, Failure>, Error> {
    let user = match account_of(state, tx, args, role).await? {
        Ok(user) => user,
        Err(failure) => return Ok(Err(failure)),
    };
    for reference in &args.group {
        let Some(group) = group(tx, reference).await? else {
            let code = tx.scope().municipality();
            return Ok(Err(Failure(format!("municipality {code} has no group {reference:?}"))));
        };
        accounts::lead(tx, group, user, None).await?;
    }
    let setup = accounts::setup_link(state, tx, user).await?;
    let request = format!("command:{}", state.now().millis());
    let (tx, tenant) = tx.unscoped(Unscoped::Audit);
    if args.phone.is_some() {
        accounts::set_phone(tx, (tenant, user), args.phone.as_deref()).await?;
        manage::note(state, tx, tenant, (None, None), "account.phone", user, "", &request).await?;
    }
    manage::note(state, tx, tenant, (None, None), "account.link", user, role.code(), &request).await?;
    Ok(Ok(setup))
}

/// The account of that name, made when it is missing; with the role.
async fn account_of(
    state: &AppState,
    tx: &mut ScopedTx,
    args: &AccountArgs,
    role: Role,
) -> Result<Result<UserId, Failure>, Error> {
    let (bare, tenant) = tx.unscoped(Unscoped::Installation);
    let own = accounts::own_organisation(bare, tenant).await?;
    let organisation = match (&args.organisation, own) {
        (Some(name), _) => accounts::organisation_named(state, tx, name).await?,
        (None, Some(own)) => own,
        (None, None) => return Ok(Err(Failure("the municipality has no organisation of its own".into()))),
    };
    let new = NewAccount {
        login: args.login.clone(),
        name: args.name.clone().unwrap_or_else(|| args.login.clone()),
        language: args.language.clone(),
        organisation,
        roles: vec![role],
    };
    if let Ok(user) = accounts::create(state, tx, &new).await? {
        return Ok(Ok(user));
    }
    let login = accounts::normal_login(&args.login);
    let Some(known) = accounts::list(tx).await?.into_iter().find(|account| account.login == login) else {
        return Ok(Err(Failure(format!("the sign-in name {} is taken in another municipality", args.login))));
    };
    let mut roles = known.roles;
    roles.push(role);
    // From the command line a role is granted at once.
    accounts::set_roles(tx, known.id, &roles, state.now()).await?;
    Ok(Ok(known.id))
}

async fn group(tx: &mut ScopedTx, reference: &str) -> Result<Option<GroupId>, Error> {
    let sql = sql!("SELECT id FROM exercise_group WHERE municipality = $1 AND reference = $2 AND deleted_at IS NULL");
    tx.maybe(sql, [reference.into()]).await?.map(|row| row.parse("id")).transpose()
}
