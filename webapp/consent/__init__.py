"""What each person agreed to, when, and the proof."""
