//! `virea admin data-protection` and `virea admin emergency-access`: who is told of emergency access, and the report.

use clap::Args;
use domain::time::{Day, Instant};

use super::admin::code;
use super::{Context, Failure, say};
use crate::access::break_glass::{self, Line};
use crate::audit::{self, Entry};
use crate::db::Unscoped;

#[derive(Args)]
pub struct ContactArgs {
    /// Number of the municipality, for example 091
    #[arg(long)]
    municipality: String,
    /// Sign-in name of the data-protection contact
    login: String,
}

#[derive(Args)]
pub struct ReportArgs {
    /// Number of the municipality, for example 091
    #[arg(long)]
    municipality: String,
    /// Which month, for example 2026-09
    #[arg(long, value_parser = month)]
    month: Month,
}

/// A month of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Month {
    first: Day,
}

fn month(text: &str) -> Result<Month, String> {
    let first = format!("{text}-01").parse().map_err(|_| "write the month as 2026-09".to_owned())?;
    Ok(Month { first })
}

impl Month {
    fn holds(self, at: Instant) -> bool {
        let day = at.day_in_finland();
        (day.year(), day.month()) == (self.first.year(), self.first.month())
    }

    /// From before it begins to after it ends, in every time zone.
    fn around(self) -> Option<(Instant, Instant)> {
        const DAY: i64 = 24 * 3_600_000;
        let begins = self.first.days_since(Day::new(1970, 1, 1)?) * DAY;
        Some((Instant::from_millis(begins - DAY), Instant::from_millis(begins + 32 * DAY)))
    }
}

/// Names who is told at once whenever emergency access is opened.
pub async fn contact(context: &Context, args: &ContactArgs) -> Result<(), Failure> {
    let code = code(&args.municipality)?;
    let (state, tenant) = (&context.open_in_use().await?, &code);
    let named = state.write(Unscoped::Installation, |mut tx| async move {
        let now = state.now();
        let there = break_glass::set_contact(&mut tx, tenant, &args.login, now).await?;
        if there {
            audit::append(&mut tx, &state.secrets, tenant, &Entry::of_command(now, "data_protection.set")).await?;
        }
        Ok(tx.done(there))
    });
    if !named.await? {
        return Err(Failure(format!("municipality {code} has no account {:?}", args.login)));
    }
    say!("{} is told at once whenever emergency access is opened in {code}.", args.login);
    Ok(())
}

/// Writes the month's emergency accesses to standard output, one line each.
pub async fn report(context: &Context, args: &ReportArgs) -> Result<(), Failure> {
    let code = code(&args.municipality)?;
    let state = context.open_in_use().await?;
    let (from, before) = args.month.around().ok_or_else(|| Failure("there is no such month".into()))?;
    let mut tx = state.db.read(Unscoped::Installation).await?;
    let lines = break_glass::between(&mut tx, &code, from, before).await?;
    say!("begun;ended;login;role;participant;reason");
    for line in lines.iter().filter(|line| args.month.holds(line.begun_at)) {
        say!("{}", told(line));
    }
    Ok(())
}

fn told(line: &Line) -> String {
    let moment = |at: Instant| {
        let (day, time) = at.in_finland();
        format!("{day} {time}")
    };
    let reason = line.reason.replace('"', "\"\"");
    format!(
        "{};{};{};{};{};\"{reason}\"",
        moment(line.begun_at),
        moment(line.ended_at),
        line.login,
        line.role,
        line.person
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_holds_what_begins_in_it_by_the_clock_of_finland() {
        let september = month("2026-09").unwrap();
        // Half past midnight on 1 September in Helsinki is still August in Greenwich.
        let first = Instant::from_millis(1_788_220_800_000 - 9_000_000);
        assert_eq!(first.in_finland().0.to_string(), "2026-09-01");
        let (from, before) = september.around().unwrap();
        assert!(september.holds(first) && from < first && first < before);
        assert!(!month("2026-08").unwrap().holds(first));
        assert!(month("2026-13").is_err() && month("September").is_err());
    }
}
