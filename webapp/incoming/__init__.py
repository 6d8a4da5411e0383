"""What comes back: bounces, complaints and the reports of mail services."""
