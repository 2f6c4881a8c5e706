"""Identity-card numbers are recognised so that they can be kept out of the books."""

from __future__ import annotations

import re
from datetime import date

_FORM = re.compile(r"[1-9]\d{5}(\d{4})(\d{2})(\d{2})\d{3}[\dXx]", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def is_identity_card(text: str) -> bool:
    """Say whether a text is a citizen identity number (GB 11643-1999): place, birthday, order, check digit."""
    found = _FORM.fullmatch(text)
    if found is None:
        return False
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    weighed = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=False))
    return _CHECKS[weighed % 11] == text[-1].upper()
