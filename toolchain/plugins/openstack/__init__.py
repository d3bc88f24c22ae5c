"""The `openstack` provider: what the tenancy of a cloud is made of, by its APIs."""
