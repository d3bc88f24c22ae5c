"""`make new STACK=mine`: a stack file out of a few answers, with the keys, passwords and certificate that it names.

`questions`: what is asked, as data. `draft`: answers to fields. `dialogue`: asking and judging. `text`: fields to a file's
text. `certificate`: a trial's certificate. `__main__`: the command, and the only one of them that writes.
"""
