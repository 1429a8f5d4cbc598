"""The checker finds what it says it finds, names file and line, and leaves the good form alone."""

from pathlib import PurePosixPath

import pytest
from house_rules import RULES, Finding, Opening, Source, as_page, check, openings

VIEW = "songhe/register/people/views.py"
ACTION = "songhe/register/people/actions.py"
PAGE = "songhe/web/templates/page.html"


def findings(path, text):
    source = Source(PurePosixPath(path), text)
    return [finding for rule in RULES for finding in rule(source)]


@pytest.mark.parametrize(("path", "text", "rule", "line"), [
    ("songhe/x/migrations/0002_fill.py", "\nfrom songhe.register.people.models import Person\n", "migration-models", 2),
    ("songhe/x/migrations/0002_fill.py", "import songhe.register.people.models\n", "migration-models", 1),
    ("songhe/x/migrations/0003_auto_20260101.py", "", "migration-name", 1),
    (VIEW, "a = 1\nrows = Person.objects.filter(name=1)\n", "bare-objects", 2),
    (VIEW, "row = Person.objects.get(pk=1)\n", "bare-objects", 1),
    ("songhe/x/api_plans.py", "rows = Person.objects.all()\n", "bare-objects", 1),
    (ACTION, "at = timezone.now()\n", "own-clock", 1),
    (ACTION, "on = datetime.date.today()\n", "own-clock", 1),
    (ACTION, "price_fen: float = 1\n", "money-float", 1),
    (ACTION, "def pay(amount: Decimal): ...\n", "money-float", 1),
    (ACTION, "class A:\n    fee = models.DecimalField()\n", "money-float", 2),
    (ACTION, "half = total_fen / 2\n", "money-float", 1),
    (ACTION, "# TO" "DO later\n", "unfinished", 1),
    (PAGE, "<p>\n<b style='x'>a</b>", "inline", 2),
    (PAGE, "<button onclick=\"go()\">", "inline", 1),
    (PAGE, "<script>alert(1)</script>", "inline", 1),
    (PAGE, "<style>b{}</style>", "inline", 1),
    (PAGE, "<a href='javascript:go()'>", "inline", 1),
    (PAGE, "<p hx-on:click='go()'>", "inline", 1),
    (ACTION, "x = 1\n" * 501, "long-file", 500),
    ("README.md", "cd /ro" "ot/songhe", "place", 1),
    ("requirements/a.txt", "--index-url https://py" "pi.org/simple", "place", 1),
])
def test_a_broken_rule_is_found_at_its_line(path, text, rule, line):
    assert [(f.rule, f.line) for f in findings(path, text)] == [(rule, line)]


@pytest.mark.parametrize(("path", "text"), [
    ("songhe/x/migrations/0002_fill.py", "import songhe.kernel.ids\nfrom songhe.kernel.intervals import PreventOverlap\n"),
    (VIEW, "rows = Person.objects.visible_to(post).filter(a=1)\n"),
    (VIEW, "rows = Person.objects.unscoped('count for the wall').count()\n"),
    ("songhe/x/tests/test_a.py", "at = timezone.now()\n"),
    ("songhe/kernel/clock.py", "at = datetime.now(SHANGHAI)\n"),
    (ACTION, "on = clock.today()\nshare_fen = total_fen // 2\nspeed: float = 1.0\n"),
    (PAGE, "{# onclick='x' #}<script type='module'\n src='a.js'></script>"),
    (PAGE, "<script type=\"application/json\" id=\"d\">{}</script><p class=\"style\" data-on=\"1\">"),
    ("songhe/x/models.py", "x = 1\n" * 500),
    ("docs/a.md", "the workshop and/work/ing"),
])
def test_the_good_form_passes(path, text):
    assert findings(path, text) == []


def test_a_model_without_scopes_may_be_asked_in_a_view(tmp_path):
    models = tmp_path / "songhe/register/sites/models.py"
    models.parent.mkdir(parents=True)
    models.write_text("class Base(ScopedModel): ...\nclass Bed(Base): ...\nclass Site(models.Model): ...\n")
    view = tmp_path / "songhe/register/sites/views.py"
    view.write_text("a = Site.objects.all()\nb = Bed.objects.all()\nc = Unknown.objects.all()\n")
    assert [(f.rule, f.line) for f in check(tmp_path, write=True)] == [("bare-objects", 2), ("bare-objects", 3)]


def test_an_opening_without_a_literal_reason_is_a_finding():
    source = Source(PurePosixPath(ACTION), "def f():\n    return Person.objects.unscoped(why).all()\n")
    [found] = openings(source)
    assert isinstance(found, Finding)
    assert (found.rule, found.line) == ("unscoped-reason", 2)


def test_an_opening_is_listed_with_function_query_and_reason():
    source = Source(PurePosixPath(ACTION), "class A:\n    def f(self):\n        Person.objects.unscoped('nightly | count')\n")
    assert list(openings(source)) == [Opening(ACTION, "A.f", "Person.objects", "nightly | count")]
    assert "| `A.f` | `Person.objects` | nightly ／ count |" in as_page(list(openings(source)))


def test_a_reason_may_be_a_constant_of_the_module():
    source = Source(PurePosixPath(ACTION), "WHY = 'nightly count'\nrows = Person.objects.unscoped(WHY)\n")
    assert list(openings(source)) == [Opening(ACTION, "module", "Person.objects", "nightly count")]


def test_a_reason_may_be_a_constant_of_the_module_beside():
    source = Source(PurePosixPath(ACTION), "rows = Person.objects.unscoped(gathering.WHY)\n")
    beside = Source(PurePosixPath(ACTION).with_name("gathering.py"), "WHY = 'settling a month'\n")
    assert [item.reason for item in openings(source, [source, beside])] == ["settling a month"]
    assert isinstance(next(openings(source, [source])), Finding)


def test_openings_in_tests_are_not_listed():
    assert list(openings(Source(PurePosixPath("songhe/x/tests/test_a.py"), "P.objects.unscoped('cast')"))) == []


def test_the_page_must_match_the_code_until_it_is_written_anew(tmp_path):
    module = tmp_path / ACTION
    module.parent.mkdir(parents=True)
    module.write_text("Person.objects.unscoped('first')\n")
    assert [f.rule for f in check(tmp_path)] == ["unscoped-list"]
    assert check(tmp_path, write=True) == []
    assert check(tmp_path) == []
    module.write_text("Person.objects.unscoped('second')\n")
    assert [f.rule for f in check(tmp_path)] == ["unscoped-list"]


def test_a_file_that_does_not_parse_is_a_finding_and_not_a_crash(tmp_path):
    (tmp_path / "songhe").mkdir()
    (tmp_path / "songhe" / "broken.py").write_text("def f(:\n")
    assert "syntax" in [f.rule for f in check(tmp_path, write=True)]


def test_a_finding_prints_as_file_line_message():
    assert str(Finding("a.py", 3, "rule", "why")) == "a.py:3: rule: why"
