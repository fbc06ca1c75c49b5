"""Files that are broken, or want to do harm."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from estampe.errors import FormatError, RefusedError, UnsupportedError
from estampe.ocr import layout, read_alto, read_mets, safe_parse
from tests.ocr.pages import alto, block, element, line, place, string
from tests.robustness import alto as sweep

PAGE = alto(*(block(line(string("mot"), string("à"))) for _ in range(20)))


def refusal(content: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        read_alto(content, name="page.xml")
    assert caught.value.document == "page.xml"
    return caught.value.cause


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE alto [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE alto [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE alto SYSTEM "http://127.0.0.1:1/alto.dtd">',
        '<!DOCTYPE alto [<!ENTITY % x SYSTEM "http://127.0.0.1:1/"> %x;]>',
    ],
)
@pytest.mark.parametrize("reader", [read_alto, read_mets, safe_parse])
def test_a_dtd_is_refused_before_it_does_anything(doctype: str, reader: object) -> None:
    content = PAGE.replace(b"?>", b"?>" + doctype.encode(), 1).replace(b"mot", b"&l11;")
    with pytest.raises(FormatError, match=r"^page\.xml: "):
        reader(content, name="page.xml")  # type: ignore[operator]


def test_a_web_page_is_called_one() -> None:
    assert "HTML" in refusal(b"<!DOCTYPE html><html><body><p>429 Too Many Requests<br></body></html>")
    assert "HTML" in refusal(b"<html><head><title>x</title></head></html>")


@pytest.mark.parametrize("content", [b"", b" ", b"\0" * 50, b"{}", b"<alto", b"<alto/>", b"<alto></alto>", b"\xff\xfe"])
def test_what_is_nothing_is_refused(content: bytes) -> None:
    assert refusal(content)


def test_a_file_that_is_cut_off_is_called_so_with_its_line() -> None:
    lines = PAGE.replace(b"<TextBlock", b"\n<TextBlock")
    assert "cut off" in refusal(lines[: len(lines) // 2])
    assert "line 5" in refusal(b"\n".join(lines.split(b"\n")[:5]))


def test_a_slip_in_the_middle_is_not_called_cut_off() -> None:
    cause = refusal(PAGE.replace(b"</TextLine>", b"</TextLin>", 1))
    assert "well-formed" in cause
    assert "cut off" not in cause


def test_files_that_are_not_there() -> None:
    assert "cannot be read" in refusal(Path("/no/such/page.xml"))  # type: ignore[arg-type]


def test_other_formats_are_named() -> None:
    with pytest.raises(UnsupportedError, match="METS"):
        read_alto(b"<mets/>", name="page.xml")
    with pytest.raises(UnsupportedError, match="ALTO"):
        read_mets(PAGE, name="page.xml")


def test_bytes_in_another_encoding_than_declared_are_read_and_told() -> None:
    page = read_alto(PAGE.decode().encode("iso-8859-1"), name="page.xml")
    assert page.blocks[0].text == "mot à"
    assert [diagnostic.code for diagnostic in page.diagnostics] == ["alto-encoding-wrong"]


def test_utf_16_is_read() -> None:
    page = read_alto(PAGE.decode().replace("UTF-8", "UTF-16").encode("utf-16"), name="page.xml")
    assert page.blocks[0].text == "mot à"


def test_a_page_that_never_ends() -> None:
    assert "longer than" in refusal(b"<alto>" + b" " * (65 * 1024 * 1024))


def test_more_words_than_a_page_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MAX_WORDS", 1000)
    assert "words" in refusal(alto(block(*(line(string("mot")) for _ in range(2000)))))
    # A line that never ends is noticed as well.
    assert "words" in refusal(alto(block(line(*(string("mot") for _ in range(2000))))))


def test_more_blocks_than_a_page_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MAX_BLOCKS", 100)
    assert "blocks" in refusal(alto(*(block() for _ in range(200))))


def test_names_and_words_of_endless_length() -> None:
    assert "characters" in refusal(alto(block(id="b" * 2_000)))
    assert "characters" in refusal(alto(block(line(string("a" * 200_000)))))
    assert refusal(alto(block(line(string("a" * 11_000_000)))))


def test_a_million_elements_within_each_other() -> None:
    """In a process of its own: what goes wrong here takes the process with it."""
    script = """
