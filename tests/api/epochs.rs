//! A database that was set back by hand: whoever put the older data in its place, the server finds it, begins a new epoch,
//! and tablets give back what was lost. What backups hold, tablets are told of.

use std::path::PathBuf;

use crate::files::count;
use domain::access::Role;
use domain::attendance::Mark;
use domain::ids::{Chance as _, uuid_v7};
use domain::sync::canon::Hash;
use domain::sync::testing::sample::Dice;
use domain::sync::wire::{Epoch, Hole, HoleReason, Outcome, Reason, Receipt, StreamInfo};
use http::StatusCode;
use server::access::Scope;
use server::erasure::{self, Why};
use server::{backups, epochs};
use tests::history::assert_kept;
use tests::tablet::{Tablet, epoch};
use tests::town::{Places, Town};
use tests::{App, Frozen, SeededChance};

const MINUTE: i64 = 60_000;

const OPS: &str = "SELECT COUNT(*) AS n FROM op o JOIN stream s ON s.municipality = o.municipality AND s.id = o.stream \
                   WHERE s.device IS NOT NULL";
const SET_BACK: &str = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'set_back' AND result = 'alarm'";

fn receipt(info: &StreamInfo) -> Receipt {
    Receipt { contig: info.contig, seal: info.receipt.expect("the server's word") }
}

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn of(app: &App, what: &str) -> Self {
        Self(tests::scratch(&format!("epochs-{what}-{}", app.state.db.kind())))
    }

    /// Over this data folder.
    fn under(&self, app: App) -> App {
        app.with_settings(|config| config.data = self.0.clone())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// How often an older backup is put in the database's place, per database, and what says otherwise.
const POINTS: usize = 10;
const RESTORES: &str = "VIREA_RESTORES";
/// Operations that the tablet records in all.
const RECORDED: usize = 12;

/// One of `0..limit`.
fn below(chance: &mut SeededChance, limit: usize) -> usize {
    let mut byte = [0];
    chance.fill(&mut byte);
    usize::from(byte[0]) % limit
}

/// The tablet when it had recorded so many.
fn up_to(tablet: &Tablet, count: usize) -> Tablet {
    let Tablet { browser, recorded, device, user, stream } = tablet;
    let recorded = recorded[..count].to_vec();
    Tablet { browser: browser.clone(), recorded, device: *device, user: *user, stream: *stream }
}

/// How far a tablet had come when the database was backed up, when it was set back, and which of its rows it has no more
/// when it finds that.
struct Point {
    backed_up: usize,
    sent: usize,
    /// From the first to this one.
    gone: usize,
}

impl Point {
    fn by(chance: &mut SeededChance) -> Self {
        let backed_up = below(chance, RECORDED);
        let sent = backed_up + 1 + below(chance, RECORDED - backed_up);
        let gone = if below(chance, 2) == 0 { 0 } else { below(chance, RECORDED) };
        Self { backed_up, sent, gone }
    }

    /// What the server has in the end: all that was backed up, and all that the tablet still has.
    fn kept(&self) -> Vec<i64> {
        let kept = (1..=RECORDED).filter(|n| *n <= self.backed_up || *n > self.gone);
        kept.map(|n| i64::try_from(n).unwrap()).collect()
    }

    /// What nobody has any more.
    fn hole(&self) -> Option<Hole> {
        let (from, to) = (i64::try_from(self.backed_up + 1).unwrap(), i64::try_from(self.gone).unwrap());
        (from <= to).then(|| Hole::new(from, to, HoleReason::Missing))
    }
}

/// Backs up, goes on, sets back, and lets the tablet find it; whatever is left is as it must be.
async fn set_back(places: &Places, start: &Frozen, tablet: &Tablet, point: &Point) {
    let mut history = tablet.history();
    let town = places.on(start.thaw().await);
    if point.backed_up > 0 {
        history.answered(&up_to(tablet, point.backed_up).push(&town.app, 1).await);
    }
    let (_, backup) = town.freeze().await;
    let town = places.on(backup.thaw().await);
    let reply = up_to(tablet, point.sent).push(&town.app, point.backed_up + 1).await;
    history.answered(&reply);
    town.app.end().await;
    let town = places.on(backup.thaw().await);
    let found = tablet.show(&town.app, receipt(&reply.stream)).await;
    assert!(found.epoch != reply.epoch, "it was found");
    let mut request = tablet.request(&town.app, point.gone + 1).await;
    request.holes = point.hole().into_iter().collect();
    let answer = tablet.send(&town.app, &request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let rows = tx.all("SELECT n FROM op WHERE stream = $1 ORDER BY n", [tablet.stream.into()]).await.unwrap();
    let there: Vec<i64> = rows.iter().map(|row| row.get("n").unwrap()).collect();
    assert_eq!(there, point.kept());
    drop(tx);
    if point.hole().is_none() {
        assert_kept(&town.app, &town.own.municipality, &[history]).await;
    }
    town.app.end().await;
}

tests::on_both_databases! {
    async fn an_older_backup_put_back_at_any_point_gets_back_all_that_the_tablet_still_has(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        for n in 0..RECORDED {
            tablet.mark(&town.app, &town.own, None, Some([Mark::Present, Mark::Remote][n % 2]));
        }
        let kind = town.app.state.db.kind();
        let (places, start) = town.freeze().await;
        let (mut chance, points) = (SeededChance::new(13), tests::times(RESTORES, POINTS));
        let mut with_all_rows = 0;
        for _ in 0..points {
            let point = Point::by(&mut chance);
            with_all_rows += usize::from(point.hole().is_none());
            set_back(&places, &start, &tablet, &point).await;
        }
        assert!(with_all_rows > 0 && with_all_rows < points, "with and without the tablet's rows");
        println!("\nproof: {points} older backups put back on {kind}, {with_all_rows} with all rows there, 0 lost of what was there");
    }

    async fn a_database_copied_back_by_hand_is_found_by_the_tablets_and_gets_back_what_it_lost(app) {
        let town = Town::on(app).await;
        let mut tablets =
            [Tablet::of(&town, Role::Instructor).await, Tablet::of(&town, Role::PeerInstructor).await];
        for tablet in &mut tablets {
            tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
            tablet.push(&town.app, 1).await;
        }
        let (places, copy) = town.freeze().await;
        let town = places.on(copy.thaw().await);
        let mut told = Vec::new();
        for tablet in &mut tablets {
            tablet.mark(&town.app, &town.own, Some(9), Some(Mark::Remote));
            told.push(receipt(&tablet.push(&town.app, 2).await.stream));
        }
        let (before, all) = (epoch(&town.app).await, count(&town.app, OPS).await);
        let town = places.on(copy.thaw().await);
        assert_eq!((epoch(&town.app).await, count(&town.app, OPS).await), (before.clone(), all - 2), "nobody knows yet");
        let mut begun = Vec::new();
        for (tablet, told) in tablets.iter().zip(&told) {
            let reply = tablet.show(&town.app, *told).await;
            assert_eq!(reply.streams[&tablet.stream].contig, 1);
            begun.push(reply.epoch);
        }
        assert!(begun[0] != before && begun[0] == begun[1], "one new epoch, however many find it: {begun:?}");
        assert_eq!(count(&town.app, SET_BACK).await, 1);
        for tablet in &tablets {
            let mut late = tablet.request(&town.app, 2).await;
            late.epoch = before.clone();
            assert_eq!(tablet.send(&town.app, &late).await.json()["error"], "epoch_changed");
            assert_eq!(tablet.push(&town.app, 1).await.stream.contig, 2);
        }
        assert_eq!(count(&town.app, OPS).await, all);
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let page = admin.get(&town.app, "/backups").await.text();
        assert!(page.contains("Tietoja puuttui") && page.contains("Poista heidät uudelleen"), "{page}");
    }

    async fn nobody_ends_an_epoch_without_the_servers_own_word_for_more_than_there_is(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        let own = receipt(&tablet.push(&town.app, 1).await.stream);
        let other = Tablet::of(&town, Role::PeerInstructor).await;
        let pulled = tablet.pull(&town.app, None).await;
        assert_eq!(receipt(&pulled.streams[&tablet.stream]), own, "a pull gives the same word");
        let before = epoch(&town.app).await;
        for told in [own, Receipt { contig: 2, ..own }, Receipt { contig: 900, seal: Hash::default() }] {
            for by in [&tablet, &other] {
                assert_eq!(by.show(&town.app, told).await.epoch, before, "{told:?}");
            }
        }
        assert_eq!(count(&town.app, SET_BACK).await, 0);
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        assert!(!admin.get(&town.app, "/backups").await.text().contains("Tietoja puuttui"));
    }

    async fn a_database_behind_the_file_beside_it_begins_a_new_epoch_at_the_start(app) {
        let folder = Folder::of(&app, "start");
        let (places, copy) = Town::on(app).await.freeze().await;
        let start = async || places.on(folder.under(copy.thaw().await));
        let town = start().await;
        assert!(!epochs::look(&town.app.state).await.unwrap(), "there is no file yet");
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        tablet.push(&town.app, 1).await;
        assert!(!epochs::look(&town.app.state).await.unwrap(), "it has come further");
        let before = epoch(&town.app).await;
        for _ in 1..=2 {
            // The second time the copy is of an earlier epoch, however much stands in it. The clock has stood still.
            let town = start().await;
            assert_eq!(epoch(&town.app).await, before);
            assert!(epochs::lies_behind(&town.app.state).await.unwrap());
            assert_eq!(epoch(&town.app).await, before, "only told");
            assert!(epochs::look(&town.app.state).await.unwrap());
            let Epoch(begun) = epoch(&town.app).await;
            assert!(begun > before.0, "{begun}");
            assert!(!epochs::look(&town.app.state).await.unwrap() && count(&town.app, SET_BACK).await == 1, "once");
        }
    }

    async fn a_file_that_lies_ahead_and_cannot_be_written_begins_one_epoch_and_not_one_after_the_other(app) {
        let folder = Folder::of(&app, "ahead");
        let town = Town::on(folder.under(app)).await;
        let state = &town.app.state;
        // Of a clock that ran ahead and has been put right since.
        let ahead = uuid_v7(state.now().plus_millis(600 * MINUTE), &mut Dice(1));
        let file = epochs::file(&folder.0);
        std::fs::create_dir_all(file.with_extension("json.part")).unwrap();
        std::fs::write(&file, format!(r#"{{"epoch":"{ahead}","rows":1}}"#)).unwrap();
        for _ in 1..=3 {
            assert!(epochs::look(state).await.is_err(), "it cannot be noted");
            let Epoch(begun) = epoch(&town.app).await;
            assert!(begun > ahead.to_string(), "{begun}");
        }
        assert_eq!(count(&town.app, SET_BACK).await, 1);
        std::fs::write(&file, r#"{"epoch":"zzz","rows":1}"#).unwrap();
        assert!(!epochs::lies_behind(state).await.unwrap() && !epochs::is_noted(&folder.0), "that is no epoch's name");
    }

    async fn whoever_was_erased_since_the_copy_is_erased_again_when_a_tablet_finds_it(app) {
        let folder = Folder::of(&app, "erased");
        let town = Town::on(folder.under(app)).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let (places, copy) = town.freeze().await;
        let town = places.on(folder.under(copy.thaw().await));
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        let told = receipt(&tablet.push(&town.app, 1).await.stream);
        let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
        erasure::erase(&town.app.state, &scope, town.own.participant, Why::Asked, "test").await.unwrap();
        let town = places.on(folder.under(copy.thaw().await));
        assert!(!erasure::was_erased(&town.app.state, &scope, town.own.participant).await.unwrap());
        tablet.show(&town.app, told).await;
        assert!(erasure::was_erased(&town.app.state, &scope, town.own.participant).await.unwrap());
        let answered = &tablet.push(&town.app, 1).await.results[0];
        assert_eq!((answered.outcome, answered.reason), (Outcome::Rejected, Some(Reason::Erased)));
    }

    async fn what_an_older_program_beside_says_that_backups_hold_is_told_to_nobody(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        for n in 1..=2 {
            tablet.mark(&town.app, &town.own, Some(n), Some(Mark::Present));
            tablet.push(&town.app, usize::try_from(n).unwrap()).await;
        }
        let older = "UPDATE stream SET durable_n = last_n, chain_n = last_n - 1 WHERE device IS NOT NULL";
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        tx.run(older, []).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(tablet.pull(&town.app, None).await.streams[&tablet.stream].durable, 0);
        tablet.mark(&town.app, &town.own, Some(3), Some(Mark::Remote));
        let stream = tablet.push(&town.app, 3).await.stream;
        assert_eq!((stream.contig, stream.durable), (3, 0));
        assert_eq!(tablet.pull(&town.app, None).await.streams[&tablet.stream].durable, 0);
    }

    async fn a_backup_that_was_begun_by_a_clock_ahead_holds_nothing_that_is_known(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let state = &town.app.state;
        backups::remember(state, state.now().plus_millis(600 * MINUTE), None).await.unwrap();
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        tablet.push(&town.app, 1).await;
        town.app.clock.advance(10 * MINUTE);
        backups::remember(state, state.now(), None).await.unwrap();
        assert_eq!(tablet.pull(&town.app, None).await.streams[&tablet.stream].durable, 0);
    }

    async fn what_the_last_backup_but_one_holds_is_told_to_tablets_as_durable(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let state = &town.app.state;
        let durable = async |tablet: &Tablet| tablet.pull(&town.app, None).await.streams[&tablet.stream].durable;
        for n in 1..=2 {
            tablet.mark(&town.app, &town.own, Some(n), Some(Mark::Present));
            assert_eq!(tablet.push(&town.app, usize::try_from(n).unwrap()).await.stream.durable, 0);
            town.app.clock.advance(10 * MINUTE);
            assert_eq!(durable(&tablet).await, 0, "at most one backup holds it");
            if n == 1 {
                backups::remember(state, state.now(), None).await.unwrap();
            }
        }
        backups::remember(state, state.now(), None).await.unwrap();
        assert_eq!(durable(&tablet).await, 1);
        assert_eq!(tablet.push(&town.app, 1).await.stream.durable, 1, "a push says the same, and leaves it so");
        tablet.mark(&town.app, &town.own, Some(3), Some(Mark::Remote));
        assert_eq!(tablet.push(&town.app, 3).await.stream.durable, 1);
        town.app.clock.advance(MINUTE);
        backups::remember(state, state.now(), None).await.unwrap();
        assert_eq!(durable(&tablet).await, 2, "what came in while a backup was made is in the next one");
    }
}
