// npm run build:exe [-- --wine] [-- --out FILE] [-- --url ADDRESS --publisher NAME]: the program as one .exe for Windows x64,
// with its SHA-256, its bill of materials, the licences of what is in it, the files for winget and the manifest for DSC beside it.
// Two runs on the same commit give the same bytes. ADDRESS and NAME are for winget: where this .exe is published, and by whom.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundledProgram } from './bundle.mjs';
import { billOfMaterials } from './exe/bill-of-materials.mjs';
import { ABOUT, NAME, ourExecutable } from './exe/our-executable.mjs';
import { RELEASE_NODE, WINE_NODE } from './exe/pins.mjs';
import { NO_ADDRESS, wingetManifests } from './exe/winget.mjs';
import { licencesOf } from './licences.mjs';
import { commit, license, root, version } from './program-facts.mjs';

const { values } = parseArgs({
  options: {
    wine: { type: 'boolean', default: false },
    out: { type: 'string', default: 'dist-exe/iis-ssl-heal.exe' },
    url: { type: 'string', default: NO_ADDRESS },
    publisher: { type: 'string', default: 'iis-ssl-heal' },
  },
});
const node = values.wine ? WINE_NODE : RELEASE_NODE;
const file = resolve(root, values.out);

const DSC_MANIFEST = 'iis-ssl-heal.dsc.resource.json';
const { files, packages } = await bundledProgram();
const exe = await ourExecutable(files, node);
const sha256 = createHash('sha256').update(exe).digest('hex');

mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, exe);
// The shape that sha256sum -c reads.
writeFileSync(`${file}.sha256`, `${sha256}  ${basename(file)}\n`);
writeFileSync(`${file}.cdx.json`, billOfMaterials({ packages, name: NAME, node, sha256 }));
writeFileSync(`${file}.licences.txt`, `${licencesOf(packages)}${licenceOfNode(node)}`);
copyFileSync(join(root, 'docs', 'dsc', DSC_MANIFEST), join(dirname(file), DSC_MANIFEST));
const winget = join(dirname(file), 'winget');
mkdirSync(winget, { recursive: true });
for (const { name, text } of wingetManifests({ version, sha256, license, about: ABOUT, ...values })) {
  writeFileSync(join(winget, name), text);
}
console.log(`${relative(process.cwd(), file)}: ${NAME} ${version} (${commit()}), Node ${node}, ${exe.length} bytes`);
console.log(`SHA-256 ${sha256}`);

/** The npm package of node.exe has no file of it. @param {string} node its version */
function licenceOfNode(node) {
  return `\n${'-'.repeat(80)}\n\nNode.js ${node}: https://github.com/nodejs/node/blob/v${node}/LICENSE\n`;
}
