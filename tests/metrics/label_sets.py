"""Small made-up label sets: a rule of anatomy has to find its roles in any of them."""

from core.labels import Label, LabelSet, Role, Structure

BACKGROUND = Structure(Label(0), "background", "Background", "Background", "#7f7f7f", Role.BACKGROUND)

# A vessel: a wall around one cavity, numbered otherwise than in the heart.
WALL, LUMEN = Label(1), Label(2)
VESSEL = LabelSet(
    "vessel",
    (
        BACKGROUND,
        Structure(WALL, "vessel_wall", "Vessel wall", "Wall", "#009e73", Role.WALL),
        Structure(LUMEN, "lumen", "Lumen", "Lumen", "#d55e00", Role.CAVITY, wall=WALL),
    ),
)

# Muscle alone, as where only a scar and the muscle around it are drawn.
MUSCLE = LabelSet(
    "muscle", (BACKGROUND, Structure(Label(1), "muscle", "Muscle", "Mus", "#009e73", Role.WALL))
)

# Two cavities that no wall encloses, as the atria.
LEFT, RIGHT = Label(1), Label(2)
ATRIA = LabelSet(
    "atria",
    (
        BACKGROUND,
        Structure(LEFT, "left_atrium", "Left atrium", "LA", "#d55e00", Role.CAVITY),
        Structure(RIGHT, "right_atrium", "Right atrium", "RA", "#56b4e9", Role.CAVITY),
    ),
)
