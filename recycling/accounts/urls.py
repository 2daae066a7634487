"""The few of the library's pages that we offer: there is nothing to sign up for and no password to change."""

from django.urls import path

from . import views

urlpatterns = [
    path("login", views.SignIn.as_view(), name="account_login"),
    path("login/again", views.SignIn.as_view(), name="account_request_login_code"),
    path("login/code", views.SignInCode.as_view(), name="account_confirm_login_code"),
    path("logout", views.SignOut.as_view(), name="account_logout"),
]
