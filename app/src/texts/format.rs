//! Dates, times and numbers the way each language writes them.
//!
//! A no-break space holds a number to its unit; the minus sign is U+2212; ranges have no spaces.

use domain::rounding::to_places;
use domain::time::{Day, Instant, TimeOfDay};

use super::{Lang, dates, pick};

/// Holds a number to what it counts.
pub const NBSP: char = '\u{a0}';
/// The minus sign of running text; a hyphen is for words.
pub const MINUS: char = '\u{2212}';
/// What stands for a figure that is hidden so that nobody can be made out.
pub const HIDDEN_FIGURE: &str = "..";
/// What stands for a value that is not there, outside reports.
pub const NO_FIGURE: &str = "–";

/// "21.11.2026"; English "21 Nov 2026".
pub fn day(lang: Lang, day: Day) -> String {
    match lang {
        Lang::En => format!("{}{NBSP}{}{NBSP}{}", day.day(), month_short(day.month()), day.year()),
        _ => format!("{}.{}.{}", day.day(), day.month(), day.year()),
    }
}

/// A day as people type it: the same in every language, since the fields read "8.9.2026".
pub fn typed_day(d: Day) -> String {
    day(Lang::Fi, d)
}

/// "21.11.", Swedish "21.11", English "21 Nov": where the year is plain.
pub fn day_month(lang: Lang, day: Day) -> String {
    match lang {
        Lang::En => format!("{}{NBSP}{}", day.day(), month_short(day.month())),
        _ => format!("{}.{}{}", day.day(), day.month(), dot(lang)),
    }
}

/// Behind a day or month after which nothing more comes Finnish has a dot.
const fn dot(lang: Lang) -> &'static str {
    pick(lang, &[".", "", ""])
}

/// "la 21.11.2026", "lö 21.11.2026", "Sat 21 Nov 2026".
pub fn weekday_day(lang: Lang, d: Day) -> String {
    format!("{}{NBSP}{}", weekday_short(lang, d.weekday()), day(lang, d))
}

/// "14.30"; English "14:30".
pub fn time(lang: Lang, time: TimeOfDay) -> String {
    match lang {
        Lang::En => format!("{}:{:02}", time.hour(), time.minute()),
        _ => format!("{}.{:02}", time.hour(), time.minute()),
    }
}

/// "klo 14.30", "kl. 14.30", "14:30".
pub fn at_time(lang: Lang, at: TimeOfDay) -> String {
    let before = pick(lang, &["klo\u{a0}", "kl.\u{a0}", ""]);
    format!("{before}{}", time(lang, at))
}

/// "la 21.11.2026 klo 14.30", "lö 21.11.2026 kl. 14.30", "Sat 21 Nov 2026, 14:30".
pub fn day_time(lang: Lang, d: Day, at: TimeOfDay) -> String {
    let between = pick(lang, &[" ", " ", ", "]);
    format!("{}{between}{}", weekday_day(lang, d), at_time(lang, at))
}

/// The moment in Finland's time, written by [`day_time`].
pub fn moment(lang: Lang, at: Instant) -> String {
    let (day, time) = at.in_finland();
    day_time(lang, day, time)
}

/// "9.–10.9.2026", "28.9.–3.10.2026", "1.8.2026–31.5.2027": what both days share stands with the last, and no spaces round
/// the dash. Swedish "9–10.9.2026", "28.9–3.10.2026"; English "9–10 Sep 2026". One day alone is no range.
pub fn days(lang: Lang, from: Day, to: Day) -> String {
    if from == to {
        return day(lang, to);
    }
    let first = match (from.year() == to.year(), from.month() == to.month()) {
        (true, true) => format!("{}{}", from.day(), dot(lang)),
        (true, false) => day_month(lang, from),
        (false, _) => day(lang, from),
    };
    format!("{first}–{}", day(lang, to))
}

/// "vko 47", "v. 47", "week 47".
pub fn week(lang: Lang, day: Day) -> String {
    dates::week(lang, i64::from(day.iso_week()))
}

