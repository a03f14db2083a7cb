//! The goals of a council term: seen and set by the officer, with what they are measured by and how each year went.

use std::collections::BTreeMap;

use app::outcomes::council::goal_form::{
    GoalLine, GoalPage, GoalView, GoalsPage, GoalsView, OF_INDICATOR, TypedGoal, TypedGroup,
};
use app::texts::{self, Lang};
use app::ui::{FieldError, Way};
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::fields::LINE;
use domain::outcomes::PageKind;
use domain::outcomes::goals::{Goal, GoalBlock, MOST_GOALS, MOST_OF_REVIEW, Measured, Rating, TargetGroup};
use domain::outcomes::indicators::Followed;
use domain::time::Day;
use leptos::prelude::*;
use serde::Serialize;

use super::super::figures::{chosen_period, code, words};
use super::super::saving::{Sent, saved_beside};
use super::super::{Reader, form_status, page_with_status, see_other};
use super::too_long;
use crate::access::Actor;
use crate::audit::{self, Entry};
use crate::error::Error;
use crate::outcomes::council::Version;
use crate::outcomes::goals::{Goals, Part, of_term, write};
use crate::outcomes::periods::{FixedPeriod, fixed_periods};
use crate::routes::Routes;
use crate::state::AppState;

pub(super) const HERE: &str = "/figures/goals";
const EDIT: &str = "/figures/goals/edit";

/// Nothing that is measured here is more.
const MOST: f64 = 1_000_000.0;

/// Decimals of a number at most.
const MOST_DECIMALS: usize = 3;

pub fn routes(routes: Routes) -> Routes {
    routes.get(HERE, list).post(HERE, save_group).get(EDIT, edit).post(EDIT, save)
}

/// Which term, which goal of it, words of which language and the review of which year.
#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    period: String,
    #[serde(default)]
    goal: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    said: String,
}

/// The terms that can be chosen on that day, the newest first.
fn terms(today: Day) -> Vec<FixedPeriod> {
    fixed_periods(today).into_iter().filter(|period| period.page_kind() == PageKind::CouncilTerm).collect()
}

impl Asked {
    /// Without a code the term of today.
    fn term(&self, today: Day) -> Result<FixedPeriod, Error> {
        if self.period.is_empty() {
            return terms(today).first().copied().ok_or(Error::NotFound);
        }
        let period = chosen_period(&self.period, today)?;
        Some(period).filter(|period| period.page_kind() == PageKind::CouncilTerm).ok_or(Error::NotFound)
    }

    fn form(&self, lang: Lang, today: Day) -> Result<OneGoal, Error> {
        let term = self.term(today)?;
        let number: Option<u8> = if self.goal.is_empty() { Some(1) } else { self.goal.parse().ok() };
        let number = number.filter(|number| (1..=MOST_GOALS).contains(number)).ok_or(Error::NotFound)?;
        let years = years(&term, today);
        let year = self.year.parse::<i32>().ok().filter(|year| years.contains(year)).or_else(|| years.first().copied());
        let (of, year) = (Lang::from_code(&self.language).unwrap_or(lang.alone()), year.ok_or(Error::NotFound)?);
        Ok(OneGoal { term, number, of, year })
    }
}

/// Those of a term that have begun, the newest first.
fn years(term: &FixedPeriod, today: Day) -> Vec<i32> {
    (term.from.year()..=term.to.year().min(today.year())).rev().collect()
}

/// A form: a goal with its words in one language and the review of one year.
#[derive(Clone, Copy)]
struct OneGoal {
    term: FixedPeriod,
    number: u8,
    of: Lang,
    year: i32,
}

impl OneGoal {
    fn address(self) -> String {
        let Self { term, number, of, year } = self;
        format!("{EDIT}?period={}&goal={number}&language={}&year={year}", code(&term), of.code())
    }
}

/// The page of a term.
fn here(term: &FixedPeriod) -> String {
    format!("{HERE}?period={}", code(term))
}

fn saved_at(term: &FixedPeriod) -> String {
    format!("{}&said=saved", here(term))
}

async fn list(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let today = actor.scope.today();
    let term = asked.term(today)?;
    let all = of_term(&mut state.db.read(&actor.scope).await?, &term).await?;
    let group = TypedGroup::of(reader.lang, group_of(&all));
    let form = GroupForm { group, next: next_of(all.target_group.as_ref()).to_string(), errors: Vec::new() };
    Ok(draw_list(&reader, (&term, today), all, form, asked.said == "saved").await)
}

