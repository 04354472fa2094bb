# The half of win_copy that runs on the controller, where the file lies.
import base64

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        if self._task.check_mode:
            return {'changed': True}
        with open(self._task.args['src'], 'rb') as file:
            content = base64.b64encode(file.read()).decode()
        arguments = {'dest': self._task.args['dest'], 'content': content}
        return self._execute_module('ansible.windows.win_copy', module_args=arguments, task_vars=task_vars)