/// "ma", "må", "Mon" for ISO week days 1 … 7; empty for other numbers.
pub fn weekday_short(lang: Lang, weekday: u8) -> &'static str {
    use dates::short as d;
    match weekday {
        1 => d::mon(lang),
        2 => d::tue(lang),
        3 => d::wed(lang),
        4 => d::thu(lang),
        5 => d::fri(lang),
        6 => d::sat(lang),
        7 => d::sun(lang),
        _ => "",
    }
}

/// "maanantai", "måndag", "Monday" for ISO week days 1 … 7; empty for other numbers.
pub fn weekday(lang: Lang, weekday: u8) -> &'static str {
    use dates::long as d;
    match weekday {
        1 => d::mon(lang),
        2 => d::tue(lang),
        3 => d::wed(lang),
        4 => d::thu(lang),
        5 => d::fri(lang),
        6 => d::sat(lang),
        7 => d::sun(lang),
        _ => "",
    }
}

/// "ti ja to", "ti och to", "Tue and Thu".
pub fn weekdays(lang: Lang, weekdays: &[u8]) -> String {
    let words: Vec<_> = weekdays.iter().map(|w| weekday_short(lang, *w).to_owned()).collect();
    list(lang, &words)
}

/// "a, b ja c".
pub fn list(lang: Lang, words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => dates::both(lang, &before.join(", "), last),
    }
}

/// What was asked with what was told, where something was: "Missä hakija asuu? omassa kodissa", "Toiveet: aamuryhmä".
pub fn heard<'a>(told: impl IntoIterator<Item = (&'a str, Option<String>)>) -> impl Iterator<Item = String> {
    told.into_iter().filter_map(|(asked, told)| {
        let told = told?;
        Some(if asked.ends_with('?') { format!("{asked} {told}") } else { format!("{asked}: {told}") })
    })
}

fn month_short(month: u8) -> &'static str {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or_default()
}

/// How many, as texts take it: counts lie far below where this ends.
pub fn whole(n: impl TryInto<i64>) -> i64 {
    n.try_into().unwrap_or(i64::MAX)
}

/// "12 345" with no-break spaces, English "12,345"; "−3".
pub fn count(lang: Lang, number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let gap = pick(lang, &["\u{a0}", "\u{a0}", ","]);
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        let left = digits.len() - i;
        if i > 0 && left.is_multiple_of(3) {
            out.push_str(gap);
        }
        out.push(digit);
    }
    if number < 0 { format!("{MINUS}{out}") } else { out }
}

/// "8,42" with the given number of decimals; English "8.42". Not-a-number is written as [`NO_FIGURE`].
pub fn decimal(lang: Lang, number: f64, places: usize) -> String {
    if !number.is_finite() {
        return NO_FIGURE.to_owned();
    }
    let text = format!("{:.places$}", to_places(number.abs(), places));
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    // "−0,0" says less than "0,0".
    let nothing = text.bytes().all(|b| b == b'0' || b == b'.');
    let sign = if number < 0.0 && !nothing { "\u{2212}" } else { "" };
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), |w| count(lang, w));
    let point = pick(lang, &[",", ",", "."]);
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{point}{part}") }
}

/// [`decimal`] with the sign always written: "+0,8", "−0,3", "0,0".
pub fn signed(lang: Lang, number: f64, places: usize) -> String {
    let text = decimal(lang, number, places);
    let positive = number > 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    if positive { format!("+{text}") } else { text }
}

/// A share 0 … 1 as whole per cents: "45 %", English "45%".
pub fn percent(lang: Lang, share: f64) -> String {
    percent_to(lang, share, 0)
}

/// A share 0 … 1 as per cents with decimals: "77,3 %", English "77.3%".
pub fn percent_to(lang: Lang, share: f64, places: usize) -> String {
    let unit = pick(lang, &["\u{a0}%", "\u{a0}%", "%"]);
    if share.is_finite() { format!("{}{unit}", decimal(lang, share * 100.0, places)) } else { NO_FIGURE.to_owned() }
}

/// "10–12"; with a negative end in words, since "−1–−2" cannot be read: "−1 … 2".
pub fn range(low: &str, high: &str) -> String {
    let negative = low.starts_with(MINUS) || high.starts_with(MINUS);
    if negative { format!("{low}{NBSP}…{NBSP}{high}") } else { format!("{low}–{high}") }
}

