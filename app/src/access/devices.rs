//! The organisation's tablets: who works on each, when it was last heard of, and ending it.

use domain::devices::{Keeping, SILENT_DAYS, SILENT_DAYS_UNSENT};
use domain::time::{Day, TimeOfDay};
use leptos::prelude::*;

use super::handed::PATH;
use crate::texts::Lang;
use crate::texts::access::{devices as words, handed};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Empty, ErrorSummary, Field, FieldError, FieldWidth, PageHead, Rows, Tag, Tone,
};

/// One tablet.
#[derive(Clone, Debug)]
pub struct DeviceLine {
    pub id: String,
    /// As somebody named it at its first sign-in, or at the desk since; may be empty.
    pub label: String,
    /// Names of those who have signed in on it.
    pub people: Vec<String>,
    pub since: Day,
    /// Records that it had told of and not sent when it was last heard of.
    pub unsent: i64,
    /// Records on it that cannot be read any more.
    pub damaged: i64,
    /// When a store on it was found thrown away, if lately.
    pub emptied: Option<Day>,
    /// What its program has told last.
    pub told: Option<DeviceTold>,
    /// Nothing has been heard of it for too long.
    pub silent: bool,
    /// Last contact.
    pub seen: (Day, TimeOfDay),
    pub ended: Option<Day>,
}

/// How a tablet is, as its program tells it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceTold {
    /// The program's version.
    pub program: String,
    /// The server has a newer one.
    pub old: bool,
    pub storage: Keeping,
    /// Whole minutes by which its clock is ahead; negative: behind.
    pub minutes_ahead: i64,
}

/// From here on a wrong clock is worth a word.
const CLOCK_OFF_MINUTES: i64 = 2;

