"""The few of the library's pages that we offer: there is nothing to sign up for and no password to change."""

from django.urls import path

from .views import sign_in

urlpatterns = [
    path("login", sign_in.SignIn.as_view(), name="account_login"),
    path("login/again", sign_in.SignIn.as_view(), name="account_request_login_code"),
    path("login/code", sign_in.SignInCode.as_view(), name="account_confirm_login_code"),
    path("logout", sign_in.SignOut.as_view(), name="account_logout"),
]
