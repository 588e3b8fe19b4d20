"""The project's tables of facts, which lie in the folder `data` of the package that uses them."""

from __future__ import annotations

from importlib.resources import files


def table_text(package: str, name: str) -> str:
    """Return the text of the table `name` of a package.

    >>> table_text("indexer.text", "han_forms.tsv").isspace()
    False
    """
    return files(package).joinpath("data", name).read_text(encoding="utf-8")


def table_lines(package: str, name: str) -> list[str]:
    """Return the lines of a table without its comments, which begin with `#`."""
    return [line for line in table_text(package, name).splitlines() if not line.startswith("#")]
