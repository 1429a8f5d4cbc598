"""Intervals in one bed never overlap, whoever writes and by whatever way."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, models
from django.db.migrations.writer import MigrationWriter
from django.db.models import Q
from django.test.utils import isolate_apps

from songhe.kernel import guards
from songhe.kernel.errors import Refused
from songhe.kernel.intervals import PreventOverlap, in_force, overlapping

MESSAGE = "该床位在这段时间已有人入住，请改选床位或日期。"
D = date


@pytest.fixture
def stay(scratch):
    with isolate_apps("songhe.kernel"):

        class Stay(models.Model):  # noqa: DJ008
            bed = models.IntegerField(null=True)
            starts = models.DateField()
            ends = models.DateField(null=True)
            cancelled = models.BooleanField(default=False)

            class Meta:
                app_label = "scratch"
                constraints = [
                    PreventOverlap(
                        name="stay_one_a_bed", keys=["bed"], message=MESSAGE, condition=Q(cancelled=False)
                    )
                ]

        with connections[scratch].schema_editor() as editor:
            editor.create_model(Stay)
        yield Stay


@pytest.fixture
def put(stay, scratch):
    return lambda bed, starts, ends, **more: stay.objects.using(scratch).create(
        bed=bed, starts=starts, ends=ends, **more
    )


def test_a_second_person_in_the_same_days_is_refused(put, stay, scratch):
    put(1, D(2026, 3, 1), D(2026, 3, 10))
    with pytest.raises(IntegrityError, match="stay_one_a_bed"):
        put(1, D(2026, 3, 9), D(2026, 3, 20))
    assert stay.objects.using(scratch).count() == 1


@pytest.mark.parametrize(
    "bed, starts, ends",
    [
        (1, D(2026, 3, 10), D(2026, 3, 20)),  # begins on the day the other ended
        (1, D(2026, 2, 1), D(2026, 3, 1)),  # ends on the day the other began
        (2, D(2026, 3, 1), None),  # another bed
        (None, D(2026, 3, 1), None),  # no bed at all
        (1, D(2026, 3, 5), D(2026, 3, 5)),  # not a single night
    ],
)
def test_what_does_not_touch_is_welcome(put, stay, scratch, bed, starts, ends):
    put(1, D(2026, 3, 1), D(2026, 3, 10))
    put(bed, starts, ends)
    assert stay.objects.using(scratch).count() == 2


@pytest.mark.parametrize(
    "starts, ends", [(D(2027, 1, 1), None), (D(2026, 1, 1), None), (D(2030, 1, 1), D(2030, 1, 2))]
)
def test_an_open_stay_holds_the_bed_for_ever(put, starts, ends):
    put(1, D(2026, 3, 1), None)
    with pytest.raises(IntegrityError):
        put(1, starts, ends)


def test_a_cancelled_stay_competes_with_nobody_until_it_is_revived(put, stay, scratch):
    put(1, D(2026, 3, 1), None)
    other = put(1, D(2026, 3, 1), None, cancelled=True)
    other.cancelled = False
    with pytest.raises(IntegrityError, match="stay_one_a_bed"):
        other.save()
    assert stay.objects.using(scratch).filter(cancelled=False).count() == 1


def test_moving_an_end_into_the_next_stay_is_refused_and_saving_unchanged_is_not(put):
    first = put(1, D(2026, 3, 1), D(2026, 3, 10))
    put(1, D(2026, 3, 10), None)
    first.save()
    first.ends = D(2026, 3, 11)
    with pytest.raises(IntegrityError, match="stay_one_a_bed"):
        first.save()


def test_an_end_before_the_start_is_refused(put):
    with pytest.raises(IntegrityError, match="stay_one_a_bed_order"):
        put(1, D(2026, 3, 10), D(2026, 3, 1))


def test_bulk_writing_is_refused_too(stay, scratch):
    rows = [stay(bed=7, starts=D(2026, 1, 1) + timedelta(n), ends=None) for n in range(2)]
    with pytest.raises(IntegrityError, match="stay_one_a_bed"):
        stay.objects.using(scratch).bulk_create(rows)
    assert not stay.objects.using(scratch).exists()


def test_the_database_refusal_becomes_the_clerks_message(put, stay, monkeypatch):
    monkeypatch.setattr(guards.apps, "get_models", lambda **_: [stay])
    guards._known.cache_clear()
    put(1, D(2026, 3, 1), None)
    try:
        with pytest.raises(Refused) as refused, guards.explained():
            put(1, D(2026, 4, 1), None)
    finally:
        guards._known.cache_clear()
    assert refused.value.message == MESSAGE
    assert refused.value.code == "overlap.stay_one_a_bed"


def test_a_refusal_without_a_name_of_ours_stays_what_it_was():
    assert guards.explain(IntegrityError("NOT NULL constraint failed: a.b")) is None


def test_a_form_hears_it_before_the_database_does(put, stay, scratch):
    put(1, D(2026, 3, 1), None)
    rival = stay(bed=1, starts=D(2026, 4, 1), ends=None)
    rule = stay._meta.constraints[0]
    with pytest.raises(ValidationError, match=MESSAGE):
        rule.validate(stay, rival, using=scratch)
    rival.cancelled = True
    rule.validate(stay, rival, using=scratch)
    with pytest.raises(ValidationError, match="结束不得早于开始"):
        rule.validate(stay, stay(bed=1, starts=D(2026, 4, 2), ends=D(2026, 4, 1)), using=scratch)


def test_the_rule_survives_a_later_change_of_the_table(put, stay, scratch):
    field = models.CharField(max_length=5, default="x")
    field.set_attributes_from_name("note")
    field.model = stay
    with connections[scratch].schema_editor() as editor:
        editor.add_field(stay, field)
    with connections[scratch].cursor() as cursor:
        add = "INSERT INTO scratch_stay (bed, starts, cancelled, note) VALUES (1, '2026-03-01', %s, 'x')"
        cursor.execute(add, [False])
        with pytest.raises(IntegrityError, match="stay_one_a_bed"):
            cursor.execute(add, [False])


def test_the_rule_can_be_taken_away_and_put_back(put, stay, scratch):
    rule = stay._meta.constraints[0]
    bare = isolated_without_rule(stay)
    with connections[scratch].schema_editor() as editor:
        editor.remove_constraint(bare, rule)
    put(1, D(2026, 3, 1), None)
    second = put(1, D(2026, 3, 1), None)
    second.delete()
    with connections[scratch].schema_editor() as editor:
        editor.add_constraint(stay, rule)
    with pytest.raises(IntegrityError, match="stay_one_a_bed"):
        put(1, D(2026, 3, 1), None)


def isolated_without_rule(stay):
    with isolate_apps("songhe.kernel"):
        fields = {f.name: f.clone() for f in stay._meta.local_fields}
        meta = type("Meta", (), {"app_label": "scratch"})
        return type("Stay", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})


def test_moments_work_like_days(scratch):
    with isolate_apps("songhe.kernel"):

        class Slot(models.Model):  # noqa: DJ008
            room = models.CharField(max_length=9)
            kind = models.CharField(max_length=9)
            begins = models.DateTimeField()
            until = models.DateTimeField(null=True)

            class Meta:
                app_label = "scratch"
                constraints = [
                    PreventOverlap(
                        name="slot_once",
                        keys=["room", "kind"],
                        starts="begins",
                        ends="until",
                        message=MESSAGE,
                    )
                ]

        with connections[scratch].schema_editor() as editor:
            editor.create_model(Slot)
        nine = datetime(2026, 3, 1, 9, tzinfo=UTC)
        half = nine + timedelta(minutes=30, microseconds=5)
        slots = Slot.objects.using(scratch)
        slots.create(room="一", kind="a", begins=nine, until=half)
        slots.create(room="一", kind="a", begins=half, until=None)
        slots.create(room="一", kind="b", begins=nine, until=None)
        with pytest.raises(IntegrityError):
            slots.create(room="一", kind="a", begins=nine, until=nine + timedelta(microseconds=1))
        assert slots.filter(overlapping(nine, half, "begins", "until")).count() == 2
        assert slots.filter(in_force(half, "begins", "until")).count() == 2
        assert slots.filter(in_force(nine - timedelta(1), "begins", "until")).count() == 0


def test_a_migration_can_write_it_down_and_read_it_back():
    rule = PreventOverlap(name="a", keys=["bed"], message=MESSAGE, condition=Q(cancelled=False))
    text, imports = MigrationWriter.serialize(rule)
    scope: dict[str, object] = {}
    exec("\n".join(imports), scope)
    assert eval(text, scope) == rule
    assert rule != PreventOverlap(name="a", keys=["bed"], message="别的话")
