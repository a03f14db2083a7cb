//! The municipality's public texts: for everybody, large, and where its admin writes them.

use domain::devices::Help;
use domain::statements::{Block, MOST, StatementKind, blocks};
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, NBSP, statements as t};
use crate::ui::{
    Button, ButtonKind, ButtonLink, ErrorSummary, FieldError, Notice, PageHead, RowLink, Rows, TextArea, Tone,
};

/// What a text is called.
pub fn title(lang: Lang, kind: StatementKind) -> &'static str {
    match kind {
        StatementKind::Privacy => t::privacy(lang),
        StatementKind::Accessibility => t::accessibility(lang),
        StatementKind::Support => t::support(lang),
    }
}

/// What the program's own text says of a municipality.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    pub municipality: &'a str,
    /// Whom to call.
    pub help: Option<&'a Help>,
    /// For how many months data are kept.
    pub months: u32,
}

/// The text that comes with the program.
pub fn default_text(lang: Lang, kind: StatementKind, Told { municipality, help, months }: Told<'_>) -> String {
    let help = help_words(lang, help);
    let text = match kind {
        StatementKind::Privacy => t::default::privacy(lang, &help, i64::from(months), municipality),
        StatementKind::Accessibility => t::default::accessibility(lang, &help, municipality),
        StatementKind::Support => t::default::support(lang, &help),
    };
    text.trim().to_owned()
}

/// What the form of a text that nobody has written yet begins with. Numbers of others than the municipality stand there
/// alone: it checks them before anybody reads them.
pub fn proposed_text(lang: Lang, kind: StatementKind, told: Told<'_>) -> String {
    match kind {
        StatementKind::Support => t::proposal::support(lang, &help_words(lang, told.help)).trim().to_owned(),
        _ => default_text(lang, kind, told),
    }
}

fn help_words(lang: Lang, help: Option<&Help>) -> String {
    match help {
        Some(help) => t::help::known(lang, &help.name, &help.phone),
        None => t::help::unknown(lang).to_owned(),
    }
}

/// A number that is called stays on one line: "050 000 1000".
fn unbroken(words: &str) -> String {
    let letters: Vec<char> = words.chars().collect();
    let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let between = |at: usize| at > 0 && digit(at - 1) && digit(at + 1);
    letters.iter().enumerate().map(|(at, letter)| if *letter == ' ' && between(at) { NBSP } else { *letter }).collect()
}

/// A text with its headings, lists and paragraphs.
#[component]
pub fn Statement(body: String) -> impl IntoView {
    let parts: Vec<_> = blocks(&body)
        .into_iter()
        .map(|block| match block {
            Block::Heading(words) => view! { <h2>{unbroken(words)}</h2> }.into_any(),
            Block::Paragraph(lines) => view! { <p class="told">{unbroken(&lines.join("\n"))}</p> }.into_any(),
            Block::List(items) => {
                let items: Vec<_> = items.into_iter().map(|item| view! { <li>{unbroken(item)}</li> }).collect();
                view! { <ul class="statement__list">{items}</ul> }.into_any()
            }
        })
        .collect();
    view! { <div class="statement">{parts}</div> }.into_any()
}

/// For everybody; `changed`: when the municipality last wrote it.
#[component]
pub fn PublicStatement(
    lang: Lang,
    kind: StatementKind,
    municipality: String,
    body: String,
    changed: Option<Day>,
) -> impl IntoView {
    view! {
        <h1>{title(lang, kind)}</h1>
        <p>{municipality}</p>
        <Statement body/>
        {changed.map(|on| view! { <p>{t::changed(lang, on)}</p> })}
    }
    .into_any()
}

/// Which municipality's, by code and name.
#[component]
pub fn ChooseStatement(lang: Lang, kind: StatementKind, lines: Vec<(String, String)>) -> impl IntoView {
    let lines: Vec<_> = lines
        .into_iter()
        .map(|(code, name)| view! { <ButtonLink text=name href=format!("/{}/{code}", kind.code())/> })
        .collect();
    view! {
        <h1>{title(lang, kind)}</h1>
        <nav class="own__ways" aria-labelledby="which"><h2 id="which">{t::choose(lang)}</h2>{lines}</nav>
    }
    .into_any()
}

/// A version that was published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    pub number: i64,
    pub on: Day,
    pub by: String,
}

fn made_words(lang: Lang, made: Option<&Made>) -> String {
    made.map_or_else(|| t::default_text(lang).to_owned(), |made| t::version(lang, made.on, made.number, &made.by))
}

