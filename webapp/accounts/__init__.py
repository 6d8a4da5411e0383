"""People who use the platform, and the workspaces they share."""
