//! Find a group: what a library or a pharmacy opens for a customer. No sign-in, nobody's data.

use domain::devices::Help;
use domain::groups::{GroupKind, Level};
use domain::time::{Day, TimeOfDay};
use leptos::prelude::*;
use serde::Deserialize;

use crate::texts::{Lang, Words as _, at_time, capital, find as t, places, weekday};
use crate::ui::{Button, ButtonKind, ButtonLink, Icon, IconView, Notice, SelectField, Tone, options};

/// How much room there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Room {
    /// So many places, at least one.
    Free(i64),
    /// In the queue wait at least so many; few, where nothing stands here.
    Full(Option<i64>),
    /// Nobody has said how many it holds.
    NotKnown,
}

/// What somebody can ask of the place in which a group meets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Amenity {
    StepFree,
    Toilet,
    Bus,
    Defibrillator,
}

impl Amenity {
    pub const ALL: [Self; 4] = [Self::StepFree, Self::Toilet, Self::Bus, Self::Defibrillator];

    /// As the page's address names it.
    const fn name(self) -> &'static str {
        match self {
            Self::StepFree => "step_free",
            Self::Toilet => "toilet",
            Self::Bus => "bus",
            Self::Defibrillator => "aed",
        }
    }

    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::StepFree => places::step_free_yes(lang),
            Self::Toilet => places::toilet_yes(lang),
            Self::Bus => places::bus_yes(lang),
            Self::Defibrillator => places::aed(lang),
        }
    }
}

/// What somebody looks for: parts of the page's address; what is empty narrows nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// The ISO week day.
    pub day: String,
    pub area: String,
    /// The code of a [`GroupKind`].
    pub kind: String,
    /// The code of a [`Level`].
    pub level: String,
    pub step_free: String,
    pub toilet: String,
    pub bus: String,
    pub aed: String,
}

impl Wanted {
    const fn asks_for(&self, way: Amenity) -> bool {
        let typed = match way {
            Amenity::StepFree => &self.step_free,
            Amenity::Toilet => &self.toilet,
            Amenity::Bus => &self.bus,
            Amenity::Defibrillator => &self.aed,
        };
        !typed.is_empty()
    }

    fn ways(&self) -> impl Iterator<Item = Amenity> {
        Amenity::ALL.into_iter().filter(|way| self.asks_for(*way))
    }

    fn day(&self) -> Option<u8> {
        self.day.parse().ok().filter(|day| (1..=7).contains(day))
    }

    fn kind(&self) -> Option<GroupKind> {
        GroupKind::from_code(&self.kind)
    }

    fn level(&self) -> Option<Level> {
        Level::from_code(&self.level)
    }

    /// Whether it narrows anything.
    pub fn narrows(&self) -> bool {
        self.day().is_some()
            || !self.area.is_empty()
            || self.kind().is_some()
            || self.level().is_some()
            || self.ways().next().is_some()
    }

    /// Whether that is a day on which somebody looks for a group.
    pub fn fits_on(&self, day: u8) -> bool {
        self.day().is_none_or(|wanted| wanted == day)
    }

    /// Whether the group has all that is looked for, on whichever day.
    pub fn fits(&self, group: &OpenGroup) -> bool {
        (self.area.is_empty() || group.area.as_deref() == Some(self.area.as_str()))
            && self.kind().is_none_or(|kind| kind == group.kind)
            && self.level().is_none_or(|level| Some(level) == group.level)
            && self.ways().all(|way| group.ways.contains(&way))
    }

    /// What is looked for, in words.
    fn words(&self, lang: Lang) -> Vec<String> {
        let day = self.day().map(|day| weekday(lang, day).to_owned());
        let area = (!self.area.is_empty()).then(|| self.area.clone());
        let kind = self.kind().map(|kind| kind.words(lang).to_owned());
        let level = self.level().map(|level| level.words(lang).to_owned());
        let ways = self.ways().map(|way| way.words(lang).to_owned());
        [day, area, kind, level].into_iter().flatten().chain(ways).collect()
    }
}

