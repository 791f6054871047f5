"""How many slices a store has scores on that still count."""

from core.records.slices import Split
from core.store.database import Store
from core.store.models.models import list_models
from core.store.slices.scores import load_scores


def count_scores(store: Store) -> dict[tuple[int, Split], int]:
    """Return the number of scored slices by model and split, without those of an outdated truth."""
    keys = [(model.id, split) for model in list_models(store) for split in Split]
    counts = {key: len(load_scores(store, *key).slice_ids) for key in keys}
    return {key: n for key, n in counts.items() if n}
