"""Tables as CSV that a spreadsheet opens without harm."""

from __future__ import annotations

import io

import polars as pl

__all__ = ["csv_bytes"]

_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
"""How a cell begins that a spreadsheet takes for a formula, of full width too."""

_NUMBER = r"^[+\-]?(\d+\.?\d*|\.\d+)([eE][+\-]?\d+)?$"


def csv_bytes(table: pl.DataFrame) -> bytes:
    """Write a table as CSV in UTF-8, with the mark by which Excel knows that.

    A text or a heading that a spreadsheet would take for a formula gets an apostrophe in
    front, as OWASP's page on CSV injection advises; a plain number, such as -5, does not.
    """
    kinds = (pl.String, pl.Enum, pl.Categorical)
    texts = [name for name, kind in table.schema.items() if kind in kinds]
    cells = table.with_columns(_harmless(name) for name in texts)
    names = pl.DataFrame({"name": table.columns}, schema={"name": pl.String})
    headings = names.select(_harmless("name"))["name"]
    content = io.BytesIO()
    cells.rename(dict(zip(table.columns, headings, strict=True))).write_csv(
        content, include_bom=True
    )
    return content.getvalue()


def _harmless(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    formula = text.str.contains(_FORMULA) & ~text.str.contains(_NUMBER)
    return pl.when(formula).then(pl.lit("'") + text).otherwise(text).alias(name)
