//! The six steps in their order, and what goes across them.

pub mod amplify;
pub mod demo;
pub mod equip;
pub mod explain;
pub mod handoff;
pub mod identify;
pub mod init;
pub mod measure;
pub mod next;
pub mod report;
pub mod share;
pub mod status;
pub mod survey;
pub mod walk;
