# What a document of iis-ssl-heal means to Ansible: changed, ok or failed. Pure: nothing is run or written here.

from __future__ import annotations

RISKS = ('safe', 'disruptive')
BAD_ENDS = (2, 5, 6, 7, 70)
BAD_VERDICTS = ('needs-person', 'faults-remain', 'rolled-back', 'half-done', 'refused', 'unknown')
LEFT_BEHIND = ('done', 'undo-failed')


def checked(check, fail_on):
    """The result of state=checked. Faults are no failure unless the playbook says so."""
    return looked(check, check['verdict'], check['summary']['says'], fail_on)


def checked_by_plan(fix, fail_on):
    """The same in check mode, from `fix --dry-run`: `check` would have the server remember how it was when healthy."""
    after = fix.get('after')
    verdict = after['verdict'] if after else 'unknown' if fix['verdict'] == 'unknown' else 'faulty'
    says = after['summary']['says'] if after else f'Faults: {", ".join(faults(fix)) or "not known"}.'
    return {**looked(fix, verdict, says, fail_on), 'findings': faults(fix)}


def looked(document, verdict, says, fail_on):
    return {
        'changed': False,
        'failed': verdict in fail_on,
        'msg': says,
        **heading(document),
        'verdict': verdict,
        'findings': [finding['id'] for finding in document.get('findings', [])],
    }


def healed(fix, risk, only_planned):
    """The result of state=healed: `fix` is what was done, or in check mode what would be."""
    plans = would_apply(fix, risk) if only_planned else fix['plans']
    covered = {fault for plan in plans for fault in plan['covers']}
    before = faults(fix)
    after = [fault for fault in before if fault not in covered] if only_planned else faults_after(fix)
    changed = bool(plans) if only_planned else any(outcome in LEFT_BEHIND for outcome in outcomes(plans))
    rest = left(fix, plans)
    # A dry run ends with 1 where there is something to apply, so its verdict and code judge only where nothing is.
    failed = bad_end(fix) if not (only_planned and plans) else False
    return {
        'changed': changed,
        'failed': failed or (only_planned and not plans and bool(before)),
        'msg': words(fix, plans, rest, only_planned),
        'warnings': rest if only_planned and changed else [],
        **heading(fix),
        'run_id': fix.get('runId'),
        'findings': after,
        'commands': [step['shown'] for plan in plans for step in plan['steps']],
        'diff': diff_of(fix, plans, before, after, only_planned) if changed else [],
    }


def would_apply(fix, risk):
    """The plans that `fix --yes=RISK` would apply."""
    allowed = RISKS[: RISKS.index(risk) + 1]
    return [plan for plan in fix['plans'] if plan['risk'] in allowed]


def faults(fix):
    """The faults that a fix found, by their ids."""
    planned = [fault for plan in fix['plans'] for fault in plan['covers']]
    return list(dict.fromkeys(planned + [each['finding'] for each in fix['blocked']]))


def faults_after(fix):
    after = fix.get('after')
    return [finding['id'] for finding in after['findings']] if after else faults(fix)


def outcomes(plans):
    return [step['outcome'] for plan in plans for step in plan['steps']]


def bad_end(fix):
    return fix['exitCode'] in BAD_ENDS or fix['verdict'] in BAD_VERDICTS


def left(fix, plans):
    """What a person still has to do, one sentence each."""
    blocked = [f'{each["subject"]}: {reason(each)}.' for each in fix['blocked']]
    stopped = [f'{plan["title"]}: {reason(plan["blocked"])}.' for plan in plans if plan.get('blocked')]
    held = [
        f'{plan["title"]}: its risk is {plan["risk"]}, more than was allowed.' for plan in fix['plans'] if plan not in plans
    ]
    return blocked + stopped + held


def reason(blocked):
    who = f'; needed: {blocked["who"]}' if blocked.get('who') else ''
    command = f'; to be run there: {blocked["command"]}' if blocked.get('command') else ''
    offer = f'; or {blocked["offer"]["says"]}: {blocked["offer"]["command"]}' if blocked.get('offer') else ''
    return blocked['why'] + who + command + offer


def words(fix, plans, rest, only_planned):
    """One line about what was done, or would be."""
    titles = '; '.join(plan['title'] for plan in plans) or 'nothing was changed'
    what = 'would repair' if only_planned and plans else fix['verdict']
    details = [f'{plan["detail"]}.' for plan in plans if plan.get('detail')]
    after = fix.get('after') or {}
    not_checked = [f'{each["what"]}: {each["why"]}.' for each in after.get('notChecked', [])]
    return ' '.join([f'{what}: {titles}.', *details, *rest, *(not_checked if fix['verdict'] == 'unknown' else [])])


def diff_of(fix, plans, before, after, only_planned):
    """What --diff prints: every command line, then the faults before and after."""
    computer = heading(fix)['computer']
    shown = [line for plan in plans for line in plan_lines(plan, only_planned)]
    return [
        {'prepared': '\n'.join([f'{"would run" if only_planned else "ran"} on {computer}', *shown, ''])},
        {
            'before_header': f'faults of {computer}, before',
            'after_header': f'faults of {computer}, after',
            'before': ''.join(f'{fault}\n' for fault in before),
            'after': ''.join(f'{fault}\n' for fault in after),
        },
    ]


def plan_lines(plan, only_planned):
    yield f'# {plan["title"]} ({plan["risk"]})'
    for step in plan['steps']:
        told = only_planned or step['outcome'] == 'done'
        yield step['shown'] if told else f'{step["shown"]}  [{step["outcome"]}]'


def heading(document):
    # Never a key named rc: Ansible takes one that is not 0 for a failure, and a faulty server is none.
    return {
        'verdict': document['verdict'],
        'exit_code': document['exitCode'],
        'computer': document['server'].get('computer', 'this server'),
        'version': document['version'],
    }
