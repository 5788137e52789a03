//! Deliveries in SQLite: acknowledged ones survive whatever happens to the process.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lifecycle::exchange::Delivery;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde_json::Value;

/// The layout that this version reads and writes, as SQLite's `user_version`.
const LAYOUT: i32 = 1;

/// The deliveries of one relay.
#[derive(Debug)]
pub struct Store {
    inner: Mutex<Inner>,
    /// Told when there is work, or no more.
    changed: Condvar,
}

#[derive(Debug)]
struct Inner {
    database: Connection,
    closed: bool,
}

/// A delivery to be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// What to run.
    pub delivery: Delivery,
    /// How often it was tried, this time included.
    pub attempt: u32,
}

/// What the store knows of a delivery.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// The hook's name.
    pub hook: String,
    /// The event.
    pub event: String,
    /// `pending`, `running`, `done` or `failed`.
    pub state: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was stored, milliseconds since 1970.
    pub received_ms: i64,
    /// When it ended.
    pub finished_ms: Option<i64>,
    /// Why it failed.
    pub error: Option<String>,
    /// What the script printed.
    pub console: Value,
}

impl Store {
    /// Opens the database, makes it when it is not there, and takes up what was interrupted.
    ///
    /// # Errors
    /// For a person to read.
    pub fn open(path: &Path) -> Result<Self, String> {
        let failed = |error: rusqlite::Error| {
            format!(
                "the relay's store {} cannot be used: {error}",
                path.display()
            )
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| {
                format!(
                    "the folder of the relay's store {} cannot be made: {error}",
                    path.display()
                )
            })?;
        }
        let database = Connection::open(path).map_err(failed)?;
        let layout: i32 = database
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(failed)?;
        if layout > LAYOUT {
            return Err(format!(
                "the relay's store {} was written by a newer version (layout {layout}, this one knows {LAYOUT}); use that version, or another file",
                path.display()
            ));
        }
        // FULL: a commit is on the disk before it is acknowledged, even if the machine loses power.
        let set_up = format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;
             CREATE TABLE IF NOT EXISTS deliveries (
                 sequence INTEGER PRIMARY KEY,
                 id TEXT NOT NULL UNIQUE,
                 hook TEXT NOT NULL,
                 event TEXT NOT NULL,
                 delivery TEXT NOT NULL,
                 state TEXT NOT NULL DEFAULT 'pending',
                 attempts INTEGER NOT NULL DEFAULT 0,
                 received_ms INTEGER NOT NULL,
                 finished_ms INTEGER,
                 error TEXT,
                 console TEXT NOT NULL DEFAULT '[]'
             );
             CREATE INDEX IF NOT EXISTS deliveries_by_state ON deliveries (state, sequence);
             UPDATE deliveries SET state = 'pending' WHERE state = 'running';
             PRAGMA user_version = {LAYOUT};"
        );
        database.execute_batch(&set_up).map_err(failed)?;
        Ok(Store {
            inner: Mutex::new(Inner {
                database,
                closed: false,
            }),
            changed: Condvar::new(),
        })
    }

    /// Stores a delivery; one that is there already, by its id, stays as it is. Whether it is new.
    pub fn put(&self, delivery: &Delivery) -> Result<bool, String> {
        let json = serde_json::to_string(delivery).map_err(|error| error.to_string())?;
        let event = delivery.event.id();
        let rows = self.lock().database.execute(
            "INSERT OR IGNORE INTO deliveries (id, hook, event, delivery, received_ms) VALUES (?, ?, ?, ?, ?)",
            params![delivery.id, delivery.hook, event, json, now_ms()],
        );
        let new = rows.map_err(|error| error.to_string())? == 1;
        self.changed.notify_all();
        Ok(new)
    }

    /// The oldest delivery that waits, but for hooks that have enough to do (`full` names them, or
    /// is `None` when there is enough in all), marked as running; waits up to `patience` for one.
    /// `None` when there is none, or no more are to be run.
    pub fn claim(
        &self,
        patience: Duration,
        full: &dyn Fn() -> Option<Vec<String>>,
    ) -> Result<Option<Claimed>, String> {
        let inner = self.lock();
        let mut but = None;
        let waited = self.changed.wait_timeout_while(inner, patience, |inner| {
            but = full().map(|names| serde_json::json!(names).to_string());
            let found = but
                .as_ref()
                .is_some_and(|but| has_pending(&inner.database, but));
            !inner.closed && !found
        });
        let (inner, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let (false, Some(but)) = (inner.closed, but) else {
            return Ok(None);
        };
        let row = inner.database.query_row(
            "UPDATE deliveries SET state = 'running', attempts = attempts + 1
             WHERE sequence = (SELECT sequence FROM deliveries WHERE state = 'pending'
                 AND hook NOT IN (SELECT value FROM json_each(?)) ORDER BY sequence LIMIT 1)
             RETURNING delivery, attempts",
            [but],
            |row| Ok((row.get::<_, String>(0)?, row.get(1)?)),
        );
        let row = row.optional().map_err(|error| error.to_string())?;
        row.map(|(json, attempt)| {
            let delivery = serde_json::from_str(&json).map_err(|error| error.to_string())?;
            Ok(Claimed { delivery, attempt })
        })
        .transpose()
    }

    /// Notes how a claimed delivery ended.
    pub fn finish(&self, id: &str, error: Option<&str>, console: &Value) -> Result<(), String> {
        let state = if error.is_some() { "failed" } else { "done" };
        let changed = self.lock().database.execute(
            "UPDATE deliveries SET state = ?, error = ?, console = ?, finished_ms = ? WHERE id = ?",
            params![state, error, console.to_string(), now_ms(), id],
        );
        // There may be room for others now.
        self.changed.notify_all();
        changed.map(drop).map_err(|error| error.to_string())
    }

    /// How many deliveries there are, by state.
    pub fn count(&self) -> Result<BTreeMap<String, u64>, String> {
        let inner = self.lock();
        let mut query = inner
            .database
            .prepare_cached("SELECT state, count(*) FROM deliveries GROUP BY state")
            .map_err(|error| error.to_string())?;
        let rows = query
            .query_map([], |row| {
                Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
            })
            .map_err(|error| error.to_string())?;
        let mut counts: BTreeMap<String, u64> = ["pending", "running", "done", "failed"]
            .map(|state| (state.to_owned(), 0))
            .into();
        for row in rows {
            let (state, number) = row.map_err(|error| error.to_string())?;
            counts.insert(state, number);
        }
        Ok(counts)
    }

    /// The newest deliveries first, at most `limit`.
    pub fn list(&self, limit: u32) -> Result<Vec<Record>, String> {
        let inner = self.lock();
        let mut query = inner
            .database
            .prepare_cached(
                "SELECT id, hook, event, state, attempts, received_ms, finished_ms, error, console
                 FROM deliveries ORDER BY sequence DESC LIMIT ?",
            )
            .map_err(|error| error.to_string())?;
        let rows = query
            .query_map([limit], record)
            .map_err(|error| error.to_string())?;
        rows.collect::<Result<_, _>>()
            .map_err(|error| error.to_string())
    }

    /// No more deliveries are to be claimed.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// A thread that panicked with the lock has not left a transaction open: each is one statement.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether one waits, but for the hooks in the JSON list `but`.
fn has_pending(database: &Connection, but: &str) -> bool {
    let query = "SELECT EXISTS (SELECT 1 FROM deliveries WHERE state = 'pending'
         AND hook NOT IN (SELECT value FROM json_each(?)))";
    // An error shows when the row is claimed.
    database
        .query_row(query, [but], |row| row.get(0))
        .unwrap_or(true)
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let console: String = row.get(8)?;
    Ok(Record {
        id: row.get(0)?,
        hook: row.get(1)?,
        event: row.get(2)?,
        state: row.get(3)?,
        attempts: row.get(4)?,
        received_ms: row.get(5)?,
        finished_ms: row.get(6)?,
        error: row.get(7)?,
        console: serde_json::from_str(&console).unwrap_or_default(),
    })
}

fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use lifecycle::event::EventType;
    use serde_json::json;

    use super::*;

    const NO_TIME: Duration = Duration::ZERO;

    fn none_full() -> Option<Vec<String>> {
        Some(vec![])
    }

    fn delivery(id: &str) -> Delivery {
        Delivery {
            id: id.into(),
            hook: "log".into(),
            event: EventType::PostAccountLogin,
            traceparent: None,
            args: json!({"a": 1}),
        }
    }

    #[test]
    fn a_delivery_is_claimed_once_in_its_turn() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("new/relay.db")).unwrap();
        assert!(store.put(&delivery("1")).unwrap());
        assert!(store.put(&delivery("2")).unwrap());
        assert!(
            !store.put(&delivery("1")).unwrap(),
            "the same id is the same delivery"
        );
        let first = store.claim(NO_TIME, &none_full).unwrap().unwrap();
        assert_eq!((first.delivery, first.attempt), (delivery("1"), 1));
        assert_eq!(
            store
                .claim(NO_TIME, &none_full)
                .unwrap()
                .unwrap()
                .delivery
                .id,
            "2"
        );
        assert_eq!(store.claim(NO_TIME, &none_full).unwrap(), None);
    }

    #[test]
    fn a_hook_with_enough_to_do_leaves_others_their_turn() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("relay.db")).unwrap();
        store.put(&delivery("1")).unwrap();
        let mut other = delivery("2");
        other.hook = "other".into();
        store.put(&other).unwrap();
        let but_log = || Some(vec!["log".to_owned()]);
        assert_eq!(store.claim(NO_TIME, &|| None).unwrap(), None);
        assert_eq!(
            store.claim(NO_TIME, &but_log).unwrap().unwrap().delivery.id,
            "2"
        );
        assert_eq!(store.claim(NO_TIME, &but_log).unwrap(), None);
        let counts = store.count().unwrap();
        assert_eq!((counts["pending"], counts["running"]), (1, 1));
    }

    #[test]
    fn what_was_running_when_the_process_ended_runs_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay.db");
        let store = Store::open(&path).unwrap();
        store.put(&delivery("1")).unwrap();
        store.claim(NO_TIME, &none_full).unwrap().unwrap();
        drop(store);
        let store = Store::open(&path).unwrap();
        let again = store.claim(NO_TIME, &none_full).unwrap().unwrap();
        assert_eq!((again.delivery.id.as_str(), again.attempt), ("1", 2));
        store.finish("1", None, &json!(["hi"])).unwrap();
        drop(store);
        let store = Store::open(&path).unwrap();
        assert_eq!(store.claim(NO_TIME, &none_full).unwrap(), None);
        let record = store.list(10).unwrap().remove(0);
        assert_eq!((record.state.as_str(), record.attempts), ("done", 2));
        assert_eq!(record.console, json!(["hi"]));
    }

    #[test]
    fn a_failure_keeps_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("relay.db")).unwrap();
        store.put(&delivery("1")).unwrap();
        store.claim(NO_TIME, &none_full).unwrap();
        store
            .finish("1", Some("exception: no"), &json!([]))
            .unwrap();
        let record = store.list(1).unwrap().remove(0);
        assert_eq!(
            (record.state.as_str(), record.error.as_deref()),
            ("failed", Some("exception: no"))
        );
        assert!(record.finished_ms.is_some());
    }

    #[test]
    fn a_closed_store_gives_nothing_out() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("relay.db")).unwrap();
        store.put(&delivery("1")).unwrap();
        store.close();
        assert_eq!(
            store.claim(Duration::from_secs(60), &none_full).unwrap(),
            None
        );
    }

    #[test]
    fn a_file_that_is_no_store_or_a_newer_one_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay.db");
        std::fs::write(
            &path,
            "this is a text, and long enough not to be taken for an empty database",
        )
        .unwrap();
        assert!(Store::open(&path).unwrap_err().contains("relay.db"));
        assert!(
            std::fs::read_to_string(&path)
                .unwrap()
                .starts_with("this is a text")
        );
        let newer = folder.path().join("newer.db");
        Connection::open(&newer)
            .unwrap()
            .execute_batch("PRAGMA user_version = 99")
            .unwrap();
        assert!(Store::open(&newer).unwrap_err().contains("layout 99"));
    }
}
