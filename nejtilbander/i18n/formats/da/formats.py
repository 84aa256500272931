"""How staff may type a day and a time: as Danes write them. The first of each is how the admin shows them.

Django's own Danish formats know "17:00" alone, and refuse "17.00" and "8/12-2026".
"""

TIME_INPUT_FORMATS = ["%H:%M:%S", "%H:%M:%S.%f", "%H:%M", "%H.%M", "%H.%M.%S", "%H", "kl. %H.%M", "kl. %H:%M", "kl. %H"]
DATE_INPUT_FORMATS = ["%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%d/%m-%Y", "%d/%m %Y", "%d.%m.%y", "%d-%m-%y"]
DATETIME_INPUT_FORMATS = [f"{day} {time}" for day in DATE_INPUT_FORMATS for time in TIME_INPUT_FORMATS]
