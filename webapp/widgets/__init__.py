"""What a workspace puts on its own site to collect contacts."""
