"""Imports: a file of somebody else's becomes contacts, orders or events."""
