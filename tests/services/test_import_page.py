"""The page about importing names every column, needed or not, as the code reads it."""

import re

import pytest

from timebank.services.importing.checking import COLUMNS
from timebank.services.importing.report import FILES


def table_of(page, file):
    return page.partition(f"**{file}**")[2].partition("\n\n|")[2].partition("\n\n")[0]


@pytest.mark.parametrize("file", FILES)
def test_the_page_names_every_column(project_root, file):
    page = (project_root / "docs" / "import.md").read_text(encoding="utf-8")
    told = re.findall(
        r"`(\w+)`\*?", "\n".join(line.split("|")[1] for line in table_of(page, file).splitlines())
    )

    assert sorted(told) == sorted(COLUMNS[file].all)
