//! Reads the fields of the desk's forms and collects what is wrong: everything is told at once.

use app::texts::{self, Lang};
use app::ui::FieldError;

pub struct Reading {
    lang: Lang,
    pub errors: Vec<FieldError>,
}

impl Reading {
    pub fn new(lang: Lang) -> Self {
        Self { lang, errors: Vec::new() }
    }

    pub fn wrong<T>(&mut self, field: &'static str, text: impl Into<String>) -> Option<T> {
        self.errors.push(FieldError::new(field, text));
        None
    }

    /// One line without doubled spaces; `missing` is said when it must not be empty.
    pub fn line(
        &mut self,
        field: &'static str,
        typed: &str,
        longest: i64,
        missing: Option<&'static str>,
    ) -> Option<String> {
        let line = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.is_empty() {
            return missing.and_then(|text| self.wrong(field, text));
        }
        if i64::try_from(line.chars().count()).is_ok_and(|length| length <= longest) {
            return Some(line);
        }
        self.wrong(field, texts::common::too_long(self.lang, longest))
    }

    /// One that must be chosen; `found` is the choice as far as it is known.
    pub fn chosen<T>(&mut self, field: &'static str, found: Option<T>, missing: &'static str) -> Option<T> {
        found.or_else(|| self.wrong(field, missing))
    }

    /// An empty field is nothing known; one that cannot be read is an error.
    pub fn maybe<T>(
        &mut self,
        field: &'static str,
        typed: &str,
        text: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        if typed.is_empty() { None } else { read(typed).or_else(|| self.wrong(field, text)) }
    }
}
