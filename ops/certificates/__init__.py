"""The one expiry table of a cloud's certificates: which there are (plan), what hosts show (ask), what that means (rows)."""
