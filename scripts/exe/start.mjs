// The first lines of our .exe: the program's files are its assets (Node's documentation, "Single executable applications").
import { run, scriptOf } from '../../bin/start.cjs';
import { versionLine } from '../../src/model/version.ts';

const { getRawAsset } = process.getBuiltinModule('node:sea');

// Monitoring asks for it often: the program is not loaded for that.
if (process.argv.length === 3 && process.argv[2] === '--version') process.stdout.write(`${versionLine()}\n`);
else run((name) => scriptOf(Buffer.from(/** @type {ArrayBuffer} */ (getRawAsset(name))).toString('latin1'), name));
