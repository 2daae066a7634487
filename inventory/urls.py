app_name = "inventory"

urlpatterns: list = []
short_links: list = []
