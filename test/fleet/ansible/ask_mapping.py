# Calls the mapping of the collection, without Ansible: reads [[function, argument...]...] and prints what each returned.
import json
import sys

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True

from documents import NotUnderstood, document_of  # noqa: E402
import mapping  # noqa: E402


def answer(name, *arguments):
    try:
        return document_of(*arguments) if name == 'document_of' else getattr(mapping, name)(*arguments)
    except NotUnderstood as why:
        return {'not_understood': str(why)}


json.dump([answer(*call) for call in json.load(sys.stdin)], sys.stdout)
