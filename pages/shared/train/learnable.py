"""What trainings may learn from now, kept until a mask or a status changes."""

from core.workflow.kept_figures import masks_stamp
from core.workflow.training import preview
from core.workflow.training.preview import ApprovedSlices
from pages.shared.figures import figures


def learnable_slices() -> ApprovedSlices:
    """The approved slices of training and validation patients.

    Raises:
        Counting: while they are being counted first.
    """
    return figures(("learnable",), masks_stamp(), preview.learnable)
