"""Tamper evidence: what a sealed transfer hashes to, the tree over all of them, signed heads, witnesses.

Everything here is pure but for the folder of checkpoints; the joint with the tables is ``services.sealing``.
"""
