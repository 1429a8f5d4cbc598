"""The upload form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .reading import LIMIT_BYTES


class UploadForm(forms.Form):
    """One file. What is inside is judged by `read_table`, not here."""

    file = forms.FileField(
        label=_("选择文件"),
        help_text=_("xlsx 或 csv，至多 %(limit)s MB") % {"limit": LIMIT_BYTES // 1048576},
        error_messages={
            "required": _("请先选择文件。"),
            "missing": _("没有收到文件，请重新选择。"),
            "empty": _("文件是空的（0 字节），请下载模板，填好后再上传。"),
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )
