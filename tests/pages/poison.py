"""A store whose every word from outside tries what Markdown, HTML and Plotly can be made to do."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from google.protobuf.message import Message
from sqlalchemy import String, Text, text
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Node

from core.labels import Label
from core.records.masks import Origin
from core.records.runs import RunKind, RunState
from core.records.slices import Split, Status
from core.store.database import open_store
from core.store.masks import masks
from core.store.runs import runs
from core.store.slices.slices import list_slices, set_status
from core.store.tables.base import Base
from core.workflow.people import Reader
from core.workflow.promotion import promote
from core.workflow.review import others_here
from core.workflow.sweeps import sweeps
from core.workflow.sweeps.grid import SweepAxes
from tests.workflow.curves import add_run
from tests.workflow.hearts import add_heart, tiny_request
from tests.workflow.promotion.candidates import candidate, pair, perfect, score_as, without

MARK = "beacon"  # stands in every poisoned word; a beacon is what tells its owner that somebody looks
# What a text says by Septum's own choice, what is checked against a list, and what is no text at all.
OURS = {
    *(f"{table}.split" for table in ("patient", "slice")),
    *(f"{table}.kind" for table in ("run", "promotion")),
    *(
        "slice.status",
        "slice.newest_origin",
        "slice.reasons",
        "mask.origin",
        "run.state",
        "run.token",
        "draft.tab",
    ),
    *("status_change.before", "status_change.after", "status_change.reason"),
    *("setting.name", "setting.value", "series.content_sha256", "series.geometry"),
    *("series.turn", "series.base", "series.base_told", "heart_fact.fact", "slice_decision.structure"),
    *("series.phase_names", "series.files", "series.series_uids", "image_figure.look"),
    *(
        "slice.image_position_mm",
        "slice.image_orientation",
        "slice.image_sha256",
        "model.sha256",
        "model.path",
        "promotion.holdout_sha256",
    ),
    *("run.configuration", "sweep.configuration"),  # read by classes that check them
}

LISTS = ("notes",)  # of phrases, as JSON


def poison(where: str, url: str = "http://beacon.invalid") -> str:
    """Words that fetch from the URL, link to it or draw something, unless they are shown as they are."""
    return (
        f"{MARK} ![x]({url}/{where}) <img src={url}/{where}> [a]({url}) :material/house: $x$ "
        f"<a href='{url}'>b</a> `c` **d** :red[e]"
    )


def columns_of_words() -> Iterator[tuple[str, str]]:
    """Table and column of every text that may come from outside; whoever adds a column has to say."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            is_text = isinstance(column.type, String | Text)
            if (
                is_text
                and f"{table.name}.{column.name}" not in OURS
                and not table.name.startswith("incoming")
            ):
                yield table.name, column.name


def poisoned_store(home: Path, url: str = "http://beacon.invalid") -> None:
    """Something on every page, then poison in every word."""
    model = pair(home, perfect, without(Label.LEFT_VENTRICLE, 2))
    add_heart(50, Split.TRAIN, looks_like=0)  # a picture that is there twice
    store = open_store()
    promote.promote(model.id, Reader("anna"))
    promote.roll_back(Reader("berta"))
    score_as(candidate(home, "another", 9), perfect, Split.TEST, Split.VALIDATION)
    first, second, *_, last = list_slices(store)
    for row in (first, second):
        newest = masks.newest_version(store, row.id)
        for author, mask in (("anna", newest.mask), ("berta", np.flipud(newest.mask))):
            newest_id = masks.newest_version(store, row.id).id
            masks.save_version(
                store, row.id, mask, origin=Origin.READER, author=author, parent_id=newest_id, note="note"
            )
    set_status(store, second.id, Status.APPROVED)
    others_here(first.id, "berta")
    for name, height in (("one", 0.6), ("two", 0.8)):
        add_run(name, height)
    runs.enqueue(store, RunKind.PREDICTION, "{}", 3)
    run, token = runs.claim(store, RunKind.PREDICTION)
    runs.end(store, run.id, token, RunState.FAILED, "failed")
    sweeps.start_sweep(tiny_request(epochs=1), SweepAxes(seed=(0, 1)), "sweep")
    write_poison(url)


