//! The colours of `style/tokens.css` hold against each other well enough to be read, in both themes.

const TOKENS: &str = include_str!("../../../style/tokens.css");

/// Text on its ground: at least 4.5:1; the hall in sunlight and participants need 7:1.
const TEXT: &[(&str, &str, f64)] = &[
    ("ink", "paper", 7.0),
    ("ink", "surface", 7.0),
    ("ink", "sunk", 7.0),
    ("ink", "pine-soft", 7.0),
    ("ink", "lake-soft", 7.0),
    ("ink", "cloudberry-soft", 7.0),
    ("ink", "lingon-soft", 7.0),
    ("ink", "stone-soft", 7.0),
    ("ink-soft", "paper", 7.0),
    ("ink-soft", "surface", 7.0),
    ("ink-soft", "sunk", 4.5),
    ("ink-soft", "stone-soft", 4.5),
    ("pine-ink", "surface", 7.0),
    ("pine-ink", "paper", 7.0),
    ("pine-ink", "pine-soft", 7.0),
    ("on-pine", "pine", 7.0),
    ("on-pine", "pine-deep", 7.0),
    ("lake", "surface", 7.0),
    ("lake", "paper", 7.0),
    ("lake", "sunk", 4.5),
    ("lake", "lake-soft", 4.5),
    ("cloudberry-ink", "cloudberry-soft", 7.0),
    ("cloudberry-ink", "surface", 7.0),
    ("lingon", "surface", 7.0),
    ("lingon", "paper", 7.0),
    ("lingon-deep", "lingon-soft", 7.0),
    ("paper", "ink", 7.0),
    ("on-alarm", "alarm", 7.0),
];

/// Borders of controls and what is drawn: at least 3:1 (controls 4.5:1 for participants).
const GRAPHICS: &[(&str, &str, f64)] = &[
    ("edge", "surface", 4.5),
    ("edge", "paper", 4.5),
    ("pine", "surface", 4.5),
    ("pine", "paper", 4.5),
    ("focus", "paper", 4.5),
    ("focus", "surface", 4.5),
    ("stone", "stone-soft", 3.0),
    ("cloudberry", "surface", 3.0),
    ("lingon", "lingon-soft", 3.0),
    ("chart-1", "surface", 3.0),
    ("chart-2", "surface", 3.0),
];

/// Red, green and blue, each 0 … 255.
type Colour = [u8; 3];

fn colour(text: &str) -> Colour {
    let hex = text.trim().strip_prefix('#').unwrap_or_else(|| panic!("not a hex colour: {text}"));
    [0, 2, 4].map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
}

/// The colour of a token in the light and in the dark theme.
fn token(name: &str) -> [Colour; 2] {
    let start = format!("--{name}: light-dark(");
    let line =
        TOKENS.lines().find_map(|line| line.trim().strip_prefix(&start)).unwrap_or_else(|| panic!("no --{name}"));
    let (light, dark) = line.trim_end_matches(");").split_once(',').unwrap();
    [colour(light), colour(dark)]
}

/// Relative luminance by WCAG 2.2.
fn luminance(colour: Colour) -> f64 {
    let [r, g, b] = colour.map(|part| {
        let c = f64::from(part) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: Colour, b: Colour) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn colours_hold_against_their_grounds_in_both_themes() {
    let mut weak = Vec::new();
    for (front, ground, least) in TEXT.iter().chain(GRAPHICS) {
        for (theme, (a, b)) in ["light", "dark"].iter().zip(token(front).into_iter().zip(token(ground))) {
            let found = contrast(a, b);
            if found < *least {
                weak.push(format!("{front} on {ground} in {theme}: {found:.2}, wanted {least}"));
            }
        }
    }
    assert!(weak.is_empty(), "{}", weak.join("\n"));
}

#[test]
fn browsers_without_light_dark_get_the_same_light_theme() {
    for line in TOKENS.lines().filter_map(|line| line.trim().strip_prefix("--")) {
        if let Some((name, value)) = line.split_once(": light-dark(") {
            let light = value.split_once(", ").map(|(light, _)| light).unwrap();
            // A colour with an alpha holds commas of its own kind: compare its beginning.
            let plain = format!("--{name}: {light}");
            assert!(TOKENS.lines().any(|line| line.trim().starts_with(&plain)), "{plain}");
        }
    }
}

#[test]
fn black_on_white_has_the_greatest_contrast_and_a_colour_none_against_itself() {
    assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.001);
    assert!((contrast([10, 20, 30], [10, 20, 30]) - 1.0).abs() < 0.001);
}
