from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "recycling.audit"
    label = "audit"
