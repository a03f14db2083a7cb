//! What happens when: drawn from a seed, each step with randomness of its own.

use domain::sync::testing::sample::Dice;
use std::fmt;

macro_rules! kinds {
    ($($name:ident = $weight:literal),* $(,)?) => {
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Kind { $($name),* }

        const WEIGHTS: &[(Kind, usize)] = &[$((Kind::$name, $weight)),*];
    };
}

kinds! {
    Record = 70, Store = 110, SendOn = 70, Serve = 110, Answer = 80, Tick = 30, Poke = 5,
    LoseRequest = 5, LoseReply = 5, RepeatRequest = 5, RepeatReply = 4, Truncate = 3, Partition = 4, Heal = 8,
    Fail = 14, Abort = 4, Fill = 2, KillStoring = 8, KillStored = 5, Reload = 5, SecondTab = 4, CloseTab = 2,
    SwitchUser = 4, CloneTablet = 1, KillServer = 3, ChangeEpoch = 1, JumpClock = 3, Drift = 2, PassTime = 8,
    LoseRights = 3, RegainRights = 3, EnterMember = 2, VoidMember = 2, EndMember = 2, MoveGroup = 1, Merge = 2,
    Withdraw = 2, Upgrade = 2, Settle = 3, Dismiss = 2, SignInAnew = 2, KeepBackup = 3, SetBack = 1, Damage = 2,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    pub kind: Kind,
    pub dice: u64,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schedule {
    pub seed: u64,
    pub tablets: usize,
    pub steps: Vec<Step>,
}

impl Schedule {
    /// 2–5 tablets, 120–220 steps.
    pub fn of(seed: u64) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        dice.warm_up();
        let tablets = 2 + dice.below(4);
        let length = 120 + dice.below(101);
        let steps = (0..length).map(|_| Step { kind: kind(&mut dice), dice: dice.roll() | 1 }).collect();
        Self { seed, tablets, steps }
    }
}

fn kind(dice: &mut Dice) -> Kind {
    let total: usize = WEIGHTS.iter().map(|(_, weight)| weight).sum();
    let mut left = dice.below(total);
    for (kind, weight) in WEIGHTS {
        if left < *weight {
            return *kind;
        }
        left -= weight;
    }
    Kind::Serve
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {} with {} tablets, {} steps:", self.seed, self.tablets, self.steps.len())?;
        self.steps.iter().try_for_each(|step| writeln!(f, "  {:?} {:#x}", step.kind, step.dice))
    }
}
