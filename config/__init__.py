"""How an installation is set up: every setting, and what the logs look like."""
