"""The volontiers command line."""
