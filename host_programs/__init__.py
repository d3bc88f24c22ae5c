"""Programs that run on hosts with the host's own Python 3.9 or later, and nothing else; `contract` is theirs and ours."""
