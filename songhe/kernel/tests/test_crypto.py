"""What is protected stays shut in the database, in logs and in the wrong hands."""

import pytest
from django.core.exceptions import FieldError
from django.db import connections, models
from django.test import override_settings
from django.test.utils import isolate_apps

from songhe.kernel import crypto
from songhe.kernel.crypto import CannotOpen, EncryptedText, Sealed, blind_index, rotate, seal, sm3, unseal

KEYS = {"k1": b"1" * 16, "k2": b"2" * 16}
PHONE = "13812345678"


@pytest.fixture(autouse=True)
def _keys():
    with override_settings(SONGHE_KEYS=KEYS, SONGHE_ACTIVE_KEY="k1", SONGHE_INDEX_KEY=b"i" * 32):
        yield


@pytest.fixture
def person(scratch):
    with isolate_apps("songhe.kernel"):

        class Person(models.Model):  # noqa: DJ008
            phone = EncryptedText(purpose="person.phone", null=True)
            address = EncryptedText(purpose="person.address", default="", blank=True)

            class Meta:
                app_label = "scratch"

        with connections[scratch].schema_editor() as editor:
            editor.create_model(Person)
        yield Person


def stored(scratch) -> list[str]:
    with connections[scratch].cursor() as cursor:
        cursor.execute("SELECT phone FROM scratch_person ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_sm3_is_the_published_digest():
    # GB/T 32905-2016, example 1
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_a_sealed_text_opens_for_its_purpose_and_for_no_other():
    token = seal(PHONE, "person.phone")
    assert token.startswith("k1.")
    assert PHONE not in token
    assert unseal(token, "person.phone") == PHONE
    with pytest.raises(CannotOpen):
        unseal(token, "person.address")


def test_one_text_sealed_twice_looks_different():
    assert seal(PHONE, "p") != seal(PHONE, "p")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t[:-6] + "AAAA==",
        lambda t: "k9" + t[2:],
        lambda t: t[3:],
        lambda t: "k1.AAAA",
        lambda t: "k1.!",
    ],
)
def test_a_changed_value_does_not_open(spoil):
    with pytest.raises(CannotOpen):
        unseal(spoil(seal(PHONE, "p")), "p")


def test_a_key_may_belong_to_another_cipher():
    with override_settings(SONGHE_KEY_CIPHERS={"k2": "aes-gcm"}, SONGHE_ACTIVE_KEY="k2"):
        token = seal(PHONE, "p")
        assert unseal(token, "p") == PHONE
    with pytest.raises(CannotOpen):
        unseal(token, "p")


def test_a_blind_index_finds_what_was_typed_another_way_and_tells_nothing():
    first = blind_index("31010719450101123X", "identity")
    assert first == blind_index(" ３１０１０７ 19450101-123x", "identity")
    assert len(first) == 32
    assert first != blind_index("31010719450101123X", "phone")
    assert blind_index(" ", "identity") == ""
    with override_settings(SONGHE_INDEX_KEY=b"j" * 32):
        assert first != blind_index("31010719450101123X", "identity")


def test_a_repr_gives_nothing_away():
    assert PHONE not in repr(Sealed(seal(PHONE, "p"), "p"))
    assert str(Sealed(seal(PHONE, "p"), "p")) == PHONE


def test_the_database_holds_only_the_sealed_form(person, scratch):
    person(phone=PHONE).save(using=scratch)
    assert stored(scratch)[0].startswith("k1.")
    found = person.objects.using(scratch).get()
    assert (found.phone, found.address) == (PHONE, "")
    assert isinstance(found.phone, str)


def test_nothing_stays_nothing(person, scratch):
    person.objects.using(scratch).bulk_create([person(phone=None), person(phone="")])
    assert stored(scratch) == [None, ""]
    assert [p.phone for p in person.objects.using(scratch).order_by("id")] == [None, ""]


def test_saving_an_untouched_value_keeps_the_very_ciphertext_and_a_new_value_replaces_it(person, scratch):
    person(phone=PHONE).save(using=scratch)
    before = stored(scratch)
    found = person.objects.using(scratch).get()
    assert found.phone == PHONE
    found.save()
    assert stored(scratch) == before
    found.phone = "13900000000"
    found.save()
    assert person.objects.using(scratch).get().phone == "13900000000"


def test_loading_opens_nothing_until_it_is_read(person, scratch, monkeypatch):
    person(phone=PHONE).save(using=scratch)
    opened = []
    monkeypatch.setattr(crypto, "unseal", lambda token, purpose: opened.append(purpose) or "x")
    rows = list(person.objects.using(scratch).all())
    assert not opened
    assert rows[0].phone == "x"
    assert rows[0].phone == "x"
    assert opened == ["person.phone"]


def test_a_deferred_field_loads_when_read(person, scratch):
    person(phone=PHONE).save(using=scratch)
    found = person.objects.using(scratch).defer("phone").get()
    assert found.phone == PHONE


def test_values_come_sealed_and_read_as_text(person, scratch):
    person(phone=PHONE).save(using=scratch)
    value = person.objects.using(scratch).values_list("phone", flat=True).get()
    assert isinstance(value, Sealed)
    assert (str(value), f"{value}") == (PHONE, PHONE)
    assert value == PHONE


def test_a_search_by_plain_text_is_refused_not_empty(person, scratch):
    with pytest.raises(FieldError):
        person.objects.using(scratch).filter(phone=PHONE)
    assert person.objects.using(scratch).filter(phone__isnull=True).count() == 0


def test_rotation_moves_every_row_to_the_active_key_and_can_be_interrupted(person, scratch):
    person.objects.using(scratch).bulk_create([person(phone=f"1380000000{n}") for n in range(5)] + [person()])
    with override_settings(SONGHE_ACTIVE_KEY="k2"):
        batches = rotate(person, batch=2, using=scratch)
        assert next(batches) == 2
        batches.close()
        assert sorted(t[:2] for t in stored(scratch) if t) == ["k1", "k1", "k1", "k2", "k2"]
        assert list(rotate(person, batch=2, using=scratch)) == [2, 1]
        assert list(rotate(person, using=scratch)) == []
    with override_settings(SONGHE_KEYS={"k2": KEYS["k2"]}):
        phones = [p.phone for p in person.objects.using(scratch).order_by("id")]
    assert phones == [f"1380000000{n}" for n in range(5)] + [None]


def test_protected_fields_can_be_listed(person):
    assert [f.name for f in crypto.encrypted_fields(person)] == ["phone", "address"]


def test_a_migration_keeps_the_purpose(person):
    field = person._meta.get_field("phone")
    _, path, _args, kwargs = field.deconstruct()
    assert path.endswith("EncryptedText")
    assert kwargs["purpose"] == "person.phone"
    assert field.clone().purpose == "person.phone"
