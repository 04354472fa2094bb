#!/usr/bin/python
import hashlib
import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ansible.windows.plugins.module_utils.drive import here


def main():
    module = AnsibleModule(
        {'path': {'type': 'str', 'required': True}, 'checksum_algorithm': {'choices': ['sha256'], 'required': True}},
        supports_check_mode=True,
    )
    path = here(module.params['path'])
    if not os.path.exists(path):
        module.exit_json(stat={'exists': False})
    with open(path, 'rb') as file:
        module.exit_json(stat={'exists': True, 'checksum': hashlib.sha256(file.read()).hexdigest()})


if __name__ == '__main__':
    main()
