"""Texts have a form: one type for each kind of name, address or line, with the words for what does not fit.

Nothing that reaches a host, a file or a command line is any text at all: a line break in it would be a line of
somebody else's file. The patterns are what editors check too (config/schema.py).
"""
