"""What building on this machine takes: commands, mounts, chroots, apt's sources. Standard library only."""
