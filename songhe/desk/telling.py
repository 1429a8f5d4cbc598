"""Saying a refusal where it belongs: on the form's field, with the way out above it."""

from __future__ import annotations

from django import forms

from songhe.kernel.errors import Refused


def tell(form: forms.BaseForm, refusal: Refused) -> None:
    """Put a refusal on the field it names, or on the whole form, and what can be done beside it."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    if refusal.remedy:
        form.add_error(None, refusal.remedy)