/// A number and its unit with a no-break space between.
pub fn with_unit(number: &str, unit: &str) -> String {
    format!("{number}{NBSP}{unit}")
}

/// An integer with decimals behind it, written exactly: `scaled(fi, 842, 2)` is "8,42".
pub fn scaled(lang: Lang, value: i64, places: u32) -> String {
    let unit = 10_u64.pow(places);
    let whole = i64::try_from(value.unsigned_abs() / unit).unwrap_or(i64::MAX);
    let part = value.unsigned_abs() % unit;
    let sign = if value < 0 { "\u{2212}" } else { "" };
    let whole = count(lang, whole);
    if places == 0 {
        return format!("{sign}{whole}");
    }
    let point = pick(lang, &[",", ",", "."]);
    format!("{sign}{whole}{point}{part:0width$}", width = places as usize)
}

/// Hundredths of a second: "8,42 s".
pub fn hundredths_s(lang: Lang, value: i64) -> String {
    with_unit(&scaled(lang, value, 2), "s")
}

/// Tenths of a second: "8,4 s".
pub fn tenths_s(lang: Lang, value: i64) -> String {
    with_unit(&scaled(lang, value, 1), "s")
}

/// Tenths of a kilogram: "21,5 kg".
pub fn tenths_kg(lang: Lang, value: i64) -> String {
    with_unit(&scaled(lang, value, 1), "kg")
}

/// Millimetres per second as metres per second with two decimals, half up: "0,83 m/s".
pub fn mm_per_s(lang: Lang, value: i64) -> String {
    let hundredths = whole((value.unsigned_abs() + 5) / 10);
    with_unit(&scaled(lang, if value < 0 { -hundredths } else { hundredths }, 2), "m/s")
}

/// "Tiistaina …": words that begin a line, whatever letter they begin with elsewhere.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    first + letters.as_str()
}

