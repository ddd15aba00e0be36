//! What drives an advocate: Forrester's four types (Laura Ramos), educators, status seekers, validators, collaborators.

/// One of the four personas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Persona {
    /// Enjoys teaching others.
    Educator,
    /// Wants to be seen as an expert.
    StatusSeeker,
    /// Vouches for what proved good, and says what did not.
    Validator,
    /// Wants a say in where the product goes.
    Collaborator,
}

impl Persona {
    /// The four, in the order they are listed everywhere.
    pub const ALL: [Persona; 4] =
        [Persona::Educator, Persona::StatusSeeker, Persona::Validator, Persona::Collaborator];

    /// The words for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Persona::Educator => "educator",
            Persona::StatusSeeker => "status seeker",
            Persona::Validator => "validator",
            Persona::Collaborator => "collaborator",
        }
    }

    /// Reads the words, whatever their case; `status-seeker` and `status_seeker` too.
    pub fn parse(text: &str) -> Option<Persona> {
        let words = text.trim().to_lowercase().replace(['-', '_'], " ");
        Persona::ALL.into_iter().find(|persona| persona.as_str() == words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for persona in Persona::ALL {
            assert_eq!(Persona::parse(persona.as_str()), Some(persona));
        }
        for text in ["status-seeker", " Status_Seeker ", "STATUS SEEKER"] {
            assert_eq!(Persona::parse(text), Some(Persona::StatusSeeker));
        }
        assert_eq!(Persona::parse("influencer"), None);
    }
}
