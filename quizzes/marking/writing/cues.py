"""What gives the key away, or a wrong option: absolute and vague words, length, echo, grammar, overlap
(IWF05 to IWF08, IWF13, IWF18)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.marking.findings import Finding
from quizzes.marking.writing import combined
from quizzes.marking.writing.reading import Written, bare, fold, root, words

MUCH_LONGER = 1.5  # the key's length, in means of the others
LONGER = 15  # characters over the next longest
CONVERGES = 0.15  # how far the key's mean likeness exceeds that of any other option

_ABSOLUTE = {
    "en": re.compile(
        r"\b(?:always|never|(?<!at )(?<!after )(?<!of )all(?! right| day| night| of a sudden| along)|only|none"
        r"|every(?!day)(?! (?:\d+|one|two|three|four|five|six|eight|twelve|few|other|day|night|morning|evening|hour"
        r"|minute|week|month|year|meal|time)s?\b)"
        r"|must|completely|entirely|totally|absolutely|impossible)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\b(?:siempre|nunca|jamás|tod[oa]s?(?! (?:el|la|los|las) (?:d[ií]as?|noches?|mañanas?|tardes?|semanas?"
        r"|horas?|meses)\b)"
        r"|s[oó]lo|solamente|únicamente|ningun[oa]?|ningún|debe|deben|completamente|totalmente|por completo"
        r"|imposible)\b",
        re.IGNORECASE,
    ),
}
_VAGUE = {
    "en": re.compile(
        r"\b(?:usually|often|rarely|sometimes|generally|occasionally|seldom|might|(?-i:may|^May))\b", re.IGNORECASE
    ),
    "es": re.compile(
        r"\b(?:usualmente|generalmente|normalmente|a menudo|a veces|con frecuencia|frecuentemente|rara vez|raramente"
        r"|por lo general|en general|puede que|podrían?|suelen?|quizás?|tal vez|ocasionalmente)\b",
        re.IGNORECASE,
    ),
}
# Words of the field say nothing about which option is right.
_FIELD = {
    "en": (
        "insulin glucose pump sensor dose dosage basal bolus ketone ketones carbohydrate carbohydrates carbs units "
        "unit alarm alert alerts infusion diabetes blood sugar reading readings correct correction target site "
        "cannula level levels value values patient patients people person therapy treatment hour hours minute "
        "minutes "
        "meal meals meter syringe needle injection injections background delivery setting settings device devices "
        "system closed loop range percent points point clinic educator nurse teach teaching education study trial "
        "evidence which following would should could their there these those about after before because between "
        "every "
        "first second third being where while other takes taken taking using check change changes increase decrease "
        "lower higher night morning evening today breakfast lunch dinner hypoglycemia hyperglycemia hypoglycaemia "
        "hyperglycaemia ketoacidosis exercise illness pharmacy number numbers result results right answer option "
        "describe describes explain likely better most least plan step steps"
    ),
    "es": (
        "insulina glucosa glucemia bomba bombas sensor dosis basal bolo bolos cetonas carbohidratos hidratos "
        "unidades "
        "unidad alarma alarmas infusion diabetes sangre azucar lectura lecturas correcto correccion meta objetivo "
        "sitio canula nivel niveles valor valores paciente pacientes persona personas terapia tratamiento horas hora "
        "minutos minuto comida comidas medidor jeringa pluma plumas aguja inyeccion inyecciones entrega ajuste ajustes "
        "dispositivo "
        "sistema asa cerrada rango puntos clinica educadora educador enfermera estudio evidencia cual cuales "
        "siguiente siguientes deberia podria sobre despues antes porque entre cada primero segundo tercero donde "
        "mientras otro otra toma tomar usar revisar cambiar cambia aumentar bajar noche manana tarde desayuno "
        "almuerzo cena hipoglucemia hiperglucemia cetoacidosis ejercicio numero respuesta opcion describe explica "
        "mejor probable usted plan paso pasos cuando tiene hacer haria debe"
    ),
}
_FIELD_ROOTS = {language: frozenset(root(word, language) for word in said.split()) for language, said in _FIELD.items()}
_LETTERS = r"[^\W\d_]+"
_VOWEL = re.compile(
    r"(?!uni(?!n|m)|use|usa|usu|ute|uri|eu|one\b|once\b|u-|\bu\b)[aeiou]|hour|honest|honou?r|heir|8|11\b|18\b"
)
_SPELT = re.compile(r"[AEFHILMNORSX](?:[A-Z0-9]+\b|-)")
_ARTICLE_EN = re.compile(r"\b(an?)[\s:_….]*$", re.IGNORECASE)
_ARTICLE_ES = re.compile(r"\b(un|una|el|la|los|las)[\s:_….]*$", re.IGNORECASE)
_EITHER_ES = {"un": "un(a)", "una": "un(a)", "el": "el/la", "la": "el/la", "los": "los/las", "las": "los/las"}
_VERB = re.compile(r"(?<!/)\b(is|are|was|were|es|son|era|eran)\b(?!\()[\s:_….]*$", re.IGNORECASE)
_MANY = frozenset(("are", "were", "son", "eran"))
_EITHER_VERB = {"is": "is/are", "are": "is/are", "was": "was/were", "were": "was/were"} | {
    "es": "es/son",
    "son": "es/son",
    "era": "era(n)",
    "eran": "era(n)",
}


def examine(item: Written) -> Iterator[Finding]:
    yield from _absolute(item)
    yield from _vague(item)
    yield from _long_key(item)
    yield from _echo(item)
    yield from _grammar(item)
    yield from _converges(item)


def _absolute(item: Written) -> Iterator[Finding]:
    pattern = _ABSOLUTE[item.language]
    if not item.keys or any(pattern.search(item.options[index]) for index in item.keys):
        return
    for index in item.distractors:
        found = pattern.search(item.options[index])
        if found and not combined.refers(item, index):
            yield Finding("IWF05", _at(item, index), {"option": str(index + 1), "found": found[0]})


def _vague(item: Written) -> Iterator[Finding]:
    for index, text in enumerate(item.options):
        found = _VAGUE[item.language].search(text)
        if found:
            yield Finding("IWF06", _at(item, index), {"option": str(index + 1), "found": found[0]})


def _long_key(item: Written) -> Iterator[Finding]:
    """The key is at least 1.5 times the others' mean length and 15 characters longer than the next."""
    others = [len(item.options[index]) for index in item.distractors]
    if item.key is None or not others:
        return
    key = item.options[item.key]
    if len(key) >= MUCH_LONGER * sum(others) / len(others) and len(key) >= max(others) + LONGER:
        counts = sorted(len(item.options[index].split()) for index in item.distractors)
        values = {"words": str(len(key.split())), "least": str(counts[0]), "most": str(counts[-1])}
        yield Finding("IWF07", _at(item, item.key), values)


