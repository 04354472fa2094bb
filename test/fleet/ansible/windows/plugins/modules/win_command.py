#!/usr/bin/python
# Only with argv; skipped in check mode, and failed at every exit code but 0, as the real one is.
import os
import subprocess

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ansible.windows.plugins.module_utils.drive import here

CMD = ['C:\\Windows\\System32\\cmd.exe', '/d', '/c']


def main():
    module = AnsibleModule(
        {'argv': {'type': 'list', 'elements': 'str', 'required': True}, 'output_encoding_override': {'type': 'str'}},
        supports_check_mode=False,
    )
    argv = module.params['argv']
    try:
        ran = move(argv[3:]) if argv[:3] == CMD else subprocess.run([here(argv[0]), *argv[1:]], capture_output=True)
    except OSError as why:
        module.fail_json(msg=f"Failed to run: '{argv[0]}': {why.strerror}", rc=why.errno)
    result = {'changed': True, 'rc': ran.returncode, 'stdout': ran.stdout.decode(), 'stderr': ran.stderr.decode()}
    if ran.returncode != 0:
        module.fail_json(msg='non-zero return code', **result)
    module.exit_json(**result)


def move(words):
    """cmd's `move /y FROM TO`, and several with && between."""
    rest = words
    while rest:
        verb, overwrite, old, new, *rest = rest
        if (verb, overwrite) != ('move', '/y') or rest[:1] not in ([], ['&&']):
            raise ValueError(words)
        os.replace(here(old), here(new))
        rest = rest[1:]
    return subprocess.CompletedProcess(words, 0, b'', b'')


if __name__ == '__main__':
    main()