/// What stands in the form of the target group.
struct GroupForm {
    group: TypedGroup,
    next: String,
    errors: Vec<FieldError>,
}

fn group_of(all: &Goals) -> Option<&TargetGroup> {
    all.target_group.as_ref().and_then(|version| version.body.as_ref())
}

/// The version that comes after it.
fn next_of<T>(newest: Option<&Version<T>>) -> i64 {
    newest.map_or(1, |newest| newest.number + 1)
}

async fn draw_list(
    reader: &Reader,
    (term, today): (&FixedPeriod, Day),
    all: Goals,
    form: GroupForm,
    saved: bool,
) -> Response {
    let (lang, status) = (reader.lang, form_status(&form.errors));
    let reader = Reader { here: here(term), ..reader.clone() };
    let goals: Vec<_> = all.goals.into_iter().filter(|(_, goal)| !goal.body.is_empty()).collect();
    let free = (1..=MOST_GOALS).find(|number| goals.iter().all(|(taken, _)| taken != number));
    let year = years(term, today).first().copied().unwrap_or(term.from.year());
    let href = |number| OneGoal { term: *term, number, of: lang.alone(), year }.address();
    let line = |(number, version): (u8, Version<Goal>)| {
        let Version { body: goal, made_at, by, .. } = version;
        GoalLine { goal, made_at, by, href: href(number) }
    };
    let way = |one: &FixedPeriod| Way { href: here(one), words: words(lang, one), current: one == term };
    let view = GoalsView {
        term: words(lang, term),
        terms: terms(today).iter().map(way).collect(),
        add: free.map(href),
        goals: goals.into_iter().map(line).collect(),
        followed: all.followed,
        group: form.group,
        action: here(term),
        next: form.next,
        saved,
        errors: form.errors,
    };
    let title = texts::goals::title(lang);
    page_with_status(&reader, status, title, move || view! { <GoalsPage lang view/> }.into_any()).await
}

async fn save_group(Query(asked): Query<Asked>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::SeeFigures)?;
    let (lang, today) = (sent.lang(), sent.scope().today());
    let term = asked.term(today)?;
    let one = |name: &str| sent.fields.one(name).to_owned();
    let (group, mut next) = (TypedGroup { percent: one("percent"), source: one("source") }, one("next"));
    loop {
        let all = of_term(&mut sent.state.db.read(sent.scope()).await?, &term).await?;
        let now = group_of(&all);
        let read = read_group(lang, &group).map(|read| Some(read).filter(|read| read.as_ref() != now));
        let saved = || {
            let now = TypedGroup::of(lang, now);
            let same = [now.percent == group.percent, now.source == group.source];
            saved_beside(lang, [("percent", &now.percent, same[0]), ("source", &now.source, same[1])])
        };
        let version = next_of(all.target_group.as_ref());
        match sent.over_beside(version, &mut next, "percent", read, saved) {
            // The button was pressed twice, or nothing was changed.
            Ok(None) => return Ok(see_other(&saved_at(&term))),
            Ok(Some(read)) => {
                if keep(&sent, &term, Part::TargetGroup, (version, &read)).await? {
                    return Ok(see_other(&saved_at(&term)));
                }
                // Somebody was first, a moment ago: the form is held against theirs.
            }
            Err(errors) => {
                let form = GroupForm { group, next, errors };
                return Ok(draw_list(&sent.reader, (&term, today), all, form, false).await);
            }
        }
    }
}

/// The estimate as it was typed, nothing where both fields are empty, or what is wrong with it.
fn read_group(lang: Lang, typed: &TypedGroup) -> Result<Option<TargetGroup>, Vec<FieldError>> {
    use texts::goals::error as e;
    if typed.percent.is_empty() && typed.source.is_empty() {
        return Ok(None);
    }
    let percent = number(&typed.percent).filter(|percent| *percent > 0.0 && *percent <= 100.0);
    let mut errors = Vec::new();
    if percent.is_none() {
        errors.push(FieldError::new("percent", e::percent(lang)));
    }
    if typed.source.is_empty() {
        errors.push(FieldError::new("source", e::source(lang)));
    }
    errors.extend(too_long(lang, &typed.source, LINE).map(|wrong| FieldError::new("source", wrong)));
    match percent {
        Some(percent) if errors.is_empty() => Ok(Some(TargetGroup { percent, source: typed.source.clone() })),
        _ => Err(errors),
    }
}

