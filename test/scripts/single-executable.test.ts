import { expect, test } from 'vitest';
import { RELEASE_NODE } from '../../scripts/exe/pins.mjs';
import { applicationConfig } from '../../scripts/exe/single-executable.mjs';

test('the .exe takes no NODE_OPTIONS: its settings say so, and the Node of a release knows the word', () => {
  expect(applicationConfig('iis-ssl-heal')).toMatchObject({ execArgvExtension: 'none' });
  const [major = 0, minor = 0] = RELEASE_NODE.split('.').map(Number);
  expect(major > 24 || (major === 24 && minor >= 6)).toBe(true);
});
