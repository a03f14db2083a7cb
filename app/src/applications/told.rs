//! An application in words, a line for each thing that is kept of it, for whoever reads what is kept about them.

use std::collections::HashMap;

use domain::applications::{Answers, Application};
use domain::ids::GroupId;
use domain::time::Day;

use super::page::past_offer;
use crate::texts::applications::{form as f, page as p, queue};
use crate::texts::{Lang, NO_FIGURE, Words, capital, common, heard, list};

/// `names`: of the groups that it names; `by`: the name of whoever decided.
pub fn in_lines(
    lang: Lang,
    application: &Application,
    today: Day,
    names: &HashMap<GroupId, String>,
    by: Option<&str>,
) -> Vec<String> {
    let Application { start, answers, decided, offers, .. } = application;
    let name = |group: GroupId| names.get(&group).map_or(NO_FIGURE, String::as_str);
    let wishes: Vec<_> = answers.wishes.iter().map(|group| name(*group).to_owned()).collect();
    let begun = [
        (p::channel(lang), Some(start.channel.words(lang).to_owned())),
        (p::referred_by(lang), start.referred_by.clone()),
        (p::own_yes(lang), answers.own_yes.map(|yes| p::yes_heard(lang, yes.on, yes.by.words(lang)))),
        (p::wishes(lang), (!wishes.is_empty()).then(|| list(lang, &wishes))),
    ];
    let decided = decided.as_ref().map(|decided| p::decided_by(lang, decided.on, by.unwrap_or(NO_FIGURE)));
    let offered = offers.iter().map(|offer| match offer.is_open(today) {
        true => capital(&queue::offered(lang, name(offer.group), offer.until)),
        false => past_offer(lang, offer, name(offer.group)),
    });
    heard(begun).chain(answered(lang, answers)).chain(decided).chain(offered).collect()
}

/// What was told, each question with its answer.
fn answered(lang: Lang, answers: &Answers) -> Vec<String> {
    let Answers { home, activity, function, no_transport, pension, exception_reason, remark, .. } = answers;
    let yes_or_no = |yes: bool| if yes { common::yes(lang) } else { common::no(lang) };
    let signs = [f::walk500(lang), f::stairs(lang), f::fell(lang), f::aid(lang), f::memory(lang)];
    let signs = signs.into_iter().zip(function.signs());
    let signs = signs.map(|(asked, yes)| (asked, yes.map(|yes| yes_or_no(yes).to_owned())));
    let lives = [
        (f::home(lang), home.map(|home| home.words(lang).to_owned())),
        (f::strength_days(lang), activity.strength_days.map(|days| days.to_string())),
        (f::brisk_minutes(lang), activity.brisk_minutes.map(|minutes| minutes.to_string())),
    ];
    let rest = [
        (f::exception_reason(lang), exception_reason.clone()),
        (f::no_transport(lang), no_transport.map(|said| said.words(lang).to_owned())),
        (f::pension(lang), pension.map(|said| said.words(lang).to_owned())),
        (p::remark(lang), remark.clone()),
    ];
    heard(lives.into_iter().chain(signs).chain(rest)).collect()
}
