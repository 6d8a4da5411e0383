"""The background: actors that perform declared jobs, and the timetable."""
