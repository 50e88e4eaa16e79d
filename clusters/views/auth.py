"""Signing in, signing out, and a new password of one's own."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.forms.auth import SignInForm
from clusters.forms.password import ChangePasswordForm
from clusters.operations.accounts.people import keep_password


class SignIn(LoginView):
    """Signing in; htmx never comes here, see `portal/sign_in/kept_forms.py`."""

    redirect_authenticated_user = True
    authentication_form = SignInForm

    def get_redirect_url(self, *args: Any) -> str:
        """Lead on where `next` says, but not in a circle."""
        url = super().get_redirect_url(*args)
        return "" if urlsplit(url).path == self.request.path else url


class SignOut(LogoutView):
    """By POST only; ends where LOGOUT_REDIRECT_URL says."""


class ChangePassword(PasswordChangeView):
    """Ends on the first page, which says so."""

    form_class = ChangePasswordForm
    template_name = "registration/password.html"
    success_url = reverse_lazy("home")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Hand the request on: failed tries are counted by its address and browser."""
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """As Django's, but saved through the operation that writes the event."""
        person = form.save(commit=False)
        keep_password(person, by=person, now=timezone.now())
        update_session_auth_hash(self.request, person)
        messages.success(self.request, _("Your password is changed."))
        return HttpResponseRedirect(self.get_success_url())
