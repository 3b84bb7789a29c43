from django.urls import path

from accounts import views

urlpatterns = [
    path("accounts/signup/", views.sign_up, name="account_signup"),  # before allauth's own, which it stands in for
    path("preferences/", views.preferences, name="preferences"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("me/", views.profile, name="profile"),
    path("me/licences/", views.licence_add, name="licence_add"),
    path("me/licences/<uuid:licence_id>/remove/", views.licence_remove, name="licence_remove"),
]
