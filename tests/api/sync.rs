//! Push, pull, pokes over HTTP: exactly once, in commit order, and only what one may see.

use crate::files::count;
use crate::screenings::stopped;
use domain::access::Role;
use domain::attendance::Mark;
use domain::ids::SessionId;
use domain::notes::{self, About, Note};
use domain::sessions::{self, Session};
use domain::sync::entity::{Body, Bucket};
use domain::sync::op::{SCHEMA, Verb};
use domain::sync::server::write::Seen;
use domain::sync::testing::history::{self, Met};
use domain::sync::wire::{Envelope, Epoch, MAX_PUSH_OPS, Outcome, PULL_PATH, Poke, PushReply, Reason};
use http::StatusCode;
use server::db::Unscoped;
use std::collections::BTreeMap;
use std::time::Duration;
use tests::history::assert_kept;
use tests::tablet::Tablet;
use tests::town::{Place, Town, today};

fn outcomes(reply: &PushReply) -> Vec<Outcome> {
    reply.results.iter().map(|result| result.outcome).collect()
}

fn mark_in(reply: &domain::sync::wire::PullReply, place: &Place) -> Option<Option<Mark>> {
    let page = reply.buckets.get(&Bucket::Roll(place.group))?;
    page.items.iter().find_map(|entity| match &entity.body {
        Some(Body::Attendance(mark)) => Some(mark.mark),
        _ => None,
    })
}

