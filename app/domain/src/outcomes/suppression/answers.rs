//! Answers of the same people at the start and three months later (docs/outcomes.md, Answers): two shares of one number.

use super::super::figures::Answers;
use super::change::are_incomplete;
use super::{Gate, masked};

/// Answers to one question before the gate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AnswerNumbers {
    /// Answered at the start, and the three months have passed.
    pub due: u64,
    /// Of these: answered again.
    pub n: u64,
    /// Of these: with a worrying answer at the start, and three months later.
    pub start: u64,
    pub end: u64,
}

impl Gate {
    /// The answers to one question.
    pub fn answers(&self, numbers: &AnswerNumbers) -> Answers {
        let AnswerNumbers { due, n, start, end } = *numbers;
        let tells = |x: u64| n == 0 || (!are_incomplete(n, due) && self.passes_as_share(x, n));
        Answers {
            due: self.count(due),
            n: self.count(n),
            start: masked(start, !tells(start)),
            end: masked(end, !tells(end)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Steps;
    use super::*;

    const GATE: Gate = Gate { k: 5, basis: 10, steps: Steps::ALL };

    #[test]
    fn each_of_the_two_is_a_share_of_those_who_answered_twice() {
        for ([due, n, start, end], expected) in [
            ([40, 30, 12, 8], [Some(40), Some(30), Some(12), Some(8)]),
            ([40, 30, 12, 4], [Some(40), Some(30), Some(12), None]),
            ([40, 30, 27, 0], [Some(40), Some(30), None, Some(0)]),
            ([12, 12, 6, 0], [Some(12), Some(12), Some(6), None]),
            ([9, 9, 5, 5], [Some(9), Some(9), None, None]),
            ([60, 30, 12, 8], [Some(60), Some(30), None, None]),
            ([6, 4, 2, 2], [Some(6), None, None, None]),
            ([6, 0, 0, 0], [Some(6), Some(0), Some(0), Some(0)]),
        ] {
            let told = GATE.answers(&AnswerNumbers { due, n, start, end });
            let told = [told.due, told.n, told.start, told.end].map(|figure| figure.value().copied());
            assert_eq!(told, expected, "{due} {n} {start} {end}");
        }
    }
}
