# Reads what iis-ssl-heal printed, and says in one sentence why it cannot be understood. Pure: nothing is run here.

from __future__ import annotations

import json

UNDERSTOOD = 1
NEEDED = {
    'check': ('version', 'server', 'summary', 'exitCode', 'findings'),
    'fix': ('version', 'server', 'exitCode', 'plans', 'blocked'),
}


class NotUnderstood(Exception):
    """Its words are the one sentence that a person reads."""


def document_of(ran, command, program):
    """The document that `program` printed, or NotUnderstood. `ran` is what win_command returned."""
    document = parsed(ran, command, program)
    if not isinstance(document, dict) or 'schema' not in document or 'verdict' not in document:
        raise NotUnderstood(f'{program} {command} printed something that is no document of iis-ssl-heal.')
    if document['schema'] != UNDERSTOOD:
        raise NotUnderstood(
            f'{program} {command} printed a document of schema {document["schema"]}, and this collection understands '
            f'{UNDERSTOOD} only: update the collection.'
        )
    lacking = [field for field in NEEDED[command] if field not in document]
    if lacking:
        raise NotUnderstood(
            f'{program} is older than this collection (its {command} document has no {lacking[0]}): '
            'install a newer one, with heal_install.'
        )
    return document


def parsed(ran, command, program):
    if 'stdout' not in ran:
        why = next(lines(ran.get('msg')), 'it is not known why')
        raise NotUnderstood(f'{program} could not be started on this host ({why}): install it, with heal_install.')
    try:
        return json.loads(ran['stdout'].lstrip('\ufeff'))
    except ValueError:
        said = next(lines(ran.get('stderr'), last=True), 'it said nothing')
        end = f'ended with {ran.get("rc")}'
        raise NotUnderstood(f'{program} {command} printed no document and {end}: {said}') from None


def lines(text, last=False):
    all_lines = [line.strip() for line in (text or '').splitlines() if line.strip()]
    return iter(reversed(all_lines) if last else all_lines)
