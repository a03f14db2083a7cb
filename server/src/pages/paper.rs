//! Addresses of pages on paper: typed, and as a code for a phone's camera.

use app::ui::PaperAddress;
use domain::paper::PaperCode;
use uuid::Uuid;

use crate::access::own_account::{dark_squares, squares};
use crate::error::Error;

/// Pages to which paper may lead whoever holds it: what they show is asked for at the door, or is for everybody.
const LED_TO: [&str; 6] = ["own", "kin", "k", "find", "apply", "exercises"];

/// Of the page of that path, which begins with `/`, below the program's own address. `behind`: what the code alone brings,
/// after a `#`; browsers send that to nobody.
pub(crate) fn address(url: &str, path: &str, behind: &str) -> Result<PaperAddress, Error> {
    let url = url.trim_end_matches('/');
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    let (size, squares) = squares(&format!("{url}{path}{behind}"))?;
    Ok(PaperAddress { typed: format!("{host}{path}"), size, squares })
}

/// The own page of those who take part, as tablets are told of it; nothing where its address is longer than any code that
/// a tablet draws.
pub(crate) fn own_page(url: &str) -> Option<PaperCode> {
    let url = url.trim_end_matches('/');
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    let (width, dark) = dark_squares(&format!("{url}/own")).ok()?;
    PaperCode::of(format!("{host}/own"), width, &dark)
}

/// Of a page that is printed; nothing where paper leads nobody.
pub(super) fn of_page(url: &str, here: &str) -> Option<PaperAddress> {
    address(url, &path_for_paper(here)?, "").ok()
}

/// The path without what was asked, and up to where it begins to say of whom it is.
fn path_for_paper(here: &str) -> Option<String> {
    let path = here.split('?').next()?.trim_start_matches('/');
    let parts: Vec<_> = path.split('/').take_while(|part| part.parse::<Uuid>().is_err()).collect();
    parts.first().is_some_and(|first| LED_TO.contains(first)).then(|| format!("/{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paper_leads_to_the_page_and_says_of_nobody_whose_it_is() {
        for (here, path) in [
            ("/own/sessions", "/own/sessions"),
            ("/find?area=00560", "/find"),
            ("/kin/018f0000-0000-7000-8000-000000000001/visits", "/kin"),
        ] {
            assert_eq!(path_for_paper(here).as_deref(), Some(path));
        }
        for here in ["/feedback/abc", "/people", "/", ""] {
            assert_eq!(path_for_paper(here), None, "{here}");
        }
    }

    #[test]
    fn a_tablet_draws_the_code_of_the_own_page_as_pages_do() {
        let code = own_page("https://v.example/").expect("a short address");
        let page = address("https://v.example", "/own", "").ok();
        assert_eq!((PaperAddress::of(&code), code.typed.as_str()), (page, "v.example/own"));
    }

    #[test]
    fn the_code_may_bring_more_than_is_typed() {
        let (plain, more) =
            (address("https://v.example/", "/own/code", ""), address("https://v.example/", "/own/code", "#AB"));
        let (Ok(plain), Ok(more)) = (plain, more) else { panic!("short addresses") };
        assert_eq!((plain.typed.as_str(), more.typed.as_str()), ("v.example/own/code", "v.example/own/code"));
        assert_ne!(plain.squares, more.squares);
    }
}
