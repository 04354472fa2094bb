// What `import process from 'node:process'` means in the bundle.

/**
 * As a module, every property of `process` is read, and with them the title of the console: libuv ends the program with an
 * assertion where that title is empty, as it can be where there is no console window. The global object is the same and
 * reads nothing. An import of a name that is not here fails the build.
 */
const SOURCE = `export default globalThis.process;
export const { execPath, execArgv, hrtime, platform } = globalThis.process;
`;

/** @type {import('esbuild').Plugin} */
export const processImport = {
  name: 'process-import',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:)?process$/ }, ({ kind }) =>
      kind === 'require-call'
        ? { path: 'required', namespace: 'process-import' }
        : { path: 'imported', namespace: 'process-import' },
    );
    onLoad({ filter: /.*/, namespace: 'process-import' }, ({ path }) => ({
      contents: path === 'required' ? 'module.exports = globalThis.process;' : SOURCE,
      loader: 'js',
    }));
  },
};