def _echo(item: Written) -> Iterator[Finding]:
    """A word of the stem, in any form, that stands in the key and in no other option."""
    if item.key is None or not item.distractors:
        return
    heard = _telling(item.stem, item.language)
    elsewhere = {
        root(word, item.language) for index in item.distractors for word in re.findall(_LETTERS, item.options[index])
    }
    for stem, word in _telling(item.options[item.key], item.language).items():
        if stem in heard and stem not in elsewhere:
            values = {"found": word, "stem": heard[stem]}
            yield Finding("IWF08", _at(item, item.key), values)
            return


def _telling(text: str, language: str) -> dict[str, str]:
    """Roots of the words of more than four letters that are neither names nor words of the field."""
    found: dict[str, str] = {}
    for match in re.finditer(_LETTERS, text):
        word = match[0]
        begins = not re.search(r"[\w,;’']\s*$", text[: match.start()])
        stem = root(word, language)
        if len(word) > 4 and stem not in _FIELD_ROOTS[language] and (begins or word[0].islower()):
            found.setdefault(stem, word)
    return found


def _grammar(item: Written) -> Iterator[Finding]:
    """The stem's last word, an article or a verb, that only the key agrees with."""
    if item.key is None or len(item.options) < 2 or not all(text.strip() for text in item.options):
        return
    spanish = item.language == "es"
    article = (_ARTICLE_ES if spanish else _ARTICLE_EN).search(item.stem)
    verb = _VERB.search(item.stem)
    found = article or verb
    if not found:
        return
    said = found[1].lower()
    if verb:
        agrees = [_is_many(text) == (said in _MANY) for text in item.options]
        code, better = "IWF13b", _EITHER_VERB[said]
    elif spanish:
        genders = [_feminine(text) for text in item.options]
        agrees = [gender is None or gender == said.endswith(("a", "as")) for gender in genders]
        code, better = "IWF13", _EITHER_ES[said]
    else:
        agrees = [_begins_with_vowel(text) == (said == "an") for text in item.options]
        code, better = "IWF13", "a(n)"
    if agrees[item.key] and sum(agrees) == 1:
        values = {"found": found[1], "at": str(found.start(1)), "better": better, "mend": "replace"}
        yield Finding(code, ("stem", item.language), values)


def _begins_with_vowel(text: str) -> bool:
    text = text.strip(" “\"'‘(")
    return bool(_SPELT.match(text)) if re.match(r"[A-Z][A-Z0-9]", text) else bool(_VOWEL.match(text.lower()))


def _feminine(text: str) -> bool | None:
    """Whether the first noun is feminine, by its ending; None where the ending does not tell."""
    first = fold(text).split()
    if not first:
        return None
    word = first[0].strip(",.;:")
    if re.search(r"(?:cion|sion|dad|tad|tud|itis|triz|as?)$", word) and not re.search(r"(?:ma|dia|mapa)s?$", word):
        return True
    return False if re.search(r"(?:o|or|aje|on|al)(?:s|es)?$", word) else None


def _is_many(text: str) -> bool:
    """Whether a noun phrase is a plural, by its first noun before a preposition."""
    phrase = re.split(r"\b(?:of|in|on|at|for|with|that|which|de|del|en|con|para|que)\b", fold(text))[0]
    if re.search(r"\b(?:and|y|e)\b", phrase):
        return True
    listed = words(phrase)
    last = (listed[0] if re.match(r"(?:los|las)\b", phrase) else listed[-1]) if listed else ""
    return bool(re.search(r"(?<![sui])s$", last)) or last in ("children", "people", "feet", "data")


def _converges(item: Written) -> Iterator[Finding]:
    """The key shares most words with the others: who picks the common parts finds it (mean Jaccard)."""
    if item.key is None or len(item.options) < 3:
        return
    bags = [
        frozenset(root(word, item.language) for word in words(bare(text)) if len(word) > 2) for text in item.options
    ]
    if not all(bags):
        return
    means = [
        sum(len(bag & other) / len(bag | other) for j, other in enumerate(bags) if j != i) / (len(bags) - 1)
        for i, bag in enumerate(bags)
    ]
    rest = max(mean for index, mean in enumerate(means) if index != item.key)
    if means[item.key] - rest >= CONVERGES:
        yield Finding("IWF18", _at(item, item.key), {"option": str(item.key + 1), "found": item.options[item.key]})


def _at(item: Written, index: int) -> tuple[str | int, ...]:
    return ("options", index, "text", item.language)
