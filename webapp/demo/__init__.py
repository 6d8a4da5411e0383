"""A shop with people, lists and campaigns to look around in, and how to get rid of it."""