/// Every text in every language, with its newest version.
#[component]
pub fn StatementList(lang: Lang, lines: Vec<(StatementKind, Lang, Option<Made>)>) -> impl IntoView {
    let rows: Vec<_> = lines
        .into_iter()
        .map(|(kind, of, newest)| {
            let href = format!("/statements/edit?kind={}&language={}", kind.code(), of.code());
            let name = t::edit_title(lang, of.own_name(), title(lang, kind));
            view! { <RowLink href name more=made_words(lang, newest.as_ref())/> }
        })
        .collect();
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang)/>
        <Rows label=t::title(lang)>{rows}</Rows>
    }
    .into_any()
}

/// What the page of one text shows.
#[derive(Clone, PartialEq, Debug)]
pub struct EditView {
    pub kind: StatementKind,
    /// The language of the text.
    pub of: Lang,
    /// The version that it becomes.
    pub next: i64,
    pub body: String,
    /// Where everybody reads it.
    pub address: String,
    /// The newest first.
    pub versions: Vec<Made>,
    /// How the text looks stands above the form.
    pub preview: bool,
    /// What somebody else has published since the form was filled.
    pub beside: Option<String>,
    pub errors: Vec<FieldError>,
    pub saved: bool,
}

/// That nobody has written the text yet.
#[component]
fn Proposed(lang: Lang) -> impl IntoView {
    view! {
        <div class="stack notes">
            <Notice tone=Tone::Look title=t::proposed(lang)><p>{t::proposed_until(lang)}</p></Notice>
        </div>
    }
    .into_any()
}

#[component]
pub fn EditStatement(lang: Lang, view: EditView) -> impl IntoView {
    let EditView { kind, of, next, body, address, versions, preview, beside, errors, saved } = view;
    let back = Some(("/statements".to_owned(), t::title(lang).to_owned()));
    let heading = t::edit_title(lang, of.own_name(), title(lang, kind));
    let shown = preview.then(|| {
        view! {
            <section class="card" aria-labelledby="preview">
                <h2 id="preview">{t::preview_title(lang)}</h2>
                <p class="quiet">{t::not_saved_yet(lang)}</p>
                <div lang=of.code()><Statement body=body.clone()/></div>
            </section>
        }
    });
    let beside = beside.map(|body| {
        view! {
            <section class="card" aria-labelledby="published">
                <h2 id="published">{t::published_now(lang)}</h2>
                <div lang=of.code()><Statement body/></div>
            </section>
        }
    });
    let proposed = (kind == StatementKind::Support && versions.is_empty()).then(|| view! { <Proposed lang/> });
    let versions: Vec<_> = match versions.is_empty() {
        true => vec![made_words(lang, None)],
        false => versions.iter().map(|made| made_words(lang, Some(made))).collect(),
    };
    let versions: Vec<_> = versions.into_iter().map(|words| view! { <li>{words}</li> }).collect();
    view! {
        <PageHead title=heading lead=t::edit_lead(lang) back/>
        <ErrorSummary lang errors=errors.clone()/>
        {saved.then(|| view! { <div class="stack notes"><Notice tone=Tone::Good title=t::saved(lang) live=true/></div> })}
        {proposed}
        {shown}
        {beside}
        <form class="form" method="post" action="/statements/edit" novalidate>
            <input type="hidden" name="kind" value=kind.code()/>
            <input type="hidden" name="language" value=of.code()/>
            <input type="hidden" name="next" value=next.to_string()/>
            <div class="statement__text">
                <TextArea lang name="body" label=t::body(lang) value=body of error=FieldError::of(&errors, "body")
                    maxlength=u32::try_from(MOST).unwrap_or(u32::MAX)/>
            </div>
            <div class="form__actions">
                <Button text=t::save(lang) kind=ButtonKind::Main/>
                <Button text=t::preview(lang) name="preview" value="yes"/>
                <ButtonLink text=t::see(lang) href=address kind=ButtonKind::Quiet/>
            </div>
        </form>
        <ul class="days" role="list">{versions}</ul>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_called_stays_on_one_line() {
        assert_eq!(unbroken("Soita 050 000 1000. 24 tuntia"), "Soita 050\u{a0}000\u{a0}1000. 24 tuntia");
        assert_eq!(unbroken(" 1 ä 2 "), " 1 ä 2 ");
    }
}
