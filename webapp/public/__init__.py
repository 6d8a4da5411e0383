"""Pages for contacts: no login, a signed link or an embedded widget."""
