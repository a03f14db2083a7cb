//! Three nodes on one PostgreSQL database: what is new at one is told to the tablets of the others by news, long before
//! they would look by themselves.

use domain::access::Role;
use domain::attendance::Mark;
use domain::devices::SIGN_OUT_PATH;
use domain::sync::entity::Bucket;
use domain::sync::wire::PushReply;
use server::db::Unscoped;
use server::hub::{News, Poke};
use sqlx::{Connection as _, Executor as _, PgConnection};
use std::time::Duration;
use tests::App;
use tests::history::assert_kept;
use tests::tablet::{IN_TIME, Tablet};
use tests::town::Town;
use tokio::sync::broadcast::Receiver;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Long enough for a node that listens again.
const PATIENCE: Duration = Duration::from_secs(60);

/// A town whose application is the first node, and two more.
struct Nodes {
    town: Town,
    others: [App; 2],
    /// Until they go, the nodes tell what is new.
    _last_answers: Vec<oneshot::Sender<()>>,
}

impl Nodes {
    /// Nothing without a PostgreSQL.
    async fn serve() -> Option<Self> {
        let town = Town::on(App::postgres().await?).await;
        let others = [town.app.another_node(11).await, town.app.another_node(12).await];
        let mut last_answers = Vec::new();
        for node in [&town.app, &others[0], &others[1]] {
            let mut news = node.state.hub.listen();
            let (last_answer, answered) = oneshot::channel();
            tokio::spawn(server::nodes::carry_news(node.state.clone(), answered));
            last_answers.push(last_answer);
            looks_for_itself(&mut news).await;
        }
        Some(Self { town, others, _last_answers: last_answers })
    }

    fn all(&self) -> [&App; 3] {
        [&self.town.app, &self.others[0], &self.others[1]]
    }

    fn roll(&self) -> Bucket {
        Bucket::Roll(self.town.own.group)
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        for node in self.all() {
            node.state.draining.send_replace(true);
        }
    }
}

/// A node that has begun to listen tells everybody on it to look; what it had told them before.
async fn looks_for_itself(news: &mut Receiver<News>) -> Vec<News> {
    let mut before = Vec::new();
    let missed = async {
        loop {
            match news.recv().await.expect("the hub is there") {
                News::Missed => return,
                told => before.push(told),
            }
        }
    };
    timeout(PATIENCE, missed).await.expect("the node listens");
    before
}

/// Marks and pushes at this node; how far the roll had come before, and the answer.
async fn push(nodes: &Nodes, writer: &mut Tablet, at: &App, mark: Mark) -> (i64, PushReply) {
    let before = writer.pull(at, None).await.buckets[&nodes.roll()].head;
    writer.mark(&nodes.town.app, &nodes.town.own, None, Some(mark));
    let reply = writer.push(at, writer.recorded.len()).await;
    (before, reply)
}

