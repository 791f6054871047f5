"""What the free fields of a checkpoint's configuration may hold: what we write, and anything small beside."""

from collections.abc import Mapping

MAX_DEPTH = 8  # lists and objects within one another; ours go 2 deep
MAX_WHOLE_NUMBER = 2**63  # of a whole number; no database and no browser takes more
MAX_SHOWN = 60  # letters of a value in a message

NUMBER = (int, float)
TEXTS = {  # where ours have a text
    "training": ("loss", "augmentation", "preset", "architecture"),
    "data": ("sha256", "store"),
}
LISTS = {  # of texts; names are in files of older versions alone
    "data": ("patient_marks", "training_slices", "validation_slices", "training_patients")
}


def check_free_fields(values: Mapping[str, object]) -> None:
    """Raise ValueError where a free field holds what no Septum writes there; what is not known is let pass.

    Args:
        values: of the configuration, with `training`, `data` and `scores` where it has them.
    """
    training, data, scores = (object_in(values, name) for name in ("training", "data", "scores"))
    for name, group in (("training", training), ("data", data), ("scores", scores)):
        check_size(name, group)
        for key in TEXTS.get(name, ()):
            require(f"{name}.{key}", group.get(key, ""), str, "a text")
        for key in LISTS.get(name, ()):
            texts = group.get(key, [])
            require(f"{name}.{key}", texts, (list, tuple), "a list of texts")
            for text in texts:  # type: ignore[attr-defined]
                require(f"{name}.{key}", text, str, "a list of texts")
    if not isinstance(training.get("final", False), bool):
        raise ValueError(f"training.final must be true or false, got {shown(training['final'])}")
    check_dice(scores.get("validation_dice") or {})


def object_in(values: Mapping[str, object], name: str) -> dict[str, object]:
    """The object under the name, an empty one where there is none; ValueError where it is something else."""
    group = values.get(name, {})
    if not isinstance(group, dict):
        raise ValueError(f"{name} must be an object, got {shown(group)}")
    return group


def check_dice(dice: object) -> None:
    """Raise ValueError unless it is numbers by label; a score that does not exist is null."""
    if not isinstance(dice, Mapping):
        raise ValueError(f"scores.validation_dice must be an object of numbers, got {shown(dice)}")
    for score in dice.values():
        if score is not None and not is_number(score):
            raise ValueError(f"scores.validation_dice must be an object of numbers, got {shown(score)} in it")


def check_size(name: str, value: object, depth: int = 0) -> None:
    """Raise ValueError for values too deep within one another, and for numbers too large."""
    if depth > MAX_DEPTH:
        raise ValueError(f"{name} has more than {MAX_DEPTH} lists or objects within one another")
    if isinstance(value, int) and abs(value) >= MAX_WHOLE_NUMBER:
        raise ValueError(f"{name} holds a number beyond 64 bits")
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            check_size(name, item, depth + 1)


def require(name: str, value: object, kind: type | tuple[type, ...], expected: str) -> None:
    """Raise ValueError unless the value is of the kind."""
    if not isinstance(value, kind):
        raise ValueError(f"{name} must be {expected}, got {shown(value)}")


def number(name: str, value: object) -> float:
    """Return the value as a float where it is a finite-sized number; true and false are none.

    Raises:
        ValueError: when it is not.
    """
    if not is_number(value):
        raise ValueError(f"{name} must be a number, got {shown(value)}")
    try:
        return float(value)  # type: ignore[arg-type]
    except OverflowError as error:
        raise ValueError(f"{name} must be a number, got one of {len(str(value))} digits") from error


def is_number(value: object) -> bool:
    """Whether it is a whole or floating-point number, and no truth value."""
    return isinstance(value, NUMBER) and not isinstance(value, bool)


def shown(value: object) -> str:
    """A value as a message shows it, on one short line.

    >>> shown("x" * 100)[-5:]
    'xxxx…'
    """
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
