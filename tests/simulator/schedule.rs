//! What happens when: drawn from a seed, each step with randomness of its own.

use domain::sync::testing::sample::{Dice, NOON};
use domain::time::Instant;
use std::fmt;

macro_rules! kinds {
    ($($name:ident = $weight:literal),* $(,)?) => {
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Kind { $($name),* }

        const WEIGHTS: [(Kind, usize); [$(Kind::$name),*].len()] = [$((Kind::$name, $weight)),*];
    };
}

kinds! {
    Record = 70, Store = 110, SendOn = 70, Serve = 110, Answer = 80, Tick = 30, Poke = 5,
    LoseRequest = 5, LoseReply = 5, RepeatRequest = 5, RepeatReply = 4, Truncate = 3, Partition = 4, Heal = 8,
    Fail = 14, Abort = 4, Fill = 2, KillStoring = 8, KillStored = 5, Reload = 5, SecondTab = 4, CloseTab = 2,
    SwitchUser = 4, CloneTablet = 1, KillServer = 3, ChangeEpoch = 1, JumpClock = 3, Drift = 2, PassTime = 8,
    LoseRights = 3, RegainRights = 3, EnterMember = 2, VoidMember = 2, EndMember = 2, MoveGroup = 1, Merge = 2,
    Withdraw = 2, Upgrade = 2, Settle = 3, Dismiss = 2, SignInAnew = 2, KeepBackup = 3, SetBack = 1, Damage = 2,
    Evict = 3, DamageCache = 4, PowerCut = 3, FailOver = 3, PassDays = 4, WrongZone = 3, Erase = 3, KeepMore = 9,
    SetBackMore = 4, FillMore = 4, Calm = 8, NewProgram = 4, DamageAnswers = 3, LoseAnswers = 2,
    EarlierProgram = 2, PresentProgram = 3, NewNode = 4,
    HandOut = 5, TakeIn = 5,
}

/// When Finland's clocks are changed, after the first day of the sample data: 28 March and 31 October 2027, 01:00 UTC.
pub const CLOCKS_CHANGE: [Instant; 2] =
    [Instant::from_millis(1_806_195_600_000), Instant::from_millis(1_824_944_400_000)];

/// What is drawn from a seed depends on what there is to draw from. New kinds of steps come at the end and make a new
/// generation, so that a kept seed of an older one means what it meant.
struct Generation {
    /// Of so many kinds are the schedules with even seeds, of so many those with odd ones: after a large fault less can be
    /// said of what must be, so that half of them have none.
    kinds: [usize; 2],
    /// How many tablets there may be, each as likely as the others.
    tablets: &'static [usize],
    /// And users of one tablet.
    users: &'static [usize],
}

const MANY_TABLETS: &[usize] = &[1, 2, 2, 3, 3, 3, 4, 4, 5, 8];
const MANY_USERS: &[usize] = &[1, 1, 1, 1, 2, 2, 3, 4];

const GENERATIONS: [Generation; 4] = [
    Generation { kinds: [44, 44], tablets: &[2, 3, 4, 5], users: &[1, 2] },
    Generation { kinds: [56, 44], tablets: MANY_TABLETS, users: MANY_USERS },
    Generation { kinds: [61, 44], tablets: MANY_TABLETS, users: MANY_USERS },
    Generation { kinds: [WEIGHTS.len(), 44], tablets: MANY_TABLETS, users: MANY_USERS },
];

/// The newest one.
pub const PRESENT: usize = GENERATIONS.len();

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    pub kind: Kind,
    pub dice: u64,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schedule {
    pub generation: usize,
    pub seed: u64,
    pub tablets: usize,
    /// How many users a tablet may have.
    pub users: &'static [usize],
    /// When the first step is.
    pub start: Instant,
    /// Server and tablets may begin with programs of an older release.
    pub older: bool,
    pub steps: Vec<Step>,
}

impl Schedule {
    /// 120–220 steps, as they are drawn today.
    pub fn of(seed: u64) -> Self {
        Self::drawn(PRESENT, seed)
    }

    /// As the seed was drawn in that generation; the first is 1.
    pub fn drawn(generation: usize, seed: u64) -> Self {
        let Generation { kinds, tablets, users } = GENERATIONS[generation.clamp(1, PRESENT) - 1];
        let kinds = if seed.is_multiple_of(2) { kinds[0] } else { kinds[1] };
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        dice.warm_up();
        let tablets = tablets.get(dice.below(tablets.len())).copied().unwrap_or(2);
        let length = 120 + dice.below(101);
        let steps = (0..length).map(|_| Step { kind: kind(kinds, &mut dice), dice: dice.roll() | 1 }).collect();
        let start = match seed % 16 {
            1 if generation > 1 => CLOCKS_CHANGE[0].plus_millis(-30_000),
            2 if generation > 1 => CLOCKS_CHANGE[1].plus_millis(-30_000),
            _ => NOON,
        };
        let older = generation > 1 && seed % 8 == 4;
        Self { generation, seed, tablets, users, start, older, steps }
    }
}

fn kind(most: usize, dice: &mut Dice) -> Kind {
    let total: usize = WEIGHTS.iter().take(most).map(|(_, weight)| weight).sum();
    let mut left = dice.below(total);
    for (kind, weight) in WEIGHTS {
        if left < weight {
            return kind;
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
