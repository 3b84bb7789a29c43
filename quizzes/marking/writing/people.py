"""LANG01: words that put the disease before the person, or blame."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.marking.findings import Finding
from quizzes.marking.writing.reading import every_text, unquoted

_PERSON = (
    r"(?:patient|person|child|adult|man|woman|boy|girl|teen|teenager|adolescent|athlete|driver|mother|father|user"
    r"|client"
    r"|individual)"
)
_PEOPLE = (
    r"(?:patients|people|persons|children|adults|men|women|boys|girls|teens|teenagers|adolescents|athletes|drivers"
    r"|mothers"
    r"|users|clients|individuals|population)"
)
_THINGS = (
    r"(?:keto\w*|foot|feet|retinopath\w*|neuropath\w*|nephropath\w*|kidney|eye|coma|ulcers?|macular|complications?"
    r"|emergenc\w+|gastropares\w*|cardiomyopath\w*|supplies|medications?|education|care|dermopath\w*|amyotroph\w*"
    r"|cris[ie]s|socks|shoes|clinics?|ward|nurses?|educators?|range|team|diet|meals?|foods?|disease|status|state|mice"
    r"|rats|identification|alert|amputation\w*)"
)
_FAILER = (
    r"(?:patients?|persons?|people|he|she|they|who|you|clients?|adults?|teens?|teenagers?|child|children|mother"
    r"|father"
    r"|man|woman|parents?|adolescents?|boy|girl|individuals?)"
)
_DEVICE = (
    r"(?!(?:The|Pump|Set|Site|Sensor|Battery|Alarm|Cannula|Delivery|Insulin|Transmitter|Device|It|This|That|Which"
    r"|What"
    r"|Attempts?|Calibration|App|Phone|Meter|Test|Screen|Motor|Reservoir|Tubing|Signal|System)\b)"
)
_THERAPY = (
    r"(?:(?:oral|basal|insulin|lifestyle|diet|standard|previous|prior|first-line)\s+)*"
    r"(?:therapy|treatment|metformin|injections|MDI|diet|regimen|management|lifestyle|self-management|training"
    r"|to (?:comply|adhere|follow|control|manage|take|attend|keep))"
)
# What comes after "a diabetic" where it is a person.
_GOES_ON = (
    r"(?=[.,;:?!’')]|\s+(?:who|with|whose|on|in|and|or|is|was|has|had|wears?|wearing|takes|taking|uses|using|needs"
    r"|should"
    r"|can|may|must|will|at|from|to|for|comes?|asks?|aged|reads|reports|starting|about)\b|$)"
)

_EN: tuple[tuple[str, str], ...] = (
    (r"\b(?:poorly|badly)[- ]controlled\b", ""),
    (r"\bpoor (?:(?:glyca?emic|metabolic|diabetes) )?control\b", ""),
    (r"\bbrittle(?= (?:diabetes|type|patients?|people|person))", ""),
    (r"\b(?:bad|good) (?:blood )?sugars?\b", ""),
    (rf"\bdiabetic {_PERSON}\b", "person with diabetes"),
    (rf"\bdiabetic {_PEOPLE}\b", "people with diabetes"),
    (r"\bdiabetics['’]?(?!\w)", "people with diabetes"),
    (rf"\b(?:is|was) (?:an? )?(?:type [12] )?diabetic\b(?! {_THINGS})", "has diabetes"),
    (rf"\b(?:are|were) (?:type [12] )?diabetic\b(?! {_THINGS})", "have diabetes"),
    (
        rf"\b(an?|the|this|that|each|every) ((?:\w+ )?)(?:type [12] )?diabetic\b{_GOES_ON}",
        "",
    ),
    (r"\btype [12] diabetic\b(?! " + _THINGS + r")", "person with diabetes"),
    (
        r"\bnon-?\s?complian(?:t|ce)\b|\bnon-?\s?adheren(?:t|ce)\b|\bpoor(?:ly)? complian(?:t|ce)\b"
        r"|\bnot compliant\b",
        "",
    ),
    (r"\bsuffers? from\b", "has"),
    (r"\bsuffered from\b", "had"),
    (r"\bsuffering from\b", "living with"),
    (r"\bdiabetes sufferers\b", "people with diabetes"),
    (r"\bdiabetes sufferer\b", "person with diabetes"),
    (r"\bvictims? of diabetes\b|\bafflicted (?:with|by)\b|\bstricken with\b", ""),
    (
        rf"\b{_FAILER},?(?: who)?(?: with [\w ]{{3,30}}?)?(?: has| have| had)?(?: repeatedly| again"
        rf"| always)? (?:failed)\b",
        "",
    ),
    (
        rf"(?<![.?!] ){_DEVICE}\b(?-i:[A-Z][a-z]+)(?:, \d+,)?(?: has| had)?(?: repeatedly"
        rf"| again)? failed\b(?! battery)",
        "",
    ),
    (rf"\bfailed (?:on )?{_THERAPY}\b", ""),
)
_ES_PERSON = r"(?:paciente|persona|niñ[oa]|adulto|adulta|hombre|mujer|joven|adolescente|chic[oa]|usuari[oa])"
_ES_PEOPLE = (
    r"(?:pacientes|personas|niñ[oa]s|adultos|adultas|hombres|mujeres|jóvenes|adolescentes|usuari[oa]s|población)"
)
_ES: tuple[tuple[str, str], ...] = (
    (rf"\b{_ES_PERSON} diabétic[oa]\b", "persona con diabetes"),
    (rf"\b{_ES_PEOPLE} diabétic[oa]s?\b", "personas con diabetes"),
    (r"\b(?:los|las) diabétic[oa]s\b", "las personas con diabetes"),
    (r"\b(?:el|la) diabétic[oa]\b", "la persona con diabetes"),
    (r"\bal diabético\b", "a la persona con diabetes"),
    (r"\bun[oa]? diabétic[oa]\b", "una persona con diabetes"),
    (r"\b(?:es|era) diabétic[oa]\b", "tiene diabetes"),
    (r"\b(?:son|eran) diabétic[oa]s\b", "tienen diabetes"),
    (
        r"(?:^|(?<=[.¿¡(] )|(?<=\bmuchos )|(?<=\botros )|(?<=\bpara )|(?<=\bde )|(?<=\ben )"
        r"|(?<=\bcon ))diabétic[oa]s\b",
        "personas con diabetes",
    ),
    (
        r"\bno cumplidor(?:a|es|as)?\b|\bincumplidor(?:a|es|as)?\b|\bmal[oa]? cumplidor\w*\b|\bno adherentes?\b"
        r"|\bincumplimiento\b|\bno cumple con\b",
        "",
    ),
    (r"\b(?:sufre|padece)(?: de)?(?= (?:la )?(?:diabetes|hipo|hiper|esta|una|un|ceto))", "tiene"),
    (r"\b(?:sufren|padecen)(?: de)?(?= (?:la )?(?:diabetes|hipo|hiper|esta|una|un|ceto))", "tienen"),
    (r"\bsufr(?:e|en|ía|ió|iendo) de\b", ""),
    (r"\bmal(?: |-)?controlad[oa]s?\b|\bmal control(?: de la diabetes| glucémico| metabólico)?\b", ""),
    (r"\bha(?:n)? fracasado\b|\bfracasó\b|\bfracasaron\b|\bfalló (?:en|con) (?:su|el|la|seguir|cumplir)\b", ""),
)


def _compiled(rules: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), better) for pattern, better in rules)


_RULES = {"en": _compiled(_EN), "es": _compiled(_ES)}


def examine(content: Mapping[str, Any]) -> Iterator[Finding]:
    """In every text, but not in what somebody is quoted as saying: an item may be about just that."""
    for place, language, text in every_text(content):
        taken: list[tuple[int, int]] = []
        for pattern, better in _RULES[language]:
            for found in pattern.finditer(unquoted(text)):
                if any(begin < found.end() and found.start() < end for begin, end in taken):
                    continue
                taken.append(found.span())
                yield Finding("LANG01", place, _values(found, better))


def _values(found: re.Match[str], better: str) -> dict[str, str]:
    if found.lastindex and not better:  # "a young diabetic"
        article = "a" if found[1].lower() == "an" else found[1].lower()
        better = f"{article} {found[2]}person with diabetes"
    values = {"found": found[0], "at": str(found.start())}
    if better:
        better = better[0].upper() + better[1:] if found[0][0].isupper() else better
        values |= {"better": better, "mend": "replace"}
    return values
