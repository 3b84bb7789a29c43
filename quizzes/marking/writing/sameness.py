"""IWF09: two options that say the same, by number, by unit or by a plain synonym."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from quizzes.marking.findings import Finding
from quizzes.marking.writing.reading import Written, bare, fold, listed

_MGDL_PER_MMOL = 18.016  # as lint.wordings

# Left out: they carry no meaning on their own. "by", "to", "before", "no" do.
_EMPTY = {
    "en": frozenset(
        listed(
            "the a an of for your his her their its my some please that is are be will would should it she he you "
            "they "
            "just this"
        )
    ),
    "es": frozenset(
        listed("el la los las un una unos unas de del su sus que se le lo por favor es son esta este usted")
    ),
}
_NUMBERS = {
    "en": listed("zero one two three four five six seven eight nine ten eleven twelve"),
    "es": listed("cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce"),
}
# Each line: ways to say one thing (patterns over folded words); the first stands for all.
_ALIKE = {
    "en": (
        r"more than|greater than|higher than|over|above",
        r"less than|lower than|fewer than|under|below",
        r"hypoglyc(?:a)?emias?|low (?:blood )?(?:glucose|sugar)(?: levels?| values?)?|hypos?|lows|a low",
        r"hyperglyc(?:a)?emias?|high (?:blood )?(?:glucose|sugar)(?: levels?| values?)?|highs"
        r"|elevated (?:blood )?(?:glucose|sugar)",
        r"glucose|blood (?:glucose|sugar)|glyc(?:a)?emia|sugar",
        r"ketoacidosis|diabetic ketoacidosis|dka",
        r"cgm|continuous glucose monitor(?:ing|s)?",
        r"a1c|hba1c|h(?:a)?emoglobin a1c|glycated h(?:a)?emoglobin",
        r"carbs?|carbohydrates?",
        r"start(?:s|ed|ing)?|begin(?:s|ning)?|began|commenc(?:e|es|ed|ing)|initiat(?:e|es|ed|ing)",
        r"stop(?:s|ped|ping)?|halt(?:s|ed|ing)?|discontinu(?:e|es|ed|ing)|ceas(?:e|es|ed|ing)"
        r"|suspend(?:s|ed|ing)?|paus(?:e|es|ed|ing)",
        r"disconnect(?:s|ed|ing)?|detach(?:es|ed|ing)?|tak(?:e|es|ing) off",
        r"do nothing|take no action",
        r"rais(?:e|es|ed|ing)|increas(?:e|es|ed|ing)|elevat(?:e|es|ing)|go(?:es)? up|turn up|put up|rises?|climbs?",
        r"lower(?:s|ed|ing)?|reduc(?:e|es|ed|ing)|decreas(?:e|es|ed|ing)|go(?:es)? down|turn down|falls?|drops?",
        r"call(?:s|ed|ing)?|(?:tele)?phon(?:e|es|ed|ing)|ring|contact(?:s|ed|ing)?|notif(?:y|ies|ied|ying)",
        r"doctors?|physicians?|(?:health ?care )?providers?",
        r"check(?:s|ed|ing)?|test(?:s|ed|ing)?|measur(?:e|es|ed|ing)",
        r"chang(?:e|es|ed|ing)|replac(?:e|es|ed|ing)",
        r"giv(?:e|es|ing)|administer(?:s|ed|ing)?|deliver(?:s|ed|ing)?|inject(?:s|ed|ing)?",
        r"now|immediately|at once|right away|straight away|straightaway|without delay",
        r"tired(?:ness)?|fatigued?",
        r"sweat(?:s|ing)?|perspir(?:ation|ing|e)",
        r"nausea|nauseous|feeling sick",
        r"shak(?:e|ing|iness|y)|trembl(?:e|ing)|tremors?",
        r"kidneys?|renal",
        r"infusion set|set",
        r"clinic|care team|diabetes team|health ?care team|clinic team",
        r"twice daily|twice a day|twice per day|(?:2|two) times (?:a|per) day|(?:2|two) times daily|every 12 hours"
        r"|bid",
        r"(?:3|three) times (?:a|per) day|(?:3|three) times daily|every 8 hours",
        r"daily|once daily|once a day|once per day|every day|each day|every 24 hours|one time (?:a|per) day"
        r"|1 time (?:a|per) day",
        r"twice|(?:2|two) times|double",
        r"weekly|once a week|every week|each week|once per week",
        r"at least|no less than|not less than|or more",
        r"at most|no more than|not more than|up to|or less",
        r"about|around|approximately|roughly",
        r"every|each|per",
        r"eat(?:s|ing)?|consum(?:e|es|ing)|hav(?:e|ing)",
        r"exercis(?:e|es|ing)|physical activity|work(?:ing)? out|physical exercise",
        r"big(?:ger)?|large(?:r)?",
        r"quick(?:ly|er)?|fast(?:er)?|rapid(?:ly)?",
        r"illness|sickness|being (?:ill|sick)",
        r"buy|purchase",
        r"get|obtain",
        r"only|solely",
        r"wait(?:s|ing)?|hold on",
        r"delay(?:s|ed|ing)?|postpon(?:e|es|ed|ing)",
        r"remov(?:e|es|ed|ing)|tak(?:e|es|ing) out",
        r"need(?:s)?|requir(?:e|es)|must have",
        r"do not|never|not",
    ),
    "es": (
        r"hipoglucemias?|hipoglicemias?|(?:azucar|glucosa|glucemia) baja(?: en (?:la )?sangre)?"
        r"|baja(?:da)? de azucar",
        r"hiperglucemias?|hiperglicemias?|(?:azucar|glucosa|glucemia) (?:alta|elevada)(?: en (?:la )?sangre)?",
        r"glucosa|glucemia|glicemia|azucar|(?:glucosa|azucar) en (?:la )?sangre",
        r"cetoacidosis|cetoacidosis diabetica|cad",
        r"a1c|hba1c|hemoglobina glicosilada|hemoglobina glucosilada|hemoglobina glucada",
        r"carbohidratos|hidratos(?: de carbono)?",
        r"comenzar|iniciar|empezar|comience|inicie|empiece",
        r"suspender|detener|parar|interrumpir|suspenda|detenga|pare|interrumpa",
        r"aumentar|subir|incrementar|elevar|aumente|suba|incremente|eleve|aumenta|sube",
        r"reducir|disminuir|bajar|reduzca|disminuya|baje|reduce|disminuye",
        r"llamar|telefonear|contactar|llame|telefonee|contacte",
        r"medico|doctora?|medica",
        r"medir|comprobar|revisar|verificar|controlar|mida|compruebe|revise|verifique|controle",
        r"cambiar|reemplazar|sustituir|cambie|reemplace|sustituya",
        r"administrar|aplicar|inyectar|poner|administre|aplique|inyecte|ponga|ponerse",
        r"ahora|inmediatamente|de inmediato|en seguida|enseguida|ya",
        r"cansancio|fatiga",
        r"sudor|sudoracion|transpiracion",
        r"temblor(?:es)?",
        r"equipo(?: de infusion)?|set(?: de infusion)?",
        r"diario|diariamente|cada dia|todos los dias|una vez al dia|1 vez al dia|cada 24 horas",
        r"(?:dos|2) veces al dia|cada 12 horas",
        r"(?:tres|3) veces al dia|cada 8 horas",
        r"mas de|mayor (?:de|que|a)|superior a|por encima de",
        r"menos de|menor (?:de|que|a)|inferior a|por debajo de",
        r"al menos|por lo menos|como minimo|minimo",
        r"comer|ingerir|consumir|coma|ingiera|consuma",
        r"ejercicio|actividad fisica|ejercicio fisico",
        r"solo|solamente|unicamente",
        r"esperar|aguardar|espere|aguarde",
        r"alrededor de|aproximadamente|unos|unas|cerca de",
        r"retirar|quitar|retire|quite",
        r"rapido|rapidamente|veloz",
        r"no|nunca",
    ),
}
_PATTERNS = {
    language: tuple((re.compile(rf"(?<![\w'])(?:{line})(?![\w'])"), f"~{number}") for number, line in enumerate(lines))
    for language, lines in _ALIKE.items()
}
# unit: what it measures, and how much of its smallest it is
_UNITS: dict[str, tuple[str, Fraction]] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "segundo", "segundos"), ("s", Fraction(1))),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuto", "minutos"), ("s", Fraction(60))),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "hora", "horas"), ("s", Fraction(3600))),
    **dict.fromkeys(("day", "days", "dia", "dias"), ("s", Fraction(86400))),
    **dict.fromkeys(("week", "weeks", "semana", "semanas"), ("s", Fraction(604800))),
    **dict.fromkeys(("mcg", "ug"), ("mcg", Fraction(1))),
    **dict.fromkeys(("mg", "milligrams", "miligramos"), ("mcg", Fraction(1000))),
    **dict.fromkeys(("g", "gram", "grams", "gramo", "gramos"), ("mcg", Fraction(1_000_000))),
    **dict.fromkeys(("kg", "kilograms", "kilogramos"), ("mcg", Fraction(1_000_000_000))),
    **dict.fromkeys(("ml", "milliliters", "millilitres", "mililitros"), ("ml", Fraction(1))),
    **dict.fromkeys(("l", "liter", "liters", "litre", "litres", "litro", "litros"), ("ml", Fraction(1000))),
    **dict.fromkeys(("u", "iu", "ui", "unit", "units", "unidad", "unidades"), ("units", Fraction(1))),
    **dict.fromkeys(("oz", "ounce", "ounces"), ("oz", Fraction(1))),
    **dict.fromkeys(("%", "percent", "por ciento"), ("%", Fraction(1))),
}
_QUANTITY = re.compile(
    rf"(?<![\w.])(\d+/[1-9]\d*"
    rf"|\d*\.?\d+)(?:[ -]?({'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![\w/]))?"
)
_PAIR = re.compile(r"([\d.]+) ?mg/dl ?\(?([\d.]+) ?mmol/l\)?")
_NOT_GLUCOSE = re.compile("keton|ceton|chol|coles|potas|sodi|lact")
_MMOL = re.compile(r"([\d.]+) ?mmol/l")
_MGDL = re.compile(r"([\d.]+) ?mg/dl")
_BETWEEN = re.compile(r"\b(?:between |from |entre |de )?(\d[\d.]*) ?(?:-|to|and|a|y) ?(\d[\d.]*)\b")
_AND = re.compile(r" (?:and|y|e|plus|mas) | ?[&+] ?")
_OR = re.compile(r" (?:or|o|u) ")
_HALF = re.compile(r"\b(?:one half|half|la mitad|mitad|media|medio|1/2)(?: an?(?= ))?\b")
_ONE = re.compile(
    r"(?<!once )(?<!twice )(?<!times )(?<!time )\b(?:an?|una?)(?= (?:hour|minute|day|week|unit|hora|dia|semana"
    r"|minuto|unidad)\b)"
)


def examine(item: Written) -> Iterator[Finding]:
    """One finding for each option that repeats an earlier one; `other` is the one it repeats."""
    for index, first in alike(item.options, item.language):
        values = {"option": str(index + 1), "other": str(first + 1), "found": item.options[index].strip()}
        gone = index if index not in item.keys else first
        if gone not in item.keys and len(item.options) > 3:
            values |= {"mend": "remove", "remove": str(gone)}
        yield Finding("IWF09", ("options", index, "text", item.language), values)


def alike(texts: Sequence[str], language: str) -> list[tuple[int, int]]:
    """Each text that says what an earlier one says, with the first such: (place, earlier place)."""
    plain = [_plain(text, language) for text in texts]
    found = []
    for index, text in enumerate(plain):
        first = next((other for other in range(index) if _same(plain[other], text)), None)
        if first is not None:
            found.append((index, first))
    return found


def _same(one: _Plain, two: _Plain) -> bool:
    """Said alike; or glucose in the one's mg/dL is, rounded, the other's mmol/L."""
    if one.said and one.said == two.said:
        return True
    return bool(one.in_mmol and one.in_mmol == two.mmol) or bool(two.in_mmol and two.in_mmol == one.mmol)


@dataclass(frozen=True)
class _Plain:
    """What a text says, so that two that say the same are equal: as it is, if it is in mmol/L, and converted to it."""

    said: str
    mmol: str = ""
    in_mmol: str = ""


def _plain(text: str, language: str) -> _Plain:
    # "<" and ">" would be lost with the marks.
    line = fold(text).replace("–", "-").replace("%", " % ").replace("≥", " at least ").replace("≤", " at most ")
    line = line.replace("<", " less than ").replace(">", " more than ")
    line = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", line)
    line = re.sub(r"(?<=\d),(?=\d{1,2}(?!\d))", ".", line)
    line = re.sub(r"n't\b", " not", re.sub(r"\bcan't\b|\bcannot\b", "can not", line))
    if _PAIR.search(line):
        return _Plain(_said(_PAIR.sub(r"\1 mg/dl", line), language))
    said = _said(line, language)
    if _NOT_GLUCOSE.search(line):
        return _Plain(said)
    if _MGDL.search(line):
        return _Plain(said, in_mmol=_said(_MGDL.sub(lambda found: f"{_mmol(found[1])} mmol/l", line), language))
    return _Plain(said, mmol=said if _MMOL.search(line) else "")


def _mmol(mgdl: str) -> str:
    try:
        return f"{float(mgdl) / _MGDL_PER_MMOL:.1f}"
    except ValueError:
        return mgdl


def _said(line: str, language: str) -> str:
    line = re.sub(r"\b(by|en|a) (?:half|la mitad)\b(?! an?\b)", r"\1 50 %", line)
    line = re.sub(r"\ba quarter of an hour\b|\bun cuarto de hora\b", "15 min", line)
    line = _ONE.sub("1", _HALF.sub("0.5", re.sub(r"\bal\b", "a la", bare(line))))
    for number, word in enumerate(_NUMBERS[language]):
        line = re.sub(rf"(?<![\w/]){word}(?![\w/])", str(number), line)
    line = _BETWEEN.sub(r"\1-\2", line)
    for pattern, mark in _PATTERNS[language]:
        line = pattern.sub(mark, line)
    line = _QUANTITY.sub(_amount, line)
    # "basal and bolus" is "bolus and basal"; "then" stays with what comes later.
    choices = [" & ".join(sorted(_words(part, language) for part in _AND.split(one))) for one in _OR.split(line)]
    return " | ".join(sorted(choices))


def _words(line: str, language: str) -> str:
    return " ".join(word for word in line.split() if word not in _EMPTY[language])


def _amount(match: re.Match[str]) -> str:
    try:
        value = Fraction(match[1])
    except (ValueError, ZeroDivisionError):
        return match[0]
    if match[2] is None:
        return str(value)
    measures, size = _UNITS[match[2]]
    return f"{value * size}{measures}"
