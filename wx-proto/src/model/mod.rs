//! What the application sees: contacts, messages and their content.
