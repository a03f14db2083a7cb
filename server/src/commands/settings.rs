//! `virea admin settings`: what a municipality sets for itself.

use clap::Args;
use domain::settings::{Changes, Setting, Settings};

use super::admin::code;
use super::{Context, Failure, say};
use crate::access::Scope;
use crate::access::accounts::municipality_exists;
use crate::audit::Entry;
use crate::db::Unscoped;
use crate::settings;

#[derive(Args)]
pub struct SettingsArgs {
    /// Number of the municipality, for example 091
    #[arg(long)]
    municipality: String,
    /// Language of import, export and report where none is named: fi (as at first), sv or en
    #[arg(long, value_parser = language)]
    language: Option<String>,
    /// So many months after the last visit or test it is asked whether data are still needed: 6 to 120 (at first 24)
    #[arg(long, value_name = "N", value_parser = retention_months)]
    retention_months: Option<String>,
    /// Counts of fewer people are hidden in figures: 5 (as at first) to 20; what is published already stays
    #[arg(long, value_name = "N", value_parser = report_k)]
    report_k: Option<String>,
    /// Means and shares of fewer people are hidden in figures: 10 (as at first) to 100, at least as many as --report-k
    #[arg(long, value_name = "N", value_parser = report_basis)]
    report_basis: Option<String>,
    /// consent (as at first): no result is taken in from a file of a day without consent; public_task: with or without
    #[arg(long, value_name = "BASIS", value_parser = health_basis)]
    health_basis: Option<String>,
}

fn language(text: &str) -> Result<String, String> {
    read(Setting::Language, text)
}

fn retention_months(text: &str) -> Result<String, String> {
    read(Setting::RetentionMonths, text)
}

fn report_k(text: &str) -> Result<String, String> {
    read(Setting::ReportK, text)
}

fn report_basis(text: &str) -> Result<String, String> {
    read(Setting::ReportBasis, text)
}

fn health_basis(text: &str) -> Result<String, String> {
    read(Setting::HealthBasis, text)
}

fn read(setting: Setting, text: &str) -> Result<String, String> {
    setting.read(text).ok_or_else(|| match setting.numbers() {
        Some([least, _, most]) => format!("a whole number from {least} to {most}"),
        None => format!("one of {}", setting.choices().join(", ")),
    })
}

impl SettingsArgs {
    fn of(&self, setting: Setting) -> Option<&String> {
        match setting {
            Setting::Language => self.language.as_ref(),
            Setting::RetentionMonths => self.retention_months.as_ref(),
            Setting::ReportK => self.report_k.as_ref(),
            Setting::ReportBasis => self.report_basis.as_ref(),
            Setting::HealthBasis => self.health_basis.as_ref(),
        }
    }

    /// What was said otherwise than it is.
    fn changes(&self, saved: &Settings) -> Changes {
        let said = Setting::ALL.iter().filter_map(|setting| Some((*setting, self.of(*setting)?.clone())));
        said.filter(|(setting, value)| value != saved.get(*setting)).collect()
    }
}

/// Sets what is said, and says what holds then.
pub async fn run(context: &Context, args: &SettingsArgs) -> Result<(), Failure> {
    let code = code(&args.municipality)?;
    let state = &context.open_in_use().await?;
    if !municipality_exists(&mut state.db.read(Unscoped::Installation).await?, &code).await? {
        return Err(Failure(format!("there is no municipality {code} yet")));
    }
    let scope = Scope::command_line(code, state.today());
    let written = state.write(&scope, |mut tx| async move {
        let saved = settings::all(&mut tx).await?;
        let changes = args.changes(&saved);
        if saved.would_tell_means_of_too_few(&changes) {
            return Ok(tx.undone(None));
        }
        let after = saved.with(&changes);
        if changes.is_empty() {
            return Ok(tx.undone(Some(after)));
        }
        let entry = Entry::of_command(state.now(), settings::SET);
        settings::set(&mut tx, &state.secrets, &changes, entry).await?;
        Ok(tx.done(Some(after)))
    });
    let Some(after) = written.await? else {
        return Err(Failure("means would be told of fewer people than counts: raise --report-basis, too".into()));
    };
    for setting in Setting::ALL {
        say!("{setting} = {}", after.get(*setting));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::accounts::create_municipality;
    use crate::config;
    use domain::ids::MunicipalityCode;

    fn args(report_k: Option<&str>, report_basis: Option<&str>) -> SettingsArgs {
        SettingsArgs {
            municipality: "091".to_owned(),
            language: Some("sv".to_owned()),
            retention_months: None,
            report_k: report_k.map(str::to_owned),
            report_basis: report_basis.map(str::to_owned),
            health_basis: None,
        }
    }

    #[tokio::test]
    async fn the_command_sets_what_it_names_and_nothing_else_and_nothing_of_what_it_refuses() {
        let folder = crate::scratch("municipality-settings");
        let own = config::Settings { data: Some(folder.join("data")), ..config::Settings::default() };
        let context = Context::new(own.over(config::Settings::default()).unwrap());
        let state = context.open().await.unwrap();
        let Failure(told) = run(&context, &args(None, None)).await.unwrap_err();
        assert!(told.contains("no municipality 091"), "{told}");
        let code = MunicipalityCode::new("091").unwrap();
        let mut tx = state.db.begin(Unscoped::Installation).await.unwrap();
        create_municipality(&state, &mut tx, &code, "Koskela").await.unwrap();
        tx.commit().await.unwrap();
        let scope = Scope::command_line(code, state.today());
        let held = async || settings::all(&mut state.db.read(&scope).await.unwrap()).await.unwrap().as_one();
        let Failure(told) = run(&context, &args(Some("12"), None)).await.unwrap_err();
        assert!(told.contains("--report-basis"), "{told}");
        assert_eq!(held().await, "24 5 10 consent fi");
        run(&context, &args(Some("12"), Some("15"))).await.unwrap();
        run(&context, &args(None, None)).await.unwrap();
        assert_eq!(held().await, "24 12 15 consent sv");
        let sql = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'settings.set'";
        let mut tx = state.db.read(Unscoped::Installation).await.unwrap();
        let logged: i64 = tx.one(sql, []).await.unwrap().get("n").unwrap();
        drop(tx);
        assert_eq!(logged, 1, "the second command changed nothing");
        state.db.close().await;
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_may_not_be_set_is_refused_with_what_may() {
        assert_eq!(report_k("4"), Err("a whole number from 5 to 20".to_owned()));
        assert_eq!(retention_months("36"), Ok("36".to_owned()));
        assert_eq!(health_basis("task"), Err("one of consent, public_task".to_owned()));
    }
}
