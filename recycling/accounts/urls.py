"""The few of the library's pages that we offer: there is nothing to sign up for and no password to change."""

from django.urls import path

from .views import sign_in, sign_on

# Registered at the city's sign-on, once: an address without a language.
callback = [path("sign-on/callback", sign_on.callback, name="sign_on_callback")]

urlpatterns = [
    path("login", sign_in.SignIn.as_view(), name="account_login"),
    path("login/again", sign_in.SignIn.as_view(), name="account_request_login_code"),
    path("login/code", sign_in.SignInCode.as_view(), name="account_confirm_login_code"),
    path("sign-on", sign_on.start, name="account_sign_on"),
    path("unit", sign_on.no_unit, name="account_no_unit"),
    path("logout", sign_in.SignOut.as_view(), name="account_logout"),
]