/// Ends every connection on which a node of this database listens.
async fn cut(app: &App) {
    let mut connection = PgConnection::connect(app.url()).await.expect("the database can be reached");
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    let cut = connection.fetch_all(cut).await.expect("connections are ended").len();
    assert_eq!(cut, 3, "each node listens");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_pushed_at_one_node_is_told_to_the_tablets_of_the_others() {
    let Some(nodes) = Nodes::serve().await else { return eprintln!("not run: TEST_DATABASE_URL is not set") };
    let (town, roll) = (&nodes.town, nodes.roll());
    let mut writer = Tablet::of(town, Role::Instructor).await;
    let mut written = writer.history();
    let mut readers = Vec::new();
    for node in nodes.all() {
        let reader = Tablet::of(town, Role::PeerInstructor).await;
        let history = reader.history();
        readers.push((node, reader.live(node).await, reader, history));
    }
    for (at, mark) in nodes.all().into_iter().zip([Mark::Present, Mark::Remote, Mark::AbsentInformed]) {
        let (before, reply) = push(&nodes, &mut writer, at, mark).await;
        written.answered(&reply);
        for (node, live, reader, history) in &mut readers {
            assert!(live.is_told(roll, before).await, "{mark:?}");
            let reply = reader.pull(node, None).await;
            assert!(reply.buckets[&roll].head > before, "and it is there");
            history.pulled(&reply);
        }
    }
    written.recorded = writer.recorded_ids();
    let histories: Vec<_> = readers.into_iter().map(|(_, _, _, history)| history).chain([written]).collect();
    assert_kept(&town.app, &town.own.municipality, &histories).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_listening_connection_was_cut_looks_for_itself_and_listens_again() {
    let Some(nodes) = Nodes::serve().await else { return eprintln!("not run: TEST_DATABASE_URL is not set") };
    let (town, roll, node) = (&nodes.town, nodes.roll(), &nodes.others[0]);
    let mut writer = Tablet::of(town, Role::Instructor).await;
    let mut live = Tablet::of(town, Role::PeerInstructor).await.live(node).await;
    // What this one writes it tells nobody, as if every node had been deaf meanwhile.
    let silent = town.app.another_node(13).await;
    let mut news = node.state.hub.listen();
    let (before, _) = push(&nodes, &mut writer, &silent, Mark::Present).await;
    cut(node).await;
    assert!(live.is_told(roll, before).await, "it was there to be found");
    let told = looks_for_itself(&mut news).await;
    let of_it = |news: &News| matches!(news, News::Moved(poke) if poke.bucket == roll && poke.head > before);
    assert!(!told.iter().any(of_it), "nobody has told it: {told:?}");
    let (before, _) = push(&nodes, &mut writer, &town.app, Mark::Remote).await;
    assert!(live.is_told(roll, before).await, "the node listens again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signs_out_at_one_node_hears_no_more_at_another() {
    let Some(nodes) = Nodes::serve().await else { return eprintln!("not run: TEST_DATABASE_URL is not set") };
    let tablet = Tablet::of(&nodes.town, Role::Instructor).await;
    let mut live = tablet.live(&nodes.others[1]).await;
    tablet.browser.call(&nodes.others[0], SIGN_OUT_PATH, &serde_json::json!({})).await;
    assert!(live.ends().await, "it would go on until the node looks by itself");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_last_requests_of_a_node_that_stops_have_changed_is_told_at_the_others() {
    let Some(nodes) = Nodes::serve().await else { return eprintln!("not run: TEST_DATABASE_URL is not set") };
    let (town, [listening, stopping]) = (&nodes.town, &nodes.others);
    let mut live = Tablet::of(town, Role::PeerInstructor).await.live(listening).await;
    let mut writer = Tablet::of(town, Role::Instructor).await;
    stopping.state.draining.send_replace(true);
    let (before, _) = push(&nodes, &mut writer, stopping, Mark::Present).await;
    assert!(live.is_told(nodes.roll(), before).await, "it was answered, and whoever is elsewhere would see it later");
}

#[tokio::test]
async fn a_sqlite_database_has_no_other_nodes_to_wait_for() {
    let app = App::sqlite().await;
    let (_last_answer, answered) = oneshot::channel();
    let carried = timeout(IN_TIME, server::nodes::carry_news(app.state.clone(), answered)).await;
    assert!(carried.is_ok(), "there is nobody to hear and nobody to tell");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_connections_are_all_taken_still_tells_the_others() {
    let Some(nodes) = Nodes::serve().await else { return eprintln!("not run: TEST_DATABASE_URL is not set") };
    let (town, [listening, busy]) = (&nodes.town, &nodes.others);
    let mut live = Tablet::of(town, Role::PeerInstructor).await.live(listening).await;
    let head = live.beyond(nodes.roll(), 0).await;
    let mut taken = Vec::new();
    while let Ok(one) = timeout(Duration::from_secs(1), busy.state.db.read(Unscoped::Installation)).await {
        taken.push(one.expect("a connection"));
    }
    let municipality = town.own.municipality.clone();
    busy.state.hub.poke(Poke { municipality, bucket: nodes.roll(), head: head + 1 });
    assert!(live.is_told(nodes.roll(), head).await, "news would wait with everybody for a connection");
}
