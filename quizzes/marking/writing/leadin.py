"""What is wrong with how a question is asked: negative, unfocused, broken by a blank, too long
(IWF04, 11, 12, 17, 22)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.marking.findings import Finding
from quizzes.marking.writing.reading import BLANK, Written, fold, lead_in, listed, root, sentences, unquoted, words

LONG_STEM = 150  # words
SHORT_STEM = 4
EXHIBIT = 60  # words a case has to have before it is worth asking whether they are needed
NEEDLESS = 0.6
CASE = 45  # words from which on a stem holds more than the question
ASKED_OVER_OPTIONS = ("sba", "mr")

# Words that look negative and are not.
_HARMLESS = re.compile(
    r"\bat least\b|\bnot (?:only|just|merely)\b|\bwhether or not\b|\bor not\b|\blast but not least\b|\bif not\b"
    r"|\bnot at all\b"
    r"|\bfalse (?:alarm|low|high|reading|positive|negative|sense|security|reassurance|value|belief|alert|result)s?\b"
    r"|\btrue or false\b|\bwhy not\b|\bverdadero o falso\b|\b(?:al|por lo) menos\b|\bmás o menos\b|\bno (?:solo"
    r"|sólo|solamente)\b"
    r"|\bo no\b|\bmenos (?:de|que)\b|\bfals[oa] (?:alarma|positivo|negativo)\b|\bfalsas alarmas\b|\bfalsa (?:bajada"
    r"|lectura|seguridad)\b"
    r"|\b(?:alarma|lectura|bajada|sensación) falsa\b|\becha\w* de menos\b|\bsi no\b",
    re.IGNORECASE,
)
_NOT_EN = re.compile(
    r"\b(?:can)?not\b|\b(?:is|are|was|were|do|does|did|has|have|had|ca|wo|would|should|could|must|need"
    r"|might)n['’]t\b|\bnever\b",
    re.IGNORECASE,
)
_NOT_ES = re.compile(r"\bno\b|\bnunca\b|\bjamás\b", re.IGNORECASE)
_ELSE_EN = re.compile(
    r"\bexcept(?:ing)?\b(?=(?:\s+(?:for|which|one|what|this|that|the following|to|by|:))*\W*$)"
    r"|\bwith the exceptions? of\b\W*$|\bother than\W*$|\bbut which\b\W*$"
    r"|\bleast\b"
    r"|\b(?:is|are|was|were|be|as|statement|option|answer|claim)\s+(?:(?:an?|the|most|clearly|factually)\s+)?"
    r"(?:incorrect|false|untrue|inaccurate)\b"
    r"|\b(?:incorrect|false|untrue|inaccurate|wrong)\s+(?:statements?|answers?|options?|claims?|one|ones|advice"
    r"|replies|reply|response|sentence|step|action|choice|pairing|match|description)\b"
    r"|\bwhich(?: ones?)?(?: of (?:the following|these|those)\b[^?]*?| statements?| options?| answers?)?"
    r"\s+(?:is|are)\s+(?:incorrect|false|untrue|inaccurate|wrong)\b|\bincorrectly\b",
    re.IGNORECASE,
)
_ALL_BUT_EN = re.compile(
    r"\b(?:all|each|every|any)\b[^?.]*\b(except(?:ing)?(?=\W*$|(?:\s+\w+){1,4}\W*$|\s+one\b)"
    r"|but(?=\W*$|\s+(?:one|which|for|for one|which one)\b))",
    re.IGNORECASE,
)
_ELSE_ES = re.compile(
    r"\b(?:excepto|salvo|menos|a excepción de|con excepción de|con la excepción de)\b(?=(?:\s+(?:una?|cuál|por|en"
    r"|esta|este|uno|la siguiente|:))*\W*(?:cuál(?: no)?(?: es| lo es)?\W*)?$)"
    r"|\b(?:la|el|lo|los|las|es|son|sería|resulta|parece)\s+menos\b|\bmenos\s+(?:probable|indicad[oa]|adecuad[oa]"
    r"|apropiad[oa]|útil|importante|recomendable|frecuente|conveniente|segur[oa])s?\b"
    r"|\bincorrect[oa]s?\b|\b(?:es|son|afirmación|respuesta|opción|frase)\s+(?:un[oa] )?fals[oa]s?\b"
    r"|\bfals[oa]s?\b(?=\W*$)"
    r"|\binexact[oa]s?\b|\b(?:es|son)\s+erróne[oa]s?\b|\b(?:afirmación|opción|respuesta|frase)\s+erróne[oa]\b",
    re.IGNORECASE,
)
_WH_EN = re.compile(r"\b(?:which|what|who|whom|when|where)\b", re.IGNORECASE)
_WH_ES = re.compile(r"\b(?:cuál|cuáles|qué|quién|quiénes|cuándo|dónde)\b", re.IGNORECASE)
_WHY = re.compile(r"\b(?:why|how|how come|por qué|cómo|a qué se debe)\b", re.IGNORECASE)
_ASKED_TO = re.compile(
    r"^\W*(?:please\s+)?(?:select|identify|choose|pick|mark|name|find|indicate|tick|point out|spot|recognise"
    r"|recognize"
    r"|señale|indique|seleccione|elija|marque|identifique|escoja|diga|encuentre|reconozca|nombre)\b",
    re.IGNORECASE,
)
_SUBORDINATE_EN = re.compile(
    r"\b(?:because|since|when|if|why|although|while|after|before|whether|that|who|whose|whom|given|as|so|though"
    r"|unless"
    r"|until|once|where|and|but|with|despite|even"
    r"|think|believe|suspect|conclude|assume|reali[sz]e|tells?|says?|means?|shows?|suggests?|proves?)\b|[,;–—]",
    re.IGNORECASE,
)
_SUBORDINATE_ES = re.compile(
    r"\b(?:porque|cuando|si|aunque|mientras|después|antes|que|quien|quienes|cuyo|cuya|dado|como|donde|hasta|pero|y"
    r"|con|para"
    r"|ya|pues|sin|pese)\b|[,;–—]",
    re.IGNORECASE,
)
_BY_THE_WAY = re.compile(r"\b(?:al|de|por|para|of|for|by|from|about|in)\s+$", re.IGNORECASE)
_SOMEBODY_ES = re.compile(
    r"\b(?:para|a|de|con|en)\s+(?:una?\s+)?(?:madre|padre|persona|paciente|niñ[oa]|colega|alguien|joven|adolescente"
    r"|mujer|hombre)"
    r"\s+que\s+(?:aún\s+|todavía\s+)?$",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|be|do|does|did|has|have|had|can|will|should|would|could|must|need|may|might|ought)\b",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"\b(?:for|in|to|with|of|by|from|on|at|as|than|correct|right|best)\b", re.IGNORECASE)
_NOT_DOING = re.compile(r"not\s+\w+ing\b", re.IGNORECASE)
_BEING = re.compile(r"\b(?:is|are|was|were|be)\s+$", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:when|if|because|since|after|while|whose|who|whom|although|quien|quienes|cuando|si|porque|mientras|aunque"
    r"|cuyo|cuya)\b",
    re.IGNORECASE,
)
# "Which is a food that does not raise glucose?" asks for the exception; "Which is the reason that ..." does not.
_DEFINES = re.compile(
    r"\b(?:(?:which|what)\b[^?,;]{0,45}?\b(?:is|are)|(?:cuál|cuáles|qué)\b[^?,;]{0,45}?\b(?:es|son))\s+"
    r"(?:an?|the|one|something|un|una|el|la|algo|aquel|aquella)?\s*(?:\w+\s+){0,3}?(?:that|which|who|que)\s+"
    r"(?:(?:\w+\s+){0,2}?)$",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:reasons?|explanations?|causes?|signs?|evidence|clues?|proof|best|first|next|most|likely|raz[oó]n|causas?"
    r"|motivos?|explicaci[oó]n|mejor|señal|signo|primer[oa]?|probable)\b",
    re.IGNORECASE,
)
_TRUE_EN = re.compile(
    r"\b(?:which|what)(?: one)?(?: of)?(?: (?:the|these|those))?(?: (?:following|below|statements?|options?"
    r"|answers?|one|ones|sentences?|claims?|these|above|facts?))*"
    r"(?: (?:about|regarding|concerning|on|of|for)\b[^?.]{1,60}?)?,? (?:is|are|holds?)(?: the)?(?: most"
    r"| always)? (?:true|correct|accurate|right)(?: (?:statements?|one|answers?|options?))?"
    r"(?=\W*$| (?:about|regarding|concerning|of|with regard|with respect|in relation|on)\b)"
    r"|^\W*(?:select|choose|identify|pick|mark|indicate) the (?:one )?(?:true|correct|right"
    r"|accurate) (?:statements?|answers?|options?|one|response)s?\b",
    re.IGNORECASE,
)
_TRUE_ES = re.compile(
    r"\b(?:cu[aá]l|cu[aá]les|qu[eé])(?: de)?(?: (?:las?|los|estas|estos|siguientes|afirmaci[oó]n|afirmaciones"
    r"|opciones|opci[oó]n|respuestas?|frases?|enunciados?))*"
    r"(?: (?:sobre|acerca|de|respecto)\b[^?.]{1,60}?)? (?:es|son)(?: las?| los)? (?:correct[oa]s?|ciert[oa]s?"
    r"|verdader[oa]s?)"
    r"(?=\W*$| (?:sobre|acerca|respecto|de)\b)"
    r"|\b(?:es|son) (?:la|las|el) (?:afirmaci[oó]n(?:es)?|opci[oó]n|respuesta|frase|enunciado) (?:correct[oa]"
    r"|ciert[oa]|verdader[oa])s?\b"
    r"|^\W*(?:señale|indique|seleccione|elija|marque|escoja|identifique) (?:la|el|lo|las) (?:afirmaci[oó]n(?:es)?"
    r"|respuestas?|opci[oó]n(?:es)?|enunciado|frases?)?(?: que es| que sea)? ?(?:correct[oa]s?|ciert[oa]s?"
    r"|verdader[oa]s?)\b",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r"^\W*(?:units?|unidad(?:es)?|g|grams?|gramos?|mg/dL|mmol/L|hours?|horas?|minutes?|minutos?|days?|d[ií]as?|%"
    r"|percent|h|min)?(?:/\w+| (?:per|por|an?) \w+)?\W*$",
    re.IGNORECASE,
)
_LITTLE = frozenset(
    listed(
        "about after again their there these those which would could should where while other being every before "
        "because"
    )
)


def examine(item: Written) -> Iterator[Finding]:
    place = ("stem", item.language)
    begins, asked = lead_in(item.stem)
    found = negative(unquoted(asked), item.language)
    if found:
        word = asked[found.start() : found.end()]
        shown = {"found": word.strip(), "at": str(begins + found.start())}
        if word == word.upper():
            yield Finding("IWF04b", place, shown)
        else:
            yield Finding("IWF04", place, {**shown, "better": loud(word), "mend": "replace"})
    elif truth := _unfocused(item, unquoted(asked)):
        yield Finding("IWF12", place, {"found": truth[0].strip()})
    yield from _length(item, asked)
    if item.kind == "sba" and (gap := _broken(item.stem)):
        yield Finding("IWF17", place, {"found": gap})


def negative(asked: str, language: str) -> re.Match[str] | None:
    """The word by which a question asks for the exception, if it does. What a negative clause tells beside it
    ("if it does not fall") is no such word."""
    line = _HARMLESS.sub(lambda found: "·" * len(found[0]), asked)
    spanish = language == "es"
    for pattern in (_ELSE_ES,) if spanish else (_ALL_BUT_EN, _ELSE_EN):
        found = pattern.search(line)
        if found:
            return _inner(found, line)
    for found in (_NOT_ES if spanish else _NOT_EN).finditer(line):
        if _governs(line, found.start(), spanish):
            return found
    return None


def _inner(found: re.Match[str], line: str) -> re.Match[str]:
    """The negative word itself within what was matched."""
    word = re.compile(
        r"except(?:ing)?|least|incorrect(?:ly|[oa]s?)?|false|untrue|inaccurate|wrong|exceptions? of|other than"
        r"|but(?= which|\W*$)"
        r"|excepto|salvo|menos|excepción|fals[oa]s?|inexact[oa]s?|erróne[oa]s?|but",
        re.IGNORECASE,
    )
    return word.search(line, found.start()) or found


def _governs(line: str, at: int, spanish: bool) -> bool:
    """Whether the negative at this place is that of the question itself."""
    before = line[:at]
    if spanish and _SOMEBODY_ES.search(before):
        return False
    if _BY_THE_WAY.search(before) or (_NOT_DOING.match(line[at:]) and not _BEING.search(before)):
        return False
    if _ASKED_TO.search(line):
        return not _CONDITION.search(before)
    asks = list((_WH_ES if spanish else _WH_EN).finditer(before))
    asks = [ask for ask in asks if not fold(line[max(ask.start() - 4, 0) : ask.start()]).endswith("por ")]
    if not asks:
        whole = not line.rstrip().endswith(("?", ".", "!")) and not _WH_EN.search(line) and not _WH_ES.search(line)
        return whole and not re.search(r"\b(?:that|who|que|quien(?:es)?)\b", before) and not _CONDITION.search(before)
    if _WHY.search(before):
        return False
    since = before[asks[0].start() :]
    if _DEFINES.search(since) and not _REASON.search(since):
        return True
    rest = re.sub(r",[^,]*,", " ", since[len(asks[0][0]) :])  # what stands between commas is said by the way
    if len(rest.split()) > 12 or (_SUBORDINATE_ES if spanish else _SUBORDINATE_EN).search(rest):
        return False
    return spanish or re.match(r"not\b|never\b", line[at:], re.IGNORECASE) is None or _is_of_the_verb(rest)


def _is_of_the_verb(before: str) -> bool:
    """Whether "not" goes with the verb of the question: "should Ana not", but "is right for a child not yet able"."""
    verbs = list(_AUXILIARY.finditer(before))
    between = before[verbs[-1].end() :] if verbs else before
    return len(between.split()) <= 3 and not _PREPOSITION.search(between)


def loud(word: str) -> str:
    """The negative so that it cannot be overlooked: isn't becomes is NOT."""
    short = re.fullmatch(r"(\w+)n['’]t", word, re.IGNORECASE)
    if short:
        whole = {"ca": "can", "wo": "will"}.get(short[1].lower(), short[1])
        return f"{whole} NOT"
    return word.upper()


