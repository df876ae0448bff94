import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The file that Node itself takes: a second copy of the package would not know the classes of the first.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/build.ts',
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
