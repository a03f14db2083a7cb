//! What is measured, beside what, and how much it may be.

/// The most that a figure may be: its 95th percentile, where nothing else is said.
pub enum Most {
    /// In the figure's own unit: sizes, which are the same on every machine.
    Is(f64),
    /// Times the median of the reference, which was measured in the same run.
    Times(&'static str, f64),
    /// The median of the reference, which does as much, is at least so many times the figure's own.
    Faster(&'static str, f64),
    /// Told only: what the reference of other figures is.
    Told,
}

pub struct Bar {
    /// The name of its values.
    pub key: &'static str,
    pub what: &'static str,
    pub unit: &'static str,
    pub most: Most,
}

const fn bar(key: &'static str, what: &'static str, unit: &'static str, most: Most) -> Bar {
    Bar { key, what, unit, most }
}

/// In the order of the table; each reference stands before the figures that are measured by it.
pub const BARS: [Bar; 78] = [
    bar("weight", "tablet app's first load, brotli", "kB", Most::Is(650.0)),
    bar("weight_later", "what is fetched behind it: measuring and what lies beside the roll", "kB", Most::Told),
    bar("bare_page", "bare page from the worker's cache, 4 × slower CPU", "ms", Most::Told),
    bar(
        "first_mark",
        "offline start to first possible mark, same, 30,000 records",
        "ms",
        Most::Times("bare_page", 5.0),
    ),
    bar("bare_row", "bare strict row into IndexedDB, 4 × slower CPU", "ms", Most::Told),
    bar("bare_tap", "bare page's tap to such a row, same", "ms", Most::Told),
    bar("tap", "tap to durable, same, 30,000 records", "ms", Most::Times("bare_row", 3.0)),
    bar("first_view", "a person's card with one result, 4 × slower CPU", "ms", Most::Told),
    bar("history", "the same with a history of 200 results", "ms", Most::Is(100.0)),
    bar("timer_error", "timer against the browser's own clock, same", "ms", Most::Is(10.0)),
    bar("result_frames", "from the last trial to its result on the screen, same", "frames", Most::Is(1.0)),
    bar("pouch_batch_to", "PouchDB's best batch size when pushing", "documents", Most::Told),
    bar("pouch_batch_from", "PouchDB's best batch size when pulling", "documents", Most::Told),
    bar("pouch_push", "PouchDB: 10,000 documents pushed", "ms", Most::Told),
    bar("sync_push", "10,000 marks pushed", "ms", Most::Faster("pouch_push", 5.0)),
    bar("sync_settled", "the same until nothing more is asked of the server", "ms", Most::Told),
    bar("pouch_pull", "PouchDB: 10,000 documents pulled into an empty one", "ms", Most::Told),
    bar("sync_pull", "10,000 marks pulled by a fresh tablet", "ms", Most::Faster("pouch_pull", 12.0)),
    bar("pouch_again", "PouchDB: pull of nothing new", "ms", Most::Told),
    bar("sync_again", "the fresh tablet's pull of nothing new", "ms", Most::Is(20.0)),
    bar("pouch_up", "PouchDB: sent when pushing", "kB", Most::Told),
    bar("sync_up", "sent when pushing", "kB", Most::Is(600.0)),
    bar("sync_acks", "received when pushing", "kB", Most::Is(600.0)),
    bar("pouch_down", "PouchDB: received when pulling", "kB", Most::Told),
    bar("sync_down", "received when pulling", "kB", Most::Is(600.0)),
    bar("own_paint", "own page, first paint, 4 × slower CPU, 400 kbit/s", "ms", Most::Is(1_500.0)),
    bar("own_weight", "own page with all that it fetches, as it travels", "kB", Most::Is(60.0)),
    bar("find_paint", "public page of groups, first paint, same", "ms", Most::Is(1_500.0)),
    bar("find_weight", "public page of groups with all that it fetches", "kB", Most::Is(60.0)),
    bar("score", "1,000,000 random tests scored on one core", "s", Most::Is(2.0)),
    bar("model", "the model of 10,000 people measured four times, same", "s", Most::Is(2.0)),
    bar("idle", "server idle, resident memory", "MB", Most::Is(64.0)),
    bar("signed_in", "the same after 1,000 sign-ins", "MB", Most::Is(128.0)),
    bar("start", "start on an existing database", "ms", Most::Told),
    bar("small_plain_import", "100,000 marks by plain SQL", "s", Most::Told),
    bar("small_import", "import of 100,000 marks", "s", Most::Times("small_plain_import", 5.0)),
    bar("report", "report of 1,000 people and 100,000 marks, whole command", "ms", Most::Told),
    bar("plain_ingest", "4,000 marks by plain SQL in batches of a push", "ms", Most::Told),
    bar("ingest", "the same pushed by a tablet", "ms", Most::Times("plain_ingest", 2.0)),
    bar("return", "500 tablets back at once after a day offline (bar: 99 %)", "ms", Most::Is(3_000.0)),
    bar("return_refused", "the same, refused or broken off", "times", Most::Is(0.0)),
    bar("return_before", "the same, resident memory before", "MB", Most::Told),
    // 256 MiB.
    bar("return_memory", "the same, most resident memory", "MB", Most::Is(268.0)),
    bar("crowd_import", "import of 300,000 marks beside 20 tablets", "s", Most::Told),
    bar("crowd_push", "their pushes meanwhile (bar: 99 %)", "ms", Most::Is(500.0)),
    bar("crowd_refused", "the same, refused or broken off", "times", Most::Is(0.0)),
    bar("plain_import", "1,000,000 marks by plain SQL", "s", Most::Told),
    bar("import", "import of 1,000,000 marks", "s", Most::Times("plain_import", 5.0)),
    bar("import_memory", "the same, resident memory", "MB", Most::Is(256.0)),
    bar("import_others", "pages meanwhile (bar: 99 %)", "ms", Most::Is(300.0)),
    bar("plain_page", "50 people with groups and a durable row by plain SQL", "ms", Most::Told),
    bar("page_home", "home", "ms", Most::Times("plain_page", PAGE)),
    bar("page_people", "people, any page", "ms", Most::Times("plain_page", PAGE)),
    bar("page_people_narrowed", "people, narrowed and in another order", "ms", Most::Times("plain_page", PAGE)),
    bar("page_search", "people found by name", "ms", Most::Times("plain_page", PAGE)),
    bar("page_slips", "people found by number, or with a slip of the finger", "ms", Most::Times("plain_page", PAGE)),
    bar("page_person", "a person", "ms", Most::Times("plain_page", PAGE)),
    bar("page_groups", "groups", "ms", Most::Times("plain_page", PAGE)),
    bar("page_group", "a group", "ms", Most::Times("plain_page", PAGE)),
    bar("page_reviews", "what waits", "ms", Most::Times("plain_page", PAGE)),
    // Every group is counted, whichever of them stand on the page.
    bar("page_quality", "what is missing in groups' records, officer and coordinator", "ms", Most::Is(50.0)),
    bar("page_accounts", "accounts", "ms", Most::Times("plain_page", PAGE)),
    bar("page_own", "the pages of somebody who takes part", "ms", Most::Is(20.0)),
    bar("first_download", "first download of 15 groups", "ms", Most::Told),
    bar("plain_row", "a durable row by plain SQL", "ms", Most::Told),
    bar("pull", "pull of nothing new", "ms", Most::Is(50.0)),
    bar("push", "push of one mark", "ms", Most::Times("plain_row", 20.0)),
    bar("plain_report", "all rows of a report by plain SQL", "s", Most::Told),
    bar("figures", "update of the figures", "s", Most::Times("plain_report", 4.0)),
    bar("push_meanwhile", "pushes meanwhile (bar: 99 %)", "ms", Most::Is(300.0)),
    bar("memory", "memory after all this", "MB", Most::Told),
    bar("report_size", "report of 1,000,000 marks from nothing, whole command", "s", Most::Is(5.0)),
    bar("report_size_memory", "the same, resident memory", "MB", Most::Is(268.0)),
    bar("page_figures_size", "the page of figures", "ms", Most::Is(50.0)),
    bar("plain_report_tenfold", "all rows of a report of 10,000,000 marks by plain SQL", "s", Most::Told),
    bar("report_tenfold", "report of 10,000,000 marks", "s", Most::Times("plain_report_tenfold", 4.0)),
    bar("report_tenfold_memory", "the same, resident memory", "MB", Most::Is(268.0)),
    bar(
        "page_figures_tenfold",
        "the page of figures of ten times the marks",
        "ms",
        Most::Faster("page_figures_size", 0.84),
    ),
];

/// A page of the desk may cost so many times what its rows cost by plain SQL.
const PAGE: f64 = 10.0;
