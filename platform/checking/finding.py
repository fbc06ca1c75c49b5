"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree.

    Args:
        part: where it was looked for: ``catalogue``, ``index``, ``files``, ``publication``, ``jobs``.
        where: the document, the file, the number.
        what: what is wrong there.
        remedy: what is done about it, or what one can do.
        mended: whether that was done.
        mendable: whether it can be done without a person.

    """

    part: str
    where: str
    what: str
    remedy: str
    mended: bool = False
    mendable: bool = True

    def __str__(self) -> str:
        when = "done: " if self.mended else "with --mend: " if self.mendable else ""
        return f"{self.part}: {self.where}: {self.what} ({when}{self.remedy})"
