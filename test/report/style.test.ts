import { describe, expect, it } from 'vitest';
import { styleFor } from '../../src/report/style.ts';

const utf8 = { LANG: 'de_DE.UTF-8' };

describe('styleFor', () => {
  it('colours a terminal, and nothing else', () => {
    expect(styleFor({ isTTY: true, columns: 100 }, utf8, 'linux')).toEqual({ color: true, width: 100, unicode: true });
    expect(styleFor({}, utf8, 'linux')).toEqual({ color: false, width: 80, unicode: true });
  });

  it('honours NO_COLOR when it is not empty, and a dumb terminal', () => {
    expect(styleFor({ isTTY: true }, { NO_COLOR: '1' }, 'linux').color).toBe(false);
    expect(styleFor({ isTTY: true }, { NO_COLOR: '' }, 'linux').color).toBe(true);
    expect(styleFor({ isTTY: true }, { TERM: 'dumb' }, 'linux').color).toBe(false);
  });

  it('takes a terminal without a width for a usual one, and wraps nowhere beyond 120', () => {
    expect(styleFor({ isTTY: true, columns: 0 }, utf8, 'linux').width).toBe(80);
    expect(styleFor({ isTTY: true, columns: 300 }, utf8, 'linux').width).toBe(120);
    expect(styleFor({ isTTY: true, columns: 40 }, utf8, 'linux').width).toBe(40);
  });

  it('falls back to ASCII for other locales, for the old Windows console and for logs on Windows', () => {
    expect(styleFor({ isTTY: true }, { LANG: 'C' }, 'linux').unicode).toBe(false);
    expect(styleFor({ isTTY: true }, { ...utf8, LC_ALL: 'C' }, 'linux').unicode).toBe(false);
    expect(styleFor({ isTTY: true }, {}, 'win32').unicode).toBe(false);
    expect(styleFor({ isTTY: true }, { WT_SESSION: 'x' }, 'win32').unicode).toBe(true);
    expect(styleFor({}, { WT_SESSION: 'x' }, 'win32').unicode).toBe(false);
  });
});
