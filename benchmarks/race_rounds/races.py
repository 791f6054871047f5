"""The races: what is there before, and what must hold afterwards, whoever was first."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from benchmarks.race_rounds.racer import FIRST_ACTIVE, SAVES
from core.records.runs import RunKind
from core.store.connection.migrating import newest_form
from core.store.database import Store
from core.store.masks import masks
from core.store.models import models
from core.store.runs import runs
from core.store.series.patients import draw_split, split_seed
from core.store.series.series import add_series, list_series
from core.store.tables.base import SettingTable
from core.store.tables.models import ModelTable, PromotionTable
from core.store.trail import Action, events
from tests.store.small import small_series


@dataclass(frozen=True)
class Race:
    """One kind of race."""

    act: str  # of benchmarks.race_rounds.racer
    before: Callable[[Store, int], None]  # the store, and how many will race
    wrong: Callable[[Store, Sequence], list[str]]  # the store, and what each did


def nothing(store: Store, n_racers: int) -> None:
    """The store is empty."""


def wrong_tables(store: Store, did: Sequence) -> list[str]:
    """All found the newest form."""
    return [] if set(did) == {newest_form()} else [f"forms {did}"]


def queue(store: Store, n_racers: int) -> None:
    """As many runs of one kind wait as there are workers."""
    for _ in range(n_racers):
        runs.enqueue(store, RunKind.PREDICTION, {})


def wrong_claims(store: Store, did: Sequence) -> list[str]:
    """One run of a kind is at work, and one worker has it."""
    at_work = [row.id for row in runs.list_runs(store) if row.state == "running"]
    claimed = [run_id for run_id in did if run_id is not None]
    return [] if at_work == claimed == [1] else [f"{claimed} were claimed, {at_work} are at work"]


def candidates(store: Store, n_racers: int) -> None:
    """One model is active, and there is one more for each."""
    for number in range(n_racers + 1):
        row = models.register_model(store, name="unet", sha256=str(number), path=str(number), card="{}")
        models.activate_first(store, row.id)


def wrong_promotions(store: Store, did: Sequence) -> list[str]:
    """One was accepted, and is the active one."""
    winner = FIRST_ACTIVE + 1 + list(did).index(True) if True in did else None
    with store.reading() as session:
        promoted = list(session.scalars(select(PromotionTable.model_id)))
    held = sum(did) == 1 and promoted == [winner] and active(store) == [winner]
    return [] if held else [f"accepted {did}, promotions of {promoted}, active {active(store)}"]


def wrong_first(store: Store, did: Sequence) -> list[str]:
    """One became the first, and everybody was told of it."""
    return [] if len(set(did)) == 1 and active(store) == [did[0]] else [f"told {did}, active {active(store)}"]


def wrong_registry(store: Store, did: Sequence) -> list[str]:
    """The model is there once, and came in once."""
    came = [event for event in events(store) if event.action == Action.MODEL_ADDED]
    held = len(set(did)) == 1 and len(models.list_models(store)) == len(came) == 1
    return [] if held else [f"ids {did}, {len(came)} came in"]


def wrong_first_imports(store: Store, did: Sequence) -> list[str]:
    """Every series of the new patient is there, on one side of the split."""
    rows = list_series(store)
    held = set(did) == {"new"} and len(rows) == len(did) and len({row.split for row in rows}) == 1
    return [] if held else [f"{did}, and {len(rows)} series are there"]


def wrong_same_imports(store: Store, did: Sequence) -> list[str]:
    """The series is there once, and one of them brought it."""
    held = Counter(did) == {"new": 1, "unchanged": len(did) - 1} and len(list_series(store)) == 1
    return [] if held else [f"{did}, and {len(list_series(store))} series are there"]


def wrong_splits(store: Store, did: Sequence) -> list[str]:
    """All patients were drawn by the seed that the store keeps."""
    with store.unit_of_work() as session:
        seed = split_seed(session)
        n_seeds = session.scalar(select(func.count()).select_from(SettingTable))
    drawn = [draw_split(f"patient {number}", seed).value for number in range(len(did))]
    return [] if list(did) == drawn else [f"{did} where the seed draws {drawn}; {n_seeds} settings"]


def one_slice(store: Store, n_racers: int) -> None:
    """There is a slice to save on."""
    add_series(store, small_series())


def wrong_saves(store: Store, did: Sequence) -> list[str]:
    """All that was acknowledged is there, and each version was made on the one before."""
    saved = sorted(number for numbers in did for number in numbers)
    rows = sorted(masks.versions(store, 1), key=lambda version: version.id)
    parents = [row.parent_id for row in rows]
    held = saved == [row.id for row in rows] and len(saved) == SAVES * len(did)
    held = held and parents == [None, *saved[:-1]]
    return [] if held else [f"acknowledged {saved}, on {parents}"]


def active(store: Store) -> list[int]:
    """The models that are active."""
    with store.reading() as session:
        return list(session.scalars(select(ModelTable.id).where(ModelTable.active)))


RACES = {
    "migrate": Race("open_empty", nothing, wrong_tables),
    "claim": Race("claim", queue, wrong_claims),
    "promote": Race("promote", candidates, wrong_promotions),
    "first model": Race("first_model", nothing, wrong_first),
    "register": Race("register", nothing, wrong_registry),
    "first import": Race("first_import", nothing, wrong_first_imports),
    "same import": Race("same_import", nothing, wrong_same_imports),
    "split seed": Race("new_patients", nothing, wrong_splits),
    "save": Race("save", one_slice, wrong_saves),
}
