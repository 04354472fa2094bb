// Put in by the bundler; under the tests they are what vitest.config.ts says.

declare const __VERSION__: string;
declare const __COMMIT__: string;

/** The program's version, as in package.json. */
export const VERSION = __VERSION__;

/** The commit that it was built from. */
export const COMMIT = __COMMIT__;
