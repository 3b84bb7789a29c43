"""Making an account: allauth's sign-up with two doors."""

from typing import Any

from allauth.account.views import SignupView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.forms import SignupForm
from accounts.models import Role
from accounts.services import FOR_PATIENT

DOORS = (Role.EDUCATOR, Role.PATIENT)


class SignUp(SignupView):  # type: ignore[misc] # allauth carries no types
    """allauth's sign-up with two doors: ?as=educator and ?as=patient. Without one the page asks which."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("as") in DOORS:
            response: HttpResponseBase = super().get(request, *args, **kwargs)
            return response
        return render(request, "account/signup_doors.html", {"next": request.GET.get("next", "")})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The other door was chosen on the form: its questions are shown, and what was typed is kept."""
        role, shown = request.POST.get("role"), request.POST.get("shown")
        if role in DOORS and shown in DOORS and role != shown:
            form = self.get_form_class()(initial=request.POST.dict())
            answer: HttpResponseBase = self.render_to_response(self.get_context_data(form=form))
        else:
            answer = super().post(request, *args, **kwargs)
        return answer

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_initial()
        return initial | {"role": self.request.GET.get("as", "")}

    def form_valid(self, form: SignupForm) -> HttpResponseBase:
        # Until the code is typed nobody is signed in, and the page that asks for it speaks to a patient as well.
        self.request.session[FOR_PATIENT] = form.as_patient
        response: HttpResponseBase = super().form_valid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"educating": not context["form"].as_patient}


sign_up = SignUp.as_view()
