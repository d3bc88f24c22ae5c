"""What a stack file says, checked as a whole before the first host is contacted.

`cloud`: the whole cloud as one model. `load`: the way to it, from a file or the running program. `checks`: all checks.
Rooms, each with its sections and their checks: `site` (networks, hosts, ssh, packages, time), `firewall`, `vault`, `ceph`,
`kolla` (a file for each service); `across`: checks that need several of them.
Below: `model` (what sections are made of), `stack_file` (reading one), `release_map` (what each release of
Kolla-Ansible knows). Beside: `schema` and `reference` write what editors and readers see; `cache` is the folder of
what can be made again.
"""
