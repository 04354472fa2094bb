# Where a path of Windows lies on a host of the stage.
import os


def here(path):
    if path[1:3] != ':\\':
        raise ValueError(f'not a whole path of Windows: {path}')
    return os.path.join(os.environ['HEAL_C'], *path[3:].split('\\'))
