"""The use cases, one module a subject, and the only writers.

The law of this room: a use case is a function ``(desk, **inputs)``. It reads and asks the city's hooks first, outside
any lock, then writes in one transaction in which core alone tests states, floors and caps again. It either answers
with identifiers and figures, stored with the effect, or raises a sentence and leaves nothing behind.
"""
