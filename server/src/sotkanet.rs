//! Fetches what Sotkanet, the open statistics of THL, answers: by commands alone, where there is network. The same answers can
//! be saved and read without.

use std::ops::RangeInclusive;
use std::time::Duration;

use domain::outcomes::population::{Indicator, Unreadable};
use ureq::Agent;

/// Where its interface is.
pub const BASE: &str = "https://sotkanet.fi/rest/1.1";

/// Who asks, as the interface wants to know.
const ASKS: &str = concat!("virea/", env!("CARGO_PKG_VERSION"));

/// Bytes of one answer at most.
const MOST: u64 = 64 * 1024 * 1024;

/// For all of one answer.
const LONGEST: Duration = Duration::from_secs(120);

/// Answers as they came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answers {
    pub indicators: String,
    pub regions: String,
    pub numbers: Vec<String>,
}

/// Asks for the indicators, the regions, and the numbers of these years of those that are `wanted` in the list. Blocks until all
/// is there; why not, in words.
pub fn fetch(
    base: &str,
    years: RangeInclusive<i32>,
    wanted: impl Fn(&str) -> Result<Vec<Indicator>, Unreadable>,
) -> Result<Answers, String> {
    let config = Agent::config_builder().timeout_global(Some(LONGEST)).user_agent(ASKS).build();
    let agent = Agent::new_with_config(config);
    let list = get(&agent, &format!("{base}/indicators"))?;
    let wanted = wanted(&list).map_err(|wrong| wrong.to_string())?;
    let regions = get(&agent, &format!("{base}/regions"))?;
    let years: String = years.map(|year| format!("&years={year}")).collect();
    let mut numbers = Vec::new();
    for one in &wanted {
        numbers.push(get(&agent, &format!("{base}/json?indicator={}{years}&genders=total", one.id))?);
    }
    Ok(Answers { indicators: list, regions, numbers })
}

fn get(agent: &Agent, address: &str) -> Result<String, String> {
    let told = |error: ureq::Error| format!("{address}: {error}");
    let mut answer = agent.get(address).call().map_err(told)?;
    answer.body_mut().with_config().limit(MOST).read_to_string().map_err(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::MunicipalityCode;
    use domain::outcomes::population::{Saved, from_sotkanet, indicators};
    use domain::time::Day;
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    const INDICATORS: &str =
        r#"[{"id":7,"title":{"fi":"Väestö 31.12."}},{"id":9,"title":{"fi":"75 vuotta täyttäneet, % väestöstä"}}]"#;
    const REGIONS: &str = r#"[{"id":658,"code":"091","category":"KUNTA"}]"#;

    /// Answers so many requests by the beginning of their paths, others with 404; then what was asked.
    fn stub(answers: &'static [(&'static str, &'static str)], requests: usize) -> (String, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/rest", listener.local_addr().unwrap());
        let serve = move || {
            let mut asked = Vec::new();
            for _ in 0..requests {
                let (mut stream, _) = listener.accept().unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
                let head: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
                let path = head[0].split(' ').nth(1).unwrap().to_owned();
                assert!(head.iter().any(|line| line.to_lowercase().starts_with("user-agent: virea/")), "{head:?}");
                let found = answers.iter().find(|(start, _)| path.starts_with(&format!("/rest{start}")));
                let (status, body) = found.map_or(("404 Not Found", ""), |(_, body)| ("200 OK", *body));
                let length = body.len();
                write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
                    .unwrap();
                asked.push(path);
            }
            asked
        };
        (base, std::thread::spawn(serve))
    }

    fn of_residents(list: &str) -> Result<Vec<Indicator>, Unreadable> {
        indicators(list).map(Vec::from)
    }

    #[test]
    fn what_is_fetched_is_what_is_read_out_of_files() {
        let (base, asked) = stub(
            &[
                ("/indicators", INDICATORS),
                ("/regions", REGIONS),
                ("/json?indicator=7&", r#"[{"indicator":7,"region":658,"year":2024,"gender":"total","value":1000}]"#),
                ("/json?indicator=9&", r#"[{"indicator":9,"region":658,"year":2024,"gender":"total","value":9.5}]"#),
            ],
            4,
        );
        let answers = fetch(&base, 2023..=2024, of_residents).unwrap();
        let numbers = "&years=2023&years=2024&genders=total";
        let expected = ["/rest/indicators", "/rest/regions", "/rest/json?indicator=7", "/rest/json?indicator=9"];
        let asked = asked.join().unwrap();
        assert_eq!(asked[..2], expected[..2]);
        assert_eq!(asked[2..], [format!("{}{numbers}", expected[2]), format!("{}{numbers}", expected[3])]);
        let saved = Saved { indicators: &answers.indicators, regions: &answers.regions, data: &answers.numbers };
        let code = MunicipalityCode::new("091").unwrap();
        let read = from_sotkanet(&code, saved, Day::new(2026, 9, 8).unwrap()).unwrap();
        assert_eq!(read.iter().map(|one| (one.year, one.aged_75)).collect::<Vec<_>>(), [(2024, 95)]);
    }

    #[test]
    fn a_missing_answer_and_a_changed_title_are_told_and_nothing_more_is_asked() {
        let (base, asked) = stub(&[], 1);
        assert!(fetch(&base, 2024..=2024, of_residents).unwrap_err().contains("404"));
        assert_eq!(asked.join().unwrap(), ["/rest/indicators"]);
        let (base, asked) = stub(&[("/indicators", "[]")], 1);
        assert!(fetch(&base, 2024..=2024, of_residents).unwrap_err().contains("0 indicators have the title"));
        assert_eq!(asked.join().unwrap(), ["/rest/indicators"]);
    }
}
