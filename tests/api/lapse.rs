//! Limits in time: whom a group's tablets hold, day by day (docs/access.md, Limits in time).

use std::collections::BTreeSet;

use domain::access::Role;
use domain::attendance::Mark;
use domain::groups::{ExitReason, Membership, membership};
use domain::sync::digest::Digest;
use domain::sync::entity::{Bucket, EntityType};
use domain::sync::op::Verb;
use domain::sync::wire::{Outcome, PullReply};
use domain::time::Day;
use tests::tablet::Tablet;
use tests::town::{Place, Town, chair_stand, today};

const DAY: i64 = 24 * 3_600_000;
const HOUR: i64 = 3_600_000;

/// The person's first stay in the place's group ends on this day.
async fn leaves(town: &Town, place: &Place, on: Day) {
    town.write(vec![Verb::Membership(membership::Verb::Leave {
        id: Membership::id_of(place.group, place.participant, today().plus_days(-7)),
        group: place.group,
        left_on: Some(on),
        exit_reason: Some(ExitReason::Transport),
    })])
    .await;
}

async fn joins(town: &Town, place: &Place, on: Day) {
    let membership = Membership::begun(place.group, place.participant, on);
    town.write(vec![Verb::Membership(membership::Verb::Join { membership })]).await;
}

/// What a tablet straight out of its box is handed of the place's group, by type; it adds up to the server's digest.
async fn fresh(town: &Town) -> BTreeSet<EntityType> {
    let reply = Tablet::of(town, Role::Instructor).await.pull(&town.app, None).await;
    let mut types = BTreeSet::new();
    for bucket in [Bucket::Roll(town.own.group), Bucket::Health(town.own.group)] {
        let page = &reply.buckets[&bucket];
        let mut digest = Digest::default();
        page.items.iter().for_each(|item| digest.enter(item.key, item.rev));
        assert_eq!(page.digest, Some(digest), "{bucket} adds up");
        assert!(page.items.iter().all(|item| item.body.is_some()), "nothing is taken from who has nothing");
        let about = page.items.iter().filter(|item| {
            item.body.as_ref().and_then(domain::sync::entity::Body::participant) == Some(town.own.participant)
        });
        types.extend(about.map(|item| item.key.etype));
    }
    types
}

/// What a delta takes away, and what it brings.
fn changes(reply: &PullReply, bucket: Bucket) -> (BTreeSet<EntityType>, BTreeSet<EntityType>) {
    let (gone, come): (Vec<_>, Vec<_>) = reply.buckets[&bucket].items.iter().partition(|item| item.body.is_none());
    (gone.iter().map(|item| item.key.etype).collect(), come.iter().map(|item| item.key.etype).collect())
}

fn everything() -> BTreeSet<EntityType> {
    [EntityType::Participant, EntityType::Membership, EntityType::Attendance, EntityType::Assessment].into()
}

