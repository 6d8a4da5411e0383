"""Volontiers: e-mail marketing and consent management for people who said yes."""
