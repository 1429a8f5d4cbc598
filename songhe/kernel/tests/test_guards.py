"""History is added to, never changed; only a named reason opens it."""

import pytest
from django.core.management.color import no_style
from django.db import IntegrityError, connections, models
from django.test.utils import isolate_apps

from songhe.kernel import guards


@pytest.fixture
def book(scratch):
    with isolate_apps("songhe.kernel"):

        class Line(models.Model):  # noqa: DJ008
            text = models.CharField(max_length=20)

            class Meta:
                app_label = "scratch"
                constraints = [guards.AppendOnly(name="line_append_only")]

        with connections[scratch].schema_editor() as editor:
            editor.create_model(Line)
        yield Line.objects.using(scratch)


def test_a_line_is_added_and_then_stands(book):
    line = book.create(text="甲")
    for change in (lambda: book.update(text="乙"), lambda: book.all().delete(), line.save, line.delete):
        with pytest.raises(IntegrityError, match="line_append_only"):
            change()
    assert [row.text for row in book.all()] == ["甲"]


def test_a_named_reason_opens_the_book_for_one_transaction(book, scratch):
    book.create(text="甲")
    with guards.lifted("依法删除", using=scratch):
        assert book.all().delete()[0] == 1
    book.create(text="乙")
    with pytest.raises(IntegrityError, match="line_append_only"):
        book.update(text="丙")


def test_the_book_closes_again_after_a_failure(book, scratch):
    book.create(text="甲")

    def restore_badly():
        with guards.lifted("恢复备份", using=scratch):
            book.update(text="乙")
            raise OSError

    with pytest.raises(OSError):
        restore_badly()
    assert book.get().text == "甲"
    with pytest.raises(IntegrityError, match="line_append_only"):
        book.update(text="丙")


def test_no_reason_no_opening(scratch):
    with pytest.raises(ValueError, match="why"), guards.lifted("", using=scratch):
        pass


def test_the_guard_survives_a_later_change_of_the_table(book, scratch):
    field = models.IntegerField(default=3)
    field.set_attributes_from_name("page")
    field.model = book.model
    book.create(text="甲")
    with connections[scratch].schema_editor() as editor:
        editor.add_field(book.model, field)
    with pytest.raises(IntegrityError, match="line_append_only"):
        book.update(text="丙")


def test_the_guard_can_be_taken_away(book, scratch):
    with isolate_apps("songhe.kernel"):
        fields = {f.name: f.clone() for f in book.model._meta.local_fields}
        meta = type("Meta", (), {"app_label": "scratch"})
        bare = type("Line", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})
    with connections[scratch].schema_editor() as editor:
        editor.remove_constraint(bare, book.model._meta.constraints[0])
    book.create(text="甲")
    assert book.update(text="乙") == 1


# On PostgreSQL the database's own rights decide what another programme may do.
@pytest.mark.parametrize("scratch", ["sqlite"], indirect=True)
def test_a_programme_that_is_not_ours_cannot_touch_the_book(book, scratch, tmp_path):
    import sqlite3

    book.create(text="甲")
    with sqlite3.connect(tmp_path / "scratch.sqlite3") as other, pytest.raises(sqlite3.OperationalError):
        other.execute("DELETE FROM scratch_line")
    other.close()
    assert book.count() == 1


def test_emptying_the_whole_database_is_let_through_and_the_guard_stands_afterwards(book, scratch):
    book.create(text="甲")
    connection = connections[scratch]
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), ["scratch_line"]))
    assert not book.exists()
    book.create(text="乙")
    with pytest.raises(IntegrityError, match="line_append_only"):
        book.update(text="丙")
