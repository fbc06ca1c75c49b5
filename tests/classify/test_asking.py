"""What a model fails on costs its own word on that picture."""

from __future__ import annotations

from collections.abc import Sequence

from estampe.classify import Asking
from estampe.errors import ModelError


class Model:
    """Doubles numbers, but breaks on some."""

    def __init__(self, *bad: int) -> None:
        self.bad, self.calls = bad, 0

    def __call__(self, places: Sequence[int]) -> list[int]:
        self.calls += 1
        if wrong := sorted({*places}.intersection(self.bad)):
            raise MemoryError(f"no room for {wrong[0]}")
        return [2 * place for place in places]


def test_the_others_of_its_batch_are_answered() -> None:
    model = Model(3)
    answers = Asking("genre", ("efficientnet-lite2", "genre"))(model, range(6))
    assert answers.said == {place: 2 * place for place in (0, 1, 2, 4, 5)}
    assert answers.failed == {3: "genre (efficientnet-lite2, genre): MemoryError: no room for 3"}


def test_what_never_worked_is_asked_no_more_and_what_worked_is() -> None:
    model = Model(*range(100))
    asking = Asking("objects", ("ssd",))
    assert len(asking(model, range(8)).failed) == 8
    calls = model.calls
    assert len(asking(model, range(8, 16)).failed) == 8 and model.calls == calls

    model = Model(*range(1, 50))
    asking = Asking("objects", ("ssd",))
    asking(model, range(50))
    assert asking(model, [50, 51]).said == {50: 100, 51: 102}


def test_our_own_errors_say_themselves_which_model_it_is() -> None:
    def ask(places: Sequence[int]) -> list[int]:
        raise ModelError("genre", "it is no head that training wrote", "train it again")

    assert "genre (genre): " in Asking("genre", ("genre",))(ask, [0]).failed[0]