/// What the page's groups can be narrowed by, and are. What leads nowhere is no choice.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Narrowing {
    pub wanted: Wanted,
    /// The page without narrowing.
    pub all: String,
    /// Of the municipality, where the address names it.
    pub municipality: Option<String>,
    days: Vec<u8>,
    areas: Vec<String>,
    kinds: Vec<GroupKind>,
    levels: Vec<Level>,
    ways: Vec<Amenity>,
}

impl Narrowing {
    /// By what these groups differ, which meet on these days; of an area in which none of them meets nothing is kept.
    pub fn of(wanted: Wanted, days: &[u8], groups: &[&OpenGroup]) -> Self {
        let mut areas: Vec<_> = groups.iter().filter_map(|group| group.area.clone()).collect();
        areas.sort();
        areas.dedup();
        let meets = |kind: &GroupKind| groups.iter().any(|group| group.kind == *kind);
        let asks = |level: &Level| groups.iter().any(|group| group.level == Some(*level));
        let has = |way: &Amenity| groups.iter().any(|group| group.ways.contains(way));
        let area = if areas.contains(&wanted.area) { wanted.area.clone() } else { String::new() };
        Self {
            wanted: Wanted { area, ..wanted },
            kinds: GroupKind::ALL.iter().copied().filter(meets).collect(),
            levels: Level::ALL.iter().copied().filter(asks).collect(),
            ways: Amenity::ALL.into_iter().filter(has).collect(),
            days: days.to_vec(),
            areas,
            ..Self::default()
        }
    }

    fn can(&self) -> bool {
        let differ = self.days.len() > 1 || self.areas.len() > 1 || self.kinds.len() > 1;
        differ || !self.levels.is_empty() || !self.ways.is_empty()
    }
}

/// Somebody who leads a group, as everybody may know them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenLeader {
    /// The first name.
    pub name: String,
    /// The number, where its holder lets everybody read it.
    pub phone: Option<String>,
}

/// A group as everybody may know it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenGroup {
    pub name: String,
    pub kind: GroupKind,
    /// How much it asks of those who take part, where that is known.
    pub level: Option<Level>,
    pub place: Option<String>,
    /// How to get there and in, where that is known.
    pub way: Vec<String>,
    /// Where the nearest defibrillator is.
    pub aed: Option<String>,
    pub starts_at: Option<TimeOfDay>,
    pub minutes: Option<u16>,
    /// The other week days on which it meets.
    pub also_on: Vec<u8>,
    /// The first day of a season that is still to come.
    pub begins: Option<Day>,
    pub leaders: Vec<OpenLeader>,
    pub room: Room,
    /// The municipality's own name for that part of it, else the postal code, else the house.
    pub area: Option<String>,
    /// What is known of the way to the place and in.
    pub ways: Vec<Amenity>,
}

/// What the page shows.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FindView {
    /// The municipality's name.
    pub place: String,
    /// Others to choose from: address and name.
    pub others: Vec<(String, String)>,
    /// By ISO week day, each with its groups by time.
    pub days: Vec<(u8, Vec<OpenGroup>)>,
    /// How they are narrowed, and can be.
    pub narrowing: Narrowing,
    /// Whether there is a number to call, which stands at the foot of the page.
    pub has_phone: bool,
    /// Where the form to apply by stands; none where no municipality is chosen.
    pub form: Option<String>,
    /// Whether it can be sent, or printed alone.
    pub is_open: bool,
}

