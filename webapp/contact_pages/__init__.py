"""The pages about contacts: found, shown with all we hold of them, corrected, exported."""
