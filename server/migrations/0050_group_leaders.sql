-- Who leads a group, read by the group: its page, the week of all groups.
CREATE INDEX group_staff_group ON group_staff (municipality, exercise_group, account, from_day, to_day);