/// A number that is not below nothing, with few decimals; people write "6,5".
fn number(typed: &str) -> Option<f64> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace()).collect::<String>().replace(',', ".");
    let is_plain = plain.starts_with(|c: char| c.is_ascii_digit())
        && plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && plain.split_once('.').is_none_or(|(_, decimals)| (1..=MOST_DECIMALS).contains(&decimals.len()));
    plain.parse::<f64>().ok().filter(|number| is_plain && *number <= MOST)
}

async fn edit(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let (lang, today) = (reader.lang, actor.scope.today());
    let of = asked.form(lang, today)?;
    let now = Now::of(of_term(&mut state.db.read(&actor.scope).await?, &of.term).await?, of.number);
    let typed = TypedGoal::of(lang, &now.goal, (of.of, of.year));
    let next = now.next.to_string();
    Ok(draw(&reader, (of, today), now.form(typed, next, Vec::new())).await)
}

/// A goal as it is written now, nothing of one that was taken away, and the version that comes next.
struct Now {
    goal: Goal,
    next: i64,
    /// Indicators by which it can be measured.
    followed: Vec<Followed>,
}

impl Now {
    fn of(mut all: Goals, number: u8) -> Self {
        let newest = all.goals.remove(&number);
        let next = next_of(newest.as_ref());
        let goal = newest.map(|newest| newest.body).filter(|goal| !goal.is_empty());
        Self { goal: goal.unwrap_or_else(Goal::empty), next, followed: all.followed }
    }

    fn form(self, typed: TypedGoal, next: String, errors: Vec<FieldError>) -> GoalForm {
        GoalForm { typed, next, followed: self.followed, is_there: !self.goal.is_empty(), errors }
    }
}

/// What stands in the form of a goal.
struct GoalForm {
    typed: TypedGoal,
    next: String,
    followed: Vec<Followed>,
    is_there: bool,
    errors: Vec<FieldError>,
}

async fn draw(reader: &Reader, (of, today): (OneGoal, Day), form: GoalForm) -> Response {
    let GoalForm { typed, next, followed, is_there, errors } = form;
    let (lang, status) = (reader.lang, form_status(&errors));
    let reader = Reader { here: of.address(), ..reader.clone() };
    let way = |one: OneGoal, words: String, current: bool| Way { href: one.address(), words, current };
    let languages = Lang::ALL.map(|one| way(OneGoal { of: one, ..of }, one.own_name().to_owned(), one == of.of));
    let years = years(&of.term, today);
    let years = years.into_iter().map(|year| way(OneGoal { year, ..of }, year.to_string(), year == of.year));
    let view = GoalView {
        number: of.number,
        typed,
        of: of.of,
        year: of.year,
        languages: languages.into(),
        years: years.collect(),
        action: of.address(),
        back: (here(&of.term), texts::goals::title(lang).to_owned()),
        next,
        followed,
        is_there,
        errors,
    };
    let title = texts::goals::title(lang);
    page_with_status(&reader, status, title, move || view! { <GoalPage lang view/> }.into_any()).await
}

async fn save(Query(asked): Query<Asked>, sent: Sent) -> Result<Response, Error> {
    sent.scope().require(Action::SeeFigures)?;
    let (lang, today) = (sent.lang(), sent.scope().today());
    let of = asked.form(lang, today)?;
    let (typed, mut next) = (typed(&sent), sent.fields.one("next").to_owned());
    loop {
        let now = Now::of(of_term(&mut sent.state.db.read(sent.scope()).await?, &of.term).await?, of.number);
        let removed = sent.fields.one("remove") == "yes";
        let read = if removed { Ok(Goal::empty()) } else { read(lang, of, &typed, &now.goal) };
        let read = read.map(|read| Some(read).filter(|read| *read != now.goal));
        let saved = || beside(lang, &typed, &TypedGoal::of(lang, &now.goal, (of.of, of.year)));
        match sent.over_beside(now.next, &mut next, GoalBlock::Aim.code(), read, saved) {
            Ok(None) => return Ok(see_other(&saved_at(&of.term))),
            Ok(Some(goal)) => {
                if keep(&sent, &of.term, Part::Goal(of.number), (now.next, &goal)).await? {
                    return Ok(see_other(&saved_at(&of.term)));
                }
                // Somebody was first, a moment ago: the form is held against theirs.
            }
            Err(errors) => return Ok(draw(&sent.reader, (of, today), now.form(typed, next, errors)).await),
        }
    }
}

