//! Charts: accessible SVG from numbers that may be shown. A drawing has a label for those who do not see it;
//! its finding and its table stand beside it in [`crate::ui::Figure`].

mod axes;
mod bar;
mod bins;
mod change;
mod flow;
mod frame;
mod funnel;
mod heat;
mod shift;
mod tiles;
mod trend;
mod weeks;

pub use bins::{Bin, bins_chart};
pub use change::{ChangeRow, change_chart, groups_chart};
pub use flow::{FlowStep, flow_chart};
pub use funnel::{FunnelChart, FunnelPoint, funnel_chart};
pub use heat::{HeatCell, HeatChart, HeatRow, heat_chart};
pub use shift::{ShiftBar, shift_chart};
pub use tiles::{Tile, tiles_chart};
pub use trend::{TrendPoint, trend_chart};
pub use weeks::{WeekLevels, WeekMark, WeeksChart, weeks_chart};
