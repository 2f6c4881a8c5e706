"""The docs say what the code does: pages are compared with it, examples are run."""

import enum
import importlib
import inspect
import pkgutil
import re
import types

import pytest

from docs import make_rule_files
from tests.house.running import PYTEST, flat, install, run, timebank
from tests.house.source import ROOT
from timebank import domain
from timebank.bank import read_settings
from timebank.bank.rule_desk import every_desk
from timebank.bank.rule_writing import schema_files
from timebank.domain.account import AccountKind
from timebank.hooks import specs
from timebank.hooks.kit import promises
from timebank.hooks.opening import open_city
from timebank.rules.schema_file import rules_schema

DOCS = ROOT / "docs"
LINJIANG = ROOT / "examples" / "linjiang"
HOOKS = {name: hook for name, hook in vars(specs).items() if name.startswith("timebank_")}
PARTS = ("何时问 · Asked", "给什么 · Given", "答什么 · Answers", "没有答时 · Default", "谁用 · Used by")
CHINESE, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{3}")
SOURCES = [ROOT / "core", *sorted((ROOT / "plugins").glob("*/"))]


def pages():
    found = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    return sorted([*found, *(ROOT / "plugins").glob("*/README.md"), *(ROOT / "bench").glob("*.md")])


def text_of(page):
    return (DOCS / page).read_text(encoding="utf-8")


