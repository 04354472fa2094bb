import { afterEach, describe, expect, it, vi } from 'vitest';
import { styleFor } from '../../../src/report/terminal/style.ts';

const utf8 = { LANG: 'de_DE.UTF-8' };

const platform = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};

afterEach(() => {
  vi.unstubAllEnvs();
  Object.defineProperty(process, 'platform', platform);
});

describe('styleFor', () => {
  it('colours a terminal, and nothing else', () => {
    expect(styleFor({ isTTY: true, columns: 100 }, utf8)).toEqual({ color: true, width: 100, unicode: true });
    expect(styleFor({}, utf8)).toEqual({ color: false, width: 80, unicode: true });
  });

  it('honours NO_COLOR when it is not empty, and a dumb terminal', () => {
    expect(styleFor({ isTTY: true }, { NO_COLOR: '1' }).color).toBe(false);
    expect(styleFor({ isTTY: true }, { NO_COLOR: '' }).color).toBe(true);
    expect(styleFor({ isTTY: true }, { TERM: 'dumb' }).color).toBe(false);
  });

  it('takes a terminal without a width for a usual one, and wraps nowhere beyond 120', () => {
    expect(styleFor({ isTTY: true, columns: 0 }, utf8).width).toBe(80);
    expect(styleFor({ isTTY: true, columns: 300 }, utf8).width).toBe(120);
    expect(styleFor({ isTTY: true, columns: 40 }, utf8).width).toBe(40);
  });

  it('falls back to ASCII for other locales', () => {
    expect(styleFor({ isTTY: true }, { LANG: 'C' }).unicode).toBe(false);
    expect(styleFor({ isTTY: true }, { ...utf8, LC_ALL: 'C' }).unicode).toBe(false);
    expect(styleFor({ isTTY: true }, utf8).unicode).toBe(true);
  });

  it.each([
    ['the old Windows console', { isTTY: true }, {}, false],
    ['the new Windows terminal', { isTTY: true }, { WT_SESSION: 'x' }, true],
    ['a log on Windows', {}, { WT_SESSION: 'x' }, false],
  ])('knows %s', (_name, stream, env, unicode) => {
    for (const name of ['WT_SESSION', 'TERM', 'TERM_PROGRAM']) vi.stubEnv(name, (env as Record<string, string>)[name]);
    Object.defineProperty(process, 'platform', { ...platform, value: 'win32' });
    expect(styleFor(stream, env).unicode).toBe(unicode);
  });
});
