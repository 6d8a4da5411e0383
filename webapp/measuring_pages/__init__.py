"""Settings: what is measured, of whom, and asking those who never answered."""
