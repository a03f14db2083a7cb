//! Who uses the program: signing in, set-up, roles, accounts.

pub mod accounts;
pub mod break_glass;
pub mod devices;
pub mod handed;
pub mod help_line;
pub mod kept;
pub mod own_account;
pub mod role_choice;
pub mod sessions;
pub mod set_up;
pub mod settings;
pub mod sign_in;
pub mod testers;

#[cfg(target_arch = "wasm32")]
pub mod tablet;
