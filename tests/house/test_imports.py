"""What import-linter's layers do not say: where cities stand, and that the domain needs Python alone."""

import sys

from tests.house.source import CORE, PLUGINS, imports_of, name_of, python_files

OPEN_TO_PLUGINS = ("timebank.hooks", "timebank.domain")


def is_within(name, package):
    return name == package or name.startswith(f"{package}.")


def test_the_domain_imports_python_alone():
    strangers = [
        f"{name_of(file)}:{line} {name}"
        for file in python_files(CORE / "domain")
        for line, name in imports_of(file)
        if not is_within(name, "timebank.domain") and name.split(".")[0] not in sys.stdlib_module_names
    ]

    assert strangers == []


def test_core_imports_no_city():
    cities = [
        f"{name_of(file)}:{line} {name}"
        for file in python_files(CORE)
        for line, name in imports_of(file)
        if name.startswith("timebank_")
    ]

    assert cities == []


def test_a_city_imports_only_hooks_and_domain_and_itself():
    strangers = []
    for package in PLUGINS.glob("*/timebank_*"):
        for file in python_files(package):
            strangers += [
                f"{name_of(file)}:{line} {name}"
                for line, name in imports_of(file)
                if name.startswith("timebank")
                and not any(is_within(name, ours) for ours in (*OPEN_TO_PLUGINS, package.name))
            ]

    assert strangers == []
