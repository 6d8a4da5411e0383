"""Groups of contacts described by rules."""
