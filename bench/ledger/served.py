"""What the HTTP servers serve: the bank, and a bare Pyramid view that sends the same statements.

gunicorn 'bench.ledger.served:bank_app()'      with BENCH_CONFIG, BENCH_URL and BENCH_CITY set
"""

import os
import pickle
from functools import partial
from pathlib import Path

from pyramid.config import Configurator
from pyramid.response import Response

from bench.ledger.recorded import Bare, record
from bench.ledger.stock import Stock
from bench.ledger.world import STATION, open_world
from timebank.domain.command import Actor, Channel, Command
from timebank.services.settlement import settle
from timebank.services.visits import confirm
from timebank.web.app import make_app

CLERK = Actor("clerk", STATION)
CALLED_BACK = [{"kind": "call_back", "note": ""}]


def bank_app():
    """Return the bank's own application."""
    return make_app(_bank())


def bare_app():
    """Return an application of one view, which sends the statements it is told through Core and answers."""
    bank, city = _bank(), os.environ["BENCH_CITY"]
    (visit_id,) = Stock(bank, city, [0], confirmed=False).make(1)
    bare = Bare(bank.engine.url)
    constructs = {
        sent.shape: sent.construct for script in record(bank, steps(city, visit_id)) for sent in script
    }

    def send(request):
        bare.send_all((constructs[shape], values) for shape, values in pickle.loads(request.body))
        return Response(json_body={"done": True})

    config = Configurator()
    config.add_route("send", "/send", request_method="POST")
    config.add_view(send, route_name="send")
    return config.make_wsgi_app()


def _bank():
    return open_world(Path(os.environ["BENCH_CONFIG"]), os.environ["BENCH_URL"])


def steps(city, visit_id):
    """Return the two things done with a visit over HTTP: the service point confirms it, then it is settled."""
    return [partial(_confirm, city, visit_id), partial(_settle, city, visit_id)]


def _confirm(city, visit_id, bank):
    command = Command(city, f"confirm:{visit_id}", CLERK, Channel.DESK)
    return bank.carry_out(confirm, command, visit_id=visit_id, claims=CALLED_BACK)


def _settle(city, visit_id, bank):
    command = Command(city, f"settle:{visit_id}", CLERK, Channel.DESK)
    return bank.carry_out(settle, command, visit_id=visit_id)
