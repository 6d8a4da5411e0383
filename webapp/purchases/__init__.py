"""What people bought and did on the shop's site, and what follows from it."""