tests::on_both_databases! {
    async fn a_push_is_stored_once_however_often_it_comes(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        let before = count(&town.app, "SELECT COUNT(*) AS n FROM op").await;
        let first = tablet.push(&town.app, 1).await;
        let again = tablet.push(&town.app, 1).await;
        assert_eq!(outcomes(&first), [Outcome::Applied]);
        assert_eq!(first.results, again.results);
        assert_eq!((again.stream.contig, again.stream.durable), (1, 0), "no backup holds it yet");
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM op").await, before + 1);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM attendance").await, 1);
    }

    async fn a_push_notes_by_which_tablet_and_session_it_came(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        let used = async || {
            count(&town.app, "SELECT COUNT(*) AS n FROM device d JOIN staff_session s ON s.municipality = d.municipality \
                              AND s.device = d.id AND s.seen_at = d.seen_at AND s.seen_at > s.created_at").await
        };
        town.app.clock.advance(2 * 60_000);
        assert_eq!(used().await, 0);
        tablet.push(&town.app, 1).await;
        assert_eq!(used().await, 1);
    }

    async fn a_second_tablet_pulls_what_the_first_one_pushed(app) {
        let town = Town::on(app).await;
        let (mut first, second) = (Tablet::of(&town, Role::Instructor).await, Tablet::of(&town, Role::PeerInstructor).await);
        let known = second.pull(&town.app, None).await;
        first.mark(&town.app, &town.own, None, Some(Mark::Remote));
        first.push(&town.app, 1).await;
        let news = second.pull(&town.app, Some(&known)).await;
        assert_eq!(mark_in(&news, &town.own), Some(Some(Mark::Remote)));
        let page = &news.buckets[&Bucket::Roll(town.own.group)];
        assert_eq!((page.items.len(), page.to, page.more), (1, page.head, false), "only what is new");
    }

    async fn the_upload_needs_only_the_tablet_and_the_download_needs_the_person(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        let full = tablet.browser.cookies.clone();
        let (session, device) = full.split_once("; ").unwrap();
        tablet.browser.cookies = session.to_owned();
        let request = tablet.request(&town.app, 1).await;
        assert_eq!(tablet.send(&town.app, &request).await.status, StatusCode::UNAUTHORIZED);
        tablet.browser.cookies = device.to_owned();
        assert_eq!(outcomes(&tablet.push(&town.app, 1).await), [Outcome::Applied]);
        assert_eq!(tablet.fetch(&town.app, None).await.status, StatusCode::UNAUTHORIZED);
    }

    async fn an_expired_session_never_blocks_the_upload(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        town.app.clock.advance(60 * 24 * 3_600_000);
        assert_eq!(tablet.fetch(&town.app, None).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(outcomes(&tablet.push(&town.app, 1).await), [Outcome::Applied]);
    }

    async fn a_bad_operation_gets_its_outcome_and_does_not_hold_up_the_next(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        tablet.mark(&town.app, &town.own, Some(1), Some(Mark::Remote));
        tablet.mark(&town.app, &town.own, Some(2), None);
        tablet.recorded[0] = "{\"not\":\"an operation\\u0000\"}".to_owned();
        tablet.recorded[1] = tablet.recorded[1].replace("\"remote\"", "\"sleeping\"");
        let reply = tablet.push(&town.app, 1).await;
        let reasons: Vec<_> = reply.results.iter().map(|r| (r.outcome, r.reason)).collect();
        assert_eq!(reasons[0], (Outcome::Held, Some(Reason::Unreadable)));
        assert_eq!(reasons[1], (Outcome::Rejected, Some(Reason::Invalid)));
        assert!(matches!(reasons[2].0, Outcome::Applied | Outcome::Noop), "{reasons:?}");
        assert_eq!(reply.stream.contig, 3);
    }

    async fn a_nul_and_a_text_beyond_measure_get_the_same_outcome_on_both_databases(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        (0..5).for_each(|_| {
            tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        });
        let newer = |text: &str| text.replace("\"schema\":1", "\"schema\":7");
        tablet.recorded[0] = newer(&tablet.recorded[0]).replace("attendance.set", "attendance.\\u0000");
        tablet.recorded[1] = newer(&tablet.recorded[1]).replace("\"present\"", "\"\\u0000\"");
        tablet.recorded[2] = "{\"raw\":\"\0\"}".to_owned();
        tablet.recorded[3] = newer(&tablet.recorded[3]).replace("\"present\"", &format!("\"{}\"", "x".repeat(70_000)));
        let reply = tablet.push(&town.app, 1).await;
        let reasons: Vec<_> = reply.results.iter().map(|r| (r.outcome, r.reason)).collect();
        let invalid = (Outcome::Rejected, Some(Reason::Invalid));
        assert_eq!(reasons[..4], [invalid, invalid, (Outcome::Held, Some(Reason::Unreadable)), invalid]);
        assert_eq!((reasons[4].0, reply.stream.contig), (Outcome::Applied, 5), "the next one goes on");
        assert_eq!(tablet.push(&town.app, 1).await.results, reply.results, "and sent again they are what they were");
    }

    async fn what_no_tablet_sends_is_refused_and_the_next_good_push_is_taken(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        let good = serde_json::to_value(tablet.request(&town.app, 1).await).unwrap();
        let refused = async |pointer: &str, value: serde_json::Value| {
            let mut bad = good.clone();
            *bad.pointer_mut(pointer).unwrap() = value;
            tablet.browser.call(&town.app, domain::sync::wire::PUSH_PATH, &bad).await.status
        };
        for first_n in [i64::MIN, 0, i64::MAX] {
            assert_eq!(refused("/envelopes/0/first_n", first_n.into()).await, StatusCode::BAD_REQUEST, "{first_n}");
        }
        assert_eq!(refused("/created_n", i64::MAX.into()).await, StatusCode::BAD_REQUEST);
        assert_eq!(refused("/envelopes/0/count", u32::MAX.into()).await, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(refused("/envelopes/0/chain_after", "0".repeat(64).into()).await, StatusCode::BAD_REQUEST);
        assert_eq!(refused("/holes", serde_json::json!([{"from": 1, "to": 1, "why": "?"}])).await, StatusCode::BAD_REQUEST);
        assert_eq!(outcomes(&tablet.push(&town.app, 1).await), [Outcome::Applied]);
    }

    async fn a_pull_tells_how_much_of_the_written_stream_is_there_and_nothing_of_anothers(app) {
        let town = Town::on(app).await;
        let mut own = Tablet::of(&town, Role::Instructor).await;
        let fresh = own.pull(&town.app, None).await;
        assert_eq!(fresh.streams[&own.stream].contig, 0, "the server does not know it");
        own.mark(&town.app, &town.own, None, Some(Mark::Present));
        own.push(&town.app, 1).await;
        assert_eq!(own.pull(&town.app, None).await.streams[&own.stream].contig, 1);
        let curious = Tablet { stream: own.stream, ..Tablet::of(&town, Role::PeerInstructor).await };
        assert!(!curious.pull(&town.app, None).await.streams.contains_key(&own.stream));
    }

    async fn gaps_forks_and_old_epochs_are_conflicts_without_an_outcome(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        for mark in [Mark::Present, Mark::Remote] {
            tablet.mark(&town.app, &town.own, None, Some(mark));
        }
        let gap = tablet.send(&town.app, &tablet.request(&town.app, 2).await).await;
        assert_eq!((gap.status, gap.json()), (StatusCode::CONFLICT, serde_json::json!({"error": "gap", "expected": 1})));
        let mut old = tablet.request(&town.app, 1).await;
        old.epoch = Epoch("another life".into());
        let changed = tablet.send(&town.app, &old).await;
        assert_eq!(changed.json()["error"], "epoch_changed");
        tablet.push(&town.app, 1).await;
        let mut copy = Tablet { stream: tablet.stream, recorded: Vec::new(), ..Tablet::of(&town, Role::Instructor).await };
        copy.mark(&town.app, &town.own, None, None);
        let fork = copy.send(&town.app, &copy.request(&town.app, 1).await).await;
        assert_eq!(fork.json()["error"], "stream_fork");
    }

    async fn a_clock_ten_years_off_is_clamped(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        let wall = town.app.state.now().millis();
        tablet.recorded[0] = tablet.recorded[0].replace(&(wall + 1).to_string(), &(wall + 315_360_000_000).to_string());
        assert_eq!(outcomes(&tablet.push(&town.app, 1).await), [Outcome::Applied]);
        let reply = tablet.pull(&town.app, None).await;
        let at = reply.buckets[&Bucket::Roll(town.own.group)].items.iter()
            .find(|e| matches!(e.body, Some(Body::Attendance(_)))).map(|e| e.at.wall);
        assert!(at.is_some_and(|at| at <= wall + 300_000), "{at:?}");
    }

    async fn marks_that_contradict_each_other_come_with_the_names_of_both_authors(app) {
        let town = Town::on(app).await;
        let (mut one, mut other) = (Tablet::of(&town, Role::Instructor).await, Tablet::of(&town, Role::PeerInstructor).await);
        one.mark(&town.app, &town.own, None, Some(Mark::Present));
        one.push(&town.app, 1).await;
        assert_eq!(other.pull(&town.app, None).await.authors.len(), 0, "no name without a contradiction");
        other.mark(&town.app, &town.own, None, Some(Mark::AbsentUnknown));
        other.push(&town.app, 1).await;
        for reader in [&one, &other] {
            let authors = reader.pull(&town.app, None).await.authors;
            let names = [(one.stream, "Nimi instructor@091"), (other.stream, "Nimi peer_instructor@091")];
            assert_eq!(authors, names.map(|(stream, name)| (stream, name.to_owned())).into());
        }
        let elsewhere = Tablet::of(&town, Role::Instructor).await;
        assert!(elsewhere.fetch(&town.app, None).await.text().contains("Nimi peer_instructor@091"), "of the same group");
    }

    async fn that_a_session_was_ended_and_who_was_called_is_told_to_the_other_tablet(app) {
        let town = Town::on(app).await;
        let (mut one, other) = (Tablet::of(&town, Role::PeerInstructor).await, Tablet::of(&town, Role::Instructor).await);
        let Place { session, group, participant, .. } = town.own.clone();
        for about in [About::Ended, About::Called(participant)] {
            one.record(&town.app, None, notes::Verb::Set { session, group, about, holds: true }.into());
        }
        assert_eq!(outcomes(&one.push(&town.app, 1).await), [Outcome::Applied; 2]);
        let told = |reply: &domain::sync::wire::PullReply| {
            let items = reply.buckets[&Bucket::Roll(group)].items.clone().into_iter();
            let notes = items.filter_map(|item| item.content::<Note>().map(|note| (note.about, note.holds)));
            notes.collect::<std::collections::BTreeSet<_>>()
        };
        let known = other.pull(&town.app, None).await;
        assert_eq!(told(&known), [(About::Ended, true), (About::Called(participant), true)].into());
        one.record(&town.app, Some(1), notes::Verb::Set { session, group, about: About::Ended, holds: false }.into());
        assert_eq!(outcomes(&one.push(&town.app, 3).await), [Outcome::Applied]);
        assert_eq!(told(&other.pull(&town.app, Some(&known)).await), [(About::Ended, false)].into());
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM review").await, 0);
    }

    async fn a_tablet_of_an_older_program_gets_what_it_can_read_and_the_newer_one_the_rest(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let Place { session, group, participant, .. } = town.own.clone();
        tablet.record(&town.app, None, notes::Verb::Set { session, group, about: About::Ended, holds: true }.into());
        let staff = vec![tablet.user];
        let incident = domain::incidents::Incident { present: vec![participant], staff, ..stopped(&town.own) };
        tablet.record(&town.app, None, domain::incidents::Verb::Record { incident }.into());
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        assert_eq!(outcomes(&tablet.push(&town.app, 1).await), [Outcome::Applied; 3]);
        let asked = |schema: u16| serde_json::json!({"schema": schema, "cursors": {}, "limit": 2000});
        let older = tablet.browser.call(&town.app, PULL_PATH, &asked(1)).await.json();
        let text = older.to_string();
        assert!(text.contains("\"attendance\"") && text.contains("\"incident\""), "{text}");
        for newer in ["\"note\"", "\"present\":[", "\"staff\""] {
            assert!(!text.contains(newer), "{newer}: {text}");
        }
        let roll = format!("grp:{group}");
        assert_eq!(older["buckets"][&roll]["digest"], serde_json::Value::Null, "what was left out is no damage");
        let newer = tablet.browser.call(&town.app, PULL_PATH, &asked(SCHEMA)).await.json();
        let text = newer.to_string();
        assert!(["\"note\"", "\"present\":[", "\"staff\""].iter().all(|word| text.contains(word)), "{text}");
        assert!(newer["buckets"][&roll]["digest"].is_string());
    }

    async fn two_tablets_that_contradict_each_other_leave_a_review_and_no_entry_disappears(app) {
        let town = Town::on(app).await;
        let (mut a, mut b) = (Tablet::of(&town, Role::Instructor).await, Tablet::of(&town, Role::PeerInstructor).await);
        a.mark(&town.app, &town.own, None, Some(Mark::Present));
        b.mark(&town.app, &town.own, None, Some(Mark::AbsentInformed));
        assert_eq!(outcomes(&a.push(&town.app, 1).await), [Outcome::Applied]);
        assert_eq!(outcomes(&b.push(&town.app, 1).await), [Outcome::Conflict]);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM review WHERE kind = 'attendance'").await, 1);
    }

    /// docs/sync.md, Cursor: a reader between two overlapping writers must not pass over the one that commits last.
    async fn a_cursor_never_passes_a_change_that_commits_later(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        let request = tablet.request(&town.app, 1).await;
        let reader = Tablet::of(&town, Role::PeerInstructor).await;
        let known = reader.pull(&town.app, None).await;
        let state = town.app.state.clone();
        let scope = server::access::Scope::command_line(town.own.municipality.clone(), state.today());
        let mut slow = state.db.begin(&scope).await.unwrap();
        let verb = domain::sync::op::Verb::Session(domain::sessions::Verb::Status {
            id: town.own.session, group: town.own.group, status: Some(domain::sessions::SessionStatus::Held),
        });
        let done = server::write::write(&state, &mut slow, "test", vec![(verb, Seen::Newest)]).await.unwrap();
        assert_eq!(done.refused(), None);
        let (pushed, between) = tokio::join!(tablet.send(&town.app, &request), async {
            let between = reader.pull(&town.app, Some(&known)).await;
            slow.commit().await.unwrap();
            between
        });
        assert_eq!(pushed.status, StatusCode::OK);
        let last = reader.pull(&town.app, Some(&between)).await;
        let bucket = Bucket::Roll(town.own.group);
        let seen: Vec<_> = [&between, &last].iter().flat_map(|r| r.buckets[&bucket].items.iter().map(|e| e.key.etype.code())).collect();
        assert!(seen.contains(&"session") && seen.contains(&"attendance"), "{seen:?}");
        let (before, after) = (known.buckets[&bucket].head, last.buckets[&bucket].head);
        assert_eq!(after, before + 2, "numbers without a gap");
    }

    async fn many_writers_at_once_lose_and_double_nothing(app) {
        let town = Town::on(app).await;
        let before = count(&town.app, "SELECT COUNT(*) AS n FROM op").await;
        let mut tablets = Vec::new();
        for _ in 0..6 {
            let mut tablet = Tablet::of(&town, Role::Instructor).await;
            for mark in [Some(Mark::Present), None, Some(Mark::Remote)] {
                tablet.mark(&town.app, &town.own, None, mark);
            }
            tablets.push(tablet);
        }
        let app = &town.app;
        let replies = futures::future::join_all(tablets.iter().map(|tablet| tablet.push(app, 1))).await;
        assert!(replies.iter().all(|reply| reply.results.len() == 3 && reply.stream.contig == 3));
        let mut histories: Vec<_> = tablets.iter().map(Tablet::history).collect();
        for ((history, tablet), reply) in histories.iter_mut().zip(&tablets).zip(&replies) {
            history.answered(reply);
            history.pulled(&tablet.pull(app, None).await);
        }
        assert_kept(app, &town.own.municipality, &histories).await;
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM op").await, before + 18);
        let head = "SELECT MAX(head) AS n FROM bucket WHERE id LIKE 'grp:%'";
        let (head, last) = (count(&town.app, head).await, count(&town.app, "SELECT MAX(seq) AS n FROM change WHERE bucket LIKE 'grp:%'").await);
        assert_eq!(head, last, "the head is the newest change");
        assert_eq!(verify(&town).await, before_audit(&town).await);
    }

    async fn tablets_that_push_and_pull_at_once_see_everything_in_order_and_nothing_twice(app) {
        let town = Town::on(app).await;
        let mut tablets = Vec::new();
        for role in [Role::Instructor, Role::PeerInstructor, Role::Instructor, Role::PeerInstructor] {
            tablets.push(Tablet::of(&town, role).await);
        }
        let working = tablets.iter_mut().map(|tablet| work_and_look(&town, tablet, 6));
        let mut histories = futures::future::join_all(working).await;
        for (history, tablet) in histories.iter_mut().zip(&tablets) {
            history.pulled(&tablet.pull(&town.app, None).await);
        }
        let answers = histories.iter().flat_map(|history| &history.met).filter(|met| matches!(met, Met::Answered { .. }));
        assert_eq!(answers.count(), 4 * 6, "each was answered once");
        assert_kept(&town.app, &town.own.municipality, &histories).await;
    }

    async fn a_peer_instructor_gets_names_and_marks_and_nothing_of_health(app) {
        let town = Town::on(app).await;
        let peer = Tablet::of(&town, Role::PeerInstructor).await;
        let instructor = Tablet::of(&town, Role::Instructor).await;
        let (roll, health) = (Bucket::Roll(town.own.group), Bucket::Health(town.own.group));
        let seen = peer.fetch(&town.app, None).await.text();
        assert!(seen.contains(town.own.canary) && !seen.contains("1946-03-08"), "a name, no birth date");
        assert!(!peer.pull(&town.app, None).await.granted.contains(&health));
        let full = instructor.pull(&town.app, None).await;
        assert!(full.granted.contains(&roll) && full.granted.contains(&health));
        assert!(instructor.fetch(&town.app, None).await.text().contains("1946-03-08"));
        for canary in [town.other.canary, town.partner.canary, town.foreign.canary] {
            assert!(!instructor.fetch(&town.app, None).await.text().contains(canary), "{canary}");
        }
    }

    async fn a_lost_group_is_gone_from_the_pull_and_late_work_is_held(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let known = tablet.pull(&town.app, None).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let user = town.user(Role::Instructor).await;
        assert_eq!(admin.post(&town.app, &format!("/accounts/{user}/groups"), &[]).await.status, StatusCode::SEE_OTHER);
        let reply = tablet.push(&town.app, 1).await;
        assert_eq!((reply.results[0].outcome, reply.results[0].reason), (Outcome::Held, Some(Reason::Rights)));
        let after = tablet.pull(&town.app, Some(&known)).await;
        assert_eq!(after.buckets[&Bucket::Roll(town.own.group)].mode, domain::sync::wire::PullMode::Gone);
        assert!(!after.granted.contains(&Bucket::Roll(town.own.group)));
    }

    async fn pokes_come_for_granted_buckets_only_and_carry_no_data(app) {
        let town = Town::on(app).await;
        let listener = Tablet::of(&town, Role::PeerInstructor).await;
        let mut live = listener.live(&town.app).await;
        let mut writer = Tablet::of(&town, Role::Instructor).await;
        for place in [&town.other, &town.partner, &town.foreign] {
            let poke = server::hub::Poke { municipality: place.municipality.clone(), bucket: Bucket::Roll(place.group), head: 99 };
            town.app.state.hub.poke(poke);
        }
        town.app.state.hub.poke(server::hub::Poke {
            municipality: town.foreign.municipality.clone(), bucket: Bucket::Roll(town.own.group), head: 99,
        });
        writer.mark(&town.app, &town.own, None, Some(Mark::Present));
        writer.push(&town.app, 1).await;
        let reply = listener.pull(&town.app, None).await;
        let head = reply.buckets[&Bucket::Roll(town.own.group)].head;
        let last = format!("event: poke\ndata: {{\"bucket\":\"grp:{}\",\"head\":{head}}}\n\n", town.own.group);
        loop {
            let text = live.text().await.unwrap();
            // What only keeps the line alive.
            if text.starts_with(':') {
                continue;
            }
            let poke: Poke = serde_json::from_str(text.strip_prefix("event: poke\ndata: ").unwrap()).unwrap();
            assert!(reply.granted.contains(&poke.bucket) && poke.head < 99, "{text}");
            if text == last {
                break;
            }
        }
    }

    async fn a_live_connection_begins_with_how_far_each_granted_bucket_has_come(app) {
        let town = Town::on(app).await;
        let tablet = Tablet::of(&town, Role::Instructor).await;
        let reply = tablet.pull(&town.app, None).await;
        let heads = reply.buckets.iter().map(|(bucket, page)| (*bucket, page.head)).filter(|(_, head)| *head > 0);
        let wanted: BTreeMap<_, _> = heads.collect();
        let mut live = tablet.live(&town.app).await;
        let mut told = BTreeMap::new();
        while told.len() < wanted.len() {
            let poke = tokio::time::timeout(Duration::from_secs(10), live.next()).await.expect("told").unwrap();
            told.insert(poke.bucket, poke.head);
        }
        assert_eq!(told, wanted);
        assert!(told.contains_key(&Bucket::Roll(town.own.group)), "{told:?}");
    }

    async fn a_live_connection_ends_when_the_server_stops(app) {
        let town = Town::on(app).await;
        let mut live = Tablet::of(&town, Role::Instructor).await.live(&town.app).await;
        live.beyond(Bucket::Roll(town.own.group), 0).await;
        town.app.state.draining.send_replace(true);
        assert!(live.ends().await, "the server would wait for it until it cuts it off");
    }

    async fn a_live_connection_ends_when_its_session_has_run_out(app) {
        let town = Town::on(app).await;
        let tablet = Tablet::of(&town, Role::Instructor).await;
        let mut live = tablet.live(&town.app).await;
        live.beyond(Bucket::Roll(town.own.group), 0).await;
        town.app.clock.advance(12 * 3_600_000);
        town.app.state.hub.rights_changed(&town.own.municipality, tablet.user);
        assert!(live.ends().await, "a tablet lies idle for twelve hours at most");
    }

    async fn a_group_that_somebody_gets_to_lead_is_told_of_at_once(app) {
        let town = Town::on(app).await;
        let mut live = Tablet::of(&town, Role::Instructor).await.live(&town.app).await;
        live.beyond(Bucket::Roll(town.own.group), 0).await;
        let user = town.user(Role::Instructor).await;
        let (state, home) = (&town.app.state, &town.own.municipality);
        let scope = server::access::Scope::command_line(home.clone(), state.today());
        let mut tx = state.db.begin(&scope).await.unwrap();
        server::access::accounts::lead(&mut tx, town.other.group, user, None).await.unwrap();
        tx.commit().await.unwrap();
        state.hub.rights_changed(home, user);
        let told = live.is_told(Bucket::Roll(town.other.group), 0).await;
        assert!(told, "the tablet would fetch it a minute later");
    }

    async fn a_group_that_somebody_leads_no_more_is_told_of_at_once_and_let_go(app) {
        let town = Town::on(app).await;
        let tablet = Tablet::of(&town, Role::Instructor).await;
        let (known, mut live) = (tablet.pull(&town.app, None).await, tablet.live(&town.app).await);
        let roll = Bucket::Roll(town.own.group);
        let head = live.beyond(roll, 0).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let path = format!("/accounts/{}/groups", tablet.user);
        assert_eq!(admin.post(&town.app, &path, &[]).await.status, StatusCode::SEE_OTHER);
        assert!(live.is_told(roll, head).await, "the tablet would show its people for a minute longer");
        let reply = tablet.pull(&town.app, Some(&known)).await;
        assert_eq!(reply.buckets[&roll].mode, domain::sync::wire::PullMode::Gone);
    }

    async fn the_marks_of_one_push_begin_the_rolls_of_many_sessions_each_at_its_first_mark(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let days = [1, 8, 15, 22].map(|days| today().plus_days(-days));
        for day in days {
            let session = Session::planned(town.own.group, day, None);
            tablet.record(&town.app, None, Verb::Session(sessions::Verb::Plan { session }));
        }
        // In the last one nobody is marked.
        let marked: Vec<_> = days[..3].iter().map(|day| Session::planned_id(town.own.group, *day)).collect();
        for (mark, base_rev) in [(Mark::Present, None), (Mark::Remote, Some(1))] {
            let first = tablet.recorded.len() + 1;
            for session in &marked {
                let place = Place { session: *session, ..town.own.clone() };
                tablet.mark(&town.app, &place, base_rev, Some(mark));
            }
            let first = if base_rev.is_none() { 1 } else { first };
            let reply = tablet.push(&town.app, first).await;
            assert!(outcomes(&reply).iter().all(|outcome| *outcome == Outcome::Applied), "{:?}", reply.results);
            let sql = "SELECT id, rolled_at FROM group_session WHERE municipality = $1 AND exercise_group = $2 AND rolled_at IS NOT NULL";
            let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
            let rows = tx.all(sql, [(&town.own.municipality).into(), town.own.group.into()]).await.unwrap();
            let begun: BTreeMap<SessionId, i64> =
                rows.iter().map(|row| (row.parse("id").unwrap(), row.get("rolled_at").unwrap())).collect();
            // Behind the four plans; a later mark changes nothing of when it began.
            let now = town.app.state.now().millis();
            assert_eq!(begun, marked.iter().copied().zip(now + 5..).collect());
        }
    }

    async fn outcomes_are_told_again_to_the_tablet_that_pushed_and_to_no_other(app) {
        let town = Town::on(app).await;
        let (mut own, other) = (Tablet::of(&town, Role::Instructor).await, Tablet::of(&town, Role::Instructor).await);
        let op = own.mark(&town.app, &town.own, None, Some(Mark::Present));
        let sent = own.push(&town.app, 1).await;
        let ask = serde_json::json!({ "op_ids": [op] });
        let told = own.browser.call(&town.app, "/api/sync/v1/outcomes", &ask).await.json();
        assert_eq!(told["results"], serde_json::to_value(&sent.results).unwrap());
        let foreign = other.browser.call(&town.app, "/api/sync/v1/outcomes", &ask).await.json();
        assert_eq!(foreign["results"], serde_json::json!([]));
    }
}

/// Marks, pushes and pulls what is new, so often; what the tablet met.
async fn work_and_look(town: &Town, tablet: &mut Tablet, rounds: usize) -> history::Tablet {
    let (mut met, mut known) = (Vec::new(), tablet.pull(&town.app, None).await);
    for round in 0..rounds {
        let mark = [Some(Mark::Present), None, Some(Mark::Remote)][round % 3];
        tablet.mark(&town.app, &town.own, None, mark);
        let mut history = history::Tablet::new(tablet.stream);
        history.pulled(&known);
        history.answered(&tablet.push(&town.app, round + 1).await);
        known = tablet.pull(&town.app, Some(&known)).await;
        met.extend(history.met);
    }
    let mut history = history::Tablet { met, ..tablet.history() };
    history.pulled(&known);
    history
}

async fn verify(town: &Town) -> i64 {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    server::audit::verify(&mut tx, &town.app.state.secrets, &town.own.municipality).await.unwrap()
}

async fn before_audit(town: &Town) -> i64 {
    count(&town.app, "SELECT COUNT(*) AS n FROM audit WHERE municipality = '091'").await
}

#[tokio::test]
async fn a_push_may_be_gzip_and_too_much_is_told_to_be_halved() {
    use std::io::Write as _;
    let town = Town::on(tests::App::sqlite().await).await;
    let mut tablet = Tablet::of(&town, Role::Instructor).await;
    tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
    let send = async |body: Vec<u8>| {
        let request = http::Request::post("/api/sync/v1/push")
            .header("cookie", &tablet.browser.cookies)
            .header("sec-fetch-site", "same-origin")
            .header("x-virea", "1")
            .header("content-type", "application/json")
            .header("content-encoding", "gzip");
        town.app.send(request.body(axum::body::Body::from(body)).unwrap()).await
    };
    let zip = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let body = serde_json::to_vec(&tablet.request(&town.app, 1).await).unwrap();
    assert_eq!(send(zip(&body)).await.status, StatusCode::OK);
    assert_eq!(send(zip(&vec![b' '; 5 << 20])).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send(b"no gzip at all".to_vec()).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(send(vec![0; 2 << 20]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut many = tablet.request(&town.app, 1).await;
    let texts = vec![tablet.recorded[0].as_str(); MAX_PUSH_OPS as usize + 1];
    many.envelopes = vec![Envelope::clear(1, Default::default(), &texts)];
    assert_eq!(tablet.send(&town.app, &many).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn signing_in_on_a_tablet_enrols_it_once_and_only_for_roles_that_use_one() {
    let town = Town::on(tests::App::sqlite().await).await;
    let app = &town.app;
    let scope = server::access::Scope::command_line(town.own.municipality.clone(), app.state.today());
    for role in [Role::Instructor, Role::Coordinator] {
        let user = town.user(role).await;
        let hashed = server::access::password::hash(&app.state.hashing, &app.state.secrets, "kolme sanaa", [1; 16])
            .await
            .unwrap();
        let mut tx = app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        let whose = (scope.municipality(), user);
        server::access::accounts::set_password(&app.state, &mut tx, whose, &hashed, "test").await.unwrap();
        tx.commit().await.unwrap();
    }
    let ask = |role, password: &str| serde_json::json!({"login": tests::town::login(role), "password": password, "device_label": "Sali 1"});
    let nobody = tests::town::Browser::default();
    let path = "/api/device/v1/session";
    let wrong = nobody.call(app, path, &ask(Role::Instructor, "väärä")).await;
    assert_eq!((wrong.status, wrong.json()), (StatusCode::UNAUTHORIZED, serde_json::json!({"error": "wrong"})));
    let desk = nobody.call(app, path, &ask(Role::Coordinator, "kolme sanaa")).await;
    assert_eq!(desk.json(), serde_json::json!({"error": "no_tablet_role"}));
    let entered = nobody.call(app, path, &ask(Role::Instructor, "kolme sanaa")).await;
    assert_eq!(entered.status, StatusCode::OK, "{}", entered.text());
    assert_eq!((&entered.json()["role"], &entered.json()["municipality"]), (&"instructor".into(), &"091".into()));
    let cookies: Vec<_> = entered
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|line| line.to_str().unwrap().split(';').next().unwrap().to_owned())
        .collect();
    assert_eq!(cookies.len(), 2);
    let tablet = tests::town::Browser { cookies: cookies.join("; ") };
    assert_eq!(tablet.get(app, path).await.json()["device"], entered.json()["device"]);
    let again = tablet.call(app, path, &ask(Role::Instructor, "kolme sanaa")).await;
    assert_eq!(again.json()["device"], entered.json()["device"], "the same tablet stays the same");
    assert_eq!(
        tablet.call(app, "/api/device/v1/sign-out", &serde_json::json!({})).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(tablet.get(app, path).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn replies_to_a_tablet_travel_as_gzip_where_it_accepts_that() {
    use std::io::Read as _;
    let town = Town::on(tests::App::sqlite().await).await;
    let mut tablet = Tablet::of(&town, Role::Instructor).await;
    (0..60).for_each(|_| {
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
    });
    let body = serde_json::to_vec(&tablet.request(&town.app, 1).await).unwrap();
    let send = async |accepted: &'static str| {
        let request = http::Request::post("/api/sync/v1/push")
            .header("cookie", &tablet.browser.cookies)
            .header("sec-fetch-site", "same-origin")
            .header("x-virea", "1")
            .header("content-type", "application/json")
            .header("accept-encoding", accepted);
        town.app.send(request.body(axum::body::Body::from(body.clone())).unwrap()).await
    };
    let packed = send("gzip, br").await;
    assert_eq!(packed.headers["content-encoding"], "gzip");
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_string(&mut text).unwrap();
    let plain = send("identity").await;
    assert!(!plain.headers.contains_key("content-encoding"));
    // What was made is told when it was made, the outcomes each time.
    let results = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap()["results"].clone();
    assert_eq!(results(&text), results(&plain.text()));
    assert!(packed.body.len() * 2 < plain.body.len(), "{} of {}", packed.body.len(), plain.body.len());
}
