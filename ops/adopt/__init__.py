"""`make adopt FROM=DIR STACK=mine`: the stack file that means the same as the /etc/kolla of a cloud that is there.

`remark`: what cannot be said, and errors. `inventory`: Ansible's inventory. `folder`: all that the folder holds.
`effect`: what an option comes to. `site`: hosts and networks. `search`: the fields whose rows yield the options.
`secret_files`: certificates and keys. `storage`: an existing Ceph. `groups`: who runs what. `adoption`: all of it,
without writing. `__main__`: the command, and the only one of them that writes.
"""
