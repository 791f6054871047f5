"""What lies in a folder is known before anything is decoded."""

from core.imaging.listing import list_images, repeated_names
from core.limits import Limits


def test_images_are_listed_without_masks_and_tables_and_without_opening_them(tmp_path):
    for name in ("a/one.png", "a/one_mask.png", "a/table.csv", "b/ONE.png", "b/two.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"not decoded")
    (tmp_path / "b" / "empty.png").touch()
    images = list_images([tmp_path], Limits())
    assert [str(image.name.relative_to(tmp_path.name)) for image in images] == [
        "a/one.png",
        "b/ONE.png",
        "b/two.png",
    ]
    assert repeated_names(images) == {"one"}
