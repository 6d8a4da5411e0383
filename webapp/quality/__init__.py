"""The quality of the data: what is filled, valid, fresh, and what mends it."""
