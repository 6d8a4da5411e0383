"""What may leave now: by mail server and mailbox provider."""
