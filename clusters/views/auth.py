"""Views to sign in, sign out and change one's own password."""

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
    """
    The sign-in page.

    An htmx request is never redirected here, see `portal/sign_in/kept_forms.py`.
    """

    redirect_authenticated_user = True
    authentication_form = SignInForm

    def get_redirect_url(self, *args: Any) -> str:
        """Return the path in `next`; empty if that is the sign-in page itself."""
        url = super().get_redirect_url(*args)
        return "" if urlsplit(url).path == self.request.path else url


class SignOut(LogoutView):
    """Sign out, by POST only; redirects to LOGOUT_REDIRECT_URL."""


class ChangePassword(PasswordChangeView):
    """Change one's own password; redirects to the home page with a message."""

    form_class = ChangePasswordForm
    template_name = "registration/password.html"
    success_url = reverse_lazy("home")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Pass the HTTP request on: failed attempts are counted by address and browser."""
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Save the password by the operation that also writes the event."""
        person = form.save(commit=False)
        keep_password(person, by=person, now=timezone.now())
        update_session_auth_hash(self.request, person)
        messages.success(self.request, _("Your password is changed."))
        return HttpResponseRedirect(self.get_success_url())
