import { readdirSync, readFileSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents for the tests, made from the published schema as a frontend makes its own. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: filesWithDocuments('test'),
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

/** Only these are parsed: parsing every file takes three times as long as all else. */
function filesWithDocuments(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return entry.name === 'node_modules' || entry.name === 'generated' ? [] : filesWithDocuments(path);
    return path.endsWith('.ts') && /\bgraphql\(\s*`|\/\* GraphQL \*\//.test(readFileSync(path, 'utf8'))
      ? [path]
      : [];
  });
}
