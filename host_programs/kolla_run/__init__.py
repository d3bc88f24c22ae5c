"""kolla-run: Kolla-Ansible on the deploy host, with progress, a reliable verdict and resumption.

Packed into one file (host_programs.bundle) that runs with the host's own Python 3.9 or later, and nothing else.
"""
