//! PostgreSQL's plans. On small tables it would rather read them whole: so each is given some thousand rows, and told that
//! whole tables are dear, it shows by which index it can do without.

use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};
use tests::App;

use super::{WAITING, Whole};

const SETTINGS: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; \
    SET enable_mergejoin = off; SET enable_material = off; SET enable_memoize = off";

/// A statement per table that fills it with rows, each unlike the others in every column but the municipality; moments
/// that may be missing are.
const FILL: &str = "SELECT format('INSERT INTO %I SELECT %s FROM generate_series(1, 5000) n (i) ON CONFLICT DO NOTHING', \
    table_name, string_agg(CASE WHEN column_name = 'municipality' THEN '''091''' \
    WHEN is_nullable = 'YES' AND RIGHT(column_name, 3) = '_at' THEN 'NULL' \
    WHEN data_type = 'text' THEN '''x'' || i' ELSE 'i' END, ', ' ORDER BY ordinal_position)) AS fill \
    FROM information_schema.columns WHERE table_schema = 'public' AND LEFT(table_name, 1) <> '_' GROUP BY table_name";

pub struct Plans(PgConnection);

impl Plans {
    pub async fn of(app: &App) -> Self {
        let mut connection = PgConnection::connect(app.url()).await.expect("the test's database can be reached");
        let tables = connection.fetch_all(FILL).await.expect("the list of tables");
        for fill in tables.iter().map(|row| row.get::<String, _>("fill")) {
            connection.execute(AssertSqlSafe(fill.clone())).await.unwrap_or_else(|error| panic!("{error}: {fill}"));
        }
        connection.execute("ANALYZE").await.expect("statistics");
        connection.execute(SETTINGS).await.expect("settings");
        Self(connection)
    }

    /// The tables that a text reads whole, or from which it takes all rows of one municipality.
    pub async fn reads_whole(&mut self, text: &str) -> Vec<Whole> {
        let plan = self.plan(text).await.unwrap_or_else(|error| panic!("{error}: {text}"));
        let mut whole = BTreeSet::new();
        walk(&plan, None, &mut whole);
        whole.into_iter().collect()
    }

    async fn plan(&mut self, text: &str) -> sqlx::Result<Value> {
        let used: Vec<_> = (1..200).map(|n| mentions(text, n)).collect();
        let count = used.iter().rposition(|used| *used).map_or(0, |last| last + 1);
        // The type of a value that is not used cannot be inferred.
        let types: Vec<_> = used.iter().take(count).map(|used| if *used { "unknown" } else { "text" }).collect();
        let (types, nulls) = match count {
            0 => (String::new(), String::new()),
            _ => (format!("({})", types.join(", ")), format!("({})", vec!["NULL"; count].join(", "))),
        };
        self.0.execute(AssertSqlSafe(format!("PREPARE asked {types} AS {text}"))).await?;
        let explain = sqlx::raw_sql(AssertSqlSafe(format!("EXPLAIN (FORMAT JSON) EXECUTE asked {nulls}")));
        let row = self.0.fetch_one(explain).await;
        self.0.execute("DEALLOCATE asked").await?;
        let plan: String = row?.try_get_unchecked(0)?;
        Ok(serde_json::from_str(&plan).expect("a plan in JSON"))
    }
}

/// Whether the text has the `n`-th placeholder.
fn mentions(text: &str, n: usize) -> bool {
    let place = format!("${n}");
    text.match_indices(&place).any(|(at, _)| !text[at + place.len()..].starts_with(|c: char| c.is_ascii_digit()))
}

fn walk(node: &Value, around: Option<&str>, whole: &mut BTreeSet<Whole>) {
    match node {
        Value::Array(nodes) => nodes.iter().for_each(|node| walk(node, around, whole)),
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str);
            // The index of a bitmap belongs to the table of the node around it.
            let table = text("Relation Name").or(around);
            let kind = text("Node Type").unwrap_or_default();
            let condition = text("Index Cond");
            let is_index = kind.contains("Index Scan") || kind == "Index Only Scan";
            let waits = text("Index Name").is_some_and(|index| WAITING.contains(&index));
            let all = kind == "Seq Scan" || is_index && !waits && condition.is_none_or(knows_the_municipality_alone);
            if let (true, Some(table)) = (all, table) {
                whole.insert(table.to_owned());
            }
            for inner in ["Plan", "Plans"].iter().filter_map(|name| fields.get(*name)) {
                walk(inner, table, whole);
            }
        }
        _ => {}
    }
}

/// For example `(municipality = $1)` or `(municipality = g.municipality)`.
fn knows_the_municipality_alone(condition: &str) -> bool {
    !condition.contains(" AND ") && condition.contains("municipality = ")
}
