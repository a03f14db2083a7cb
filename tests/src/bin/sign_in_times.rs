//! `cargo xtask prove`: whether the time of a refused sign-in tells if the name exists. Ends with an error when the
//! two differ at p < 0.01 (Mann–Whitney, two-sided): about one honest run in a hundred does, too.

use domain::access::Role;
use statrs::distribution::{ContinuousCDF, Normal};
use std::process::ExitCode;
use std::time::Instant;
use tests::App;
use tests::town::{Browser, Town, login};

#[tokio::main]
async fn main() -> ExitCode {
    let tries = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1500_usize);
    let town = Town::on(App::sqlite().await).await;
    let known = login(Role::Coordinator);
    set_password(&town).await;
    let (mut of_known, mut of_unknown) = (Vec::new(), Vec::new());
    // The first ones find caches cold.
    for n in 0..tries + 40 {
        let unknown = format!("nobody{n:04}@{:03}", n % 1000);
        // In turns, and in the order that is not always the same, so that a slower minute slows both.
        let turns: [(&str, &mut Vec<f64>); 2] = [(&known, &mut of_known), (&unknown, &mut of_unknown)];
        let (first, second) = turns.into();
        for (name, times) in if n % 2 == 0 { [first, second] } else { [second, first] } {
            let took = refused(&town, name).await;
            if n >= 40 {
                times.push(took);
            }
        }
    }
    let p = mann_whitney(&of_known, &of_unknown);
    let (known, unknown) = (median(&mut of_known), median(&mut of_unknown));
    println!("proof: {tries} tries each: known names {known:.3} ms, unknown {unknown:.3} ms (medians), p = {p:.4}");
    if p < 0.01 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

async fn set_password(town: &Town) {
    let state = &town.app.state;
    let hashed = server::access::password::hash(&state.hashing, &state.secrets, "kolme sanaa", [1; 16]).await;
    let mut tx = state.db.begin(server::db::Unscoped::Installation).await.expect("begin");
    let values = [login(Role::Coordinator).into(), hashed.expect("hash").into()];
    tx.run("UPDATE account SET password = $2 WHERE login = $1", values).await.expect("update");
    tx.commit().await.expect("commit");
}

/// Milliseconds until the answer. Earlier tries are forgotten by then.
async fn refused(town: &Town, name: &str) -> f64 {
    town.app.clock.advance(2 * 3_600_000);
    let begun = Instant::now();
    let answer =
        Browser::default().post(&town.app, "/sign-in", &[("login", name), ("password", "väärä salasana")]).await;
    assert_eq!(answer.status, 422);
    begun.elapsed().as_secs_f64() * 1000.0
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The two-sided p value that both samples come from one distribution, by the normal approximation. Times are so fine
/// that equal ones are rare; they would make p larger.
#[expect(clippy::cast_precision_loss, reason = "a few thousand values")]
fn mann_whitney(a: &[f64], b: &[f64]) -> f64 {
    let (n, m) = (a.len() as f64, b.len() as f64);
    let larger: usize = a.iter().map(|x| b.iter().filter(|y| x > y).count()).sum();
    let z = (larger as f64 - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
    let normal = Normal::standard();
    2.0 * (1.0 - normal.cdf(z.abs()))
}
