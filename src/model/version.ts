// Put in by the bundler; under the tests they are what vitest.config.ts says.

declare const __VERSION__: string;
declare const __COMMIT__: string;

/** The program's version, as in package.json. */
export const VERSION = __VERSION__;

/** Program, commit and Node in one line. */
export const versionLine = (): string => `iis-ssl-heal ${VERSION} (${__COMMIT__}), Node ${process.versions.node}`;