def _unfocused(item: Written, asked: str) -> re.Match[str] | None:
    """ "Which is true?" where no case before it gives it its focus."""
    if item.kind not in ASKED_OVER_OPTIONS or len(words(item.stem)) > CASE:
        return None
    return (_TRUE_ES if item.language == "es" else _TRUE_EN).search(asked)


def _length(item: Written, asked: str) -> Iterator[Finding]:
    count = len(words(item.stem))
    place = ("stem", item.language)
    ends = ("?", ":") if count > 2 else ("?",)  # "Insulin:" asks nothing, colon or not
    if (
        item.kind in ASKED_OVER_OPTIONS
        and 0 < count < SHORT_STEM
        and not item.stem.rstrip().endswith(ends)
        and not BLANK.search(item.stem)
    ):
        yield Finding("IWF11", place, {"found": item.stem.strip()})
    if count > LONG_STEM:
        yield Finding("IWF22", place, {"count": str(count), "most": str(LONG_STEM)})
    elif share := _needless(item, asked):
        yield Finding("IWF22b", place, {"percent": str(round(share * 100))})


def _needless(item: Written, asked: str) -> float:
    """The share of the case in sentences that share no word with question, options or reasons; 0 if it is no more
    than NEEDLESS, or if nothing says what is needed."""
    case = item.stem.replace(asked, "") if asked else item.stem
    long = len(words(case))
    if long < EXHIBIT or not any(item.reasons):
        return 0.0
    needed = _roots(" ".join([asked, *item.options, *item.reasons]), item.language)
    idle = sum(len(words(part)) for part in sentences(case) if not _roots(part, item.language) & needed)
    return idle / long if idle / long > NEEDLESS else 0.0


def _roots(text: str, language: str) -> set[str]:
    return {
        root(word, language)
        for word in words(text)
        if (len(word) > 3 or word[0].isdigit()) and word.lower() not in _LITTLE
    }


def _broken(stem: str) -> str:
    """The blank that words of its sentence follow, with them; a unit after it is no break."""
    for gap in BLANK.finditer(stem):
        after = re.split(r"[.?!](?:\s|$)", stem[gap.end() :])[0]
        if words(after) and not _UNIT_AFTER.match(after):
            return f"{gap[0]}{after}".strip()
    return ""
