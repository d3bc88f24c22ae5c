"""Provider plugins of our own, for machines that can not have the official ones."""
