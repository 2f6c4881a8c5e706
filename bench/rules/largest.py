"""Files of the greatest size that were written to be slow to check."""

from bench.rules.shipped import shipped_files
from timebank.rules.characters import MOST_BYTES, MOST_LINES, MOST_MARKS, MOST_ON_A_LINE

_LINES = MOST_LINES - 400


def largest_texts():
    """Yield (what it is, whose place it takes, text) of files as large as may be, each hard in its own way."""
    file = next(file for file in shipped_files() if file.city == "guangzhou")
    for what, line in {
        "a line of items": f"k: [{'a,' * (MOST_ON_A_LINE // 2 - 4)}]",
        "a list that stays open": f"k: [{'a,' * (MOST_ON_A_LINE // 2 - 4)}",
        "wide commas": f"k: [{'a，' * (MOST_ON_A_LINE // 2 - 4)}]",
        "numbers nobody writes": f"k: [{'0x1, ' * 380}]",
        "brackets never closed": f"k: [{'{a: ' * 15}",
    }.items():
        lines = min(MOST_MARKS // sum(map(line.count, ",:[{，")), MOST_BYTES // len(line.encode()) - 1)
        yield what, file, f"{line}\n" * lines
    yield "indents of all depths", file, _each(lambda n: f"{' ' * (n * 7 % 40)}k{n}: v\n")
    for block in ("traits", "services", "levels", "caps", "sources"):
        entries = _each(lambda n: f"  thing_{n}: {{under: thing_{n + 1}}}\n")
        yield f"thousands of {block}", file, file.text.replace(f"\n{block}:\n", f"\n{block}:\n{entries}", 1)
    listed = _each(lambda n: f"    - {'a' * (n % 2)}{n}\n")
    yield "a list of thousands", file, file.text.replace("\n  units: [hour]\n", f"\n  units:\n{listed}", 1)
    maps = _each(lambda n: f"    - b{n}: a\n")
    yield (
        "a list of thousands of blocks",
        file,
        file.text.replace("\n  units: [hour]\n", f"\n  units:\n{maps}", 1),
    )


def _each(line):
    return "".join(map(line, range(_LINES)))
