from django.urls import path

from accounts import views
from accounts.views import people
from accounts.views.sign_up import sign_up

urlpatterns = [
    path("accounts/signup/", sign_up, name="account_signup"),  # before allauth's own, which it stands in for
    path("preferences/", views.preferences, name="preferences"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("me/", views.profile, name="profile"),
    path("me/preferences/", views.reader, name="reader"),
    path("people/", people.people, name="people"),
    path("people/<uuid:user_id>/", people.person, name="person"),
    path("people/<uuid:user_id>/grant/", people.role_grant, name="role_grant"),
    path("people/<uuid:user_id>/second-factor/", people.factor_reset, name="factor_reset"),
    path("people/<uuid:user_id>/revoke/", people.role_revoke, name="role_revoke"),
    path("me/licences/", views.licence_add, name="licence_add"),
    path("me/licences/<uuid:licence_id>/remove/", views.licence_remove, name="licence_remove"),
]
