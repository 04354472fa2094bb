#!/usr/bin/python
# The documentation of heal. What it does runs on the controller: plugins/action/heal.py.

DOCUMENTATION = r'''
---
module: heal
short_description: Look at HTTPS on an IIS server, and repair it
version_added: 1.0.0
description:
  - Runs C(iis-ssl-heal) on the host by M(ansible.windows.win_command), and maps what it found to changed, ok and failed.
  - I(state=checked) looks. Faults are no failure unless I(fail_on) says so.
  - I(state=healed) repairs what a C(fix --yes) may repair. It is changed if a repair was made and verified, ok if nothing
    was broken, and failed if faults remain, a person is needed, or not everything could be read.
  - A stranded key opens in its owner's own session only. WinRM and SSH are not that session.
options:
  state:
    description: What is wanted.
    type: str
    choices: [checked, healed]
    default: checked
  program:
    description: The program on the host, and arguments that come before the command.
    type: list
    elements: str
    default: ['C:\Program Files\iis-ssl-heal\iis-ssl-heal.exe']
  risk:
    description: The highest risk of a repair that is applied.
    type: str
    choices: [safe, disruptive]
    default: safe
  only:
    description: These playbooks of iis-ssl-heal only. All of them if empty.
    type: list
    elements: str
    default: []
  fail_on:
    description: Verdicts that fail a host with I(state=checked).
    type: list
    elements: str
    choices: [faulty, unknown]
    default: []
  results:
    description:
      - A folder on the controller. What the host said last is written there as C(INVENTORY_HOSTNAME.json), for
        C(iis-ssl-heal report --fleet). Nothing is written in check mode.
    type: str
attributes:
  check_mode:
    description: Runs C(fix --dry-run) only, with both states, and is changed if there is something to repair.
    support: full
  diff_mode:
    description: Shows every command line, and the faults before and after.
    support: full
requirements:
  - The collection C(ansible.windows).
author:
  - The makers of iis-ssl-heal (@iis-ssl-heal)
'''

EXAMPLES = r'''
- name: Look
  iis_ssl_heal.https.heal:
    state: checked
    results: results

- name: Repair what is safe to repair
  iis_ssl_heal.https.heal:
    state: healed
    only: [stale-hash, lost-binding]
'''

RETURN = r'''
verdict:
  description: C(healthy), C(faulty) or C(unknown) of a check; of a repair C(healed), C(planned), C(needs-person) and others.
  type: str
  returned: if the program was understood
exit_code:
  description: What the program ended with.
  type: int
  returned: if the program was understood
computer:
  description: The name that the server has for itself.
  type: str
  returned: if the program was understood
version:
  description: The version of the program on the host.
  type: str
  returned: if the program was understood
findings:
  description: The faults that are there in the end, or in check mode would be, by their ids.
  type: list
  elements: str
  returned: if the program was understood
commands:
  description: Every command that was run, or in check mode would be.
  type: list
  elements: str
  returned: if a repair was tried
run_id:
  description: The name of the run, for C(iis-ssl-heal undo).
  type: str
  returned: if a repair was tried
document_file:
  description: The file on the controller with the whole document.
  type: str
  returned: if I(results) is given, outside check mode
'''
