"""Container images made of packages, in few shared layers, written into a registry's storage."""