fn typed(sent: &Sent) -> TypedGoal {
    let one = |name: &str| sent.fields.one(name).replace("\r\n", "\n");
    let words = GoalBlock::ALL.iter().map(|block| (*block, one(block.code())));
    TypedGoal {
        words: words.filter(|(_, words)| !words.is_empty()).collect(),
        measured: one("measured"),
        start: one("start"),
        target: one("target"),
        rating: one("rating"),
        review: one("review"),
    }
}

/// What is saved now beside each field of words in which something else was typed.
fn beside(lang: Lang, typed: &TypedGoal, now: &TypedGoal) -> Vec<FieldError> {
    let word = |of: &TypedGoal, block: GoalBlock| of.words.get(&block).cloned().unwrap_or_default();
    let blocks = GoalBlock::ALL.iter().map(|block| (block.code(), word(typed, *block), word(now, *block)));
    let rest = [("start", &typed.start, &now.start), ("target", &typed.target, &now.target)];
    let rest = rest.into_iter().chain([("review", &typed.review, &now.review)]);
    let all = blocks.chain(rest.map(|(name, typed, now)| (name, typed.clone(), now.clone())));
    saved_beside(lang, all.map(|(name, typed, now)| (name, now.clone(), typed == now)))
}

/// The goal as it becomes by what was typed, or what is wrong with it.
fn read(lang: Lang, of: OneGoal, typed: &TypedGoal, now: &Goal) -> Result<Goal, Vec<FieldError>> {
    use texts::goals::error as e;
    if *typed == TypedGoal::of(lang, now, (of.of, of.year)) {
        return Ok(now.clone());
    }
    let (start, target) = (number(&typed.start), number(&typed.target));
    let mut errors = wrong_words(lang, typed, now.words.keys().any(|other| other != of.of.code()));
    for (name, typed, read) in [("start", &typed.start, start), ("target", &typed.target, target)] {
        if read.is_none() && !typed.is_empty() {
            errors.push(FieldError::new(name, e::number(lang)));
        }
    }
    errors.extend(too_long(lang, &typed.review, MOST_OF_REVIEW).map(|wrong| FieldError::new("review", wrong)));
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut goal = Goal { start, target, ..now.clone() };
    (goal.measured, goal.indicator) = measured(&typed.measured);
    put(&mut goal.words, of.of, typed.words.clone(), BTreeMap::is_empty);
    let mut review = goal.reviews.remove(&of.year).unwrap_or_default();
    review.rating = Rating::from_code(&typed.rating);
    put(&mut review.words, of.of, typed.review.clone(), String::is_empty);
    if review.rating.is_some() || !review.words.is_empty() {
        goal.reviews.insert(of.year, review);
    }
    Ok(goal)
}

/// By what, and by which indicator.
fn measured(code: &str) -> (Measured, Option<i64>) {
    match code.strip_prefix(OF_INDICATOR).map(str::parse) {
        Some(Ok(id)) => (Measured::Indicator, Some(id)),
        _ => (Measured::from_code(code).unwrap_or(Measured::Words), None),
    }
}

/// Of a language; what is empty is not there.
fn put<T>(all: &mut BTreeMap<String, T>, of: Lang, words: T, is_empty: fn(&T) -> bool) {
    let code = of.code().to_owned();
    if is_empty(&words) {
        all.remove(&code);
    } else {
        all.insert(code, words);
    }
}

/// A goal says what it is and who answers for it, in one language at least; `elsewhere`: it does in another.
fn wrong_words(lang: Lang, typed: &TypedGoal, elsewhere: bool) -> Vec<FieldError> {
    use texts::goals::error as e;
    let needed = [(GoalBlock::Aim, e::aim(lang)), (GoalBlock::Owner, e::owner(lang))];
    let may_lack = elsewhere && typed.words.is_empty();
    let missing = needed.into_iter().filter(|(block, _)| !may_lack && !typed.words.contains_key(block));
    let missing = missing.map(|(block, wrong)| FieldError::new(block.code(), wrong));
    let long = typed.words.iter().filter_map(|(block, words)| {
        too_long(lang, words, block.most()).map(|wrong| FieldError::new(block.code(), wrong))
    });
    missing.chain(long).collect()
}

