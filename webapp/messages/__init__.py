"""One e-mail to one person: write, render, send, follow."""
