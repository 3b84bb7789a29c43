#!/usr/bin/env python3
"""Django's command line; without a setting of your own it runs the demo."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu.settings.demo")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
