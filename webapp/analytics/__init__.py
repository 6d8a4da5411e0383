"""What worked."""
