"""`demo`: synthetic beating hearts into the store, to try everything on; and out of it again."""

from typing import Annotated

import typer
from rich.console import Console

from core.cli.progress import Reporter
from core.errors import BadInput

IF_EMPTY = typer.Option("--if-empty", help="Do nothing where the store has slices.")
PREDICT = typer.Option("--predict/--no-predict", help="Let a worker predict them behind your back.")
COUNT = typer.Option("--count/--apart", help="Let trainings and hold-outs count them as patients, or not.")
REMOVE = typer.Option("--remove", help="Delete them with all that was drawn on them.")


def demo(
    if_empty: Annotated[bool, IF_EMPTY] = False,
    predict: Annotated[bool, PREDICT] = True,
    count: Annotated[bool | None, COUNT] = None,
    remove: Annotated[bool, REMOVE] = False,
) -> None:
    """Load synthetic beating hearts, some with reference masks and some to be predicted.

    No training learns from them and no model is judged by them, unless --count says so.
    """
    from core.workflow.data.demo import count_demo, load_demo, remove_demo
    from core.workflow.people import reader_at_the_shell
    from core.workflow.prediction.plan import predict_demo

    person = reader_at_the_shell().name
    console = Console(stderr=True, soft_wrap=True)
    if remove:
        if if_empty or count is not None:
            raise BadInput("--remove goes alone; leave the other options out")
        console.print(f"Deleted {remove_demo(person).sentence}.", markup=False, highlight=False)
        return
    with Reporter("Loading the demo") as reporter:
        for result in load_demo(if_empty):
            reporter.report(result)
    if reporter.summary() and predict and predict_demo(person):
        console.print("A worker predicts them now; Home shows how far it is.", highlight=False)
    if count is not None:
        count_demo(count, person)
