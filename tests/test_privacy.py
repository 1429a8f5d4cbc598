"""Personal fields are declared, sealed where they lie, and have somebody who erases them."""

import re

import pytest
from django.apps import apps
from django.db import connection, models

from songhe.kernel import registry
from songhe.kernel.access import rights
from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.crypto import EncryptedText, encrypted_fields, encrypted_models
from songhe.register.people.models import Person, Relative
from songhe.register.workforce.models import Worker
from songhe.simulation import cast as cast_module

CONTACT = re.compile(r"(^|_)(phone|mobile|identity_number|address)$")
# Numbers and addresses of places are public.
PLACES = {"sites.Organisation", "sites.Site"}
# Who erases for an app that has no shredder under its own name.
COVERED_BY = {"access": "people", "events": "people", "intake": "help"}


def ours():
    return [m for m in apps.get_models() if m._meta.app_config.name.startswith("songhe.")]


def about_a_person(model):
    return model is Person or any(
        field.name == "person_id" or getattr(field, "related_model", None) is Person
        for field in model._meta.local_concrete_fields
    )


def test_a_number_or_an_address_of_a_person_is_sealed_and_masked():
    found = {
        (model._meta.label, field.name): (isinstance(field, EncryptedText), rights.field_rule(model, field.name))
        for model in ours() if issubclass(model, ScopedModel) and model._meta.label not in PLACES
        for field in model._meta.local_concrete_fields
        if CONTACT.search(field.name) and isinstance(field, models.CharField | models.TextField)
    }
    assert found
    assert [name for name, (sealed, rule) in found.items() if not sealed or rule is None] == []


def test_a_masked_field_is_masked_for_somebody_and_never_clear_to_the_administrator():
    for (model, name), rule in rights.personal_fields().items():
        assert "admin" not in rule.clear | rule.reveal, (model, name)
        assert rule.mask("310107194003051234") != "310107194003051234", (model, name)


def test_every_row_about_a_person_belongs_to_somebody_who_can_erase_it():
    shredders = dict(registry.shredders.items())
    missing = {
        model._meta.label for model in ours()
        if about_a_person(model) and COVERED_BY.get(model._meta.app_label, model._meta.app_label) not in shredders
    }
    assert missing == set()
    assert [key for key, shredder in shredders.items() if not shredder.holds or not shredder.retention] == []


def test_every_row_about_a_person_is_scoped():
    assert [model._meta.label for model in ours() if about_a_person(model) and not issubclass(model, ScopedModel)] == []


@pytest.mark.django_db
def test_what_is_sealed_cannot_be_read_in_the_database():
    cast_module.build()
    plain = {
        str(getattr(row, field.attname))
        for model in (Person, Relative, Worker)
        for row in model.objects.unscoped("looking for what must not be there")
        for field in encrypted_fields(model) if getattr(row, field.attname)
    }
    assert any(len(value) == 18 for value in plain)
    for model in encrypted_models():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            stored = {str(value) for row in cursor.fetchall() for value in row}
        assert [value for value in plain if any(value in cell for cell in stored if len(value) > 5)] == []
