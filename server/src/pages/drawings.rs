//! Pictures of the officer's page as files: a drawing as the page shows it, with its finding, the municipality, the period
//! and the day of the data written below, so that it tells what it is wherever it is put. What the page hides stands in no
//! picture: both are one drawing.

use app::outcomes::drawings::{Drawing, drawings};
use app::outcomes::drawn::Drawn;
use app::texts::Lang;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::outcomes::Page;
use domain::time::Day;
use leptos::prelude::*;

use super::downloads::{FileKind, attachment};
use super::figures::{chosen_period, code, words};
use super::{Reader, id_in};
use crate::access::Actor;
use crate::error::Error;
use crate::outcomes::council::municipality_name;
use crate::outcomes::pages::{self, latest_snapshot};
use crate::outcomes::periods::period_of;
use crate::outcomes::settings;
use crate::routes::Routes;
use crate::state::AppState;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/figures/drawing", newest).get("/figures/archive/{id}/drawing", archived)
}

/// Which one of which period; without a name the first one.
#[derive(serde::Deserialize)]
struct Asked {
    #[serde(default)]
    period: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    of: String,
}

/// A drawing of the newest page of a period.
async fn newest(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let period = chosen_period(&asked.period, actor.scope.today())?;
    let mut tx = state.db.read(&actor.scope).await?;
    let page = latest_snapshot(&mut tx, period.from, period.to).await?.ok_or(Error::NotFound)?.page;
    let page = page.with_places(settings(&mut tx).await?.places);
    let municipality = municipality_name(&mut tx).await?;
    drop(tx);
    file(&reader, &asked, &page, &municipality)
}

/// A drawing of a page in the archive.
async fn archived(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    actor.scope.require(Action::SeeFigures)?;
    let mut tx = state.db.read(&actor.scope).await?;
    let found = pages::find(&mut tx, id_in(&id)?).await?;
    let municipality = municipality_name(&mut tx).await?;
    drop(tx);
    file(&reader, &asked, &found.snapshot.page, &municipality)
}

fn file(reader: &Reader, asked: &Asked, page: &Page, municipality: &str) -> Result<Response, Error> {
    if page.report.is_of_nobody() {
        return Err(Error::NotFound);
    }
    let lang = Lang::from_code(&asked.language).unwrap_or(reader.lang);
    let is_asked = |name: &str| asked.of.is_empty() || asked.of == name;
    let Drawing { name, drawn, .. } =
        drawings(lang, page).into_iter().find(|one| is_asked(&one.name)).ok_or(Error::NotFound)?;
    let period = period_of(page.report.from, page.report.to);
    let place = format!("{municipality}. {}.", words(lang, &period));
    let picture = picture(drawn, &place).ok_or_else(|| Error::Broken(format!("drawing {name}")))?;
    Ok(attachment(&format!("{name}-{}-{}", code(&period), page.made_on), FileKind::Svg, picture))
}

/// Which drawing of a page that is of no single period, in which language; without a name the first one.
#[derive(serde::Deserialize)]
pub(super) struct OneAsked {
    #[serde(default)]
    language: String,
    #[serde(default)]
    of: String,
}

impl OneAsked {
    pub fn language(&self, reader: &Reader) -> Lang {
        Lang::from_code(&self.language).unwrap_or(reader.lang)
    }

    /// The one of these that is asked for, as a file of that municipality and day.
    pub fn file(&self, all: Vec<Drawing>, municipality: &str, on: Day) -> Result<Response, Error> {
        let is_asked = |one: &Drawing| self.of.is_empty() || self.of == one.name;
        let Drawing { name, drawn, .. } = all.into_iter().find(is_asked).ok_or(Error::NotFound)?;
        let picture =
            picture(drawn, &format!("{municipality}.")).ok_or_else(|| Error::Broken(format!("drawing {name}")))?;
        Ok(attachment(&format!("{name}-{on}"), FileKind::Svg, picture))
    }
}

/// The looks of the page's drawings. They stand in lines of their own there; what is for narrow rooms or few colours is
/// set in.
const LOOKS: &str = include_str!("../../../style/ui/figure.css");
/// The colours of the light theme stand first.
const TOKENS: &str = include_str!("../../../style/tokens.css");

/// Letters on a line of the widest drawing's words below it.
const LETTERS: usize = 96;
/// Pixels of a line, and of the room round the words.
const LINE: u32 = 20;
const ROOM: u32 = 16;

/// The wider of a drawing's two sizes as a file of its own; `place`: whose it is, and of when. Nothing where there is no
/// drawing.
fn picture(drawn: Drawn, place: &str) -> Option<String> {
    let html = without_marks(&drawn.chart.to_html());
    let (head, rest) = html.get(html.find("<svg")?..)?.split_once('>')?;
    let (inside, _) = rest.split_once("</svg>")?;
    let mut sides = attribute(head, "viewBox")?.split(' ').skip(2).map(str::parse::<u32>);
    let (width, height) = (sides.next()?.ok()?, sides.next()?.ok()?);
    let label = attribute(head, "aria-label")?;
    let lines = [drawn.title.as_str(), place, drawn.source.as_str()].map(|words| wrapped(words, LETTERS)).concat();
    let below: String = lines.iter().zip(1..).map(|(line, at)| text(line, height + ROOM + at * LINE)).collect();
    let whole = height + 2 * ROOM + u32::try_from(lines.len()).ok()? * LINE;
    let looks = looks();
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {whole}\" width=\"{width}\" height=\"{whole}\" \
         role=\"img\" aria-label=\"{label}\"><style>{looks}</style>\
         <rect width=\"{width}\" height=\"{whole}\" fill=\"#ffffff\"/>{inside}{below}</svg>\n"
    ))
}

