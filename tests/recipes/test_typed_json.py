"""Recipes as JSON come back as they were, older ones too, and what does not fit is told in a sentence."""

import json
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from core.errors import BadInput
from core.recipes.training import PRESETS, RECOMMENDED, TrainConfig, parse_choices
from core.recipes.typed_json import from_plain, to_plain
from core.workflow.sweeps.grid import SweepAxes
from core.workflow.training.request import TrainingRequest

TRAIN_CONFIG = TypeAdapter(TrainConfig)


@pytest.mark.parametrize("preset", list(PRESETS))
def test_a_recipe_comes_back_as_it_was(preset):
    values = json.loads(json.dumps(to_plain(TRAIN_CONFIG, PRESETS[preset])))
    assert from_plain(TRAIN_CONFIG, values) == PRESETS[preset]
    assert values["loss"] == PRESETS[preset].loss.value
    assert values["widths"] == list(PRESETS[preset].widths)


def test_a_field_that_an_older_version_did_not_write_has_its_default():
    values = TrainingRequest(RECOMMENDED, 3).to_json()
    del values["config"]["validate_every"], values["slices"]
    read = TrainingRequest.from_json(json.dumps(values))
    assert read == TrainingRequest(replace(RECOMMENDED, validate_every=1), 3)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"optimizer": "lion"}, "config has what this Septum does not know: ['optimizer']"),
        ({"learning_rate": "1e-3"}, "config.learning_rate must be a number, got '1e-3'"),
        ({"loss": "hinge"}, "config.loss must be 'ce', "),
        ({"final": 1}, "config.final must be true or false, got 1"),
        ({"widths": [3, "4"]}, "config.widths.1 must be a whole number, got '4'"),
        ({"epochs": 0}, "epochs must be above 0, got 0"),
    ],
    ids=str,
)
def test_what_another_version_asked_for_is_refused_by_what_is_strange(change, told):
    values = TrainingRequest(RECOMMENDED).to_json()
    values["config"] |= change
    with pytest.raises(BadInput, match="by another version of Septum") as error:
        TrainingRequest.from_json(json.dumps(values))
    assert told in str(error.value)


def test_a_sweep_of_another_version_is_refused():
    values = SweepAxes(seed=(0, 1)).to_json() | {"dropout": [0.1]}
    with pytest.raises(BadInput, match="does not know: \\['dropout'\\]"):
        SweepAxes.from_json(json.dumps(values))


def test_choices_as_text_are_those_of_the_recipe():
    texts = ["weight-decay=1e-5", "loss=focal", "widths=8-16", "cosine=true", "validate_every = 2"]
    config = RECOMMENDED.with_choices(parse_choices(texts))
    assert (config.weight_decay, config.loss, config.widths) == (1e-5, "focal", (8, 16))
    assert (config.cosine, config.validate_every) == (True, 2)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("weight_decay", "expected name=value with a name among architecture, "),
        ("dropout=0.5", "with a name among architecture, .*, got 'dropout=0.5'"),
        ("preset=report", "expected name=value"),
        ("weight_decay=much", "weight_decay must be a number, got 'much'"),
        ("epochs=2.5", "epochs must be a whole number, got '2.5'"),
        ("cosine=perhaps", "cosine must be true or false, got 'perhaps'"),
        ("loss=hinge", "loss must be 'ce', .*, got 'hinge'"),
        ("widths=8-x", "widths.1 must be a whole number, got 'x'"),
    ],
)
def test_a_choice_that_cannot_be_is_told_in_a_sentence(text, told):
    with pytest.raises(ValueError, match=told):
        parse_choices([text])


def test_another_architecture_brings_its_own_widths_unless_some_are_given():
    assert RECOMMENDED.with_choices({"architecture": "deeplabv3"}).widths == (64, 128, 256, 512)
    assert RECOMMENDED.with_choices({"architecture": "unet3plus", "widths": (4, 8)}).widths == (4, 8)
    assert RECOMMENDED.with_choices({"architecture": "unet"}) == RECOMMENDED
    with pytest.raises(ValueError, match="architecture must be one of"):
        RECOMMENDED.with_choices({"architecture": "resnet"})
