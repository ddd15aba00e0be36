//! Members that look like one person: what they share (`evidence`), who shares it (`blocks`), how sure that is
//! (`grade`), and the list (`command`).

mod blocks;
mod command;
mod evidence;
mod grade;

pub use command::{Duplicates, among};
