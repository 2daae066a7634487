from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "recycling.notifications"
    label = "notifications"
