"""Pictures with words in their place, for whoever cannot see them: Streamlit's own have none."""

from base64 import b64encode
from html import escape

from streamlit.delta_generator import DeltaGenerator


def picture(place: DeltaGenerator, png: bytes, caption: str, shows: str, width: int | None = None) -> None:
    """Draw a PNG with its caption below.

    Args:
        place: a column or container.
        png: the file.
        caption: what is read below it.
        shows: what is read out in its place.
        width: in pixels; as wide as the place if not given.
    """
    place.html(figure_of(png, caption, shows, width))


def figure_of(png: bytes, caption: str, shows: str, width: int | None = None) -> str:
    """Return the picture in HTML, names from outside escaped.

    >>> figure_of(b"", "Model", 'of "x<y"').partition("alt=")[2]
    '"of &quot;x&lt;y&quot;"><figcaption>Model</figcaption></figure>'
    """
    style = f' style="max-width: {width}px"' if width else ""
    return (
        f'<figure class="septum-picture"{style}><img src="data:image/png;base64,{b64encode(png).decode()}" '
        f'alt="{escape(shows)}"><figcaption>{escape(caption)}</figcaption></figure>'
    )
