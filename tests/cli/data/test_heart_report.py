"""`heart-report`: one heart on one page."""

from core.store.database import open_store
from core.store.series.series import add_series
from tests.workflow.hearts.phantom_files import heart


def test_a_heart_is_written_in_the_form_of_the_ending(tmp_path, septum):
    series_id = add_series(open_store(), heart()).series_id
    output = tmp_path / "heart.pdf"
    code, text = septum("heart-report", series_id, "--output", output)
    assert code == 0, text
    assert "Wrote the report of series" in text
    assert output.read_bytes().startswith(b"%PDF-")
    code, text = septum("heart-report", 99, "--output", output)
    assert code == 1
    assert "there is no series 99" in text
