"""What mail services post to us: who posted it, whether it is theirs, and what it says."""