#[component]
pub fn FindPage(lang: Lang, view: FindView) -> impl IntoView {
    let FindView { place, others, days, narrowing, has_phone, form, is_open } = view;
    let none = days.is_empty() && others.is_empty() && !narrowing.wanted.narrows();
    let nothing_fits = days.is_empty() && narrowing.wanted.narrows();
    let days: Vec<_> = days.into_iter().map(|(day, groups)| view! { <DayGroups lang day groups/> }).collect();
    let others: Vec<_> = others.into_iter().map(|(href, text)| view! { <ButtonLink text href/> }).collect();
    view! {
        <h1>{t::title(lang)}</h1>
        {(!place.is_empty()).then(|| view! { <p class="own__label">{place}</p> })}
        <p>{t::lead(lang)}" "{t::what(lang)}</p>
        {(!others.is_empty()).then(|| view! {
            <nav class="own__ways" aria-label=t::choose(lang)><h2>{t::choose(lang)}</h2>{others}</nav>
        })}
        {none.then(|| view! { <Notice tone=Tone::Told title=t::none(lang)/> })}
        // The list is long: whoever has read enough need not go through it.
        {(!days.is_empty()).then(|| view! { <p><ButtonLink text=t::join(lang) href="#join"/></p> })}
        <Narrow lang narrowing/>
        {nothing_fits.then(|| view! { <Notice tone=Tone::Told title=t::narrow::none(lang)/> })}
        {days}
        <section class="find__join" id="join">
            <h2>{t::join(lang)}</h2>
            <p>{if has_phone { t::call(lang) } else { t::no_phone(lang) }}</p>
            {form.map(|href| match is_open {
                true => view! { <ButtonLink text=t::apply(lang) href/><p>{t::paper(lang)}</p> }.into_any(),
                false => view! { <ButtonLink text=t::print_form(lang) href/> }.into_any(),
            })}
            <p>{t::relative(lang)}</p>
            <p><a href="/own/sign-in">{t::own(lang)}</a></p>
            <p><a href=crate::exercises::PATH>{crate::texts::exercises::title(lang)}</a></p>
        </section>
    }
    .into_any()
}

/// A form that changes nothing, so it works without a script and its answer has an address. Whoever presses comes to
/// what was found: on a phone the same form would stand there, as if nothing had happened.
#[component]
fn Narrow(lang: Lang, narrowing: Narrowing) -> impl IntoView {
    let can = narrowing.can();
    let Narrowing { wanted, all, municipality, days, areas, kinds, levels, ways } = narrowing;
    let now = wanted.words(lang);
    let days = (days.len() > 1).then(|| {
        let days = days.into_iter().map(|day| (day.to_string(), capital(weekday(lang, day))));
        let options = options(t::narrow::any_day(lang), days);
        view! { <SelectField lang name="day" label=t::narrow::day(lang) options chosen=wanted.day.clone()/> }
    });
    let areas = (areas.len() > 1).then(|| {
        let options = options(t::narrow::any_area(lang), areas.into_iter().map(|area| (area.clone(), area)));
        view! { <SelectField lang name="area" label=t::narrow::area(lang) options chosen=wanted.area.clone()/> }
    });
    let kinds = (kinds.len() > 1).then(|| {
        let kinds = kinds.into_iter().map(|kind| (kind.code().to_owned(), capital(kind.words(lang))));
        let options = options(t::narrow::any_kind(lang), kinds);
        view! { <SelectField lang name="kind" label=t::narrow::kind(lang) options chosen=wanted.kind.clone()/> }
    });
    let levels = (!levels.is_empty()).then(|| {
        let levels = levels.into_iter().map(|level| (level.code().to_owned(), capital(level.words(lang))));
        let options = options(t::narrow::any_level(lang), levels);
        view! { <SelectField lang name="level" label=t::narrow::level(lang) options chosen=wanted.level.clone()/> }
    });
    let ticks: Vec<_> = ways.into_iter().map(|way| view! { <WayTick lang way chosen=wanted.asks_for(way)/> }).collect();
    view! {
        {can.then(|| view! {
            <form class="find__narrow" method="get" action="/find#shown">
                <h2>{t::narrow::title(lang)}</h2>
                {municipality.map(|code| view! { <input type="hidden" name="municipality" value=code/> })}
                {days}
                {areas}
                {kinds}
                {levels}
                {(!ticks.is_empty()).then(|| view! {
                    <fieldset class="choices">
                        <legend class="choices__legend">{t::narrow::way(lang)}</legend>
                        <div class="choices__list">{ticks}</div>
                    </fieldset>
                })}
                <Button text=t::narrow::show(lang).to_owned() kind=ButtonKind::Main wide=true/>
            </form>
        })}
        {(!now.is_empty()).then(|| view! {
            <p id="shown"><strong>{t::narrow::now(lang, &crate::texts::list(lang, &now))}</strong></p>
            <ButtonLink text=t::narrow::all(lang) href=all/>
        })}
    }
    .into_any()
}

