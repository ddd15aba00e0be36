//! The copies of itself that a program made, when someone in them is to be gone.

use super::App;
use crate::store::Store;
use anyhow::Result;

impl App {
    /// Deletes the copies that the program made, which hold whoever was erased too; how many.
    pub fn delete_copies(&self, store: &Store) -> Result<usize> {
        let mut deleted = 0;
        for copy in store.copies()? {
            let shown = copy.display();
            if std::fs::remove_file(&copy).is_ok() {
                self.screen.say(&format!("Deleted the backup {shown}, which held them"));
                deleted += 1;
            } else {
                self.screen.say(&format!(
                    "The backup {shown} may hold them and cannot be deleted: delete it yourself"
                ));
            }
        }
        Ok(deleted)
    }
}
