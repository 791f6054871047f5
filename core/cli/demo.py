"""`demo`: synthetic beating hearts into the store, to try everything on."""

from typing import Annotated

import typer

from core.cli.telling import Teller


def demo(
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing where the store has slices.")
    ] = False,
) -> None:
    """Load synthetic beating hearts, some with reference masks and some still to be predicted."""
    from core.workflow.demo import load_demo

    with Teller("Loading the demo") as teller:
        for result in load_demo(if_empty):
            teller.tell(result)
