import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents for the tests, made from the published schema as a frontend makes its own. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['test/**/*.ts', '!test/generated/**', '!test/**/node_modules/**'],
  generates: {
    'test/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: { DateTime: 'string' },
      },
    },
  },
  importExtension: '.ts',
  ignoreNoDocuments: true,
};

export default config;
