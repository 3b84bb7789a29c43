"""Options that speak of other options: all or none of the above (IWF01, IWF02), "A and C" (IWF03)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.marking.findings import Finding
from quizzes.marking.writing.reading import Written, bare

_HEAD_EN = r"(?:(?:it|they|this|these)(?: \w+){0,2} |do |yes |perform )?"
_TAIL_EN = (
    r"(?: (?:above|below|here|listed|mentioned|given|apply|applies|except|correct|true|right|but \w+"
    r"|(?:are|is|would|could|can|may|might|should|will)(?: \w+){0,4}))*"
)
_OTHERS_EN = (
    r"(?:(?:above|mentioned|listed)(?: \w+)?|following|foregoing|below"
    r"|(?:other |given |remaining |previous |preceding )?(?:options?|answers?|choices?|statements?|responses?"
    r"|alternatives?|answer choices)"
    r"|others?|(?:things |ones |items |steps |signs |symptoms |factors |causes |actions |reasons |foods )"
    r"?(?:listed|mentioned|named|given|above)(?: above| here)?)"
)
_THESE_EN = r"(?:these(?: \w+)?|those|the (?:three|four|five)|(?:the )?three|four|five)"
_COUNT = r"(?: (?:two|three|four|five|\d))?"

_FIT = (
    r"(?:are|is|would|could|can|may|might|should)(?: (?:equally|be|also|all))*(?: (?:an? |the )?(?:true|correct|right"
    r"|possible|valid|appropriate|apply|accurate|needed|acceptable|important|helpful|work|reasonable|signs?|symptoms?"
    r"|causes?|reasons?|steps?|possibilities|options|examples)(?: \w+)?)"
)
_ALL_EN = re.compile(
    rf"{_HEAD_EN}(?:"
    rf"(?:all|each|every one|any|any one|any or all|every|both and all){_COUNT}(?: of)?(?: the)? {_OTHERS_EN}"
    rf"|(?:all|each|every one|any|any one){_COUNT}(?: of)? {_THESE_EN}"
    r"|(?:everything|anything)(?: (?:listed|mentioned|named|stated|above|here))+"
    rf"|all(?: three| four| five| \d)?(?= (?:apply|{_FIT})$)"
    r"|all (?:three|four|five|\d)|all (?:of them )?(?:correct|true|right|possible|valid|appropriate|apply)"
    rf"|(?:the |options? |answers? )?(?:above|previous)(?: (?:are|is))? all(?: of them)?){_TAIL_EN}"
)
_ALL_EN_ANYWHERE = re.compile(r"\b(?:all|each|every one|any)(?: \w+)?(?: of)? the above\b|\beverything above\b")
_ALL_THEM_EN = re.compile(
    rf"{_HEAD_EN}(?:all|each|every one|any)(?: (?:three|four|five|\d))? of them{_TAIL_EN}|they all do"
)
_ALL_ES = re.compile(
    r"(?:si )?(?:son )?(?:correctas? )?(?:"
    r"tod[oa]s?(?: (?:las|los|lo|ellas|ellos|estas|estos|esas|esos|son))*(?: (?:dos|tres|cuatro|cinco"
    r"|\d))?(?: de)?(?: (?:las?|los?))?"
    r"(?: (?:opciones|respuestas|alternativas|afirmaciones|demas|otras|otros))?"
    r"(?: (?:anterior(?:es)?|mencionad[oa]s?|citad[oa]s?|enumerad[oa]s?|indicad[oa]s?|de arriba|previas|dicho"
    r"|senalad[oa]s?))?"
    r"|cualquiera(?: de)?(?: (?:las?|los|ellas|ellos|estas|estos|esas))?(?: (?:dos|tres|cuatro))?"
    r"(?: (?:opciones|respuestas|alternativas))?(?: (?:anteriores|mencionadas|opciones|de arriba))?"
    r"|cada una de (?:las anteriores|estas(?: opciones)?|las opciones(?: anteriores)?|ellas)"
    r"|las (?:tres|cuatro|cinco|\d)(?: (?:opciones|respuestas|anteriores))*"
    r")(?: (?:son|es|estan|pueden ser|podrian ser|anteriormente)(?: (?:correct[oa]s?|ciert[oa]s?|verdader[oa]s?"
    r"|valid[oa]s?|posibles?|adecuad[oa]s?))?"
    r"| correct[oa]s?| ciert[oa]s?| verdader[oa]s?)*"
)
_ALL_ES_ANYWHERE = re.compile(
    r"\btod[oa]s?(?: \w+)? (?:las|los|lo) (?:\w+ )?anterior(?:es)?\b|\bcualquiera de l[oa]s anteriores\b"
)
_SCALE = re.compile(
    r"^(?:none|half|some|most|a few|one|two|three|few|only|about|a third|a quarter|\d|nothing"
    r"|ningun|ninguno|nada|la mitad|algun|pocos|pocas|muchos|muchas|un|una|dos|tres|solo|poco)\b"
)

_NONE_EN = re.compile(
    rf"{_HEAD_EN}(?:none|neither|not any|no one|no)(?: of)?(?: the)?{_COUNT} (?:of )?"
    rf"(?:{_OTHERS_EN}|{_THESE_EN}|them){_TAIL_EN}"
    r"|none (?:is|are|apply|applies|fits?|would|listed)(?: \w+)?|nothing (?:listed|mentioned)?(?: ?above| here)"
    r"|there is no correct (?:answer|option)|no (?:correct|right) (?:answer|option)(?: (?:is )?(?:given|listed))?"
)
_NONE_EN_ANYWHERE = re.compile(r"\b(?:none|neither|not any) of the above\b")
_NONE_ES = re.compile(
    r"(?:no es )?(?:ningun[oa]?(?: (?:de )?(?:las?|los?|ellas|ellos|estas|estos|esas"
    r"|esos))?(?: (?:otra )?(?:opciones?|respuestas?|alternativas?|afirmaciones))?"
    r"(?: (?:anteriores?|mencionad[oa]s?|citad[oa]s?|de arriba))?"
    r"(?: (?:es|son|anterior)?(?: ?(?:correctas?|ciertas?|verdaderas?|valida))?)?"
    r"|nada de (?:lo anterior|lo mencionado|esto|eso|lo dicho)|no hay (?:respuesta|opcion) correcta)"
)
_NONE_ES_ANYWHERE = re.compile(r"\bningun[oa] de l[oa]s (?:opciones |respuestas )?anteriores\b|\bnada de lo anterior\b")

_LABEL = r"(?:[a-h]|i{1,3}|iv|vi?)"
_DIGIT = r"[1-9]"
_NAME_EN = r"(?:the )?(?:options?|answers?|choices?|statements?|items?|numbers?|letters?|responses?|nos?\.?)"
_NAME_ES = r"(?:las? |los? )?(?:opcion(?:es)?|respuestas?|afirmacion(?:es)?|enunciados?|numeros?|letras?)"
_ONLY = r"(?:only|alone|solo|solamente|unicamente)"
_AND = r"(?: (?:and|or|y|e|o|&|\+|and also|with|como|pero no|but not|nor|ni) (?:also )?| ?[&+/] ?| )"
_RIGHT = (
    r"(?: (?:(?:are|is|son|es)(?: (?:both|all|ambas))?)?(?: ?(?:true|correct|right|correctas?|ciertas?"
    r"|verdaderas?))?)?"
)
_ORDINAL = r"(?:first|second|third|fourth|last|primera?|segunda?|tercera?|cuarta?|ultima)"


def _combination(label: str) -> str:
    one = rf"(?:la |el |both |tanto )?{label}"
    return rf"{one}(?:{_AND}{one})+"


_LETTERS = re.compile(
    rf"(?:{_ONLY} )?(?:both |either |neither |ambas |tanto |ni |todas menos |all (?:but|except) )?"
    rf"(?:(?:{_NAME_EN}|{_NAME_ES}) )?{_combination(_LABEL)}(?: {_ONLY})?{_RIGHT}(?: {_ONLY})?"
)
_DIGITS = re.compile(
    rf"(?:(?:{_ONLY} |both |either |ambas |tanto )|(?:(?:{_ONLY} )?(?:{_NAME_EN}|{_NAME_ES}) ))"
    rf"?{_DIGIT}(?:(?: (?:and|y|&|\+) | ?[&+] ?| ){_DIGIT})+(?: {_ONLY})?{_RIGHT}(?: {_ONLY})?"
)
_HAS_AND = re.compile(r"\b(?:and|y|e|both|ambas|only|solo|alone)\b|[&+]")
_NAMED = re.compile(
    rf"{_NAME_EN} {_LABEL}(?: and {_NAME_EN} {_LABEL})+|(?:{_ONLY} )(?:{_NAME_EN} )?(?:i{{1,3}}|iv|[b-h]"
    rf"|{_DIGIT}(?= (?:is|are)))"
    rf"{_RIGHT}|(?:{_NAME_EN} )?(?:i{{1,3}}|iv|[b-h]) {_ONLY}|{_NAME_EN} (?:{_LABEL}|{_DIGIT}) {_ONLY}"
    rf"|(?:all|any|todas?|tod[oa]s? las? anteriores)(?: of the above)? (?:but|except|menos|excepto"
    rf"|salvo) (?:la )?{_LABEL}"
)
_ORDINALS = re.compile(
    rf"(?:{_ONLY} )?(?:both )?(?:the |la |el )?{_ORDINAL} (?:and|y|&) (?:the |la |el )?{_ORDINAL}"
    rf"(?: (?:options?|answers?|choices?|statements?|opcion(?:es)?|ones?|respuestas?))?{_RIGHT}(?: {_ONLY})?"
    r"|(?:the )?(?:first|last) (?:two|three)(?: (?:options|answers|choices|statements|above|of these))?(?: only)?"
    r"|(?:only )?(?:one|two|three) of the above"
    r"|las dos (?:primeras|ultimas|anteriores)(?: \w+)?"
)
_BOTH = re.compile(
    rf"both(?: (?:of )?(?:the )?(?:{_OTHERS_EN}|these|those|them|two))?{_TAIL_EN}"
    r"|(?:ambas|ambos)(?: (?:opciones|respuestas|cosas|afirmaciones|anteriores|son|correctas|ciertas|verdaderas"
    r"|a la vez))*"
)


LONGEST = 80  # characters; what is longer says something of its own


def examine(item: Written) -> Iterator[Finding]:
    """Of each option at most one of the three."""
    for index, text in enumerate(item.options):
        code = _code(item, index, bare(text))
        if code:
            yield Finding(code, ("options", index, "text", item.language), _values(item, index, text))


def refers(item: Written, index: int) -> bool:
    """Whether this option speaks of the others."""
    return bool(_code(item, index, bare(item.options[index])))


def _code(item: Written, index: int, plain: str) -> str:
    if not plain or len(plain) > LONGEST:
        return ""
    if _is_all(item, index, plain):
        return "IWF01"
    if _is_none(item, plain):
        return "IWF02"
    return "IWF03" if _is_combination(item, plain) else ""


def _is_all(item: Written, index: int, plain: str) -> bool:
    if _NAMED.fullmatch(plain):
        return False
    if item.language == "es":
        if plain in ("todo", "todos", "todas ellas", "todos ellos", "cualquiera") and _on_a_scale(item, index):
            return False
        return bool(_ALL_ES.fullmatch(plain) or _ALL_ES_ANYWHERE.search(plain))
    if _ALL_THEM_EN.fullmatch(plain):
        return not _on_a_scale(item, index)
    return bool(_ALL_EN.fullmatch(plain) or _ALL_EN_ANYWHERE.search(plain))


def _on_a_scale(item: Written, index: int) -> bool:
    """ "All of them" beside "Half of them" is an amount."""
    others = [bare(text) for other, text in enumerate(item.options) if other != index]
    return sum(bool(_SCALE.search(text)) for text in others) >= 2


def _is_none(item: Written, plain: str) -> bool:
    if item.language == "es":
        return bool(
            (_NONE_ES.fullmatch(plain) and plain not in ("ninguno", "ningun")) or _NONE_ES_ANYWHERE.search(plain)
        )
    return bool(_NONE_EN.fullmatch(plain) or _NONE_EN_ANYWHERE.search(plain))


def _is_combination(item: Written, plain: str) -> bool:
    if _NAMED.fullmatch(plain) or _ORDINALS.fullmatch(plain) or _BOTH.fullmatch(plain):
        return True
    if _LETTERS.fullmatch(plain):
        return True
    if not _DIGITS.fullmatch(plain):
        return False
    return bool(_HAS_AND.search(plain)) or _sets_of_numbers(item)


def _sets_of_numbers(item: Written) -> bool:
    """ "1, 3, 4" beside "1, 2" chooses; beside "3, 4, 1" it is an order, and that is asked fairly."""
    lists = [re.findall(r"\d", text) for text in map(bare, item.options) if _DIGITS.fullmatch(text)]
    return len({tuple(sorted(found)) for found in lists}) > 1 and all(found == sorted(found) for found in lists)


def _values(item: Written, index: int, text: str) -> dict[str, str]:
    values = {"option": str(index + 1), "found": text.strip()}
    # Taking a key away takes the answer away; and two options are no question.
    if index not in item.keys and len(item.options) > 3:
        values["mend"] = "remove"
    return values
