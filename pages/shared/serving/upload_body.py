"""The multipart body of one upload, taken apart as it arrives: its file, and what stands around the file."""

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException


class UploadBody:
    """A body of a single part, of which no more is held than was fed since `take`."""

    def __init__(self, content_type: str, max_bytes: int) -> None:
        """Nothing is fed yet.

        Args:
            content_type: the header of that name.
            max_bytes: that the file may have.
        """
        self._boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
        self._max_bytes = max_bytes
        self._headers = bytearray()
        self._in_value = False
        self._taken = bytearray()
        self._n_parts = self._n_ended = self._n_bytes = 0
        self._parser: MultipartParser | None = None

    @property
    def is_multipart(self) -> bool:
        """Whether it can be taken apart at all."""
        return bool(self._boundary)

    @property
    def n_waiting(self) -> int:
        """Number of bytes of the file that were fed and not yet taken."""
        return len(self._taken)

    def feed(self, chunk: bytes) -> None:
        """Read on.

        Raises:
            HTTPException: when it is damaged, has more than one part, or a file larger than allowed.
        """
        try:
            if self._parser is None:
                self._parser = self._new_parser()
            self._parser.write(chunk)
        except FormParserError as error:
            raise HTTPException(400, "The body of the upload is damaged") from error
        if self._n_parts > 1:
            raise HTTPException(400, f"Expected 1 file, but got {self._n_parts}")
        if self._n_bytes > self._max_bytes:
            raise HTTPException(413, "File too large")

    def take(self) -> bytes:
        """Return the bytes of the file that were fed since the last time."""
        taken, self._taken = self._taken, bytearray()
        return bytes(taken)

    def around(self, word: bytes) -> bytes:
        """Return the body, all of which was fed, with other bytes in place of the file's.

        Raises:
            HTTPException: when it broke off.
        """
        if self._n_ended != 1:
            raise HTTPException(400, "The upload broke off")
        return b"--%b\r\n%b\r\n%b\r\n--%b--\r\n" % (
            self._boundary,
            bytes(self._headers),
            word,
            self._boundary,
        )

    def _new_parser(self) -> MultipartParser:
        return MultipartParser(
            self._boundary,
            {
                "on_part_begin": self._on_part,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_part_data": self._on_data,
                "on_part_end": self._on_part_end,
            },
        )

    def _on_part(self) -> None:
        self._n_parts += 1

    def _on_part_end(self) -> None:
        self._n_ended += 1

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._headers += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._headers += (b"" if self._in_value else b": ") + data[start:end]
        self._in_value = True

    def _on_header_end(self) -> None:
        self._headers += b"\r\n"
        self._in_value = False

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        self._taken += data[start:end]
        self._n_bytes += end - start
