"""No line of the log tells who somebody is, whichever way it gets there."""

import io
import json
import logging
import logging.config

import pytest
import structlog

from songhe.kernel.logs import configuration, masked

NUMBER = "310107194003051234"


@pytest.fixture
def lines():
    """What the whole chain writes, as parsed lines."""
    out = io.StringIO()
    config = configuration("INFO", "json")
    config["handlers"]["stderr"]["stream"] = out
    before = logging.getLogger().handlers[:], logging.getLogger().level
    logging.config.dictConfig(config)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.getLogger().handlers, logging.getLogger().level = before
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.mark.parametrize("text", [
    f"person {NUMBER} not found", f"({NUMBER[:-1]}X)", f"id={NUMBER},x", "call 13812345678", "电话13812345678。",
    "021-62345678", "02162345678",
])
def test_numbers_are_masked_inside_a_text(text):
    assert masked(text) != text
    assert NUMBER[6:14] not in masked(text)
    assert "1234567" not in masked(text)
    assert "6234" not in masked(text)


@pytest.mark.parametrize("text", [
    "settled 1381234567890 fen", "batch 2026-11-21", "019ab3c1-1381-7123-8123-113812345678", "code 310107005000",
])
def test_what_only_looks_like_a_number_stays(text):
    assert masked(text) == text


@pytest.mark.parametrize(("key", "value", "shown"), [
    ("name", "王秀英", "王**"), ("elder", "王秀英", "王**"), ("address", "普陀区曹杨新村街道梅岭南路100号", "普陀区曹杨新村街道****"),
    ("phone", "13812345678", "138****5678"), ("phone", 13812345678, "138****5678"), ("identity", NUMBER, "310107********1234"),
    ("password", "correct horse", "（不记录）"), ("diagnosis", "阿尔茨海默病", "（不记录）"), ("count", 3, 3), ("ok", True, True),
])
def test_fields_are_masked_by_their_key(key, value, shown):
    assert masked(value, key) == shown


def test_names_are_masked_in_lists_and_inside_other_fields():
    assert masked({"data": [{"Name": "王秀英", "level": 4}]}) == {"data": [{"Name": "王**", "level": 4}]}
    assert masked(["王秀英", "李四"], "name") == ["王**", "李*"]


def test_a_line_carries_the_request_and_no_person(lines):
    structlog.contextvars.bind_contextvars(request_id="abc12345")
    structlog.get_logger("songhe").warning("no such person", identity=NUMBER, name="王秀英")
    [line] = lines()
    assert (line["request_id"], line["identity"], line["name"]) == ("abc12345", "310107********1234", "王**")
    assert line["level"] == "warning"


def test_the_standard_loggers_go_the_same_way(lines):
    logging.getLogger("django.request").error("Not Found: /people/%s/", NUMBER, extra={"name_of": "x", "phone": "13812345678"})
    [line] = lines()
    assert NUMBER not in json.dumps(line, ensure_ascii=False)
    assert line["phone"] == "138****5678"


def test_a_traceback_is_masked_too(lines):
    try:
        raise ValueError(f"bad number {NUMBER}")
    except ValueError:
        logging.getLogger("songhe").exception("import failed")
    [line] = lines()
    assert "ValueError" in line["exception"]
    assert NUMBER not in line["exception"]


def test_queries_are_never_logged_with_their_values(lines):
    logging.getLogger("django.db.backends").debug("SELECT '%s'", NUMBER)
    assert lines() == []
