"""Orders and site events, and what they say of a contact."""
