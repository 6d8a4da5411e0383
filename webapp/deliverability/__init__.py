"""Getting mail through, and stopping when it must not go."""