def write_poison(url: str) -> None:
    """Overwrite every word of the store."""
    with open_store().engine.connect() as connection:
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        for table, column in columns_of_words():
            bad = poison(f"{table}.{column}", url)
            patient = column == "patient" or (table, column) == ("patient", "name")
            old = f'"{table}"."{column}"'
            if (table, column) == ("model", "card"):
                continue
            if column in LISTS:
                new, bad = ":bad", json.dumps([bad])
            elif patient:  # one patient has one name in every table
                new, bad = f"{old} || ' ' || :bad", poison("patient", url)
            else:
                new = f"{old} || ' ' || :bad"
            connection.execute(text(f'UPDATE "{table}" SET "{column}" = {new}'), {"bad": bad})
        for model_id, card in connection.execute(text("SELECT id, card FROM model")).all():
            told = json.loads(card) | {
                "name": poison("card.name", url),
                "parent": poison("card.parent", url),
                "created": poison("card.created", url),
                "training": {
                    "loss": poison("card.loss", url),
                    "augmentation": poison("card.augmentation", url),
                },
            }
            values = {"card": json.dumps(told), "id": model_id}
            connection.execute(text("UPDATE model SET card = :card WHERE id = :id"), values)
        connection.commit()


# --- what a page sends to the browser

# Fields that the browser shows letter by letter, or does not show at all.
SHOWN_AS_THEY_ARE = re.compile(
    r"(^|\.)(id|key|element_id|user_key|fragment_id|url|query_string|page_script_hash|page_name|file_name)$"
    r"|arrow_data_frame|data_frame|\.data$|^json\.body|^code\.code_text|bidi_component|component_instance"
    r"|(text_input|text_area)\.(value|default|placeholder)|^selectbox\.(options|placeholder|raw_value)"
    r"|^multiselect\.(options|placeholder|raw_values|default)|plotly_chart\.(spec|config)|\.icon$|^html\.body"
)
LIVE = re.compile(
    r"(?<!\\)\[[xae]\\?\]|(?<!\\)[<`$]|(?<!\\)\*\*d|https?://|:material/house|(?<!\\)\]\(|:red",
)


def nodes(node: Node) -> Iterator[Node]:
    """A part of the page and all that is in it."""
    yield node
    if isinstance(node, Block):
        for child in node.children.values():
            yield from nodes(child)


def texts(message: Message, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a message to the browser, with the name of its field."""
    for field, value in message.ListFields():
        name = f"{path}.{field.name}".lstrip(".")
        for one in value if isinstance(value, list) or hasattr(value, "extend") else [value]:
            if isinstance(one, Message):
                yield from texts(one, name)
            elif isinstance(one, str):
                yield name, one


def live_words(app: AppTest) -> list[str]:
    """What of the poison on a page would do something; and how many poisoned texts there were."""
    found = []
    for node in nodes(app._tree):
        proto = getattr(node, "proto", None)
        if proto is None:
            continue
        kind = node.type
        for name, told in texts(proto, kind):
            if MARK in told and not SHOWN_AS_THEY_ARE.search(name):
                rest = told[told.index(MARK) :]
                if LIVE.search(rest):
                    found.append(f"{name}: {told}")
        if kind == "plotly_chart":
            found += [f"{kind}: {told}" for told in chart_texts(json.loads(proto.spec)) if CHART.search(told)]
    return found


CHART = re.compile(rf"{MARK}.*(<(?!br|/?extra)|%\{{\w+\}}.*<img)")


def chart_texts(spec: object) -> Iterator[str]:
    """Every text in a chart but names that nobody sees."""
    if isinstance(spec, str):
        yield spec
    elif isinstance(spec, dict):
        for name, value in spec.items():
            if name not in ("legendgroup", "offsetgroup"):
                yield from chart_texts(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from chart_texts(value)
