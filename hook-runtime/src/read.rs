//! JavaScript values as JSON, with what JSON cannot say.

use javy::quickjs::{Ctx, Object, Result, Value};
use lifecycle::answer::Given;

/// Reads the answer `value`, an instance of `class`.
///
/// # Errors
/// When it cannot be written as JSON (a cycle, a BigInt, a getter that throws): the exception is
/// the context's.
pub fn given<'js>(ctx: &Ctx<'js>, class: Option<String>, value: Value<'js>) -> Result<Given> {
    let mut undefined = Vec::new();
    if let Some(object) = value.as_object() {
        for (field, member) in members(object)? {
            if let Some(inner) = member.as_object().filter(|inner| !inner.is_array()) {
                let unset = members(inner)?
                    .into_iter()
                    .filter(|(_, value)| value.is_undefined());
                undefined.extend(unset.map(|(name, _)| (field.clone(), name)));
            }
        }
    }
    let json = match ctx.json_stringify(value)? {
        // The engine writes valid JSON; lone surrogates, which it escapes, are not valid Unicode
        // and make the text unreadable for us: then there is nothing to use.
        Some(text) => serde_json::from_str(&text.to_string()?).unwrap_or_default(),
        None => serde_json::Value::Null,
    };
    Ok(Given {
        class,
        json,
        undefined,
    })
}

fn members<'js>(object: &Object<'js>) -> Result<Vec<(String, Value<'js>)>> {
    object.props::<String, Value<'js>>().collect()
}