tests::on_both_databases! {
    async fn a_tablet_forgets_who_left_more_than_a_year_ago_and_gets_them_back_when_they_join_again(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        tablet.push(&town.app, 1).await;
        leaves(&town, &town.own, today()).await;
        // To the last hour of the day a year later, Finland's.
        town.app.clock.advance(365 * DAY + 10 * HOUR + HOUR / 2);
        assert_eq!(fresh(&town).await, everything(), "twelve months are not over");
        let known = Tablet::of(&town, Role::Instructor).await.pull(&town.app, None).await;
        town.app.clock.advance(HOUR);
        let after = Tablet::of(&town, Role::Instructor).await;
        let delta = after.pull(&town.app, Some(&known)).await;
        let (roll, health) = (Bucket::Roll(town.own.group), Bucket::Health(town.own.group));
        let of_roll = [EntityType::Participant, EntityType::Membership, EntityType::Attendance];
        assert_eq!(changes(&delta, roll), (of_roll.into(), BTreeSet::new()));
        assert_eq!(changes(&delta, health), ([EntityType::Participant, EntityType::Assessment].into(), BTreeSet::new()));
        assert_eq!(fresh(&town).await, BTreeSet::new());
        assert!(!after.fetch(&town.app, None).await.text().contains(town.own.canary));
        let again = after.pull(&town.app, Some(&delta)).await;
        assert_eq!(changes(&again, roll), Default::default(), "withdrawn once");
        joins(&town, &town.own, today().plus_days(366)).await;
        let back = after.pull(&town.app, Some(&delta)).await;
        assert_eq!(changes(&back, roll), (BTreeSet::new(), of_roll.into()));
        assert_eq!(changes(&back, health), (BTreeSet::new(), [EntityType::Participant, EntityType::Assessment].into()));
        assert_eq!(fresh(&town).await, everything());
    }

    async fn work_that_comes_late_about_somebody_who_lapsed_is_taken_and_sent_to_nobody(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        leaves(&town, &town.own, today()).await;
        town.app.clock.advance(400 * DAY);
        assert_eq!(fresh(&town).await, BTreeSet::new());
        let reply = tablet.push(&town.app, 1).await;
        assert_eq!((reply.results[0].outcome, &reply.results[0].effects[..]), (Outcome::Applied, &[][..]));
        assert_eq!(fresh(&town).await, BTreeSet::new());
    }

    async fn a_stay_that_was_over_long_ago_when_it_was_entered_is_shown_to_no_tablet(app) {
        let town = Town::on(app).await;
        let place = &town.own;
        leaves(&town, place, today().plus_days(-7)).await;
        town.app.clock.advance(400 * DAY);
        assert_eq!(fresh(&town).await, BTreeSet::new());
        let long_ago = Membership { left_on: Some(today()), ..Membership::begun(place.group, place.participant, today()) };
        town.write(vec![Verb::Membership(membership::Verb::Join { membership: long_ago })]).await;
        assert_eq!(fresh(&town).await, BTreeSet::new());
        // It lasted longer after all.
        town.write(vec![Verb::Membership(membership::Verb::Leave {
            id: Membership::id_of(place.group, place.participant, today()),
            group: place.group,
            left_on: Some(today().plus_days(200)),
            exit_reason: None,
        })]).await;
        let whole = [EntityType::Participant, EntityType::Membership, EntityType::Assessment];
        assert_eq!(fresh(&town).await, whole.into());
    }

    async fn whoever_is_still_in_another_group_stays_there(app) {
        let town = Town::on(app).await;
        let elsewhere = Place { group: town.other.group, ..town.own.clone() };
        joins(&town, &elsewhere, today()).await;
        leaves(&town, &town.own, today()).await;
        let mut tx = town.app.state.db.begin(&server::access::Scope::command_line(town.own.municipality.clone(), today())).await.unwrap();
        let user = town.user(Role::Instructor).await;
        server::access::accounts::lead(&mut tx, town.other.group, user, None).await.unwrap();
        tx.commit().await.unwrap();
        town.app.clock.advance(400 * DAY);
        assert_eq!(fresh(&town).await, BTreeSet::new());
        let reply = Tablet::of(&town, Role::Instructor).await.pull(&town.app, None).await;
        let there = &reply.buckets[&Bucket::Health(town.other.group)].items;
        assert!(there.iter().any(|item| item.key == town.own.participant.into()), "{there:?}");
    }

    async fn what_was_measured_after_somebody_had_left_is_sent_to_no_tablet_of_that_group(app) {
        let town = Town::on(app).await;
        leaves(&town, &town.own, today().plus_days(-2)).await;
        let later = Box::new(chair_stand(&town.own, today(), 11));
        let id = later.id;
        town.write(vec![Verb::Assessment(domain::assessments::Verb::Record { assessment: later })]).await;
        let reply = Tablet::of(&town, Role::Instructor).await.pull(&town.app, None).await;
        let held = &reply.buckets[&Bucket::Health(town.own.group)].items;
        assert!(held.iter().any(|item| item.key == town.own.participant.into()), "the person is shown for a year");
        assert!(held.iter().all(|item| item.key != id.into() && item.key.etype != EntityType::Assessment), "{held:?}");
    }

    async fn a_clock_that_ran_a_year_ahead_and_was_put_right_takes_nobody_away_for_good(app) {
        let town = Town::on(app).await;
        leaves(&town, &town.own, today()).await;
        let before = fresh(&town).await;
        town.app.clock.advance(800 * DAY);
        assert_eq!(fresh(&town).await, BTreeSet::new());
        town.app.clock.advance(-800 * DAY);
        assert_eq!(fresh(&town).await, before);
    }
}
