//! Step 4, amplify: lift early and best work.
pub mod drop;
