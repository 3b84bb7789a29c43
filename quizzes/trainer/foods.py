"""The table of foods: courses/curriculum/foods.csv, its Spanish in foods.es.csv beside it (clinical.md CC-15).

197 rows are USDA SR figures for a portion; 34 dishes are sums of their ingredients, and say that they are estimates.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

# A row's category, and the slug it has in addresses.
CATEGORIES = {
    "Starches and grains": "grains",
    "Starchy vegetables": "roots",
    "Non-starchy vegetables": "vegetables",
    "Legumes": "legumes",
    "Fruit": "fruit",
    "Beverages": "drinks",
    "Milk and yogurt": "dairy",
    "Protein foods and fats": "protein",
    "Sweets, snacks and condiments": "sweets",
    "Mixed dishes": "dishes",
    "Latin American": "latin-american",
    "South Asian": "south-asian",
    "East and Southeast Asian": "east-asian",
    "Middle Eastern and North African": "middle-eastern",
    "African and Caribbean": "african",
    "European": "european",
}
NUMBERS = ("grams", "carb_g", "fiber_g", "protein_g", "fat_g", "kcal")
COLUMNS = ("name", "category", "portion", *NUMBERS, "source")
SPANISH = ("name", "name_es", "portion_es")
ESTIMATE = "recipe-estimate"
ALCOHOL = re.compile(r"beer|wine|spirits", re.IGNORECASE)


@dataclass(frozen=True)
class Food:
    """One row: a food and one portion of it. `grams` is what the portion weighs, `carb_g` the carbohydrate in it, of
    which `fiber_g` is fibre; texts by language."""

    id: str
    name: Mapping[str, str]
    portion: Mapping[str, str]
    category: str
    grams: Decimal
    carb_g: Decimal
    fiber_g: Decimal
    estimate: bool

    @property
    def alcohol(self) -> bool:
        return self.category == "drinks" and bool(ALCOHOL.search(self.name["en"]))


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line of one of the two files."""

    spanish: bool
    line: int
    key: str
    message: str


def read(english: str, spanish: str) -> tuple[tuple[Food, ...], tuple[Fault, ...]]:
    """The foods in the order of the file, and every fault by line. With a fault the foods are not to be used.

    Faults: a column is missing, a name is empty or there twice, a category is none of ours, a number is none or below
    0, more fibre than carbohydrate or more carbohydrate than the portion weighs, no source, no Spanish name or portion,
    a Spanish line for a food there is not.
    """
    rows, faults = _table(english, COLUMNS, in_spanish=False)
    words, more = _table(spanish, SPANISH, in_spanish=True)
    faults += more
    told = {row["name"]: row for _line, row in words}
    known = {row["name"] for _line, row in rows}
    for line, row in rows:
        faults += [Fault(False, line, key, message) for key, message in _wrong(row, told)]
    faults += [
        Fault(True, line, "name", f"there is no food “{row['name']}” in foods.csv")
        for line, row in words
        if row["name"] not in known
    ]
    if faults:
        return (), tuple(faults)
    return tuple(_food(row, told[row["name"]]) for _line, row in rows), ()


def slug(name: str) -> str:
    """The id of a food, from its English name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _table(
    text: str, columns: tuple[str, ...], *, in_spanish: bool
) -> tuple[list[tuple[int, dict[str, str]]], list[Fault]]:
    """Rows with the line each ends on. A name that is there twice is a fault."""
    reader = csv.DictReader(io.StringIO(text))
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        return [], [Fault(in_spanish, 1, column, "this column is missing") for column in missing]
    rows, faults, seen = [], [], set[str]()
    for found in reader:
        row = {key: (found.get(key) or "").strip() for key in columns}
        if not row["name"]:
            faults.append(Fault(in_spanish, reader.line_num, "name", "is empty"))
        elif slug(row["name"]) in seen:
            faults.append(Fault(in_spanish, reader.line_num, "name", f"“{row['name']}” is there twice"))
        seen.add(slug(row["name"]))
        rows.append((reader.line_num, row))
    return rows, faults


def _wrong(row: Mapping[str, str], told: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    if row["category"] not in CATEGORIES:
        yield "category", f"“{row['category']}” is none of: {'; '.join(CATEGORIES)}"
    for key in ("portion", "source"):
        if not row[key]:
            yield key, "is empty"
    values = {key: _number(row[key]) for key in NUMBERS}
    for key, value in values.items():
        if value is None:
            yield key, f"“{row[key]}” is no number of 0 or more"
    grams, carb_g, fiber_g = (values[key] for key in NUMBERS[:3])
    if grams is not None and carb_g is not None and carb_g > grams:
        yield "carb_g", f"{carb_g} g of carbohydrate are more than the portion of {grams} g weighs"
    if fiber_g is not None and carb_g is not None and fiber_g > carb_g:
        yield "fiber_g", f"{fiber_g} g of fibre are more than the carbohydrate, which includes it"
    words = told.get(row["name"])
    for key in SPANISH[1:]:
        if row["name"] and not (words and words[key]):
            yield key, f"“{row['name']}” has none in foods.es.csv"


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and value >= 0 else None


def _food(row: Mapping[str, str], words: Mapping[str, str]) -> Food:
    return Food(
        id=slug(row["name"]),
        name={"en": row["name"], "es": words["name_es"]},
        portion={"en": row["portion"], "es": words["portion_es"]},
        category=CATEGORIES[row["category"]],
        grams=Decimal(row["grams"]),
        carb_g=Decimal(row["carb_g"]),
        fiber_g=Decimal(row["fiber_g"]),
        estimate=ESTIMATE in row["source"],
    )
