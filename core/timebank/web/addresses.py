"""Which methods an address has, so that a wrong method is told apart from a wrong address."""

from __future__ import annotations

from collections.abc import Iterable

from timebank.web.contract import Contract


class Addresses:
    """Every address that is served, of the contract and of the pages."""

    def __init__(self, contract: Contract, pages: Iterable[str]) -> None:
        self._methods: dict[tuple[str, ...], list[str]] = {}
        for operation in contract.operations.values():
            self._methods.setdefault(_steps(operation.path), []).append(operation.method)
        for path in pages:
            self._methods[_steps(path)] = ["GET"]

    def methods(self, path: str) -> list[str]:
        """Return the methods that an address has, in order; none where it does not exist."""
        given = _steps(path)
        found = {
            method for wanted, methods in self._methods.items() if _fits(wanted, given) for method in methods
        }
        return sorted(found | {"HEAD"} if "GET" in found else found)


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


def _fits(wanted: tuple[str, ...], given: tuple[str, ...]) -> bool:
    return len(wanted) == len(given) and all(
        want == give or (want.startswith("{") and give) for want, give in zip(wanted, given, strict=True)
    )
