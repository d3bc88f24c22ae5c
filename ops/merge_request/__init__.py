"""What a merge request would change: its stacks, their previews, a note for its readers."""
