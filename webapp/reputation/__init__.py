"""How mailbox providers receive our mail, and what is stopped when they do not."""
