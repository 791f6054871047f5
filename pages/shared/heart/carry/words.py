"""The words of what carrying leaves alone, and of what it does."""

from core.text import plural
from core.workflow.hearts.carry import CarryPlan, LeftAlone

WHY = {
    LeftAlone.DRAWN: "somebody drew, approved or rejected them",
    LeftAlone.TWO_MASKS: "somebody saved another mask after your strokes began, so choose there first",
    LeftAlone.TOO_FAR: "nothing is corrected in their place of the stack, nor near them in their phase",
    LeftAlone.OTHER_SIZE: "their pictures have other pixels than the corrected ones",
}


def plan_words(plan: CarryPlan) -> str:
    """Return what would be done, in Markdown."""
    n = len(plan.targets)
    if not n:
        return "**No slice would get a mask.**"
    gets = "would get its mask" if n == 1 else "would get their masks"
    return f"**{plural(n, 'slice')}** {gets} from {plural(len(plan.sources), 'corrected slice')}."


def left_words(plan: CarryPlan) -> list[str]:
    """Return what is left alone and why, a sentence for each reason."""
    sentences = []
    for reason, words in WHY.items():
        n = sum(one is reason for one in plan.left_alone.values())
        if n:
            sentences.append(f"Left alone: {plural(n, 'slice')}, since {words}.")
    if plan.n_unpredicted:
        some = plural(plan.n_unpredicted, "slice")
        sentences.append(
            f"No network has predicted {some} of these; there the masks follow the pictures alone, and "
            "less is known of where they are unsure. Predict them first for more."
        )
    return sentences
