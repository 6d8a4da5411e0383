"""Exports: contacts as a file."""
