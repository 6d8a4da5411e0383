"""What the DNS says of a domain that sends mail, and what each of its answers means."""
