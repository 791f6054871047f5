"""A network as an ONNX file, for programs without torch; the file says itself what it wants to be fed."""

import io
import json
import warnings

import onnx
import torch
from torch import nn

from core.labels import NAMES, Label
from core.recipes.model import ModelConfig

OPSET = 17  # of 2022: every runtime reads it, and nothing newer is needed
INPUT, OUTPUT = "image", "logits"
NOTICE = "For research; no medical device."


def to_onnx(network: nn.Module, config: ModelConfig) -> bytes:
    """Return an ONNX file (bytes) that computes the logits, with what it expects in its metadata.

    Slices, height and width are free, height and width in multiples of the network's stride.
    """
    # Unlike sides and more than one slice, so that no size of the example can be taken for a constant.
    example = torch.zeros(2, config.planes, 4 * config.stride, 6 * config.stride)
    axes = {0: "slices", 2: "height", 3: "width"}
    file = io.BytesIO()
    with warnings.catch_warnings():
        # The exporter that needs onnxscript is newer; this one traces, and says so at every check of a size.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval().cpu(),
            (example,),
            file,  # type: ignore[arg-type]  # it takes files as well, as its documentation says
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={INPUT: axes, OUTPUT: axes},
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load_from_string(file.getvalue())
    model.producer_name = "Septum"
    model.doc_string = f"{config.name}: short-axis cardiac MR segmentation. {NOTICE}"
    onnx.helper.set_model_props(model, expectations(config))
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


def expectations(config: ModelConfig) -> dict[str, str]:
    """Return the file's metadata: how to prepare its input, how to read its output, and the configuration."""
    rule = config.intensity
    return {
        "name": config.name,
        "input": f"{INPUT}: float32 (slices, {config.planes}, height, width)",
        "multiple": f"{config.stride}",
        "padding": f"on the right and below with the slice's minimum, to multiples of {config.stride}; cut "
        "it off again",
        "spacing_mm": f"{config.spacing_mm:g}",
        "resampling": f"bilinear, to {config.spacing_mm:g} x {config.spacing_mm:g} mm a pixel, before the "
        "intensities are normalised",
        "intensity": f"each slice by itself: clip to its percentiles {rule.low_percentile:g} and "
        f"{rule.high_percentile:g}, subtract the mean, divide by the standard deviation",
        "output": f"{OUTPUT}: float32 (slices, {len(Label)}, height, width); softmax over axis 1 gives "
        "probabilities, the largest one the label",
        "tta_flips": f"{config.usual_tta_flips}",
        "averaging": f"mean of the probabilities over the first {config.usual_tta_flips} of: the slice as it "
        "is, flipped along both axes, along the first axis, along the second axis, each flipped back",
        "label_set": config.label_set,
        "labels": json.dumps({str(int(label)): NAMES[label] for label in Label}),
        "notice": NOTICE,
        "septum": config.to_json(),
    }
