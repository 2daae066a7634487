"""The few of the library's pages that we offer: there is nothing to sign up for and no password to change."""

from django.urls import path

from .views import joining, passkeys, sign_in, sign_on

# Registered at the city's sign-on, once: an address without a language.
callback = [path("sign-on/callback", sign_on.callback, name="sign_on_callback")]

# Beside the other pages of a unit's lead.
people = [path("dept/people/ask/<str:token>", joining.answer, name="account_unit_ask")]

urlpatterns = [
    path("login", sign_in.SignIn.as_view(), name="account_login"),
    path("login/again", sign_in.SignIn.as_view(), name="account_request_login_code"),
    path("login/code", sign_in.SignInCode.as_view(), name="account_confirm_login_code"),
    path("sign-on", sign_on.start, name="account_sign_on"),
    path("login/passkey", passkeys.sign_in, name="account_passkey_sign_in"),
    path("login/passkey/begin", passkeys.begin_sign_in, name="account_passkey_begin_sign_in"),
    path("passkeys", passkeys.mine, name="account_passkeys"),
    path("passkeys/add", passkeys.add, name="account_passkey_add"),
    path("passkeys/begin", passkeys.begin_adding, name="account_passkey_begin"),
    path("passkeys/<slug:key>", passkeys.one, name="account_passkey"),
    path("passkeys/<slug:key>/remove", passkeys.remove, name="account_passkey_remove"),
    path("unit", joining.unit, name="account_no_unit"),
    path("unit/ask", joining.ask, name="account_unit_join"),
    path("unit/withdraw", joining.withdraw, name="account_unit_withdraw"),
    path("unit/own", joining.own, name="account_unit_own"),
    path("logout", sign_in.SignOut.as_view(), name="account_logout"),
]
