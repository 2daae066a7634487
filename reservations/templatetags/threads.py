from django import template
from django.db.models import Count

from reservations.models import RequestMessage

register = template.Library()


@register.simple_tag(takes_context=True)
def threads_to_answer(context):
    """How many units wait for an answer from a warehouse where the reader works. Asked once for each page."""
    user = context["user"]
    if not hasattr(user, "_threads_to_answer"):
        waiting = RequestMessage.objects.waiting_for(user)
        user._threads_to_answer = waiting.aggregate(threads=Count("request", distinct=True))["threads"]
    return user._threads_to_answer
