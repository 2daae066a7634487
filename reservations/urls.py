app_name = "reservations"

urlpatterns: list = []
short_links: list = []
