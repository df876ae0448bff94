import { exec } from 'node:child_process';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';

const root = join(import.meta.dirname, '../..');
const [generator, compiler] = ['graphql-codegen', 'tsc'].map((name) => join('node_modules', '.bin', name));

/** The settings of TypeScript that a new project of Vite has, as far as they ask more of generated code. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'dom'],
    module: 'esnext',
    moduleResolution: 'bundler',
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['src'],
};

const PAGE = `import { graphql } from './generated';
import type { TypedDocumentString } from './generated/graphql';

declare function ask<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result>;

const Page = graphql(\`
  query FrontendPage($id: ID!, $states: [WordState!]) {
    profile(id: $id) {
      createdAt
      words(first: 20, states: $states) { edges { node { text memory { due } } } }
    }
  }
\`);

const { profile } = await ask(Page, { id: 'ana', states: ['PENDING'] });
export const createdAt: string | undefined = profile?.createdAt;
export const due: string | undefined = profile?.words.edges[0]?.node.memory?.due;
`;

const WRONG = `
// A wrong value of a variable, a wrong type of a result, and a field that was not selected.
ask(Page, { id: 'ana', states: ['FORGOTTEN'] });
export const year: Date | undefined = profile?.createdAt;
export const level = profile?.level;
`;

/** The output of the generator and of the compiler in a frontend that is set up as the README says. */
async function checked(page: string): Promise<string> {
  const folder = await tempFolder();
  const readme = await readFile(join(root, 'src/graphql/README.md'), 'utf8');
  const [, recipe] = /```ts\n(import type \{ CodegenConfig \}.*?)```/su.exec(readme) ?? [];
  if (recipe === undefined) throw new Error('the README has no codegen.ts');
  await mkdir(join(folder, 'src'));
  await Promise.all([
    symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction'),
    copyFile(join(root, 'schema.graphql'), join(folder, 'schema.graphql')),
    writeFile(join(folder, 'codegen.ts'), recipe),
    writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG)),
    writeFile(join(folder, 'src/page.ts'), page),
  ]);
  const { stdout } = await promisify(exec)(`${generator} && ${compiler}`, { cwd: folder }).catch(
    (failed: { stdout: string }) => failed,
  );
  return stdout;
}

test('the recipe for typed documents types variables, results and times in a strict frontend', async () => {
  const output = await checked(PAGE + WRONG);
  expect(output.match(/^src\/.*$/gmu)).toEqual([
    expect.stringMatching(/^src\/page\.ts\(23,\d+\): .*'"FORGOTTEN"' is not assignable to type 'WordState'/u),
    expect.stringMatching(/^src\/page\.ts\(24,\d+\): .*not assignable to type 'Date/u),
    expect.stringMatching(/^src\/page\.ts\(25,\d+\): .*'level' does not exist/u),
  ]);
});
