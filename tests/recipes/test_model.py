"""What a checkpoint says of its labels and of how it predicts, in files of this version and of older ones."""

import json
from dataclasses import replace

import pytest

from core.labels import HEART
from core.recipes.checkpoint_header import read_config
from core.recipes.model import INPUT_PLANES, LABEL_KEYS, LABEL_NAMES, ModelConfig, Task
from core.settings import ROOT

NEW_FIELDS = ("tta_flips", "label_set", "task", "planes")


def as_an_older_version_wrote(config: ModelConfig) -> str:
    values = json.loads(config.to_json()) | {"labels": LABEL_NAMES}
    return json.dumps({name: value for name, value in values.items() if name not in NEW_FIELDS})


def test_labels_are_written_by_their_keys_with_the_sets_id():
    values = json.loads(ModelConfig().to_json())
    assert values["labels"] == ["background", "right_ventricle", "myocardium", "left_ventricle"]
    assert values["label_set"] == HEART.id


@pytest.mark.parametrize(("augmentation", "flips"), [("recommended", 2), ("report", 1), (None, 1)])
def test_a_file_of_an_older_version_is_read_and_predicts_as_it_did(augmentation, flips):
    config = ModelConfig(training={} if augmentation is None else {"augmentation": augmentation})
    read = ModelConfig.from_json(as_an_older_version_wrote(config))
    assert (read, read.usual_tta_flips, read.label_set) == (config, flips, HEART.id)


def test_what_a_file_says_of_its_flips_counts_more_than_its_recipe():
    config = ModelConfig(tta_flips=4, training={"augmentation": "report"})
    assert ModelConfig.from_json(config.to_json()).usual_tta_flips == 4


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"tta_flips": 3}, "tta_flips must be 1, 2 or 4, got 3"),
        ({"tta_flips": True}, "tta_flips must be a whole number, got True"),
        ({"tta_flips": "2"}, "tta_flips must be a whole number, got '2'"),
        ({"planes": 2}, "a network for segmentation is fed 1 planes, got 2"),
        ({"planes": True}, "a network for segmentation is fed 1 planes, got True"),
        (
            {"task": "correction"},
            f"a network for correction is fed {INPUT_PLANES[Task.CORRECTION]} planes, got 1",
        ),
        ({"task": "registration"}, "task must be"),
        ({"label_set": "atria"}, f"its label set is 'atria' instead of '{HEART.id}'"),
        ({"label_set": 5}, "label_set must be a text, got 5"),
        ({"labels": LABEL_KEYS[::-1]}, "its labels are"),
    ],
    ids=str,
)
def test_another_label_set_and_odd_flips_are_refused(values, told):
    with pytest.raises(ValueError, match="instead of|must be|is fed") as error:
        ModelConfig.from_json(json.dumps(json.loads(ModelConfig().to_json()) | values))
    assert told in str(error.value)


@pytest.mark.parametrize(("name", "flips"), [("unet-cine", 2), ("unet-report", 1)])
def test_the_shipped_models_are_of_an_older_version_and_are_read(name, flips):
    config = read_config(ROOT / "checkpoints" / f"{name}.safetensors")
    assert (config.tta_flips, config.usual_tta_flips, config.name) == (None, flips, name)


def test_halves_of_characters_come_back_as_question_marks():
    config = replace(ModelConfig(), name="a\ud800b")
    assert ModelConfig.from_json(config.to_json()).name == "a?b"
