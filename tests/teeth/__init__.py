"""Faults planted on purpose, each in a patch beside this file: the named test must go red."""
