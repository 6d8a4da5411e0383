"""The first page of a workspace: what to do next, and how it goes."""
