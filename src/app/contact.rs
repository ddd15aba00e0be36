//! Where people are told to write to.

use super::App;
use crate::model::identity::Identity;
use crate::store::{items, settings};
use anyhow::Result;

impl App {
    /// Where answers go unless told: to the library's first contact with an e-mail address, else to where answers to
    /// messages go.
    pub fn contact(&self) -> Result<Option<String>> {
        let address = |text: &str| {
            let text = text.trim();
            Identity::email(text.strip_prefix("mailto:").unwrap_or(text)).map(|identity| identity.value)
        };
        let (store, as_of) = (self.store()?, self.as_of());
        let fit =
            |item: &items::Item| item.removed.is_none() && item.expires.is_none_or(|last| last >= as_of);
        let items = items::list(store, as_of)?.into_iter();
        let mut contacts = items.filter(|item| item.kind == "contact" && fit(item));
        let found = contacts.find_map(|item| item.url.as_deref().and_then(address));
        if found.is_some() {
            return Ok(found);
        }
        Ok(settings::read(store, "reply_to")?.as_deref().and_then(address))
    }
}
