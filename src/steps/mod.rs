//! The six steps in their order, and what goes across them.

pub mod explain;
pub mod init;
pub mod share;
pub mod survey;