from estampe.errors import FormatError
from estampe.ocr import read_alto, read_mets
for root, name in (("alto", "ComposedBlock"), ("alto", "x"), ("mets", "div"), ("mets", "structMap")):
    for end in ("", f"</{name}>" * 10**6):
        page = '<Layout><Page>' if root == "alto" else ''
        content = f"<{root}>{page}" + f"<{name}>" * 10**6 + end
        try:
            (read_alto if root == "alto" else read_mets)(content.encode(), name="deep.xml")
        except FormatError as error:
            print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (sweep.MEMORY, sweep.MEMORY)),
    )
    assert (done.returncode, done.stderr, done.stdout.count("deep.xml: ")) == (0, "", 8)


def test_deep_divisions_of_a_mets_end_somewhere() -> None:
    divs = "<div TYPE='ARTICLE'>" * 200 + "</div>" * 200
    assert read_mets(f"<mets><structMap TYPE='LOGICAL'>{divs}</structMap></mets>".encode(), name="deep.xml").articles


def test_memory_does_not_grow_with_the_xml() -> None:
    """Forty megabytes of outlines, glyphs and spaces that a page may hold beside its words."""
    script = f"""
import resource
from estampe.ocr import read_alto
outline = '<Shape><Polygon POINTS="{"1,2 " * 10_000}"/></Shape>'
content = b"".join([{alto()[: alto().index(b"<PrintSpace")]!r}, b"<PrintSpace>"]
  + [b"<TextBlock HPOS='1' VPOS='1' WIDTH='9' HEIGHT='9'>%s</TextBlock>" % outline.encode() for n in range(1000)]
  + [b"</PrintSpace></Page></Layout></alto>"])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
page = read_alto(content, name="large.xml")
print(len(content) // 2**20, len(page.blocks), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    size, blocks, grown = map(int, done.stdout.split())
    assert (size, blocks) == (38, 1000)
    assert grown < 10


def test_a_page_leaves_no_word_for_the_collector() -> None:
    """A ring of objects would keep every page in memory until the collector comes by."""
    script = f"""
import gc
from estampe.ocr import read_alto
gc.collect(); gc.disable(); gc.set_debug(gc.DEBUG_SAVEALL)
for content in ({PAGE!r}, {alto(element("ComposedBlock", block(line(string("a"))), **place(0, 0, 9, 9)))!r}):
    read_alto(content, name="page.xml")
    try:
        read_alto(content[:-200], name="page.xml")
    except Exception:
        pass
gc.collect()
print(len(gc.garbage) < 500, [kept for kept in gc.garbage if type(kept).__name__ in ("Word", "Block", "Layout")])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "True []\n"


@pytest.mark.real_data
def test_real_files_cut_anywhere_are_read_or_refused(data: Path) -> None:
    """A sample; ``make robustness`` takes all of them."""
    paths = sorted(path for path in (data / "alto").rglob("*.xml") if path.stat().st_size < 200_000)
    for path in random.Random(1).sample(paths, 12):
        assert sweep.check(path.name, path.read_bytes()).total() == 2 * (sweep.CUTS + 1)


def test_garbage_within_a_file_is_read_or_refused() -> None:
    dice = random.Random(7)
    for _ in range(300):
        content = bytearray(PAGE)
        for _ in range(dice.randint(1, 6)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        for reader in (read_alto, read_mets):
            try:
                reader(bytes(content), name="page.xml")
            except RefusedError as error:
                assert error.cause
