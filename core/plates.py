"""A plate as a picture: each food as big as it is heavy, drinks beside it; after the guess its carbohydrate as dots.

Shapes of our own in classes only (colours in trainer.css). One size: its letters are large enough at 328 px.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import cos, pi, sin, sqrt

from django.utils.safestring import SafeString

from core.charts import Canvas, Point

WIDTH, HEIGHT = 420, 316
DOT_G = 5  # what one dot stands for
BESIDE = ("glass", "cup")  # what stands beside the plate
MOST_BESIDE, MOST_DOTS = 3, 40
FULL_G = 170.0  # a food of this weight takes all the room there is for it
# Where foods lie, from the plate's middle, and how much room each has (px).
PLACES: dict[int, tuple[float, float]] = {1: (0, 98), 2: (60, 60), 3: (68, 58), 4: (76, 51), 5: (82, 46)}


@dataclass(frozen=True)
class Serving:
    """A food on the plate: its number, how it looks, its weight; once guessed, dots counted and dots guessed."""

    number: int
    look: str
    weight_g: float
    counted: int | None = None
    guessed: int | None = None


@dataclass(frozen=True)
class Key:
    """What the three kinds of dots are called."""

    got: str
    missed: str
    extra: str


def dots(carb_g: Decimal) -> int:
    """How many dots: one for each 5 g, rounded."""
    return int((carb_g / DOT_G).quantize(Decimal(1), ROUND_HALF_UP))


def plate(servings: Sequence[Serving], label: str, key: Key | None = None) -> SafeString:
    """The plate with its foods, numbered as the list beside it. With `key` the dots are drawn and explained."""
    canvas = Canvas(WIDTH, HEIGHT)
    beside = [one for one in servings if one.look in BESIDE][:MOST_BESIDE]
    on = [one for one in servings if one not in beside]
    middle = (158.0 if beside else WIDTH / 2, HEIGHT / 2)
    if on:
        canvas.circle(middle[0], middle[1] + 4, 146, "f-shadow")
        canvas.circle(*middle, 146, "f-plate")
        canvas.circle(*middle, 116, "f-well")
    placed = [(one, *spot) for one, spot in zip(on, _places(len(on), middle), strict=True)]
    spots = _column(len(beside)) if on else _row(len(beside))
    placed += [(one, *spot) for one, spot in zip(beside, spots, strict=True)]
    for one, x, y, room in placed:
        size = room if one.look in BESIDE else room * min(max(sqrt(one.weight_g / FULL_G), 0.6), 1.0)
        LOOKS[one.look](canvas, x, y, size)
    for one, x, y, room in placed:
        if key and one.counted is not None and one.guessed is not None:
            _dots(canvas, x, y, one.counted, one.guessed)
        _badge(canvas, x - room * 0.66, y - room * 0.66, one.number)
    if key:
        _explain(canvas, servings, key)
    return canvas.svg("plate-picture", label)


def _places(count: int, middle: Point) -> list[tuple[float, float, float]]:
    """The middle of each food and its room: side by side, then in a ring, from six on with one in the middle."""
    if count <= 1:
        return [(*middle, PLACES[1][1])][:count]
    ring = count if count in PLACES else count - 1
    radius, room = PLACES.get(count, (88, 40))
    turn = pi if count == 2 else -3 * pi / 4 if count == 4 else -pi / 2
    around = [
        (middle[0] + radius * cos(turn + 2 * pi * n / ring), middle[1] + radius * sin(turn + 2 * pi * n / ring), room)
        for n in range(ring)
    ]
    return around if ring == count else [(*middle, room), *around]


def _column(count: int) -> list[tuple[float, float, float]]:
    """Places beside the plate, from top to bottom."""
    room = {0: 0, 1: 52, 2: 46, 3: 36}[count]
    return [(362, HEIGHT * (n + 0.5) / max(count, 1), room) for n in range(count)]


def _row(count: int) -> list[tuple[float, float, float]]:
    """Drinks alone need no plate: they stand side by side."""
    return [(WIDTH * (n + 0.5) / count, HEIGHT / 2, 88 if count == 1 else 56) for n in range(count)]


def _badge(canvas: Canvas, x: float, y: float, number: int) -> None:
    canvas.circle(x, y, 13, "f-badge")
    canvas.text(x, y + 5.5, str(number), "f-number")


def _dots(canvas: Canvas, x: float, y: float, counted: int, guessed: int) -> None:
    kinds = ["d-got"] * min(counted, guessed) + ["d-missed"] * (counted - guessed) + ["d-extra"] * (guessed - counted)
    kinds = kinds[-MOST_DOTS:]  # where there is no room for all, what was missed or too many is there
    if not kinds:
        return
    columns = min(len(kinds), 5 if len(kinds) <= 20 else 8)
    rows = -(-len(kinds) // columns)
    left, top = x - (columns - 1) * 6.5, y - (rows - 1) * 6.5
    canvas.rect(left - 9, top - 9, columns * 13 + 5, rows * 13 + 5, "d-ground", radius=9)
    for n, cls in enumerate(kinds):
        canvas.circle(left + 13 * (n % columns), top + 13 * (n // columns), 4.5, cls)


def _explain(canvas: Canvas, servings: Sequence[Serving], key: Key) -> None:
    """A line for each kind of dot there is."""
    pairs = [(one.counted or 0, one.guessed or 0) for one in servings]
    lines = [("d-got", key.got)] if any(min(pair) for pair in pairs) else []
    lines += [("d-missed", key.missed)] if any(counted > guessed for counted, guessed in pairs) else []
    lines += [("d-extra", key.extra)] if any(guessed > counted for counted, guessed in pairs) else []
    for n, (cls, words) in enumerate(lines):
        canvas.circle(18, HEIGHT + 18 + 24 * n, 10, "f-plate")
        canvas.circle(18, HEIGHT + 18 + 24 * n, 5.5, cls)
        canvas.text(36, HEIGHT + 23.5 + 24 * n, words, "f-words")
    canvas.height = HEIGHT + 24 * len(lines) + 10


# --- how foods look ------------------------------------------------------------------------------------------------


def _ellipse(canvas: Canvas, x: float, y: float, rx: float, ry: float, cls: str, turn: float = 0) -> None:
    turned = f' transform="rotate({turn:.0f} {x:.1f} {y:.1f})"' if turn else ""
    canvas.parts.append(f'<ellipse class="{cls}" cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}"{turned}/>')


def _scatter(x: float, y: float, r: float, count: int) -> list[Point]:
    """Points spread evenly in a circle, the same every time (a sunflower's)."""
    return [
        (x + r * sqrt((n + 0.5) / count) * cos(n * 2.39996), y + r * sqrt((n + 0.5) / count) * sin(n * 2.39996))
        for n in range(count)
    ]


def _mound(canvas: Canvas, x: float, y: float, r: float) -> None:
    _ellipse(canvas, x, y, r, r * 0.86, "f-grain")
    for n, (px, py) in enumerate(_scatter(x, y, r * 0.78, 26)):
        _ellipse(canvas, px, py, r * 0.09, r * 0.04, "f-grain-deep", n * 37 % 180)


def _noodles(canvas: Canvas, x: float, y: float, r: float) -> None:
    _ellipse(canvas, x, y, r, r * 0.86, "f-grain")
    for n in range(5):
        _ellipse(canvas, x, y, r * (0.86 - 0.16 * n), r * (0.62 - 0.13 * n), "f-strand", 36 * n)


def _slice(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.rect(x - r * 0.82, y - r * 0.8, r * 1.64, r * 1.6, "f-crust", radius=r * 0.4)
    canvas.rect(x - r * 0.68, y - r * 0.66, r * 1.36, r * 1.32, "f-crumb", radius=r * 0.3)
    for px, py in _scatter(x, y, r * 0.5, 8):
        canvas.circle(px, py, r * 0.05, "f-crust")


def _round(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.circle(x, y, r * 0.94, "f-crumb f-edge")
    for px, py in _scatter(x, y, r * 0.74, 12):
        canvas.circle(px, py, r * 0.07, "f-crust")


def _pieces(canvas: Canvas, x: float, y: float, r: float) -> None:
    for n, (dx, dy) in enumerate(((-0.42, -0.3), (0.42, -0.3), (0, 0.42))):
        _ellipse(canvas, x + dx * r, y + dy * r, r * 0.52, r * 0.34, "f-crust f-edge", (-20, 20, 0)[n])
        _ellipse(canvas, x + dx * r, y + dy * r - r * 0.06, r * 0.32, r * 0.12, "f-crumb", (-20, 20, 0)[n])


def _root(canvas: Canvas, x: float, y: float, r: float) -> None:
    for dx, dy, turn in ((-0.3, 0.2, -28), (0.28, -0.12, 20)):
        _ellipse(canvas, x + dx * r, y + dy * r, r * 0.62, r * 0.44, "f-root f-edge", turn)
    for px, py in _scatter(x, y, r * 0.5, 7):
        canvas.circle(px, py, r * 0.045, "f-root-deep")


def _sticks(canvas: Canvas, x: float, y: float, r: float) -> None:
    for n in range(7):
        angle = pi * (0.12 + 0.11 * n)
        dx, dy = r * 0.62 * cos(angle), r * 0.62 * sin(angle)
        px, py = x + (n - 3) * r * 0.18, y + (n % 3 - 1) * r * 0.16
        canvas.line(px - dx, py - dy, px + dx, py + dy, "f-stick")


def _leaf(canvas: Canvas, x: float, y: float, r: float) -> None:
    for turn in (-60, 0, 60):
        px, py = x + r * 0.42 * sin(turn * pi / 180), y + r * 0.1 * abs(turn) / 60 - r * 0.1
        _ellipse(canvas, px, py, r * 0.36, r * 0.72, "f-leaf f-edge", turn)
        canvas.line(px, py - r * 0.1, px, py + r * 0.4, "f-vein")


def _beans(canvas: Canvas, x: float, y: float, r: float) -> None:
    for n, (px, py) in enumerate(_scatter(x, y, r * 0.8, 15)):
        _ellipse(canvas, px, py, r * 0.22, r * 0.14, "f-bean f-edge", n * 53 % 180)


def _fruit(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.circle(x, y + r * 0.06, r * 0.78, "f-fruit f-edge")
    canvas.line(x, y - r * 0.62, x + r * 0.08, y - r * 0.94, "f-stem")
    _ellipse(canvas, x + r * 0.3, y - r * 0.82, r * 0.26, r * 0.12, "f-leaf", -24)
    _ellipse(canvas, x - r * 0.3, y - r * 0.24, r * 0.14, r * 0.24, "f-shine", 30)


def _berries(canvas: Canvas, x: float, y: float, r: float) -> None:
    for px, py in _scatter(x, y, r * 0.72, 11):
        canvas.circle(px, py, r * 0.2, "f-fruit f-edge")
        canvas.circle(px - r * 0.06, py - r * 0.06, r * 0.05, "f-shine")


def _meat(canvas: Canvas, x: float, y: float, r: float) -> None:
    _ellipse(canvas, x, y, r * 0.92, r * 0.62, "f-meat f-edge", -18)
    for n in (-1, 0, 1):
        canvas.line(x + n * r * 0.4 - r * 0.1, y - r * 0.3, x + n * r * 0.4 + r * 0.1, y + r * 0.3, "f-grill")


def _egg(canvas: Canvas, x: float, y: float, r: float) -> None:
    _ellipse(canvas, x, y, r * 0.66, r * 0.82, "f-white f-edge", 20)
    canvas.circle(x + r * 0.04, y + r * 0.08, r * 0.3, "f-yolk")


def _sweet(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.rect(x - r * 0.8, y - r * 0.5, r * 1.6, r * 1.1, "f-sweet f-edge", radius=r * 0.16)
    canvas.rect(x - r * 0.8, y - r * 0.62, r * 1.6, r * 0.4, "f-icing", radius=r * 0.18)
    canvas.rect(x - r * 0.8, y + r * 0.02, r * 1.6, r * 0.14, "f-icing")


def _sauce(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.circle(x, y, r * 0.8, "f-white f-edge")
    canvas.circle(x, y, r * 0.6, "f-sauce")
    _ellipse(canvas, x - r * 0.16, y - r * 0.2, r * 0.2, r * 0.1, "f-shine", -24)


def _bowl(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.circle(x, y, r * 0.96, "f-bowl f-edge")
    canvas.circle(x, y, r * 0.76, "f-broth")
    for n, (px, py) in enumerate(_scatter(x, y, r * 0.56, 9)):
        canvas.circle(px, py, r * 0.12, ("f-bean", "f-leaf", "f-fruit")[n % 3])


def _glass(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.path(
        [(x - r * 0.62, y - r * 0.5), (x - r * 0.46, y + r), (x + r * 0.46, y + r), (x + r * 0.62, y - r * 0.5)],
        "f-drink",
        close=True,
    )
    canvas.path([(x - r * 0.7, y - r), (x - r * 0.46, y + r), (x + r * 0.46, y + r), (x + r * 0.7, y - r)], "f-glass")


def _cup(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.path(
        [
            (x - r * 0.7, y - r * 0.6),
            (x - r * 0.52, y + r * 0.8),
            (x + r * 0.52, y + r * 0.8),
            (x + r * 0.7, y - r * 0.6),
        ],
        "f-bowl f-edge",
        close=True,
    )
    _ellipse(canvas, x, y - r * 0.6, r * 0.72, r * 0.22, "f-white f-edge")


LOOKS: dict[str, Callable[[Canvas, float, float, float], None]] = {
    "mound": _mound,
    "noodles": _noodles,
    "slice": _slice,
    "round": _round,
    "pieces": _pieces,
    "root": _root,
    "sticks": _sticks,
    "leaf": _leaf,
    "beans": _beans,
    "fruit": _fruit,
    "berries": _berries,
    "meat": _meat,
    "egg": _egg,
    "sweet": _sweet,
    "sauce": _sauce,
    "bowl": _bowl,
    "glass": _glass,
    "cup": _cup,
}
# Words of a food's English name that decide how it looks, whatever its category; the first that is found.
NAMED = (
    (r"soup|stew|chili|minestrone|pozole|congee|pho|ramen|dal|masala|oatmeal|farina|grits|flakes|cereal", "bowl"),
    (r"horchata|lassi|bubble tea|chocolate milk", "glass"),
    (r"yogurt|pudding|gelatin|ice cream|cottage", "cup"),
    (r"^butter|peanut butter|oil|ketchup|sauce|salsa|honey|syrup|jam|sugar|hummus", "sauce"),
    (r"fries|chips|pretzels", "sticks"),
    (r"pasta|spaghetti|noodles|lo mein|pad thai|lasagna", "noodles"),
    (r"^egg,", "egg"),
    (r"tortilla|arepa|pupusa|roti|naan|paratha|dosa|injera|crepe|pizza|idli|pita|pancake|rice cake", "round"),
    (r"rice|biryani|paella|couscous|tabbouleh|fufu|ugali|popcorn|granola, |shepherd's|gnocchi", "mound"),
    (r"plantain|cassava|yam|taro|breadfruit", "root"),
    (r"cheeseburger|hot dog|bread|bagel|bun|muffin|roll,|croissant|waffle|bao|cornbread|crackers", "slice"),
    (r"beans|peas|falafel|almonds", "beans"),
    (r"cake|brownie|pie|cookie|doughnut|chocolate|bar", "sweet"),
)
BY_CATEGORY = {
    "grains": "mound",
    "roots": "root",
    "vegetables": "leaf",
    "legumes": "beans",
    "fruit": "fruit",
    "drinks": "glass",
    "dairy": "glass",
    "protein": "meat",
    "sweets": "sweet",
}


def look(category: str, name: str, portion: str) -> str:
    """How a food is drawn, from its category and its English name."""
    name = name.lower()
    if category in ("drinks", "vegetables", "legumes"):
        return BY_CATEGORY[category]
    if category == "fruit":
        return "cup" if "sauce" in name else "berries" if "cup" in portion or "fruits" in portion else "fruit"
    found = next((shape for pattern, shape in NAMED if re.search(rf"(?<!\w)(?:{pattern})(?!\w)", name)), "")
    return found or BY_CATEGORY.get(category, "pieces")


# --- the level -----------------------------------------------------------------------------------------------------


def level_steps(level: int, most: int) -> SafeString:
    """Rising steps, filled up to the level. Decoration: the same is said in words beside it."""
    width, height, step = 132, 48, 132 / most
    canvas = Canvas(width, height)
    for n in range(most):
        tall = 10 + (height - 14) * (n + 1) / most
        canvas.rect(n * step + 1, height - tall, step - 4, tall - 1, "l-reached" if n < level else "l-ahead", radius=3)
    return canvas.svg("level-steps")
