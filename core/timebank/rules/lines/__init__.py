"""The grammar of single lines, which runs before any YAML parser sees a rule file.

The law of this room: a slip of typing is named on the line where it happens, and where its meaning is plain the line is
mended for the rest of the check, so that one slip gives one message and hides no other. What a sound line is stands in
``sound``; only other lines are looked at closely.
"""