async fn keep<T: Serialize + Sync>(
    sent: &Sent,
    term: &FixedPeriod,
    part: Part,
    written: (i64, &T),
) -> Result<bool, Error> {
    let (state, now) = (&sent.state, sent.state.now());
    let kept = state.write(sent.scope(), |mut tx| async move {
        let kept = write(&mut tx, term, part, written, now).await?;
        if kept {
            let fields = format!("period={} part={} version={}", code(term), part.code(), written.0);
            let entry = Entry { fields, ..Entry::at_the_desk(&sent.actor, now, "figures.goals", &sent.request_id) };
            audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
        }
        Ok(tx.done(kept))
    });
    kept.await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_typed_with_a_comma_or_a_point_and_is_not_below_nothing() {
        for (typed, read) in [("3", 3.0), ("6,5", 6.5), ("6.5", 6.5), ("1\u{a0}200", 1200.0), ("0", 0.0)] {
            assert_eq!(number(typed), Some(read), "{typed}");
        }
        for wrong in ["", "-1", "1,2345", "1,", ",5", "1,2,3", "1e5", "inf", "NaN", "1000001", "kuusi"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_estimate_of_the_target_group_needs_a_share_and_a_source() {
        let read = |percent: &str, source: &str| {
            read_group(Lang::Fi, &TypedGroup { percent: percent.to_owned(), source: source.to_owned() })
        };
        let wrong = |percent, source| read(percent, source).map_or_else(|errors| errors.len(), |_| 0);
        assert_eq!(read("", ""), Ok(None), "it is taken away");
        assert_eq!(read("12,5", "Arvio"), Ok(Some(TargetGroup { percent: 12.5, source: "Arvio".to_owned() })));
        assert_eq!([wrong("0", "Arvio"), wrong("101", "Arvio"), wrong("12,5", ""), wrong("", "Arvio")], [1; 4]);
        assert_eq!(wrong("x", ""), 2);
    }

    #[test]
    fn a_goal_keeps_other_languages_and_years_and_says_who_answers_for_it() {
        let term = terms(Day::new(2027, 3, 1).unwrap())[0];
        let form = |of, year| OneGoal { term, number: 1, of, year };
        let typed = |aim: &str, review: &str| TypedGoal {
            words: [(GoalBlock::Aim, aim), (GoalBlock::Owner, "Liikuntapalvelut")]
                .into_iter()
                .filter(|_| !aim.is_empty())
                .map(|(block, words)| (block, words.to_owned()))
                .collect(),
            measured: "residents".to_owned(),
            target: "6,5".to_owned(),
            review: review.to_owned(),
            ..TypedGoal::default()
        };
        let first = read(Lang::Fi, form(Lang::Fi, 2026), &typed("Kunto", "Hyvin"), &Goal::empty()).unwrap();
        let both = read(Lang::Fi, form(Lang::Sv, 2027), &typed("Kondition", "Bra"), &first).unwrap();
        assert_eq!((both.word("fi", GoalBlock::Aim), both.word("sv", GoalBlock::Aim)), ("Kunto", "Kondition"));
        assert_eq!(both.reviews.keys().copied().collect::<Vec<_>>(), [2026, 2027]);
        assert_eq!((both.measured, both.target), (Measured::Residents, Some(6.5)));
        assert_eq!(TypedGoal::of(Lang::Fi, &both, (Lang::Fi, 2026)), typed("Kunto", "Hyvin"));
        let away = read(Lang::Fi, form(Lang::Sv, 2027), &typed("", ""), &first);
        assert_eq!(away.as_ref(), Ok(&first), "in one language it may be left out");
        let wrong = read(Lang::Fi, form(Lang::Fi, 2026), &typed("", ""), &first).unwrap_err();
        assert_eq!(wrong.iter().map(|error| error.field).collect::<Vec<_>>(), ["aim", "owner"]);
        let nothing = TypedGoal::of(Lang::Fi, &Goal::empty(), (Lang::Fi, 2026));
        assert_eq!(
            read(Lang::Fi, form(Lang::Fi, 2026), &nothing, &Goal::empty()),
            Ok(Goal::empty()),
            "nothing was typed"
        );
        let mut nobody = typed("Kunto", "");
        nobody.words.remove(&GoalBlock::Owner);
        let wrong = read(Lang::Fi, form(Lang::Fi, 2026), &nobody, &Goal::empty()).unwrap_err();
        assert_eq!(wrong.iter().map(|error| error.field).collect::<Vec<_>>(), ["owner"]);
    }
}
