"""The 17 segments of the left ventricle, by level and direction.

Cerqueira et al., Standardized myocardial segmentation and nomenclature, Circulation 2002. At base and middle
six segments of 60 degrees begin at the anterior insertion of the right ventricle and go on along the septum.
At the apex there are four of 90, whose septal one lies behind the middle of the septum, as in the chart. The
17th, the apex itself, is not seen in short-axis slices.
"""

import math

import numpy as np

from core.metrics.location import SliceLevel

SEGMENT_NAMES = (
    "basal anterior",
    "basal anteroseptal",
    "basal inferoseptal",
    "basal inferior",
    "basal inferolateral",
    "basal anterolateral",
    "mid anterior",
    "mid anteroseptal",
    "mid inferoseptal",
    "mid inferior",
    "mid inferolateral",
    "mid anterolateral",
    "apical anterior",
    "apical septal",
    "apical inferior",
    "apical lateral",
    "apex",
)
N_SEGMENTS = len(SEGMENT_NAMES)
APEX = N_SEGMENTS  # counting from 1, as everybody does
AROUND = {  # segments from the anterior insertion on
    SliceLevel.BASAL: (2, 3, 4, 5, 6, 1),
    SliceLevel.MID: (8, 9, 10, 11, 12, 7),
    SliceLevel.APICAL: (14, 15, 16, 13),
}
SEPTUM = math.radians(120)  # as the chart has it


def segments_at(level: SliceLevel, angles: np.ndarray, anterior: float, turn: int) -> np.ndarray:
    """Return the segment of each direction, (n,) int from 1 to 16.

    Args:
        level: third of the heart.
        angles: (n,) from the LV's centre, in radians.
        anterior: direction of the anterior insertion.
        turn: +1 where angles grow from there along the septum, else -1.

    >>> quarters = np.radians([20, 110, 200, 290])
    >>> segments_at(SliceLevel.APICAL, quarters, 0.0, 1).tolist()
    [14, 15, 16, 13]
    >>> segments_at(SliceLevel.APICAL, quarters, 0.0, -1).tolist()
    [13, 16, 15, 14]
    >>> segments_at(SliceLevel.MID, quarters, 0.0, 1).tolist()
    [8, 9, 11, 12]
    """
    around = np.array(AROUND[level])
    begin = (SEPTUM - 2 * math.pi / len(around)) / 2 if level == SliceLevel.APICAL else 0.0
    share = ((turn * (angles - anterior) - begin) / (2 * math.pi)) % 1.0
    return np.asarray(around[np.minimum((share * len(around)).astype(int), len(around) - 1)])
