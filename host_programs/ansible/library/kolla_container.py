#!/usr/bin/python3
"""In place of Kolla-Ansible's module of this name while configuration is only written: touches no container.

WANT_JSON: Ansible passes a file with the arguments, which nobody needs. Some releases notify handlers that
restart containers even from `genconfig`; here those do nothing.
"""

import json
import sys

json.dump({"changed": False, "rc": 0, "stdout": "", "stderr": "", "result": False}, sys.stdout)
