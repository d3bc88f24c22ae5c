"""Faults in the lab's cloud while it is used: what clients notice, how long, and whether anything acknowledged is lost."""
