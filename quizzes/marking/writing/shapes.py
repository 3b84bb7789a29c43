"""How options stand beside each other: how many, in what order, of what kind (IWF10, 14, 15, 16, 19)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizzes.marking.findings import Finding, Place
from quizzes.marking.writing.reading import Written, bare, fold, listed, sentences, unquoted, words

FEWEST, MOST = 3, 5

_SIZES = {
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuto", "minutos"), ("time", 1.0)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "hora", "horas"), ("time", 60.0)),
    **dict.fromkeys(("day", "days", "dia", "dias"), ("time", 1440.0)),
    **dict.fromkeys(("week", "weeks", "semana", "semanas"), ("time", 10080.0)),
    **dict.fromkeys(("month", "months", "mes", "meses"), ("time", 43200.0)),
    **dict.fromkeys(("unit", "units", "unidad", "unidades", "u"), ("units", 1.0)),
    **dict.fromkeys(
        ("unit/h", "units/h", "units/hour", "units per hour", "unidades/h", "unidades por hora"), ("units/h", 1.0)
    ),
    **dict.fromkeys(("g", "gram", "grams", "gramo", "gramos"), ("mass", 1.0)),
    **dict.fromkeys(("mg",), ("mass", 0.001)),
    **dict.fromkeys(("mcg",), ("mass", 0.000001)),
    **dict.fromkeys(("ml",), ("volume", 1.0)),
    **dict.fromkeys(("%", "percent", "por ciento"), ("share", 1.0)),
    **dict.fromkeys(("mg/dl",), ("mg/dl", 1.0)),
    **dict.fromkeys(("mmol/l",), ("mmol/l", 1.0)),
    "": ("", 1.0),
}
_UNIT = "|".join(sorted((re.escape(unit) for unit in _SIZES if unit), key=len, reverse=True))
_N = r"[-−]?\d+(?:\.\d+)?"
_ONE = re.compile(
    rf"(?:about |approximately |unos |unas )?({_N}) ?({_UNIT})?(?: \({_N} mmol/l\))?(?: (?:of|de) [a-zñ]+)?\.?"
)
_RANGE = re.compile(
    rf"(?:between |from |de |entre )?({_N}) ?(?:{_UNIT})? ?(?:-|–|to|and|a|y) ?({_N}) ?({_UNIT})?(?: \([^)]*\))?\.?"
)
_BELOW = re.compile(
    rf"(?:<|less than|below|under|up to|menos de|por debajo de|hasta) ?({_N}) ?({_UNIT})?(?: \([^)]*\))?\.?"
)
_ABOVE = re.compile(
    rf"(?:>|more than|above|over|mas de|por encima de) ?({_N}) ?({_UNIT})?(?: \([^)]*\))?\.?"
    rf"|({_N}) ?({_UNIT})? or more"
)
_COMMANDS = {
    "en": frozenset(
        listed(
            "check give wait call change stop raise lower take drink eat correct treat test measure start suspend "
            "skip reduce increase keep turn switch ask tell deliver inject replace remove prime rotate review repeat "
            "cancel disconnect reconnect announce explain go add use set hold contact phone offer suggest apply "
            "continue ignore let try"
        )
    ),
    "es": frozenset(
        listed(
            "revise mida compruebe espere llame cambie detenga suba baje tome beba coma corrija trate aumente "
            "reduzca "
            "mantenga administre inyecte retire reemplace suspenda pregunte explique use aplique continue verifique "
            "medir comprobar esperar llamar cambiar detener subir bajar tomar beber comer corregir tratar aumentar "
            "reducir mantener administrar inyectar retirar reemplazar suspender preguntar explicar usar aplicar "
            "continuar verificar revisar"
        )
    ),
}
_THINGS = {
    "en": re.compile(r"(?:a|an|the|her|his|their|its|your|my)\b"),
    "es": re.compile(r"(?:el|la|los|las|un|una|unos|unas|su|sus)\b"),
}
_FINITE = {
    "en": re.compile(
        r"\b(?:is|are|was|were|has|have|had|does|do|did|can|cannot|will|would|should|must|may|might|could|needs?"
        r"|holds?"
        r"|delivers?|works?|gives?|makes?|takes?|lasts?|stops?|starts?|raises?|lowers?|contains?|requires?"
        r"|prevents?|causes?"
        r"|acts?|stores?|uses?|measures?|shows?|replaces?|means?|lets?|allows?|keeps?|reads?|increases?|decreases?)\b"
    ),
    "es": re.compile(
        r"\b(?:es|son|era|fue|esta|estan|ha|han|tiene|tienen|puede|pueden|debe|deben|hay|necesita|necesitan"
        r"|administra|funciona"
        r"|da|hace|dura|detiene|sube|suben|baja|bajan|contiene|requiere|evita|causa|causan|actua|usa|mide|muestra"
        r"|reemplaza|permite|mantiene|aumenta|reduce)\b"
    ),
}
_WHY = re.compile(r"^\W*(?:why|how|what (?:would|should|could|do|does|can) (?:you|she|he|they|i)\b|por que|como)\b")
_OPEN = re.compile(
    r"\b(?:which of (?:the following|these)|statements?|facts?|true|correct|cual(?:es)? de (?:las|los|estas|estos)"
    r"|afirmacion(?:es)?"
    r"|ciertas?|correctas?|verdaderas?)\b|:\s*$|^\W*(?:about|concerning|sobre)\b"
)
_SAID = re.compile(
    r"\b(?:repl(?:y|ies)|comments?|sentences?|tell|say|says|said|answers?|advice|wording|explanations?|explains?"
    r"|respuesta|frase|comentario|diria|dice|consejo|explica)\b"
)


@dataclass(frozen=True)
class Quantity:
    """An option that is one number: what it measures, and how much in the smallest unit."""

    measures: str
    size: float


def examine(item: Written, first: bool) -> Iterator[Finding]:
    """`first`: whether this is the first language, which alone tells what is the same in all."""
    if first and item.kind in ("sba", "mr"):
        yield from _count(item)
    amounts = [quantity(text) for text in item.options]
    if first:
        yield from _unsorted(amounts)
    yield from _overlap(item)
    yield from _kinds(item, amounts)
    yield from _chain(item)


def _count(item: Written) -> Iterator[Finding]:
    place: Place = ("options",)
    if len(item.options) < FEWEST:
        yield Finding("IWF10", place, {"count": str(len(item.options))})
    elif len(item.options) > MOST:
        yield Finding("IWF10b", place, {"count": str(len(item.options))})


def quantity(text: str) -> Quantity | None:
    """The option as a number with its unit, if it is nothing else."""
    found = _ONE.fullmatch(_plain(text))
    if not found:
        return None
    measures, size = _SIZES[found[2] or ""]
    return Quantity(measures, float(found[1].replace("−", "-")) * size)


def _plain(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", fold(text)).strip()


def _unsorted(amounts: list[Quantity | None]) -> Iterator[Finding]:
    known = [amount for amount in amounts if amount is not None]
    if len(known) < len(amounts) or len(known) < FEWEST or len({amount.measures for amount in known}) > 1:
        return
    sizes = [amount.size for amount in known]
    if sizes not in (sorted(sizes), sorted(sizes, reverse=True)):
        order = sorted(range(len(sizes)), key=lambda index: sizes[index])
        values = {"better": ", ".join(str(index + 1) for index in order), "mend": "sort"}
        yield Finding("IWF14", ("options",), values)


def _range(text: str) -> tuple[float, float, str] | None:
    """From, to, and what is measured, of an option that is a range."""
    plain = _plain(text)
    if found := _RANGE.fullmatch(plain):
        low, high, unit = found[1], found[2], found[3]
    elif found := _BELOW.fullmatch(plain):
        low, high, unit = "-inf", found[1], found[2]
    elif found := _ABOVE.fullmatch(plain):
        low, high, unit = found[1] or found[3], "inf", found[2] or found[4]
    else:
        return None
    measures, size = _SIZES[unit or ""]
    one, two = (float(number.replace("−", "-")) * size for number in (low, high))
    return (one, two, measures) if one < two else None


def _overlap(item: Written) -> Iterator[Finding]:
    """Two ranges of one unit share more than an end: who knows the number finds it in both."""
    ranges = [_range(text) for text in item.options]
    for index, one in enumerate(ranges):
        for other in range(index):
            two = ranges[other]
            if one and two and one[2] == two[2] and max(one[0], two[0]) < min(one[1], two[1]):
                values = {"option": str(index + 1), "other": str(other + 1), "found": item.options[index].strip()}
                yield Finding("IWF15", ("options", index, "text", item.language), values)
                break


def _kinds(item: Written, amounts: list[Quantity | None]) -> Iterator[Finding]:
    """The units differ, or numbers stand beside words, or things beside acts."""
    texts = [bare(text) for text in item.options]
    if len(texts) < FEWEST or not all(texts):
        return
    kinds = [_kind(text, amount, item.language) for text, amount in zip(texts, amounts, strict=True)]
    numbers = {kind for kind in kinds if kind.startswith("number")}
    mixed = len(numbers) > 1
    if numbers and len(set(kinds)) > 1 and not mixed:
        rest = [text for text, kind in zip(texts, kinds, strict=True) if not kind.startswith("number")]
        mixed = not all(
            re.match(r"(?:no|none|zero|cero|ningun|nada|nothing|less|more|about|between)\b", text) for text in rest
        )
        mixed = mixed and not any(re.search(r"\d", text) for text in rest)
    # Of acts and things two each, or nearly: one that only begins otherwise is no other kind.
    if not numbers and kinds.count("act") >= 1 and kinds.count("thing") >= 1:
        mixed = kinds.count("act") + kinds.count("thing") == len(kinds)
    if mixed:
        odd = min(set(kinds), key=kinds.count)
        index = kinds.index(odd)
        yield Finding(
            "IWF16",
            ("options",),
            {"option": str(index + 1), "found": item.options[index].strip(), "language": item.language},
        )


def _kind(text: str, amount: Quantity | None, language: str) -> str:
    if amount is not None:
        return f"number {amount.measures}"
    if text.split()[0] in _COMMANDS[language]:
        return "act"
    if _THINGS[language].match(text) and not _FINITE[language].search(text):
        return "thing"
    return "other"


def _chain(item: Written) -> Iterator[Finding]:
    """Every option is a statement that could be judged true or false alone, and no case ties them together."""
    if item.kind != "sba" or len(item.options) < FEWEST:
        return
    stem = unquoted(item.stem)
    if len(sentences(item.stem)) != 1 or re.search(r"\d", stem) or len(words(stem)) > 18:
        return
    asked = fold(stem)
    if _WHY.search(asked) or _SAID.search(asked) or not _OPEN.search(asked):
        return
    if all(_is_sentence(text, item.language) for text in item.options):
        yield Finding("IWF19", ("options",), {"language": item.language, "count": str(len(item.options))})


def _is_sentence(text: str, language: str) -> bool:
    plain = bare(text)
    found = _FINITE[language].search(plain)
    return bool(found and len(words(plain)) >= 4 and found.start() > 0)
