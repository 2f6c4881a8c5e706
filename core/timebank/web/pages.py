"""The few pages for people: the start page and the reference of the contract, served without any other site."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

from timebank.web.overview import city_overview
from timebank.web.problems import language_of
from timebank.web.reference import Reference

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"


PATHS = {"/": "start", "/docs": "reference", "/openapi.yaml": "contract", "/static/style.css": "style"}


def add_routes(config: Configurator) -> None:
    """Add the pages: they stand beside the contract and write nothing."""
    config.registry.templates = Environment(
        loader=PackageLoader("timebank.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    views = {"start": start, "reference": reference, "contract": contract, "style": style}
    for path, name in PATHS.items():
        config.add_route(name, path, request_method="GET")
        config.add_view(views[name], route_name=name)


def start(request: Request) -> Response:
    """Show each city's figures, tree and latest decisions."""
    language = page_language(request)
    bank = request.registry.bank
    cities = [city_overview(bank, code, language) for code in bank.cities]
    return page(request, "start.html", language, cities=cities)


def reference(request: Request) -> Response:
    """Show the contract as a page."""
    language = page_language(request)
    told = Reference(request.registry.contract, language)
    facts = {name: getattr(told, name)() for name in ("about", "envelope", "problems", "chapters", "schemas")}
    return page(request, "reference.html", language, **facts)


def contract(_request: Request) -> Response:
    """Serve the contract itself."""
    text = files("timebank.web").joinpath("openapi.yaml").read_text("utf-8")
    return Response(text, content_type="application/yaml", charset="utf-8")


def style(_request: Request) -> Response:
    """Serve the one style sheet."""
    text = files("timebank.web").joinpath("static/style.css").read_text("utf-8")
    return Response(text, content_type="text/css", charset="utf-8", cache_control="max-age=3600")


def page_language(request: Request) -> str:
    """Return the language of a page: ``?lang=`` before Accept-Language."""
    asked = request.GET.get("lang")
    return asked if asked in {"zh", "en"} else language_of(request)


def page(request: Request, template: str, language: str, **facts: Any) -> Response:
    """Return a page that loads nothing from elsewhere."""
    text = request.registry.templates.get_template(template).render(
        zh=language == "zh", lang=language, **facts
    )
    response = Response(text, content_type="text/html", charset="utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Content-Language"] = "zh-Hans" if language == "zh" else language
    response.headers["Cache-Control"] = "no-cache"
    response.vary = ["Accept-Language"]
    return response