impl DeviceTold {
    /// Version, storage and clock, as sentences.
    fn words(&self, lang: Lang) -> String {
        let storage = match self.storage {
            Keeping::Kept => words::storage_kept(lang),
            Keeping::Evictable => words::storage_evictable(lang),
            Keeping::Unknown => words::storage_unknown(lang),
        };
        let clock = match self.minutes_ahead {
            ahead if ahead >= CLOCK_OFF_MINUTES => Some(words::clock_ahead(lang, ahead)),
            behind if behind <= -CLOCK_OFF_MINUTES => Some(words::clock_behind(lang, behind.saturating_neg())),
            _ => None,
        };
        let program =
            if self.old { words::program_old(lang, &self.program) } else { words::program(lang, &self.program) };
        [Some(program), Some(storage.to_owned()), clock].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// What is to be done something about, with how much it matters.
fn tags(lang: Lang, line: &DeviceLine) -> Vec<(String, Tone)> {
    let days = if line.unsent > 0 { SILENT_DAYS_UNSENT } else { SILENT_DAYS };
    let all = [
        line.silent.then(|| (words::silent(lang, days), Tone::Wrong)),
        line.emptied.map(|day| (words::emptied(lang, day), Tone::Wrong)),
        (line.unsent > 0).then(|| (words::unsent(lang, line.unsent), Tone::Look)),
        (line.damaged > 0).then(|| (words::damaged(lang, line.damaged), Tone::Look)),
    ];
    all.into_iter().flatten().collect()
}

/// A name that came back, with what is wrong with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NameTyped {
    /// The tablet's id.
    pub id: String,
    pub label: String,
    pub errors: Vec<FieldError>,
}

pub fn devices(lang: Lang, lines: Vec<DeviceLine>, typed: Option<NameTyped>) -> impl IntoView {
    let empty = lines.is_empty();
    let errors = typed.as_ref().map(|typed| typed.errors.clone()).unwrap_or_default();
    let own = |line: &DeviceLine| typed.clone().filter(|typed| typed.id == line.id);
    let rows: Vec<_> = lines.into_iter().map(|line| row(lang, own(&line), line)).collect();
    view! {
        <PageHead title=words::title(lang) lead=words::lead(lang)>
            <ButtonLink text=handed::title(lang) href=PATH/>
        </PageHead>
        <ErrorSummary lang errors/>
        {if empty {
            view! { <Empty title=words::empty(lang) text=words::empty_text(lang)/> }.into_any()
        } else {
            view! { <Rows label=words::title(lang)>{rows}</Rows> }.into_any()
        }}
    }
}

/// The form that names a tablet anew, open where it came back.
#[component]
fn Rename(lang: Lang, id: String, saved: String, typed: Option<NameTyped>) -> impl IntoView {
    let open = typed.is_some();
    // Several of these stand on one page: the one that came back has the field that the summary of errors leads to.
    let field = if open { "label".to_owned() } else { format!("label-{id}") };
    let (label, errors) = typed.map_or_else(|| (saved.clone(), Vec::new()), |typed| (typed.label, typed.errors));
    view! {
        <details class="more" open=open>
            <summary>{words::rename(lang)}</summary>
            <form class="stack" method="post" action=format!("/devices/{id}/name") novalidate>
                <input type="hidden" name="was" value=saved/>
                <Field lang name="label" id=field label=words::name(lang) value=label
                    hint=Some(words::name_hint(lang).to_owned()) error=FieldError::of(&errors, "label")
                    width=FieldWidth::Middle maxlength=100/>
                <p><Button text=words::save_name(lang)/></p>
            </form>
        </details>
    }
    .into_any()
}

fn row(lang: Lang, typed: Option<NameTyped>, line: DeviceLine) -> impl IntoView {
    let rename = (line.ended.is_none() || typed.is_some()).then(|| {
        let (id, saved) = (line.id.clone(), line.label.clone());
        view! { <Rename lang id saved typed/> }
    });
    let name = if line.label.is_empty() { words::unnamed(lang).to_owned() } else { line.label.clone() };
    let people = line.people.join(", ");
    let end = format!("{} {name}", words::end(lang));
    let told = line.told.as_ref().map(|told| told.words(lang));
    let tags: Vec<_> = tags(lang, &line).into_iter().map(|(text, tone)| view! { <p><Tag text tone/></p> }).collect();
    let lost = line.emptied.map(|_| view! { <p class="row__more">{words::emptied_more(lang)}</p> });
    view! {
        <li class="row">
            <div class="row__body">
                <p class="row__name">{name}</p>
                <p class="row__more">{people}</p>
                <p class="row__more">
                    {words::seen(lang, line.seen.0, line.seen.1)}" "{words::since(lang, line.since)}
                </p>
                {told.map(|told| view! { <p class="row__more">{told}</p> })}
                {tags}
                {lost}
                {rename}
            </div>
            {match line.ended {
                Some(day) => view! { <Tag text=words::ended(lang, day) tone=Tone::Calm/> }.into_any(),
                None => view! {
                    <form method="post" action=format!("/devices/{}/end", line.id) aria-label=end>
                        <Button text=words::end(lang) kind=ButtonKind::Danger/>
                    </form>
                }.into_any(),
            }}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> DeviceLine {
        let day = Day::new(2026, 9, 8).unwrap();
        DeviceLine {
            id: "1".into(),
            label: String::new(),
            people: Vec::new(),
            since: day,
            unsent: 0,
            damaged: 0,
            emptied: None,
            told: None,
            silent: false,
            seen: (day, "13:00".parse().unwrap()),
            ended: None,
        }
    }

    fn said(line: &DeviceLine) -> Vec<String> {
        tags(Lang::Fi, line).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn a_tablet_of_which_nothing_is_heard_says_for_how_long_by_what_it_has_told() {
        assert_eq!(said(&line()), [""; 0]);
        assert_eq!(said(&DeviceLine { silent: true, ..line() }), ["ei yhteyttä yli 30 päivään"]);
        let waits = DeviceLine { silent: true, unsent: 3, ..line() };
        assert_eq!(said(&waits), ["ei yhteyttä yli 7 päivään", "3 merkintää lähettämättä"]);
    }

    #[test]
    fn a_clock_is_told_only_when_somebody_would_notice() {
        let told = |minutes_ahead| {
            let program = "0.1.0".into();
            DeviceTold { program, old: false, storage: Keeping::Evictable, minutes_ahead }.words(Lang::Fi)
        };
        assert_eq!(told(1), "Ohjelma 0.1.0. Selain voi tyhjentää tabletin muistin.");
        assert!(told(5).ends_with("Kello on 5 minuuttia edellä."), "{}", told(5));
        assert!(told(-90).ends_with("Kello on 90 minuuttia jäljessä."), "{}", told(-90));
    }

    #[test]
    fn a_program_that_the_server_has_newer_is_called_old() {
        let told = |old| DeviceTold { program: "0.1.0".into(), old, storage: Keeping::Kept, minutes_ahead: 0 };
        assert!(told(true).words(Lang::Fi).starts_with("Ohjelma 0.1.0 on vanha. "));
        assert!(told(false).words(Lang::Fi).starts_with("Ohjelma 0.1.0. "));
    }
}
