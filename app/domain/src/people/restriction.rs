//! Restriction of processing (GDPR, article 18; docs/access.md, Restriction): why it is set, and why it is lifted.

use crate::codes::codes;

codes! {
    /// Why data are kept and not processed.
    pub enum WhyRestricted {
        /// The person says that something in them is not true, and it is being found out.
        Accuracy = "accuracy",
        /// They should not have been processed, and the person would rather have them kept than erased.
        Unlawful = "unlawful",
        /// The person needs them for a claim.
        Claim = "claim",
        /// The person has objected, and that is being decided.
        Objection = "objection",
    }
}

codes! {
    /// Why they are processed again.
    pub enum WhyLifted {
        /// What was open has been settled.
        Settled = "settled",
        /// The person asked for it.
        Asked = "asked",
        /// It was set by mistake.
        Mistake = "mistake",
    }
}
