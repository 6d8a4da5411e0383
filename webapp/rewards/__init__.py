"""What people are promised for signing up: a promotional code, or a file, given once they confirmed."""
