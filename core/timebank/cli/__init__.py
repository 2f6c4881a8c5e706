"""``timebank …``: the bank from a terminal.

The law of this room: one module a verb, imported only when its verb is called, and each imports only what it
needs. A verb asks services and prints; it decides nothing. Whatever goes wrong is a sentence in the reader's
language and an exit code: 0 done, 1 the input or the rules say no, 2 wrong use, 3 the tool or a plugin failed.
"""
