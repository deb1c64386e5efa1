"""Field types of the schema: how each value is read, and what an editor shows.

A value arrives as text with a unit and leaves as a number: minutes, vehicles per day,
shares of one, VND, tonnes. The JSON Schema beside each reader describes the text, since
that is what people write.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal, cast

from pydantic import (
    BeforeValidator,
    Discriminator,
    SkipValidation,
    Strict,
    StringConstraints,
    Tag,
    ValidationInfo,
    WithJsonSchema,
)

from sim import units
from sim.distributions import Distribution, parse_distribution
from sim.errors import UnitError
from sim.scenario.source.data import Data, is_empirical
from sim.sentences import Sentence

__all__ = [
    "BY_KEY",
    "MONEY",
    "MONEY_PER_YEAR",
    "MOST_SERVERS",
    "ONE",
    "Clock",
    "Count",
    "Date",
    "Days",
    "Flag",
    "Fraction",
    "FractionBy",
    "Hours",
    "Id",
    "Ids",
    "Mass",
    "Measured",
    "Minutes",
    "Moment",
    "Money",
    "MoneyPerHour",
    "Month",
    "Paths",
    "People",
    "PerDay",
    "Places",
    "Published",
    "Servers",
    "Service",
    "ServiceBy",
    "Share",
    "StageBy",
    "Teu",
    "Vehicles",
    "Wagons",
    "Weekdays",
    "Years",
    "as_text",
    "data_of",
]

#: Tags of the two forms of a value; they appear in the paths of pydantic's errors.
ONE, BY_KEY = "<one>", "<by key>"

#: Servers of one stage or shift.
MOST_SERVERS = 10_000

_YEAR = re.compile(r"\d{4}", re.ASCII)
_WHOLE = r"\d[\d_,]*(\.0+)?"
_COUNTED = rf"{_WHOLE}( [A-Za-z]+)?"
_N = r"[+-]?\d[\d_,]*(\.\d+)?([eE][+-]?\d+)?"
_CLOCK = r"\d{1,2}:\d{2}"
_ZONE = r"( (Beijing|Vietnam))?"
_DURATION = rf"{_N} ?[a-z]+( {_N} ?[a-z]+)*"


def as_text(pattern: str, *examples: str) -> WithJsonSchema:
    """Describe a text for editors by its pattern and examples."""
    return WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{pattern}$",
            "examples": list(examples),
            "patternErrorMessage": f"write e.g. {' or '.join(examples)}",
        }
    )


def _fraction(value: object) -> float:
    """Read a share of at most 100 %."""
    share = units.parse_share(value)
    if share > 1.0:
        raise UnitError(
            Sentence("'{value}' is more than 100 %", value=value),
            Sentence("write a share from 0 % to 100 %"),
        )
    return share


def _servers(value: object) -> int | str:
    """Read a whole number, or the word `unlimited`."""
    if value == "unlimited":
        return "unlimited"
    try:
        servers = units.parse_count(value, units.PLACES)
    except UnitError as error:
        begun = isinstance(value, str) and value[:1].isdigit()
        otherwise = error.hint if begun else Sentence("write a whole number, or unlimited")
        hint = units.suggestion(str(value), ["unlimited"], otherwise)
        raise UnitError(error.message, hint) from None
    if servers > MOST_SERVERS:
        raise UnitError(
            Sentence("'{value}' is too large", value=value),
            Sentence("write at most {most_servers}, or unlimited", most_servers=MOST_SERVERS),
        )
    return servers


def _published(value: object) -> str:
    """Read a year, a month or a day, as it is written."""
    text = str(value)
    if not (isinstance(value, int | str) and _YEAR.fullmatch(text)):
        try:
            units.parse_month(value)
        except UnitError as error:
            raise UnitError(
                error.message, Sentence("write e.g. 2025, 2025-07 or 2025-07-07")
            ) from None
    return text


def _distribution(value: object, info: ValidationInfo) -> Distribution:
    """Read a distribution of durations."""
    if is_empirical(value):
        return data_of(info).distribution(str(value), plain=False)
    return parse_distribution(value)


def data_of(info: ValidationInfo) -> Data:
    """Return what is known of the files that values name."""
    return Data() if info.context is None else cast("Data", info.context["data"])


def _ids(value: object) -> object:
    """Take one id as a list of one."""
    return [value] if isinstance(value, str) else value


def _form(value: Any) -> str:
    return BY_KEY if isinstance(value, dict) else ONE


def _whole(pattern: str, *examples: int | str) -> WithJsonSchema:
    """Describe a whole number, or a text of one that matches the pattern."""
    forms = [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": f"^{pattern}$"}]
    return WithJsonSchema({"anyOf": forms, "examples": list(examples)})


def _counted(*nouns: str) -> BeforeValidator:
    """Read a whole number that may say what it counts."""
    return BeforeValidator(lambda value: units.parse_count(value, nouns))


_SHARE = WithJsonSchema(
    {
        "anyOf": [
            {"const": 0},
            {
                "type": "string",
                "pattern": rf"^({_N} ?%|0)$",
                "patternErrorMessage": "write e.g. 30 %",
            },
        ],
        "examples": ["30 %"],
    }
)

#: Small letters, digits and underscores; ids are joined with dots to paths.
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$")]
_ONE_OR_MORE = WithJsonSchema(
    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
)
Ids = Annotated[tuple[Id, ...], BeforeValidator(_ids), _ONE_OR_MORE]
#: Paths of values, as after --set.
Paths = Annotated[tuple[str, ...], BeforeValidator(_ids), _ONE_OR_MORE]
#: A date as far as it is known; a year alone is a number in YAML.
Published = Annotated[
    str,
    BeforeValidator(_published),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["2025-07"]}),
]
Flag = Annotated[bool, Strict()]

Minutes = Annotated[
    float, BeforeValidator(units.parse_duration), as_text(_DURATION, "12 min", "2 days")
]
PerDay = Annotated[
    float,
    BeforeValidator(units.parse_rate),
    as_text(rf"{_N} ?[a-z]*/(h|hour|day|week)", "1_200 trucks/day", "84 trains/week"),
]
Share = Annotated[float, BeforeValidator(units.parse_share), _SHARE]
Fraction = Annotated[float, BeforeValidator(_fraction), _SHARE]
MONEY = as_text(rf"{_N} ((mn|bn|tn) )?VND", "480 bn VND", "900 mn VND")
"""How money is written."""
Money = Annotated[float, BeforeValidator(units.parse_money), MONEY]
MoneyPerHour = Annotated[
    float,
    BeforeValidator(units.parse_money_per_hour),
    as_text(rf"{_N} ((mn|bn|tn) )?VND ?/ ?h(our)?", "100_000 VND/h"),
]
MONEY_PER_YEAR = as_text(rf"{_N} ((mn|bn|tn) )?VND ?/ ?year", "14 bn VND/year")
"""How money a year is written."""
Years = Annotated[
    float,
    BeforeValidator(units.parse_years),
    as_text(rf"{_N} ?(years?|months?)", "2 years", "18 months"),
]
Measured = Annotated[
    str, as_text(r"[a-z_0-9.]+(\([^()]*\))?(\[[^\[\]]*\])?", "wait.p95", "within(2 h)")
]

Mass = Annotated[
    float, BeforeValidator(units.parse_mass), as_text(rf"{_N} ?(t|tonnes?|kg)", "20 t", "900 kg")
]
Count = Annotated[int, BeforeValidator(units.parse_count), _whole(_WHOLE, 4, "1_200")]
Days = Annotated[int, _counted("days"), _whole(_COUNTED, 7)]
Vehicles = Annotated[int, _counted(*units.VEHICLES), _whole(_COUNTED, "400 trucks")]
Wagons = Annotated[int, _counted("wagons"), _whole(_COUNTED, 20)]
Teu = Annotated[int, _counted("TEU"), _whole(_COUNTED, 60)]
People = Annotated[int, _counted("passengers", "people"), _whole(_COUNTED, 45)]
Places = Annotated[int, _counted(*units.PLACES), _whole(_COUNTED, "450 places")]
Servers = Annotated[
    int | Literal["unlimited"],
    BeforeValidator(_servers),
    _whole(rf"(unlimited|{_COUNTED})", 4, "unlimited"),
]
Date = Annotated[
    dt.date, BeforeValidator(units.parse_date), as_text(r"\d{4}-\d{2}-\d{2}", "2025-07-07")
]
Month = Annotated[
    dt.date, BeforeValidator(units.parse_month), as_text(r"\d{4}-\d{2}(-\d{2})?", "2027-07")
]
Moment = Annotated[
    dt.datetime,
    BeforeValidator(units.parse_moment),
    as_text(rf"\d{{4}}-\d{{2}}-\d{{2}}( {_CLOCK}{_ZONE})?", "2025-02-01 06:00"),
]
Hours = Annotated[
    tuple[units.Window, ...],
    BeforeValidator(units.parse_windows),
    as_text(
        rf"(24 ?h|{_CLOCK} ?- ?{_CLOCK}(, ?{_CLOCK} ?- ?{_CLOCK})*{_ZONE})",
        "07:00-19:00",
        "08:00-20:00 Beijing",
        "24h",
    ),
]
Clock = Annotated[
    float,
    BeforeValidator(units.parse_clock),
    as_text(rf"{_CLOCK}{_ZONE}", "06:30", "06:30 Beijing"),
]
Weekdays = Annotated[
    frozenset[int],
    BeforeValidator(units.parse_weekdays),
    as_text(r"[a-z]{3}([-, ]+[a-z]{3})*", "mon-sun", "sat, sun"),
]
Service = Annotated[
    Distribution,
    SkipValidation(),  # the reader returns one, and to ask whether it is one takes long
    BeforeValidator(_distribution),
    as_text(
        rf"({_DURATION}|[a-z]+ ?\(.*\))",
        "12 min",
        "lognormal(mean 12 min, cv 0.5)",
        "triangular(5 min, 8 min, 20 min)",
        "discrete(20 % 5 min, 80 % 10 min)",
        "empirical(times.csv)",
    ),
]

#: One value, or values by channel, by cargo class or by direction (`other` for the rest).
FractionBy = Annotated[
    Annotated[Fraction, Tag(ONE)] | Annotated[dict[str, Fraction], Tag(BY_KEY)],
    Discriminator(_form),
]
#: One stage, or a stage for each direction.
StageBy = Annotated[
    Annotated[str, Tag(ONE)] | Annotated[dict[Literal["export", "import"], str], Tag(BY_KEY)],
    Discriminator(_form),
]
ServiceBy = Annotated[
    Annotated[Service, Tag(ONE)] | Annotated[dict[str, Service], Tag(BY_KEY)],
    Discriminator(_form),
]
