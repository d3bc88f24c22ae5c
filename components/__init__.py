"""The components of the cloud, one file or folder each."""