/// "kevät 2026": words that begin a line elsewhere, inside a sentence.
pub fn small(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_lowercase().collect::<String>()).unwrap_or_default();
    first + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saturday() -> (Day, TimeOfDay) {
        (Day::new(2026, 11, 21).unwrap(), TimeOfDay::new(14, 30).unwrap())
    }

    #[test]
    fn each_language_writes_day_and_time_its_own_way() {
        let (d, t) = saturday();
        assert_eq!(day_time(Lang::Fi, d, t), "la\u{a0}21.11.2026 klo\u{a0}14.30");
        assert_eq!(day_time(Lang::Sv, d, t), "lö\u{a0}21.11.2026 kl.\u{a0}14.30");
        assert_eq!(day_time(Lang::En, d, t), "Sat\u{a0}21\u{a0}Nov\u{a0}2026, 14:30");
    }

    #[test]
    fn days_and_hours_have_no_leading_zeros() {
        let early = (Day::new(2026, 2, 3).unwrap(), TimeOfDay::new(9, 5).unwrap());
        assert_eq!(day_time(Lang::Fi, early.0, early.1), "ti\u{a0}3.2.2026 klo\u{a0}9.05");
    }

    #[test]
    fn days_from_one_to_another_name_once_what_they_share() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let said =
            |from, to| [Lang::Fi, Lang::Sv, Lang::En].map(|lang| days(lang, day(from), day(to)).replace(NBSP, " "));
        assert_eq!(said("2026-09-09", "2026-09-10"), ["9.–10.9.2026", "9–10.9.2026", "9–10 Sep 2026"]);
        assert_eq!(said("2026-09-28", "2026-10-03"), ["28.9.–3.10.2026", "28.9–3.10.2026", "28 Sep–3 Oct 2026"]);
        assert_eq!(
            said("2026-08-01", "2027-08-31"),
            ["1.8.2026–31.8.2027", "1.8.2026–31.8.2027", "1 Aug 2026–31 Aug 2027"]
        );
        assert_eq!(said("2026-09-09", "2026-09-09"), ["9.9.2026", "9.9.2026", "9 Sep 2026"]);
    }

    #[test]
    fn a_day_without_its_year_ends_in_a_dot_in_finnish_alone() {
        let said = |lang| day_month(lang, saturday().0).replace(NBSP, " ");
        assert_eq!([Lang::FiTe, Lang::SvNi, Lang::En].map(said), ["21.11.", "21.11", "21 Nov"]);
    }

    #[test]
    fn numbers_have_the_decimal_sign_and_the_gaps_of_their_language() {
        assert_eq!(decimal(Lang::Fi, 12345.6, 1), "12\u{a0}345,6");
        assert_eq!(decimal(Lang::En, 12345.6, 1), "12,345.6");
        assert_eq!(count(Lang::Sv, 2400), "2\u{a0}400");
        assert_eq!([count(Lang::Fi, 999), count(Lang::Fi, 1_000_000)], ["999", "1\u{a0}000\u{a0}000"]);
        assert_eq!(decimal(Lang::Fi, -0.34, 1), "\u{2212}0,3");
        assert_eq!(decimal(Lang::Fi, -0.04, 1), "0,0");
        assert_eq!(signed(Lang::Fi, 0.833, 1), "+0,8");
        assert_eq!(signed(Lang::Fi, 0.04, 1), "0,0");
        assert_eq!(decimal(Lang::Fi, f64::NAN, 1), "–");
    }

    #[test]
    fn halves_go_away_from_zero_as_figures_are_rounded() {
        let shares = [(25.0, 40.0), (5.0, 40.0), (57.0, 200.0), (109.0, 200.0), (1.0, 200.0), (9.0, 40.0)];
        assert_eq!(shares.map(|(x, n)| percent(Lang::En, x / n)), ["63%", "13%", "29%", "55%", "1%", "23%"]);
        assert_eq!(
            [0.25, -0.25, 12.25, 0.249].map(|of| decimal(Lang::En, of, 1)),
            ["0.3", "\u{2212}0.3", "12.3", "0.2"]
        );
        assert_eq!(decimal(Lang::En, 2.125, 2), "2.13");
        assert_eq!(decimal(Lang::En, 1e300, 1).len(), decimal(Lang::En, 1e300, 0).len() + 2, "no number is too large");
    }

    #[test]
    fn a_line_begins_with_a_capital_letter() {
        assert_eq!(["i dag", "äänestys", "Aamu", ""].map(capital), ["I dag", "Äänestys", "Aamu", ""]);
        assert_eq!(["Hösten 2026", "Äänestys", "aamu", ""].map(small), ["hösten 2026", "äänestys", "aamu", ""]);
    }

    #[test]
    fn measured_values_are_written_exactly_from_their_integers() {
        assert_eq!(hundredths_s(Lang::Fi, 842), "8,42\u{a0}s");
        assert_eq!(hundredths_s(Lang::Fi, 805), "8,05\u{a0}s");
        assert_eq!(tenths_s(Lang::En, 84), "8.4\u{a0}s");
        assert_eq!(mm_per_s(Lang::Fi, 825), "0,83\u{a0}m/s");
        assert_eq!(mm_per_s(Lang::Fi, -95), "\u{2212}0,10\u{a0}m/s");
        assert_eq!(scaled(Lang::Sv, -250, 2), "\u{2212}2,50");
    }

    #[test]
    fn per_cents_and_ranges_have_the_spaces_of_their_language() {
        assert_eq!(percent(Lang::Fi, 0.45), "45\u{a0}%");
        assert_eq!(percent(Lang::En, 0.45), "45%");
        assert_eq!(range("10", "12"), "10–12");
        assert_eq!(range("\u{2212}0,1", "1,1"), "\u{2212}0,1\u{a0}…\u{a0}1,1");
    }

    #[test]
    fn week_days_are_listed_in_words() {
        assert_eq!(weekdays(Lang::Fi, &[2, 4]), "ti ja to");
        assert_eq!(weekdays(Lang::Sv, &[1, 3, 5]), "må, on och fr");
        assert_eq!(weekdays(Lang::En, &[]), "");
        assert_eq!(week(Lang::Fi, saturday().0), "vko\u{a0}47");
    }
}
