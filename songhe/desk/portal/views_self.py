"""Pages on which an elder or her family does something: apply, ask for help, consent, choose a size."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from songhe.care.assessment import actions as assessment
from songhe.care.assessment.amending import amend
from songhe.care.assessment.models import Assessment
from songhe.desk.intake import actions as window
from songhe.desk.intake import offers
from songhe.desk.intake.models import HelpRequest
from songhe.desk.intake.queries import office_of
from songhe.desk.telling import tell
from songhe.kernel.access.models import Account, Post
from songhe.kernel.access.roles import PORTAL, Role
from songhe.kernel.errors import Forbidden, Missing, Refused
from songhe.kernel.screens import screen
from songhe.kernel.screens.returning import way_back
from songhe.register.people.models import Person, Relative

from . import actions, consents
from .forms import ApplyForm, HelpForm
from .subject import closed, may_act, mine, whose


@mine("portal.apply", "申请评估", methods=("GET", "POST"))
def apply(request: HttpRequest, person: Person) -> HttpResponse:
    """Apply for the assessment, or go on with an application that was put aside or came back."""
    post: Post = request.post  # type: ignore[attr-defined]
    acts = may_act(post, person.pk)
    draft = _draft(post, person)
    form = ApplyForm(request.POST or None, person=person, post=post, initial=_typed(draft))
    if request.method == "POST" and form.is_valid():
        try:
            case = _file(form, draft, post, hand_in="later" not in request.POST)
        except Refused as refusal:
            tell(form, refusal)
        else:
            if case.state == "draft":
                messages.success(request, _("先存着了，没有提交。想好了再来接着填。"))
                return redirect("portal:journey")
            messages.success(request, _("申请已提交，编号 %(number)s") % {"number": case.number})
            return redirect("portal:receipt", pk=case.pk)
    choices = dict(form.data.items()) if form.is_bound else {"kind": form.initial.get("kind") or form.fields["kind"].initial}
    against, notes = offers.check(person, choices, post)
    if draft is not None:  # the draft itself is no obstacle to itself
        against = [b for b in against if draft.number not in b.text]
    return render(
        request, "portal/apply.html",
        {"person": person, "form": form, "acts": acts, "against": against, "notes": notes, "draft": draft,
         "offer": offers.ASSESSMENT, "office": office_of(person.area_code)},
        status=422 if form.errors else 200,
    )


def _draft(post: Post, person: Person) -> Assessment | None:
    found: Assessment | None = Assessment.objects.visible_to(post).filter(person=person, state="draft").first()
    return found


def _typed(draft: Assessment | None) -> dict[str, object]:
    if draft is None:
        return {}
    names = ("kind", "green_channel", "discharged_on", "self_paid", "statement")
    return {name: getattr(draft, name) for name in names}


@transaction.atomic
def _file(form: ApplyForm, draft: Assessment | None, post: Post, *, hand_in: bool) -> Assessment:
    application = form.application()
    case = amend(draft, application, by=post) if draft else assessment.apply(application, by=post)[0]
    return assessment.submit(case, by=post)[0] if hand_in else case


@mine("portal.receipt", "申请回执")
def receipt(request: HttpRequest, person: Person, pk: UUID) -> HttpResponse:
    """What happens next after an application, to keep or to print."""
    post: Post = request.post  # type: ignore[attr-defined]
    case = Assessment.objects.visible_to(post).filter(person=person, pk=pk).first()
    if case is None:
        raise Missing(_("没有找到这份回执，请从「进度」进入"))
    return render(
        request, "portal/receipt.html",
        {"person": person, "case": case, "steps": offers.afterwards(case), "office": office_of(person.area_code)},
    )


@screen("portal.help", roles=PORTAL, methods=("GET", "POST"))
def ask_for_help(request: HttpRequest) -> HttpResponse:
    """请人帮我: telephone numbers first, and a call back for who asks for one."""
    post: Post = request.post  # type: ignore[attr-defined]
    person = whose(post)
    if person is None:
        return closed(request)
    form = HelpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            window.ask_for_help([window.Call(person, data["topic"], data["words"], data["phone"])], by=post)
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("已经告诉街道，会有人打电话给您"))
            return redirect("portal:help")
    rows = HelpRequest.objects.visible_to(post).filter(person=person).order_by("-opened_at")
    return render(
        request, "portal/help.html",
        {"person": person, "form": form, "office": office_of(person.area_code), "last": rows.first()},
        status=422 if form.errors else 200,
    )


@mine("portal.consents", "知情同意", methods=("GET", "POST"))
def my_consents(request: HttpRequest, person: Person) -> HttpResponse:
    """Who may see and do what; given and withdrawn by the elder with one tap each."""
    post: Post = request.post  # type: ignore[attr-defined]
    if request.method == "POST":
        if post.role != Role.ELDER:
            raise Forbidden(_("知情同意由长者本人登录后办理，或到街道窗口当面登记"))
        if consent_id := request.POST.get("withdraw"):
            consents.withdraw(consent_id, by=post, person=person)
            messages.success(request, _("已撤回，立即生效"))
        else:
            given = consents.give(request.POST.get("give", ""), by=post, person=person)
            messages.success(request, _("已同意：%(who)s") % {"who": given.recipient})
        return redirect("portal:consents")
    return render(
        request, "portal/consents.html",
        {"person": person, "choices": consents.choices(post, person), "over": consents.over(post, person),
         "may_decide": post.role == Role.ELDER},
    )


@mine("portal.profile", "我的资料")
def profile(request: HttpRequest, person: Person) -> HttpResponse:
    """What is on file, masked as the rights say, and how large the pages are."""
    post: Post = request.post  # type: ignore[attr-defined]
    relatives = list(Relative.objects.visible_to(post).filter(person=person).order_by("position", "pk"))
    size = request.COOKIES.get("elder_size") or post.account.elder_mode or actions.SIZES[0]
    return render(
        request, "portal/profile.html",
        {"person": person, "relatives": relatives, "office": office_of(person.area_code), "sizes": actions.SIZES,
         "size": size, "contrast": request.COOKIES.get("elder_contrast", "")},
    )


@screen("portal.size", roles=PORTAL, methods=("POST",))
def size(request: HttpRequest) -> HttpResponse:
    """Choose size and contrast without a script: kept in the account and in the cookies the pages read."""
    post: Post = request.post  # type: ignore[attr-defined]
    account: Account = post.account
    response = redirect(way_back(request, reverse("portal:profile")))

    def keep(name: str, value: str) -> None:
        response.set_cookie(name, value, max_age=31_536_000, samesite="Lax", secure=request.is_secure())

    if (chosen := request.POST.get("size", "")) in actions.SIZES:
        actions.keep_size(account, chosen)
        keep("elder_size", chosen)
    if "contrast" in request.POST:
        keep("elder_contrast", "high" if request.POST["contrast"] == "high" else "")
    return response
