"""``langson day``: a scenario of the days of a bulletin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.console import say
from sim.cli.errors import BadParameter
from sim.cli.options import Lang, Language
from sim.sentences import Sentence

__all__ = ["day"]


def day(
    bulletin: Annotated[
        Path,
        typer.Argument(
            metavar="BULLETIN.csv", help="Figures of one day or more, as validate reads them."
        ),
    ],
    base: Annotated[
        Path, typer.Option("--from", metavar="BASE", help="Scenario that it starts from.")
    ] = Path("baseline-2025"),
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the new files.")] = Path(
        "scenarios"
    ),
    lang: Lang = Language.en,
) -> None:
    """Write DIR/day-NAME.yaml, a scenario whose volumes add up to the totals of a bulletin.

    Volumes are set by what arrived or crossed: the figures with use `calibrated` or, where none
    has a use, all of them. Beside it DIR/day-NAME.csv repeats the figures and says of each whether
    it set a volume; what set none is there to be predicted. A file or an Excel sheet with columns
    gate, date, count and if wanted direction (export or import) gives the demand of each day.
    """
    from sim.fitting.bulletins import from_bulletin, observed_csv
    from sim.messages import messages

    name = f"day-{bulletin.stem}"
    files = [out / f"{name}.yaml", out / f"{name}.csv"]
    for file in files:
        if file.exists():
            raise BadParameter(Sentence("{file} exists already; give another --out", file=file))
    fitted = from_bulletin(bulletin, base, out)
    out.mkdir(parents=True, exist_ok=True)
    for file, content in zip(files, (fitted.overlay.encode(), observed_csv(fitted)), strict=True):
        with file.open("xb") as new:
            new.write(content)
        say(file)
    text = messages(lang)
    say(text.text("day.set", n=len(fitted.taken), left=len(fitted.left)), err=True)
    say(text.text("day.next", scenario=files[0], observed=files[1]), err=True)
