"""The layouts that labs share data in, a line each: how paths name the patient, the view and the phase."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """A way in which labs name files, as one pattern over the folders below what was given and the stem."""

    key: str
    pattern: re.Pattern[str]  # with a group `patient`, `case` or `pair`, and perhaps `view` and `phase`


def _layout(key: str, pattern: str) -> Layout:
    return Layout(key, re.compile(rf"(?:^|.*/){pattern}$", re.I))


# The first that fits decides. Sources: the data sets' own pages and the readers that others wrote for them.
LAYOUTS = (
    # ACDC: patient001/patient001_frame01, patient001_4d, and single pictures patient001_frame01_slice_0
    _layout("acdc", r"(?P<patient>patient\d+)_(?:(?P<phase>frame\d+)|(?P<view>4d))(?:_slice_?\d+)?"),
    # M&Ms: A0S9V9/A0S9V9_sa, _sa_ED, _sa_ES
    _layout("mms", r"(?P<patient>[a-z]\d[a-z]\d[a-z]\d)_(?P<view>sa|la)(?:_(?P<phase>ed|es))?"),
    # M&Ms-2: 001/001_SA_CINE, 001_SA_ED, 001_LA_ES
    _layout("mms2", r"(?P<patient>\d{3})_(?P<view>sa|la)_(?:cine|(?P<phase>ed|es))"),
    # UK Biobank: 1000211/sa, sa_ED, sa_ES, la_2ch
    _layout("ukbb", r"(?P<patient>\d{7})/(?:.*/)?(?P<view>sa|la_[234]ch)(?:_(?P<phase>ed|es))?"),
    # BIDS: sub-01/ses-1/anat/sub-01_ses-1_cine
    _layout("bids", r"(?P<patient>sub-[a-z0-9]+)(?:/.*)?/[^/]+"),
    _layout("bids", r"(?P<patient>sub-[a-z0-9]+)_[^/]+"),
    # the course's pictures: train/image/cmr1 (end-diastole) and cmr2 (end-systole) are one patient
    _layout("course", r"cmr(?P<pair>\d+)"),
    # nnU-Net's imagesTr/case_0000, where case may be patient001_frame01; _0001 is another picture of the case
    _layout("nnunet", r"images(?:tr|ts|val)/(?P<case>[^/]+)_\d{4}"),
    # one folder a patient: patient7/image_ED beside patient7/label_ED
    _layout("folders", r"(?P<patient>[^/]*\d[^/]*)/(?:image|img)_(?P<phase>ed|es)"),
)
