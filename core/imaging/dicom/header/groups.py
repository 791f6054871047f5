"""The functional groups of an enhanced DICOM: what is said of one frame, of all, or of the file."""

from dataclasses import dataclass

import pydicom

from core.imaging.dicom.header import fields


@dataclass(frozen=True)
class Groups:
    """Where values of one frame are looked for: its own groups, then the shared ones, then the file."""

    header: pydicom.Dataset
    groups: tuple[pydicom.Dataset, ...]
    file: str

    def _holder(self, keyword: str, sequence: str) -> pydicom.Dataset:
        """Return the data set that holds the attribute; the file's where no group does."""
        for group in self.groups if sequence else ():
            for item in fields.items(group, sequence, self.file)[:1]:
                if fields.value(item, keyword, self.file) is not None:
                    return item
        return self.header

    def number(self, keyword: str, sequence: str = "") -> float | None:
        """Return one number.

        Raises:
            BadInput: when it is damaged; so do the others.
        """
        return fields.number(self._holder(keyword, sequence), keyword, self.file)

    def numbers(self, keyword: str, count: int, sequence: str = "") -> tuple[float, ...] | None:
        """Return so many numbers."""
        return fields.numbers(self._holder(keyword, sequence), keyword, self.file, count)

    def words(self, keyword: str, sequence: str = "") -> tuple[str, ...]:
        """Return coded words in capitals."""
        return fields.words(self._holder(keyword, sequence), keyword, self.file)

    def seconds(self, keyword: str, sequence: str = "") -> float | None:
        """Return a time of day in seconds; None also where it is damaged, since times only order."""
        written = fields.if_readable(fields.text, self._holder(keyword, sequence), keyword)
        return fields.seconds_of_day(written or "")

    def interval(self) -> float | None:
        """Return ms from one R wave to the next; None also where it is damaged."""
        holder = self._holder("RRIntervalTimeNominal", "CardiacSynchronizationSequence")
        return fields.if_readable(fields.number, holder, "RRIntervalTimeNominal")
