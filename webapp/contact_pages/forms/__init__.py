"""The forms about contacts, one file for each thing one does with them."""
