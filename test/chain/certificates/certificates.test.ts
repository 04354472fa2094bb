import { describe, expect, it } from 'vitest';
import { findCertificate, notAllCertificates } from '../../../src/chain/certificates/certificates.ts';
import { joinChains } from '../../../src/chain/join.ts';
import type { UnreadableEntry } from '../../../src/model/server/certificate.ts';
import { evidence, FRONT, have, lack, SHOP } from '../../support/evidence-folder.ts';

const OTHER = 'A'.repeat(40);
const unreadable = (changes: Partial<UnreadableEntry> = {}): UnreadableEntry => ({
  store: 'MY',
  name: OTHER,
  why: 'the entry has no Blob of binary type',
  thumbprint: OTHER,
  ...changes,
});
const look = (thumbprint: string, entries: readonly UnreadableEntry[], store = 'MY') => {
  const found = findCertificate(evidence({ unreadableEntries: entries }), store, thumbprint);
  return found.known ? (found.value?.thumbprint ?? 'missing') : found.why;
};
const WHY = `the entry ${OTHER} of LocalMachine\\MY is unreadable: the entry has no Blob of binary type`;

describe('an entry of a store that cannot be read', () => {
  it('blinds only what names its thumbprint', () => {
    expect(look(FRONT.thumbprint, [unreadable()])).toBe(FRONT.thumbprint);
    expect(look('B'.repeat(40), [unreadable()])).toBe('missing');
    expect(look(OTHER, [unreadable()])).toBe(WHY);
    expect(look(OTHER, [unreadable()], '')).toBe(WHY);
    expect(look(OTHER, [unreadable()], 'WebHosting')).toBe('missing');
  });

  it('may be any that is not found where its name does not say which it is', () => {
    const { thumbprint, ...nameless } = unreadable();
    expect(look(FRONT.thumbprint, [nameless])).toBe(FRONT.thumbprint);
    expect(look('B'.repeat(40), [nameless])).toBe(WHY);
  });

  it('leaves the chain of a record that names another certificate judged', () => {
    const states = (entries: readonly UnreadableEntry[]) =>
      joinChains(evidence({ unreadableEntries: entries })).map(({ links }) => links.map(({ state }) => state));
    expect(states([unreadable()])).toEqual(states([]));
  });
});

describe('notAllCertificates', () => {
  it('says why the certificates are not all known', () => {
    expect(notAllCertificates(evidence())).toBeUndefined();
    expect(notAllCertificates(evidence({ unreadableEntries: [unreadable()] }))).toBe(WHY);
    const closed = evidence({ storeWebHosting: lack('access denied'), storeMy: have([FRONT, SHOP]) });
    expect(notAllCertificates(closed)).toBe('LocalMachine\\WebHosting was not read: access denied');
    expect(notAllCertificates({ ...closed, unreadableEntries: [unreadable()] })).toBe(
      `LocalMachine\\WebHosting was not read: access denied; ${WHY}`,
    );
  });
});
