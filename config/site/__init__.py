"""The site: its networks, its hosts and the way to them, where packages and time come from."""
