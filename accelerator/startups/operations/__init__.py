"""Writes to the lifelong record of a startup: what is known of it, who its founders are, two records made one."""
