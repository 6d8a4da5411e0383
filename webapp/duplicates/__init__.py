"""Contacts that may be one person, and making them one."""
