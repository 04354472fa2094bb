# Runs on the controller: has win_command run the program on the host, and says what its document means to Ansible.

from __future__ import annotations

import hashlib
import json
import os
import tempfile

from ansible.plugins.action import ActionBase
from ansible_collections.iis_ssl_heal.https.plugins.module_utils.documents import NotUnderstood, document_of
from ansible_collections.iis_ssl_heal.https.plugins.module_utils.mapping import RISKS, checked, checked_by_plan, healed

SPEC = {
    'state': {'type': 'str', 'choices': ['checked', 'healed'], 'default': 'checked'},
    'program': {
        'type': 'list',
        'elements': 'str',
        'default': ['C:\\Program Files\\iis-ssl-heal\\iis-ssl-heal.exe'],
    },
    'risk': {'type': 'str', 'choices': list(RISKS), 'default': 'safe'},
    'only': {'type': 'list', 'elements': 'str', 'default': []},
    'fail_on': {'type': 'list', 'elements': 'str', 'choices': ['faulty', 'unknown'], 'default': []},
    'results': {'type': 'str'},
}


class ActionModule(ActionBase):
    """Maps the states `checked` and `healed` to changed, ok and failed."""

    _supports_check_mode = True
    TRANSFERS_FILES = False

    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        _validated, options = self.validate_argument_spec(argument_spec=SPEC)
        planning = self._task.check_mode
        result = {'changed': False}
        try:
            if options['state'] == 'checked' and not planning:
                document = self._ask('check', [], options, task_vars)
                result = checked(document, options['fail_on'])
            else:
                how = '--dry-run' if planning else f'--yes={options["risk"]}'
                fix = self._ask('fix', [how], options, task_vars)
                document = fix.get('after')
                if options['state'] == 'checked':
                    result = checked_by_plan(fix, options['fail_on'])
                else:
                    result = healed(fix, options['risk'], planning)
            if options['results'] and not planning:
                # A fix that changed nothing has not looked a second time.
                document = document or self._ask('check', [], options, task_vars)
                result['document_file'] = keep(document, options['results'], task_vars['inventory_hostname'])
        except NotUnderstood as why:
            # What was changed before stays told.
            return {**result, 'failed': True, 'msg': str(why)}
        return result

    def _ask(self, command, how, options, task_vars):
        only = [part for playbook in options['only'] for part in ('--only', playbook)]
        argv = [*options['program'], command, '--json', *how, *only]
        # The program prints UTF-8, whatever the code page of the host's console is.
        arguments = {'argv': argv, 'output_encoding_override': 'utf-8'}
        # win_command runs nothing in check mode. What is asked then, check and fix --dry-run, changes nothing.
        planning, self._task.check_mode = self._task.check_mode, False
        try:
            ran = self._execute_module('ansible.windows.win_command', module_args=arguments, task_vars=task_vars)
        finally:
            self._task.check_mode = planning
        return document_of(ran, command, options['program'][0])


def keep(document, folder, host):
    """Writes the document whole or not at all, under the name that the inventory gives the host."""
    folder = os.path.abspath(os.path.expanduser(folder))
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f'{file_name(host)}.json')
    handle, half = tempfile.mkstemp(dir=folder, prefix='.', suffix='.half')
    try:
        with os.fdopen(handle, 'w', encoding='utf-8') as file:
            json.dump(document, file, indent=2)
            file.write('\n')
        os.replace(half, path)
    except BaseException:
        os.unlink(half)
        raise
    return path


def file_name(host):
    """A name of an inventory may hold a path of any kind: it must not lead out of the folder, nor be that of another host."""
    name = ''.join(sign if sign.isalnum() or sign in '-_.' else '_' for sign in host).lstrip('.')
    return name if name == host else f'{name}-{hashlib.sha256(host.encode()).hexdigest()[:8]}'
