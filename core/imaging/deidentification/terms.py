"""The words of a DICOM header that name no person: views, sequences, phases, makers of scanners."""

import re

SEXES = {"M", "F", "O"}
MAKERS = {
    "siemens": "Siemens",
    "ge medical": "GE",
    "ge healthcare": "GE",
    "gems": "GE",
    "general electric": "GE",
    "philips": "Philips",
    "canon": "Canon",
    "toshiba": "Toshiba",
    "united imaging": "United Imaging",
    "uih": "United Imaging",
    "hitachi": "Hitachi",
    "fujifilm": "Fujifilm",
    "esaote": "Esaote",
    "neusoft": "Neusoft",
    "paramed": "Paramed",
    "bruker": "Bruker",
    "mr solutions": "MR Solutions",
}
# Views, sequences and phases as scanners name them. Words that are surnames, too, stand only in company.
TERMS = re.compile(
    r"""(?<![A-Za-z0-9])(?:
    (?:short|long|horizontal\ long|vertical\ long)[ _-]*axis | s?sax | lax | sa | la | hla | vla
    | [234][ _-]*(?:ch|cv|chamber)s? | [lr]vot | lv | rv | aorta | aortic | valve
    | cine | ssfp | bssfp | trufi | truefisp | fiesta | b-?ffe | b-?tfe | tfi | tfe | ffe | fisp | flash | gre
    | spgr | fgre | haste | tse | fse | epi
    | retro | rt | realtime | bh | breath[ _-]*hold | free[ _-]*breathing | ecg | gated | trigger(?:ed)?
    | stack | basal | mid | apical | apex | ed | es | end[ _-]*(?:diastole|systole)
    | localizer | localiser | loc | scout | survey | axial | coronal | sagittal | transversal | tra | cor
    | sag | perfusion | stress | rest | tagging | phase[ _-]*contrast | pc | velocity | flow | venc
    | magnitude | mag
    | t[12]\*? | map | maps | mapping | molli | shmolli | sasha | native | (?:pre|post)[ _-]*contrast
    | lge | psir | late[ _-]*(?:gadolinium|enhancement) | (?:black|dark|bright)[ _-]*blood | stir
    | grappa | sense | asset | compressed[ _-]*sensing | moco | cardiac | heart | cmr | mri?
    | [23]d
    )(?![A-Za-z0-9])""",
    re.IGNORECASE | re.VERBOSE,
)


def clean_description(text: str) -> str:
    """Return the words of a series' description that name views, sequences and phases, in their order.

    >>> clean_description("SAX cine SMITH_2ch 1970")
    'SAX cine 2ch'
    """
    words = [match.group() for match in TERMS.finditer(text.replace("_", " "))]
    return " ".join(word for word in words if not (len(word) == 2 and word.istitle()))  # Ed, Mr, La: a name's


def maker(text: str) -> str:
    """Return the maker of a scanner under one name, empty for unknown ones.

    >>> maker("GE MEDICAL SYSTEMS"), maker("Siemens Healthineers"), maker("Dr. Smith")
    ('GE', 'Siemens', '')
    """
    return next((name for word, name in MAKERS.items() if word in text.lower()), "")
