#!/usr/bin/python
import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ansible.windows.plugins.module_utils.drive import here


def main():
    module = AnsibleModule(
        {'path': {'type': 'str', 'required': True}, 'state': {'choices': ['directory', 'absent'], 'required': True}},
        supports_check_mode=True,
    )
    path, wanted = here(module.params['path']), module.params['state'] == 'directory'
    if os.path.exists(path) == wanted:
        module.exit_json(changed=False)
    if not module.check_mode:
        os.makedirs(path) if wanted else os.remove(path)
    module.exit_json(changed=True)


if __name__ == '__main__':
    main()
