import { describe, expect, it } from 'vitest';
import { billOfMaterials } from '../../scripts/exe/bill-of-materials.mjs';

const facts = { name: 'iis-ssl-heal', node: '24.21.0', sha256: 'ab'.repeat(32) };
const made = (...packages: readonly string[]) =>
  billOfMaterials({ ...facts, packages: new Set(packages.map((name) => `node_modules/${name}`)) });

describe('the bill of materials', () => {
  it('names what is inside and nothing else, and is the same when it is made again', () => {
    const text = made('execa', 'cross-spawn', 'path-key');
    const bill = JSON.parse(text);
    expect(bill.bomFormat).toBe('CycloneDX');
    expect(bill.metadata.component).toMatchObject({
      name: 'iis-ssl-heal',
      type: 'application',
      hashes: [{ alg: 'SHA-256', content: facts.sha256 }],
    });
    const names = bill.components.map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(['cross-spawn', 'execa', 'node', 'path-key']);
    expect(bill.components[0].hashes[0].alg).toBe('SHA-512');
    const refs = new Set([...bill.components, bill.metadata.component].map((each) => each['bom-ref']));
    for (const { ref, dependsOn } of bill.dependencies)
      expect([ref, ...dependsOn].filter((each: string) => !refs.has(each))).toEqual([]);
    expect(made('execa', 'cross-spawn', 'path-key')).toBe(text);
  });

  it('is refused where a package is bundled that is not installed', () => {
    expect(() => made('no-such-package')).toThrow('no-such-package');
  });
});
