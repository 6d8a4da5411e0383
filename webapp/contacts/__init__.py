"""The people a workspace knows: one profile each."""
