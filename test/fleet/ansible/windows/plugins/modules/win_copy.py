#!/usr/bin/python
# The half of win_copy that runs on the host.
import base64
import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ansible.windows.plugins.module_utils.drive import here


def main():
    module = AnsibleModule({'dest': {'type': 'str'}, 'content': {'type': 'str', 'no_log': True}})
    path = here(module.params['dest'])
    with open(path, 'wb') as file:
        file.write(base64.b64decode(module.params['content']))
    os.chmod(path, 0o755)
    module.exit_json(changed=True)


if __name__ == '__main__':
    main()
