"""Words from outside, such as names of files and patients, shown as they are by Markdown and by Plotly."""

import re
from html import escape

# Links, pictures, code, emphasis, mathematics, HTML, entities, what begins a block, and :red[...].
ACTIVE = re.compile(r"[\\`*\[\]<>$~&|{}]|(?<![^\W_])_|_(?![^\W_])|^\s*[#+-]|^\s*\d+[.)]")
# Addresses and :icons: are looked for after escapes are gone, and so have to be broken.
LOOKED_FOR = re.compile(r":(?=[^\s\d])|@|(?<=www)(?=\.)", re.I)
JOINER = "\u2060"  # has no width, and no line breaks there


def plain(text: str) -> str:
    """The text as Markdown that shows it letter by letter, on one line.

    >>> plain("![x](y) of patient_1")
    '!\\\\[x\\\\](y) of patient_1'
    >>> plain("http://evil") == f"http:{JOINER}//evil"
    True
    """
    return LOOKED_FOR.sub(lambda found: found[0] + JOINER, ACTIVE.sub(_escaped, _one_line(text)))


def plain_in_charts(text: str) -> str:
    """The text as Plotly shows it letter by letter: it knows some HTML, and fills values into %{...}.

    >>> plain_in_charts("<b>a</b> & %{x}") == f"&lt;b&gt;a&lt;/b&gt; &amp; %{JOINER}{{x}}"
    True
    """
    return escape(_one_line(text), quote=False).replace("%{", f"%{JOINER}{{")


def _one_line(text: str) -> str:
    return " ".join(text.encode("utf-8", "replace").decode().split())


def _escaped(found: re.Match[str]) -> str:
    return f"{found[0][:-1]}\\{found[0][-1]}"
