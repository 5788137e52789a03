//! JSON objects whose untouched members keep their bytes and their order: what a platform issued
//! and no hook changed goes on exactly as it was.

use indexmap::IndexMap;
use serde_json::Value;
use serde_json::value::RawValue;

/// A JSON object with its members unparsed.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct RawObject(IndexMap<String, Box<RawValue>>);

impl RawObject {
    /// Parses the outer level of `json`.
    ///
    /// # Errors
    /// When it is no JSON object.
    pub fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }

    /// The member `name`, parsed.
    pub fn member(&self, name: &str) -> Option<Value> {
        serde_json::from_str(self.0.get(name)?.get()).ok()
    }

    /// The member `name` when it is a string.
    pub fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.0.get(name)?.get()).ok()
    }

    /// Sets `name`, in its place when it is there, else at the end.
    pub fn set(&mut self, name: &str, value: &Value) {
        // A Value is always writable as JSON: its keys are strings.
        if let Ok(raw) = serde_json::value::to_raw_value(value) {
            self.set_raw(name, raw);
        }
    }

    /// The same with a value that is JSON already.
    pub fn set_raw(&mut self, name: &str, raw: Box<RawValue>) {
        self.0.insert(name.to_owned(), raw);
    }

    /// The unparsed member `name`.
    pub fn raw(&self, name: &str) -> Option<&RawValue> {
        self.0.get(name).map(Box::as_ref)
    }

    /// Removes `name`; the others keep their order.
    pub fn remove(&mut self, name: &str) {
        self.0.shift_remove(name);
    }

    /// All members, parsed.
    pub fn to_value(&self) -> Value {
        let members = self
            .0
            .iter()
            .filter_map(|(name, raw)| Some((name.clone(), serde_json::from_str(raw.get()).ok()?)));
        Value::Object(members.collect())
    }

    /// The object as JSON, without white space between members.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn untouched_members_keep_their_bytes_and_order() {
        let json = br#"{ "z":1.0, "n":12345678901234567890123, "u":"\u00e9/\/", "a":{"b" : 2} }"#;
        let mut object = RawObject::parse(json).unwrap();
        object.set("new", &json!(true));
        object.remove("z");
        assert_eq!(
            object.to_json(),
            r#"{"n":12345678901234567890123,"u":"\u00e9/\/","a":{"b" : 2},"new":true}"#
        );
    }

    #[test]
    fn what_is_no_object_is_an_error() {
        for json in [&b"[]"[..], b"1", b"", b"{", b"\xff"] {
            assert!(RawObject::parse(json).is_err());
        }
    }
}
