"""`promote`: make a model the active one, if the hold-out says so or there is a reason; or roll back."""

from typing import Annotated

import typer
from rich.console import Console

MODEL = typer.Argument(help="Name or number of a model in the store; left out with --roll-back.")
REASON = typer.Option("--reason", help="Why it is right although the hold-out says no; it is kept.")
BACK = typer.Option("--roll-back", help="Go back to the model before the last promotion.")
LIST = typer.Option("--list", help="Show all models and their standing; nothing is changed.")


def promote(
    model: Annotated[str, MODEL] = "",
    reason: Annotated[str, REASON] = "",
    roll_back: Annotated[bool, BACK] = False,
    list_models: Annotated[bool, LIST] = False,
) -> None:
    """Score a candidate and the active model on the hold-out, and promote the candidate if it earned it."""
    from core.workflow.models import listing, notices
    from core.workflow.people import reader_at_the_shell
    from core.workflow.promotion import promote as promotion
    from core.workflow.promotion.gate import judge

    console = Console(stderr=True, soft_wrap=True, markup=False, highlight=False)
    if list_models:
        for line in listing.model_lines():
            typer.echo(f"{line.row.id}\t{line.row.name}\t{line.standing}")
        for notice in notices.model_notices():
            console.print(notice)
        return
    reader = reader_at_the_shell()
    if roll_back:
        console.print(f"{promotion.roll_back(reader).name} is active again.")
        return
    chosen = listing.find_model(model)
    verdict = judge(chosen.id)
    for model_id in verdict.to_score:
        from core.workflow.evaluation.score_model import score_model  # torch takes seconds to load

        console.print("Scoring on the hold-out.")
        score_model(model_id, (verdict.split,) if verdict.split else ())
    if verdict.to_score:
        verdict = judge(chosen.id)
    refused = not verdict.allowed and not reason.strip()  # then the refusal below says the reason
    for sentence in (() if refused else (verdict.reason,)) + verdict.caveats:
        console.print(sentence)
    promotion.promote(chosen.id, reader, reason)
    console.print(f"{chosen.name} is active now.")
