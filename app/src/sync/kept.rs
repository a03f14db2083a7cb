//! What a draft of an older program still says in a form of this one: each field that fits is taken, and whether
//! something that was typed found no place is told.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Something read back from a draft.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken<T> {
    pub typed: T,
    /// Nothing that was typed is missing.
    pub whole: bool,
}

/// The kept value as this program's; `blank` stands where nothing of it fits. What was kept as it stood at the beginning
/// (`opened`) is not missed.
pub fn fitted<T: Serialize + DeserializeOwned + Clone>(blank: &T, kept: &Value, opened: &Value) -> Taken<T> {
    let holds = |value: &Value| read::<T>(value).is_some();
    let part = || as_value(blank).and_then(|blank| read(&fitting(&blank, &over(&blank, kept), &holds)));
    let typed = read(kept).or_else(part).unwrap_or_else(|| blank.clone());
    let whole = as_value(&typed).is_some_and(|taken| has(&taken, kept, opened));
    Taken { typed, whole }
}

/// What a draft of one value holds; `blank` stands where nothing of it fits.
pub fn taken<T: Serialize + DeserializeOwned + Clone>(kept: &[u8], blank: &T) -> Taken<T> {
    match serde_json::from_slice(kept) {
        Ok(kept) => fitted(blank, &kept, &Value::Null),
        Err(_) => Taken { typed: blank.clone(), whole: false },
    }
}

fn as_value(value: &impl Serialize) -> Option<Value> {
    serde_json::from_slice(&serde_json::to_vec(value).ok()?).ok()
}

/// What was kept, with what stands `there` in fields that its program did not have.
fn over(there: &Value, kept: &Value) -> Value {
    match (there, kept) {
        (Value::Object(there), Value::Object(kept)) => {
            Value::Object(there.clone().into_iter().chain(kept.clone()).collect())
        }
        _ => kept.clone(),
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_slice(&serde_json::to_vec(value).ok()?).ok()
}

/// As much of what was kept as holds. What has keys is taken key by key, onto nothing where that holds (so do lists by
/// key), else onto what is there.
fn fitting(there: &Value, kept: &Value, holds: &dyn Fn(&Value) -> bool) -> Value {
    let Value::Object(keys) = kept else { return if holds(kept) { kept } else { there }.clone() };
    if holds(kept) {
        return kept.clone();
    }
    let before = there.as_object().cloned().unwrap_or_default();
    let mut taken = if holds(&Value::Object(Map::new())) { Map::new() } else { before.clone() };
    for (key, value) in keys {
        let with =
            |value: &Value| Value::Object(taken.clone().into_iter().chain([(key.clone(), value.clone())]).collect());
        let now = before.get(key).unwrap_or(&Value::Null);
        let value = fitting(now, value, &|value| holds(&with(value)));
        if holds(&with(&value)) {
            taken.insert(key.clone(), value);
        }
    }
    Value::Object(taken)
}

/// Whether everything that was typed is there.
fn has(taken: &Value, kept: &Value, opened: &Value) -> bool {
    match kept {
        _ if kept == opened => true,
        Value::Object(keys) => keys.iter().all(|(key, value)| {
            let of = |all: &Value| all.get(key).cloned().unwrap_or_default();
            has(&of(taken), value, &of(opened))
        }),
        _ => taken == kept || is_nothing(kept),
    }
}

/// A field in which nothing was typed.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
    enum Through {
        Phone,
    }

    #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
    struct Form {
        way: Option<Through>,
        note: String,
        amounts: BTreeMap<String, u8>,
    }

    fn blank() -> Form {
        Form { way: None, note: "blank".into(), amounts: [("a".into(), 1)].into() }
    }

    fn taken(kept: &Value) -> Taken<Form> {
        super::taken(kept.to_string().as_bytes(), &blank())
    }

    #[test]
    fn a_draft_of_this_program_is_taken_whole() {
        let kept = json!({"way": "Phone", "note": "typed", "amounts": {"b": 2}});
        let typed = Form { way: Some(Through::Phone), note: "typed".into(), amounts: [("b".into(), 2)].into() };
        assert_eq!(taken(&kept), Taken { typed, whole: true });
    }

    #[test]
    fn each_field_that_still_fits_is_taken_and_what_is_new_begins_blank() {
        let Taken { typed, whole } = taken(&json!({"way": "Telegram", "note": "typed"}));
        assert_eq!(typed, Form { note: "typed".into(), ..blank() });
        assert!(!whole, "the way is missing");
        let Taken { typed, whole } = taken(&json!({"way": null, "note": "typed", "amounts": {"b": 2, "c": "many"}}));
        assert_eq!(typed.amounts, [("b".to_owned(), 2)].into(), "without what was taken out of the list");
        assert!(!whole);
        assert_eq!(
            taken(&json!({"note": "typed"})),
            Taken { typed: Form { note: "typed".into(), ..blank() }, whole: true }
        );
    }

    #[test]
    fn a_field_that_is_no_more_is_missed_only_where_something_was_typed() {
        let with = |gone: Value| json!({"way": null, "note": "typed", "amounts": {}, "gone": gone});
        assert!(!taken(&with(json!("typed too"))).whole);
        assert!(taken(&with(json!(""))).whole && taken(&with(Value::Null)).whole);
        let opened = json!({"gone": "as it stood"});
        assert!(fitted(&blank(), &with(json!("as it stood")), &opened).whole);
        assert!(!fitted(&blank(), &with(json!("typed over it")), &opened).whole);
    }

    #[test]
    fn what_is_no_form_at_all_is_missed() {
        assert_eq!(taken(&json!(["typed"])), Taken { typed: blank(), whole: false });
    }
}