#[component]
fn WayTick(lang: Lang, way: Amenity, chosen: bool) -> impl IntoView {
    view! {
        <label class="choice">
            <input class="choice__input" type="checkbox" name=way.name() value="yes" checked=chosen/>
            <span class="choice__card">
                <span class="choice__dot"><span class="choice__tick"><IconView icon=Icon::Tick/></span></span>
                <span>{way.words(lang)}</span>
            </span>
        </label>
    }
    .into_any()
}

/// "Jonossa on vähintään 5 ihmistä."
fn queue_words(lang: Lang, waiting: Option<i64>) -> String {
    waiting.map_or_else(|| t::queue_short(lang).to_owned(), |waiting| t::queue(lang, waiting))
}

/// The level, and what that means for whoever comes.
fn level_told(lang: Lang, level: Level) -> &'static str {
    match level {
        Level::Light => t::level::light(lang),
        Level::Moderate => t::level::moderate(lang),
        Level::Demanding => t::level::demanding(lang),
    }
}

#[component]
fn DayGroups(lang: Lang, day: u8, groups: Vec<OpenGroup>) -> impl IntoView {
    let groups: Vec<_> = groups.into_iter().map(|group| view! { <GroupCard lang group/> }).collect();
    view! {
        <section class="find__day">
            <h2>{capital(weekday(lang, day))}</h2>
            <ul class="find__groups" role="list">{groups}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn GroupCard(lang: Lang, group: OpenGroup) -> impl IntoView {
    let OpenGroup { name, kind, level, place, way, aed, starts_at, minutes, also_on, begins, leaders, room, .. } =
        group;
    let lasts = minutes.map(|minutes| t::lasts(lang, i64::from(minutes)));
    let time = starts_at.map(|at| capital(&at_time(lang, at)));
    let when: Vec<_> = [time, lasts].into_iter().flatten().collect();
    let also: Vec<_> = also_on.into_iter().map(|day| weekday(lang, day).to_owned()).collect();
    let (class, room) = match room {
        Room::Free(places) => ("find__room find__room--free", t::free(lang, places)),
        Room::Full(waiting) => ("find__room", format!("{} {}", t::full(lang), queue_words(lang, waiting))),
        Room::NotKnown => ("find__room", t::ask(lang).to_owned()),
    };
    let names: Vec<_> = leaders.iter().map(|leader| leader.name.clone()).collect();
    let calls = leaders.into_iter().filter_map(|OpenLeader { name, phone }| Some(Help { name, phone: phone? }));
    let calls: Vec<_> = calls.map(|help| view! { <CallLeader lang help/> }).collect();
    let leaders = (!names.is_empty()).then(|| t::leader(lang, &crate::texts::list(lang, &names)));
    view! {
        <li class="find__group">
            <h3>{name}</h3>
            <p>{capital(kind.words(lang))}</p>
            {level.map(|level| view! { <p>{level_told(lang, level)}</p> })}
            {(!when.is_empty()).then(|| view! { <p><strong>{when.join(", ")}</strong></p> })}
            {(!also.is_empty()).then(|| view! { <p>{t::also(lang, &crate::texts::list(lang, &also))}</p> })}
            {place.map(|place| view! { <p>{place}</p> })}
            {way.into_iter().map(|line| view! { <p>{line}</p> }).collect::<Vec<_>>()}
            {aed.map(|at| view! { <p>{t::aed(lang, &at)}</p> })}
            {begins.map(|day| view! { <p>{t::begins(lang, day)}</p> })}
            {leaders.map(|words| view! { <p>{words}</p> })}
            {calls}
            <p class=class>{room}</p>
        </li>
    }
    .into_any()
}

/// Under which number whoever leads the group is called.
#[component]
fn CallLeader(lang: Lang, help: Help) -> impl IntoView {
    let href = help.link();
    view! {
        <p class="own__call">
            <span>{crate::texts::own::page::call_leader(lang, &help.name)}</span>
            <a class="button" href=href><IconView icon=Icon::Phone/><span>{help.phone}</span></a>
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(kind: GroupKind, area: &str, ways: Vec<Amenity>) -> OpenGroup {
        OpenGroup {
            name: "Ryhmä".into(),
            kind,
            level: None,
            place: None,
            way: Vec::new(),
            aed: None,
            starts_at: None,
            minutes: None,
            also_on: Vec::new(),
            begins: None,
            leaders: Vec::new(),
            room: Room::NotKnown,
            area: Some(area.into()),
            ways,
        }
    }

    #[test]
    fn a_group_fits_where_all_that_is_asked_for_is_there() {
        let hall = group(GroupKind::StrengthBalance, "Ranta", vec![Amenity::StepFree, Amenity::Bus]);
        let asked = |wanted: Wanted| wanted.fits(&hall);
        assert!(asked(Wanted::default()) && !Wanted::default().narrows());
        let step_free = Wanted { step_free: "yes".into(), ..Wanted::default() };
        assert!(asked(Wanted { area: "Ranta".into(), bus: "yes".into(), ..step_free.clone() }));
        assert!(!asked(Wanted { toilet: "yes".into(), ..step_free.clone() }));
        assert!(!asked(Wanted { area: "Keskusta".into(), ..Wanted::default() }));
        assert!(!asked(Wanted { kind: "outdoor".into(), ..step_free }));
        assert!(asked(Wanted { kind: "nothing".into(), ..Wanted::default() }), "a word that is no kind");
    }

    #[test]
    fn only_groups_that_say_their_level_fit_one_that_is_asked_for() {
        let unsaid = group(GroupKind::Outdoor, "Ranta", Vec::new());
        let light = OpenGroup { level: Some(Level::Light), ..unsaid.clone() };
        let wanted = Wanted { level: "light".into(), ..Wanted::default() };
        assert!(wanted.narrows() && wanted.fits(&light) && !wanted.fits(&unsaid));
        assert!(!Wanted { level: "demanding".into(), ..Wanted::default() }.fits(&light));
        assert_eq!(wanted.words(Lang::Fi), ["kevyt"]);
        assert_eq!(Narrowing::of(wanted, &[2], &[&light, &unsaid]).levels, [Level::Light]);
    }

    #[test]
    fn a_day_is_looked_for_by_its_number_and_anything_else_is_every_day() {
        let wanted = |day: &str| Wanted { day: day.into(), ..Wanted::default() };
        assert!(wanted("2").narrows() && wanted("2").fits_on(2) && !wanted("2").fits_on(3));
        assert_eq!(wanted("2").words(Lang::Fi), ["tiistai"]);
        for day in ["", "0", "8", "tiistai"] {
            assert!(!wanted(day).narrows() && wanted(day).fits_on(3), "{day}");
        }
    }

    #[test]
    fn what_leads_nowhere_is_no_choice() {
        let groups = [
            group(GroupKind::StrengthBalance, "Ranta", vec![Amenity::Bus]),
            group(GroupKind::Outdoor, "Ranta", vec![]),
        ];
        let typed = Wanted { area: "Kuu".into(), ..Wanted::default() };
        let narrowing = Narrowing::of(typed, &[2], &groups.iter().collect::<Vec<_>>());
        assert_eq!((narrowing.areas.len(), narrowing.ways.as_slice()), (1, [Amenity::Bus].as_slice()));
        assert_eq!(narrowing.kinds, [GroupKind::StrengthBalance, GroupKind::Outdoor]);
        assert!(narrowing.can() && !narrowing.wanted.narrows(), "nobody's words stand on the page");
    }

    #[test]
    fn a_short_queue_has_no_number() {
        assert_eq!(queue_words(Lang::Fi, None), "Jono on lyhyt.");
        assert_eq!(queue_words(Lang::Fi, Some(10)), "Jonossa on vähintään 10 ihmistä.");
    }
}
