//! An incident in words, a line for each thing that is kept of it beside what happened, for whoever reads what is kept about
//! them.

use domain::incidents::Incident;

use super::page::stopped_words;
use crate::texts::incidents::{form as f, page as p};
use crate::texts::{Lang, Words, day, heard, list};

/// `group`: its name; `staff`: the names of those who were there.
pub fn in_lines(lang: Lang, incident: &Incident, group: Option<&str>, staff: &[String]) -> Vec<String> {
    let actions: Vec<_> = incident.actions.iter().map(|action| action.words(lang).to_owned()).collect();
    let listed = |words: &[String]| (!words.is_empty()).then(|| list(lang, words));
    let told = [
        (p::group(lang), group.map(str::to_owned)),
        (f::injury(lang), (!incident.unfinished).then(|| incident.injury.words(lang).to_owned())),
        (p::stopped(lang), incident.stopped.map(|stopped| stopped_words(lang, stopped))),
        (f::activity(lang), incident.activity.clone()),
        (f::actions(lang), listed(&actions)),
        (f::preventable(lang), incident.preventable.map(|answer| answer.words(lang).to_owned())),
        (f::follow_up_on(lang), incident.follow_up_on.map(|on| day(lang, on))),
        (p::staff(lang), listed(staff)),
    ];
    let unfinished = incident.unfinished.then(|| p::unfinished(lang).to_owned());
    let handled = incident.handled_on.map(|on| p::handled(lang, on));
    heard(told).chain(unfinished).chain(handled).collect()
}
