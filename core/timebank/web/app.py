"""The WSGI application: every route comes from the contract."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response
from pyramid.tweens import EXCVIEW

from timebank.services.desk import Bank
from timebank.web import pages, reads, trouble, writes
from timebank.web.addresses import Addresses
from timebank.web.contract import Contract, Operation, read_contract
from timebank.web.metrics import Metrics

View = Callable[[Any, Request], Response]


def make_app(bank: Bank, *, contract: Contract | None = None, hosts: Collection[str] | None = None) -> Any:
    """Return the application.

    Args:
        bank: the bank it serves.
        contract: another contract than the shipped one, for tests.
        hosts: names by which it may be called; a request under another name is turned away, so that no web page
            can reach a bank on its reader's own machine. Any name without.
    """
    contract = contract or read_contract()
    config = Configurator()
    config.registry.bank = bank
    config.registry.contract = contract
    config.registry.metrics = Metrics()
    config.registry.hosts = hosts
    config.registry.addresses = Addresses(contract, pages.PATHS)
    config.add_tween("timebank.web.tweens.guard", over=EXCVIEW)
    config.add_tween("timebank.web.tweens.measure", over="timebank.web.tweens.guard")
    for operation in contract.operations.values():
        config.add_route(operation.id, operation.path, request_method=operation.method)
        config.add_view(_view(contract, operation), route_name=operation.id)
    pages.add_routes(config)
    trouble.add_views(config)
    return config.make_wsgi_app()


def _view(contract: Contract, operation: Operation) -> View:
    if operation.use_case is not None:
        return writes.view_of(contract, operation)
    return reads.view_of(contract, operation)
