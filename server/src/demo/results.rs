//! Believable test results: one hidden number of ability per person, which every test shows with some scatter.

use domain::time::Day;

use super::dice::Dice;

/// Ability in thousandths of a step; 3000 is frail, 12000 is fit. Roughly the SPPB total.
pub type Ability = i64;

/// With what somebody of that ability walks.
pub const fn walking_aid(ability: Ability) -> &'static str {
    match ability {
        ..5200 => "rollator",
        5200..6500 => "stick",
        6500.. => "none",
    }
}

/// The rows of one test day, walked with this aid, ready for the file of assessments.
pub fn test_day(dice: &mut Dice, reference: &str, day: Day, ability: (Ability, &str), woman: bool) -> Vec<String> {
    let (ability, aid) = ability;
    let mut rows = Vec::new();
    let mut row = |instrument: &str, item: &str, trial: i64, rest: String| {
        rows.push(format!("{reference},{day},{instrument},{item},{trial},{rest}"));
    };
    for (item, rest) in stands(dice, ability) {
        row("sppb", item, 1, rest);
    }
    for trial in 1..=2 {
        let time = (950 - ability * 45 / 1000 + dice.normal(22)).clamp(320, 2500);
        row("sppb", "gait", trial, format!("{},,4,{aid},", seconds(time)));
    }
    if ability < 4300 && dice.percent(60) {
        row("sppb", "chair5", 1, ",tried_unable,,,".to_owned());
    } else {
        let time = (2600 - ability * 120 / 1000 + dice.normal(90)).clamp(700, 5900);
        row("sppb", "chair5", 1, format!("{},,,,", seconds(time)));
    }
    let strength = if woman { 130 } else { 220 } + ability / 100 + dice.normal(25);
    for (item, less) in [("right", 0), ("left", 15)] {
        for trial in 1..=2 {
            let tenths = (strength - less + dice.normal(8)).clamp(60, 550);
            row("grip", item, trial, format!("{}.{},,,,", tenths / 10, tenths % 10));
        }
    }
    for (item, answer) in answers(dice, ability) {
        row("self_report", item, 1, format!("{answer},,,,"));
    }
    rows
}

fn stands(dice: &mut Dice, ability: Ability) -> Vec<(&'static str, String)> {
    let seen = ability + dice.normal(350);
    let held = |cs: i64| format!("{},,,,", seconds(cs));
    let skipped = || ",skipped_by_rule,,,".to_owned();
    let first = if seen > 2600 { 1000 } else { dice.between(300, 990) };
    let second = if seen > 4600 { 1000 } else { dice.between(300, 990) };
    let third = match seen {
        ..6000 => dice.between(50, 299),
        6000..8000 => dice.between(300, 999),
        _ => 1000,
    };
    vec![
        ("side_by_side", held(first)),
        ("semi_tandem", if first < 1000 { skipped() } else { held(second) }),
        ("tandem", if first < 1000 || second < 1000 { skipped() } else { held(third) }),
    ]
}

fn answers(dice: &mut Dice, ability: Ability) -> Vec<(&'static str, i64)> {
    let step = |least: i64, most: i64, dice: &mut Dice| {
        (most - (ability - 3000) * (most - least) / 8000 + dice.between(-1, 1)).clamp(least, most)
    };
    let falls = (step(0, 3, dice) - 1).max(0);
    let mut answers = vec![
        ("srh", step(1, 5, dice)),
        ("falls12", falls),
        ("walk500", step(1, 4, dice)),
        ("stairs1", step(1, 4, dice)),
        ("fof", step(1, 4, dice)),
        ("strength_days", dice.between(0, 3)),
    ];
    if falls > 0 {
        answers.push(("fall_injury", i64::from(dice.percent(25))));
    }
    answers
}

/// Hundredths of a second as a file writes them.
fn seconds(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
