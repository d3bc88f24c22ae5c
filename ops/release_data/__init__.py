"""Reads the published kolla-ansible packages and writes `config/release_map/data/`."""