fn text(line: &str, y: u32) -> String {
    let words = html_escape::encode_text(line);
    format!("<text class=\"chart__text chart__text--soft\" x=\"4\" y=\"{y}\">{words}</text>")
}

/// What stands between the quotes of an attribute.
fn attribute<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = head.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

/// Without what Leptos leaves between texts: `<!>` is no XML.
pub(super) fn without_marks(html: &str) -> String {
    let mut pieces = html.split("<!");
    let first = pieces.next().unwrap_or_default().to_owned();
    let after = |piece: &str| {
        let end = if piece.starts_with("--") { "-->" } else { ">" };
        piece.split_once(end).map(|(_, rest)| rest.to_owned()).unwrap_or_default()
    };
    pieces.map(after).fold(first, |all, piece| all + &piece)
}

/// Lines of whole words, each of at most so many letters where its words allow.
fn wrapped(words: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The style of the drawings with colours instead of their names: what draws pictures elsewhere knows no names.
pub(super) fn looks() -> String {
    let rules = LOOKS.lines().filter(|line| line.starts_with(".chart__"));
    let named = rules.collect::<Vec<_>>().join("\n");
    let mut pieces = named.split("var(");
    let first = pieces.next().unwrap_or_default().to_owned();
    let all = pieces.fold(first, |all, piece| {
        let (name, rest) = piece.split_once(')').unwrap_or((piece, ""));
        all + token(name) + rest
    });
    format!("text {{ font-family: \"Atkinson Hyperlegible Next\", sans-serif; }}\n{all}")
}

/// The colour of a name in the light theme; black where there is none.
fn token(name: &str) -> &'static str {
    let value = |line: &'static str| line.trim().strip_prefix(name)?.strip_prefix(": ")?.strip_suffix(';');
    TOKENS.lines().find_map(value).unwrap_or("#000000")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::outcomes::testing;
    use std::collections::BTreeSet;

    /// Whether every element that is opened is closed, in order.
    fn is_nested(xml: &str) -> bool {
        let mut open: Vec<&str> = Vec::new();
        for tag in xml.split('<').skip(1).filter_map(|piece| piece.split_once('>')).map(|(tag, _)| tag) {
            match tag.strip_prefix('/') {
                Some(closed) if open.pop() != Some(closed) => return false,
                Some(_) => {}
                None if tag.ends_with('/') => {}
                None => open.push(tag.split(' ').next().unwrap_or_default()),
            }
        }
        open.is_empty()
    }

    #[test]
    fn every_drawing_is_a_picture_that_tells_whose_it_is_and_what_it_found() {
        let mut kinds = BTreeSet::new();
        for page in (0..150).map(testing::page) {
            for one in drawings(Lang::Fi, &page) {
                let title = one.drawn.title.clone();
                let svg = picture(one.drawn, "Koski & Niemi. Vuosi 2026.").unwrap();
                assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 7"), "{svg}");
                assert!(is_nested(&svg) && !svg.contains("<!") && svg.matches("<svg").count() == 1, "{svg}");
                assert!(svg.contains(">Koski &amp; Niemi. Vuosi 2026.</text>"), "{svg}");
                let first = wrapped(&title, LETTERS).remove(0);
                assert!(svg.contains(&html_escape::encode_text(&first).into_owned()), "{first} | {svg}");
                for class in svg.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                    let known =
                        |class: &str| svg.contains(&format!(".{class} {{")) || svg.contains(&format!(".{class},"));
                    assert!(class.split(' ').any(known), "{class} has no looks");
                }
                kinds.insert(one.name.split('-').next().unwrap_or_default().to_owned());
            }
        }
        assert!(kinds.len() >= 5, "{kinds:?}");
    }

    #[test]
    fn looks_are_those_of_the_page_with_colours_for_their_names() {
        let looks = looks();
        assert!(looks.contains(".chart__bar { fill: #0072b2; }") && !looks.contains("var("), "{looks}");
        assert!(!looks.contains("CanvasText") && !looks.contains("#000000"), "{looks}");
    }

    #[test]
    fn marks_go_and_words_are_kept_whole() {
        assert_eq!(without_marks("a<!>b<!--<() />-->c<!--x-->"), "abc");
        assert_eq!(wrapped("yksi kaksi  kolme", 10), ["yksi kaksi", "kolme"]);
        assert_eq!(wrapped("pitkäsanainen a", 5), ["pitkäsanainen", "a"]);
        assert!(wrapped("", 5).is_empty());
    }
}