def fences(text, language):
    """List (what stands after the language, body) of every fenced block of a language."""
    return re.findall(rf"^```{language}(?: (\S+))?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


# The hooks page


def test_the_hooks_page_has_one_section_a_hook_with_its_signature_in_the_order_of_the_code():
    sections = re.findall(r"^## `(timebank_\w+)\((.*)\)`$", text_of("hooks.md"), re.MULTILINE)

    assert sections == [(name, ", ".join(inspect.signature(hook).parameters)) for name, hook in HOOKS.items()]


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_explained_whole(hook):
    section = text_of("hooks.md").partition(f"## `{hook}(")[2].partition("\n## ")[0]

    assert [part for part in PARTS if f"**{part}**" not in section] == []
    assert "```python\n@hookimpl\ndef " + hook in section


def test_the_hooks_page_names_the_cities_that_use_a_hook():
    for hook in HOOKS:
        section = text_of("hooks.md").partition(f"## `{hook}(")[2].partition("\n## ")[0]
        said = section.partition("**谁用 · Used by**")[2].lower().replace(" ", "_")
        for plugin in (ROOT / "plugins").glob("*/timebank_*/hooks.py"):
            uses = f"def {hook}(" in plugin.read_text(encoding="utf-8")
            assert (plugin.parents[1].name in said) is uses, f"{hook}: {plugin.parents[1].name}"


def test_the_examples_of_the_hooks_page_keep_every_promise(tmp_path):
    plugin = types.ModuleType("docs_hooks")
    for _, body in fences(text_of("hooks.md"), "python"):
        exec(body, vars(plugin))
    city = open_city("linjiang", LINJIANG / "config" / "linjiang", ("linjiang", plugin, "docs"))

    assert [hook for hook in HOOKS if not hasattr(plugin, hook)] == []
    for promise in promises(city, cases=400):
        promise.check()


# The glossary


def domain_classes():
    for module in pkgutil.iter_modules(domain.__path__):
        loaded = importlib.import_module(f"{domain.__name__}.{module.name}")
        for name, value in inspect.getmembers(loaded, inspect.isclass):
            if value.__module__ == loaded.__name__ and not name.startswith("_"):
                yield name


def test_every_class_of_the_domain_has_its_place_in_the_glossary():
    glossary = text_of("glossary.md")

    assert [name for name in domain_classes() if f"`{name}`" not in glossary] == []


def test_every_kind_of_account_is_explained():
    glossary = text_of("glossary.md")

    assert [kind for kind in AccountKind if f"| `{kind}` |" not in glossary] == []
    assert issubclass(AccountKind, enum.StrEnum)


def test_every_word_of_the_glossary_stands_in_both_languages():
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|.*\|$", text_of("glossary.md"), re.MULTILINE)
    words = [row for row in rows if not row[0].startswith(("中文", "---", "种类", "`"))]

    assert len(words) > 30
    for zh, en, meaning in words:
        assert CHINESE.search(zh), zh
        assert LATIN.search(en), en
        assert CHINESE.search(meaning), meaning
        assert LATIN.search(meaning), meaning


# Rule files


def test_the_rule_file_page_is_what_the_schema_says():
    assert make_rule_files.page(text_of("rule-files.md")) == text_of("rule-files.md"), (
        "run: python docs/make_rule_files.py"
    )


@pytest.mark.parametrize("desk", every_desk(ROOT / "config" / "timebank.yaml"), ids=lambda desk: desk.city)
def test_the_schemas_for_editors_are_what_the_code_writes(desk):
    stale = [
        str(file)
        for file, text in schema_files(desk).items()
        if not file.is_file() or file.read_text(encoding="utf-8") != text
    ]

    assert stale == [], "run: timebank rules schema"


def test_every_key_of_a_rule_file_is_explained_in_both_languages():
    silent = [f"{path}: {block}" for path, block in described(rules_schema(), "") if not has_words(block)]

    assert silent == []


def described(block, path):
    for key, inner in block.get("properties", {}).items():
        yield f"{path}.{key}", inner
        yield from described(inner, f"{path}.{key}")
    for part in (block.get("additionalProperties"), block.get("items")):
        if isinstance(part, dict):
            yield from described(part, f"{path}.*")


def has_words(block):
    return bool(CHINESE.search(block.get("x-zh", "")) and LATIN.search(block.get("x-en", "")))


# The tutorial


def followed(folder, languages=("yaml", "python", "toml")):
    """Do what the tutorial says, step by step; yield each command with what it should print."""
    blocks = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    for language, name, body in blocks.findall(text_of("add-a-city.md")):
        if language in languages:
            file = folder / name.removeprefix("+")
            file.parent.mkdir(parents=True, exist_ok=True)
            before = file.read_text(encoding="utf-8") if name.startswith("+") else ""
            file.write_text(before + body, encoding="utf-8")
        elif language == "console":
            for command in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                line, _, expected = command.partition("\n")
                yield line.split(), expected.splitlines()


@pytest.mark.slow
@pytest.mark.only_on("sqlite", reason="the commands run in a process of their own, on SQLite")
def test_the_tutorial_works_when_it_is_followed(tmp_path):
    installed = tmp_path.parent / "installed"
    places = (installed, ROOT / "core")
    commands = 0
    for command, expected in followed(tmp_path):
        match command:
            case ["timebank", "--config", config, *arguments]:
                said = timebank(tmp_path, *arguments, config=config, places=places)
            case ["pytest", "-q", *arguments]:
                said = flat(run([*PYTEST, *arguments], tmp_path, *places))
            case ["pip", "install", "."]:
                install(tmp_path, installed)
                said = ""
        commands += 1
        assert [line for line in expected if flat(line) not in said] == [], f"{command}: {said}"

    assert commands == 6


def test_the_example_city_is_what_the_tutorial_writes(tmp_path):
    list(followed(tmp_path))
    written = {file.relative_to(tmp_path) for file in tmp_path.rglob("*") if file.is_file()}

    assert written
    for file in written:
        ours = (LINJIANG / file).read_text(encoding="utf-8")
        assert (tmp_path / file).read_text(encoding="utf-8").rstrip() == ours.rstrip(), file


# All pages


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_page_speaks_both_languages(page):
    text = page.read_text(encoding="utf-8")

    assert len(CHINESE.findall(text)) > 20, "no Chinese"
    assert len(LATIN.findall(text)) > 20, "no English"


@pytest.mark.parametrize("page", sorted(DOCS.glob("decisions/[0-9]*.md")), ids=lambda page: page.stem)
def test_a_decision_says_context_decision_status_and_consequences(page):
    text = page.read_text(encoding="utf-8")
    heads = ["## 情形 · Context", "## 决定 · Decision", "## 状态 · Status", "## 后果 · Consequences"]

    assert [head for head in heads if head not in text] == []
    assert len(text.splitlines()) <= 60


def test_every_make_target_that_a_page_names_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {name for line in re.findall(r"^([a-z_ -]+):", makefile, re.MULTILINE) for name in line.split()}
    named = {
        (page.name, target)
        for page in pages()
        for target in re.findall(r"`?make ([a-z][a-z_-]+)`", page.read_text(encoding="utf-8"))
    }

    assert {name for name in named if name[1] not in targets} == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_front_page_shows_what_the_demo_says(language):
    front = (ROOT / "README.md").read_text(encoding="utf-8")
    running = read_settings(ROOT / "config" / "timebank.yaml").cities
    for name, excerpt in fences(front, "text"):
        kind, _, city = name.partition(f"-{language}-")
        if kind == "demo" and city in running:  # a city may be taken away, and its excerpt with it
            said = timebank(ROOT, "--lang", language, "demo", "--city", city, places=SOURCES)
            assert [line for line in excerpt.splitlines() if flat(line) not in said] == []


def test_every_folder_and_file_that_the_front_page_names_exists():
    front = (ROOT / "README.md").read_text(encoding="utf-8")
    (folders,) = [body for name, body in fences(front, "text") if not name]
    city = next((ROOT / "plugins").glob("*/pyproject.toml")).parent.name
    named = [line.split()[0].replace("<城市>", city) for line in folders.splitlines()]

    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []
