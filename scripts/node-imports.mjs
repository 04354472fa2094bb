// What two imports of Node's own modules mean in the bundle.

/**
 * As a module, every property of `process` is read, and with them the title of the console: libuv ends the program with an
 * assertion where that title is empty, as it can be where there is no console window. The global object is the same and
 * reads nothing. An import of a name that is not here fails the build.
 */
const PROCESS = `export default globalThis.process;
export const { execPath, execArgv, hrtime, platform } = globalThis.process;
`;

/** @type {Readonly<Record<string, string>>} */
const CONTENTS = {
  'process, imported': PROCESS,
  'process, required': 'module.exports = globalThis.process;',
  // Commander would start a subcommand that is a program of its own. None of ours is, and to load this takes 3 ms of each start.
  'child_process, of commander': 'module.exports = {};',
};

/** @type {import('esbuild').Plugin} */
export const nodeImports = {
  name: 'node-imports',
  setup({ onResolve, onLoad }) {
    const to = (/** @type {string} */ path) => ({ path, namespace: 'node-imports' });
    onResolve({ filter: /^(?:node:)?process$/ }, ({ kind }) =>
      to(kind === 'require-call' ? 'process, required' : 'process, imported'),
    );
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]commander[\\/]/.test(importer) ? to('child_process, of commander') : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'node-imports' }, ({ path }) => ({
      contents: CONTENTS[path] ?? '',
      loader: 'js',
    }));
  },
};
