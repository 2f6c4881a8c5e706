"""Values and pure rules of a time bank.

The law of this room: standard library only; no input, no output, no clock; every value is frozen.
Whatever is true of every city's time bank lives here. Whatever a city may decide differently does not.
"""
