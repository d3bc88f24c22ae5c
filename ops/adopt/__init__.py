"""`make adopt FROM=DIR STACK=mine`: the stack file that means the same as the /etc/kolla of a cloud that is there.

Reading: `folder` (all of it), `inventory`, `yaml_mapping`. Meaning: `effect` (what an option comes to), `search` (the
fields whose rows yield the options; `composed`: several fields at once), `of_hosts`, `site`, `storage`, `groups`.
Keeping: `passwords`, `secret_files`, `texts`. Judging: `accepted`, `remark` (what cannot be said). `adoption`: all
of it, without writing. `__main__`: the command, and the only one of them that writes.
"""
