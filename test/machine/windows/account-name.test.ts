import { describe, expect, it } from 'vitest';
import { accountName } from '../../../src/machine/windows/account-name.ts';

const as = (USERDOMAIN: string, username: string) => ({ USERDOMAIN, username });

describe('accountName', () => {
  it('fills in the letters that the code page has lost', () => {
    expect(accountName('firma\\j?rg', as('FIRMA', 'Jörg'))).toBe('FIRMA\\Jörg');
    expect(accountName('pc\\????', as('PC', '太郎'))).toBe('PC\\太郎');
  });

  it.each([
    ['nothing is lost', 'pc\\olga', as('PC', 'Jörg')],
    ['it is another account', 'pc\\j?rg', as('PC', 'Jürgen')],
    ['the environment has no lost letter there', 'pc\\j?rg', as('PC', 'jurg')],
    ['the environment is empty', 'pc\\j?rg', {}],
    ['the name has signs of patterns', 'pc\\(a|b)*?', as('PC', 'aé')],
  ])('leaves the name as printed where %s', (_, printed, environment) => {
    expect(accountName(printed, environment)).toBe(printed);
  });
});
