"""Which axes of an array are slices, rows, columns and colours, where its shape leaves no doubt."""

from dataclasses import dataclass

import numpy as np

from core.errors import BadInput

SMALLER = 2  # times as small as rows and columns is what is clearly a number of slices
COLOURS = (3, 4)
GREY_SHARE = 0.5  # of the pixels that are not black: so many are grey in a picture that was stored as colours
SAVE = "save it as (slices, rows, columns), or as NIfTI"
RGB_TO_GREY = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601


@dataclass(frozen=True, eq=False)
class Stack:
    """An array cut into slices, and how."""

    planes: np.ndarray  # (positions, height, width)
    slice_axis: int = 0  # of the array; -1 where it is one slice
    colours: bool = False  # whether its last axis were colours
    notes: tuple[str, ...] = ()

    def cut(self, other: np.ndarray) -> np.ndarray:
        """Return another array of the same shape cut the same way."""
        return other[None] if self.slice_axis < 0 else np.moveaxis(other, self.slice_axis, 0)


def stack_of(array: np.ndarray, file: str) -> Stack:
    """Return the array as slices: (rows, columns), (slices, rows, columns), slices last, or colours last.

    Raises:
        BadInput: when the shape may mean several things.
    """
    if array.ndim == 2:
        return Stack(array[None], slice_axis=-1)
    if array.ndim in (3, 4) and array.shape[-1] in COLOURS and _are_colours(array):
        grey = _grey(array)
        return Stack(
            grey.reshape(-1, *grey.shape[-2:]), colours=True, notes=("colours last, turned into grey",)
        )
    if array.ndim != 3:
        raise BadInput(
            f"{file} holds {array.dtype} of shape {array.shape}, expected (height, width) or "
            f"(positions, height, width); {SAVE}, each phase in a file of its own"
        )
    axis = _slice_axis(array.shape)
    if axis is None or (array.shape[-1] in COLOURS and axis == 2):
        raise BadInput(f"{file} has shape {array.shape}, which does not say which axis is the slices; {SAVE}")
    if axis == 0:
        return Stack(array)
    rows, columns, slices = array.shape
    return Stack(np.moveaxis(array, 2, 0), 2, notes=(f"read as {slices} slices of {rows} x {columns}",))


def _slice_axis(shape: tuple[int, ...]) -> int | None:
    """0 or 2; None where either may be.

    >>> [_slice_axis(shape) for shape in ((10, 96, 96), (96, 96, 10), (256, 216, 12), (200, 24, 20))]
    [0, 2, 2, 0]
    >>> [_slice_axis(shape) for shape in ((96, 10, 96), (96, 96, 60))]
    [None, None]
    """
    first, second, third = shape
    if SMALLER * third <= min(first, second) and max(first, second) <= 2 * min(first, second):
        return 2
    if first == second and third < first:
        return None
    return 0 if SMALLER * first <= min(second, third) or max(second, third) < 2 * min(second, third) else None


def _are_colours(array: np.ndarray) -> bool:
    """Whether the last axis is red, green and blue: alike in a grey picture but where something is drawn."""
    if min(array.shape[-3:-1]) <= max(COLOURS) or array.dtype.kind not in "uif":
        return False
    red, green, blue = (array[..., channel] for channel in range(3))
    lit = (red != 0) | (green != 0) | (blue != 0)
    grey = lit & (red == green) & (green == blue)
    return bool(grey.sum() > GREY_SHARE * lit.sum())


def _grey(colours: np.ndarray) -> np.ndarray:
    """Luminance, of the stored type where the picture is grey all over; transparency is ignored."""
    same = (colours[..., :3] == colours[..., :1]).all()
    return colours[..., 0] if same else colours[..., :3].astype(np.float32) @ RGB_TO_GREY
