//! `api.cache` of the trigger form: texts that a hook keeps from one invocation to the next, on its
//! worker, for a time, within bounds.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

/// Entries of one hook.
const ENTRIES: usize = 100;
/// Bytes of all keys and values of one hook.
const BYTES: usize = 256 << 10;

/// The kept texts of one hook.
#[derive(Debug, Default)]
pub struct Cache {
    entries: RefCell<BTreeMap<String, Entry>>,
}

#[derive(Clone, Debug)]
struct Entry {
    value: String,
    /// When it was put there or last replaced, and until when it is good.
    since: Duration,
    until: Duration,
}

/// Why an entry was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The key or the value alone is too long.
    TooLong,
}

impl Refused {
    /// Its `code`.
    pub fn code(self) -> &'static str {
        "CacheItemSizeExceeded"
    }
}

impl Cache {
    /// What is kept under `key` at `now`, and for how much longer.
    pub fn get(&self, key: &str, now: Duration) -> Option<(String, Duration)> {
        let mut entries = self.entries.borrow_mut();
        let entry = entries.get(key)?;
        if entry.until <= now {
            entries.remove(key);
            return None;
        }
        Some((entry.value.clone(), entry.until - now))
    }

    /// Keeps `value` for `time`; the oldest entries make room.
    ///
    /// # Errors
    /// When it is larger than all that may be kept.
    pub fn set(
        &self,
        key: &str,
        value: &str,
        now: Duration,
        time: Duration,
    ) -> Result<(), Refused> {
        let size = key.len() + value.len();
        if size > BYTES / 4 {
            return Err(Refused::TooLong);
        }
        let mut entries = self.entries.borrow_mut();
        entries.retain(|known, entry| known != key && entry.until > now);
        while entries.len() >= ENTRIES || bytes(&entries) + size > BYTES {
            let oldest = entries.iter().min_by_key(|(_, entry)| entry.since);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            entries.remove(&oldest);
        }
        let entry = Entry {
            value: value.to_owned(),
            since: now,
            until: now.saturating_add(time),
        };
        entries.insert(key.to_owned(), entry);
        Ok(())
    }

    /// Forgets what is kept under `key`.
    pub fn delete(&self, key: &str) {
        self.entries.borrow_mut().remove(key);
    }
}

fn bytes(entries: &BTreeMap<String, Entry>) -> usize {
    entries
        .iter()
        .map(|(key, entry)| key.len() + entry.value.len())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn an_entry_is_there_until_its_time_is_over() {
        let cache = Cache::default();
        cache.set("a", "1", SECOND, SECOND * 2).unwrap();
        assert_eq!(cache.get("a", SECOND * 2), Some(("1".into(), SECOND)));
        assert_eq!(cache.get("a", SECOND * 3), None);
        cache.set("a", "2", SECOND, SECOND).unwrap();
        cache.delete("a");
        assert_eq!(cache.get("a", SECOND), None);
    }

    #[test]
    fn the_oldest_make_room_and_what_is_too_long_is_refused() {
        let cache = Cache::default();
        for number in 0..=u32::try_from(ENTRIES).unwrap() {
            let now = SECOND * number;
            cache
                .set(&number.to_string(), "x", now, SECOND * 1_000)
                .unwrap();
        }
        assert_eq!(cache.get("0", SECOND), None);
        assert!(cache.get("1", SECOND).is_some());
        let long = "x".repeat(BYTES);
        assert_eq!(cache.set("b", &long, SECOND, SECOND), Err(Refused::TooLong));
    }
}
