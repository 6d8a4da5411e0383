"""All that ever happened with one contact, newest first, read little by little from where it is kept."""
