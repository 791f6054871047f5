"""Label sets that Septum does not ship, for rules of anatomy that ask for roles."""

from core.labels import Label, LabelSet, Role, Structure


def structure(number: int, role: Role, wall: int | None = None) -> Structure:
    name = f"{role} {number}"
    return Structure(Label(number), name, name, name, "#000000", role, None if wall is None else Label(wall))


# As UK Biobank numbers the heart: the cavity inside the wall is 1.
TURNED_ROUND = LabelSet(
    "turned-round",
    (
        structure(0, Role.BACKGROUND),
        structure(1, Role.CAVITY, wall=2),
        structure(2, Role.WALL),
        structure(3, Role.CAVITY),
    ),
)
NO_WALL = LabelSet(
    "no-wall", (structure(0, Role.BACKGROUND), structure(1, Role.CAVITY), structure(2, Role.CAVITY))
)
