"""KollaCluster: OpenStack's services by Kolla-Ansible, from the deploy host (guide §4, 5)."""
