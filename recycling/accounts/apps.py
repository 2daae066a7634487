from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "recycling.accounts"
    label = "accounts"
