//! Charts: accessible SVG from numbers that may be shown. A drawing has a label for those who do not see it;
//! its finding and its table stand beside it in [`crate::ui::Figure`].

mod change;
mod flow;
mod frame;
mod trend;

pub use change::{ChangeRow, change_chart};
pub use flow::{FlowStep, flow_chart};
pub use trend::{TrendPoint, trend_chart};
