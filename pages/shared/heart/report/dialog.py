"""The dialog that makes the report of the open heart."""

import streamlit as st

from core.records.exports import MaskChoice, Selection
from pages.shared.clicks import button
from pages.shared.exporting import MEANS
from pages.shared.frame import errors_shown
from pages.shared.heart.mask_choice import choose_masks
from pages.shared.reader import current_reader
from pages.shared.review.desk import Desk

KINDS = {
    ".pdf": ("PDF", "application/pdf", ":material/picture_as_pdf:"),
    ".html": ("HTML", "text/html", ":material/html:"),
}
MADE = "report made"  # the key of the reports of one choice


def report_button(desk: Desk) -> None:
    """Draw the way to the report."""
    if button(
        "Report",
        icon=":material/summarize:",
        key="report",
        help="This heart on one page, to be printed or filed",
    ):
        st.session_state.pop(MADE, None)
        report_dialog(desk)


@st.dialog("Report", icon=":material/summarize:")
def report_dialog(desk: Desk) -> None:
    """Ask whose masks count, make the report, and offer both forms of it."""
    series = desk.opened.series
    with errors_shown():
        masks = choose_masks("report masks")
        st.caption(f"{MEANS[masks]} Strokes that are not saved do not count in a report.")
        st.caption("The page names the patient as Septum does; the names of the files hold no name.")
        if button("Make the report", icon=":material/summarize:", key="make report", type="primary"):
            with st.spinner("Making the report"):
                st.session_state[MADE] = (series.id, masks, made_report(series.id, masks))
        made_for, made_of, files = st.session_state.get(MADE, (None, None, {}))
        if (made_for, made_of) == (series.id, masks):
            with st.container(horizontal=True):
                for ending, (name, data) in files.items():
                    title, mime, icon = KINDS[ending]
                    st.download_button(
                        f"Download {title}",
                        data,
                        name,
                        mime,
                        icon=icon,
                        key=f"download{ending}",
                        on_click="ignore",
                    )


def made_report(series_id: int, masks: MaskChoice) -> dict[str, tuple[str, bytes]]:
    """Return the report in each form, by its ending, with the name of its file."""
    from core.workflow.hearts.report.content import heart_report  # what draws it takes a moment to load
    from core.workflow.hearts.report.files import FORMS, report_name

    report = heart_report(series_id, Selection(masks), reader=current_reader())
    return {ending: (report_name(series_id, ending), form(report)) for ending, form in FORMS.items()}
