//! What waits for a decision in the town: marks that contradict the import, operations beyond an instructor's rights,
//! visitors registered the short way, and accounts enough for a list.

use crate::at_size::login;
use crate::browser::Browser;
use crate::program::{Program, Tried};
use crate::tablet::Tablet;
use crate::town::GROUPS;

const CONTRADICTIONS: usize = 300;
const HELD: usize = 400;
const VISITORS: usize = 100;
const ACCOUNTS: usize = 60;
/// Operations in one push.
const AT_ONCE: usize = 100;

pub fn leave(program: &Program) -> Tried<()> {
    let server = program.serve(&["serve"])?;
    let url = server.url();
    let led = |first: usize| (0..4).map(|group| format!("g{}", first + group)).collect::<Vec<_>>();
    // Groups of the municipality's own: the first sixty of each hundred.
    let mut own = Tablet::enrol(program, &url, &login("oma"), &led(GROUPS - 100))?;
    let mut other = Tablet::enrol(program, &url, &login("toinen"), &led(GROUPS - 90))?;
    for tablet in [&mut own, &mut other] {
        while tablet.pull()? {}
    }
    let in_group =
        |tablet: &Tablet, at: usize| tablet.groups.get(at % tablet.groups.len().max(1)).map(|group| group.id);
    let group = in_group(&own, 0).ok_or("a tablet without a group")?;
    let theirs = in_group(&other, 0).ok_or("a tablet without a group")?;
    let mut verbs = Vec::new();
    for at in 0..VISITORS {
        verbs.extend(own.visitor(group, at));
    }
    verbs.extend((0..CONTRADICTIONS).filter_map(|at| own.remark(at, own.group_of(at)?)));
    verbs.extend((0..HELD).filter_map(|at| other.remark(at, theirs)));
    while !verbs.is_empty() {
        let rest = verbs.split_off(AT_ONCE.min(verbs.len()));
        own.push(verbs)?;
        verbs = rest;
    }
    for at in 0..ACCOUNTS {
        Browser::new(&url).set_up(program, "instructor", &login(&format!("tili{at}")), &led(GROUPS - 200 + at))?;
    }
    Ok(())
}
