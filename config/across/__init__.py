"""Checks across sections: what no section can know of itself."""
