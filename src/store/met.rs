//! Names met in row after row, each kept once: of metrics or platforms there are few, so they are looked through.

use anyhow::Result;

/// Names, in the order they were met.
#[derive(Debug, Default)]
pub(super) struct Met(Vec<String>);

impl Met {
    /// The place of a name, which is kept if it is new.
    pub fn place(&mut self, name: &str) -> Result<u32> {
        let known = self.0.iter().position(|known| known == name);
        Ok(u32::try_from(known.unwrap_or_else(|| {
            self.0.push(name.into());
            self.0.len() - 1
        }))?)
    }

    /// The names as they were met.
    pub fn names(self) -> Vec<String> {
        self.0
    }

    /// The names in order, and where each went.
    pub fn in_order(self) -> (Vec<String>, Vec<u32>) {
        let mut named: Vec<(String, u32)> = self.0.into_iter().zip(0..).collect();
        named.sort_unstable();
        let mut places = vec![0; named.len()];
        for ((_, old), new) in named.iter().zip(0..) {
            places[*old as usize] = new;
        }
        (named.into_iter().map(|(name, _)| name).collect(), places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_once_and_then_in_order() {
        let mut met = Met::default();
        let places = ["web", "app", "web", "mail"].map(|name| met.place(name).expect("few"));
        assert_eq!(places, [0, 1, 0, 2]);
        let (names, order) = met.in_order();
        assert_eq!(names, ["app", "mail", "web"]);
        assert_eq!(
            places.map(|place| names[order[place as usize] as usize].as_str()),
            ["web", "app", "web", "mail"]
        );
    }
}
