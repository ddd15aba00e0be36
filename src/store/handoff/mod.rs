//! What a warehouse is handed: the tables as they are declared here, in its own words, and the texts that ask them.
//!
//! [`schema`] reads the declarations of this file's tables, [`words`] says them as the engine does, [`verify`] asks the engine
//! whether everything arrived, and [`figures`] runs the portable texts here.

pub mod figures;
pub mod schema;
pub mod verify;
pub mod words;
