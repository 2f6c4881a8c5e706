"""What the HTTP servers serve: the bank, and a bare Pyramid view that sends the same statements.

gunicorn 'bench.ledger.served:bank_app()'      with BENCH_CONFIG, BENCH_URL, BENCH_CITY and BENCH_BOOTED set
"""

import os
import pickle
from pathlib import Path

from pyramid.config import Configurator
from pyramid.response import Response

from bench.ledger.recorded import Bare, record
from bench.ledger.stock import Stock
from bench.ledger.visit_steps import steps
from bench.ledger.world import open_world
from timebank.web.app import make_app


def bank_app():
    """Return the bank's own application."""
    return _booted(make_app(_bank()))


def bare_app():
    """Return an application of one view, which sends the statements it is told through Core and answers."""
    bank, city = _bank(), os.environ["BENCH_CITY"]
    (visit_id,) = Stock(bank, city, [0], confirmed=False).make(1)
    bare = Bare(bank.engine.url)
    constructs = {
        sent.shape: sent.construct for script in record(bank, steps(city, visit_id)) for sent in script
    }

    def send(request):
        # Not `request.body`: WebOb would first copy what is longer than 10 KiB to a file.
        script = pickle.loads(request.body_file_raw.read(request.content_length))
        bare.send_all((constructs[shape], values) for shape, values in script)
        return Response(json_body={"done": True})

    config = Configurator()
    config.add_route("send", "/send", request_method="POST")
    config.add_view(send, route_name="send")
    return _booted(config.make_wsgi_app())


def _bank():
    return open_world(Path(os.environ["BENCH_CONFIG"]), os.environ["BENCH_URL"])


def _booted(app):
    """Tell whoever started the server that this worker of it can serve now."""
    (Path(os.environ["BENCH_BOOTED"]) / str(os.getpid())).touch()
    return app
