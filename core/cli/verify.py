"""`verify`: whether every image that the store names is there and whole."""

import typer
from rich.console import Console


def verify() -> None:
    """Read every stored image and compare it with its hash. Exit code 1 if any is missing or damaged."""
    from core.workflow.verification import verify as check

    n_slices, damaged = check()
    console = Console(stderr=True, soft_wrap=True)
    if not damaged:
        console.print(f"{n_slices} slices, every image whole.", highlight=False)
        return
    for digest in damaged:
        console.print(f"The image {digest} is missing or damaged.", style="red", highlight=False)
    console.print("Restore them from a backup, or import their series again.", highlight=False)
    raise typer.Exit(1)
