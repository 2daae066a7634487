from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "recycling.policy"
    label = "policy"
