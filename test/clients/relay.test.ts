import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type ConcreteRequest, commitMutation, createOperationDescriptor, fetchQuery } from 'relay-runtime';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { type Claim, type CoursePage, courseUrl, expectWholePage, reviewOf } from './course-page.ts';
import { relayEnvironment } from './recipes/relay.ts';

const schema = join(import.meta.dirname, '../../schema.graphql');
/** The path of the compiler for this machine. */
const compiler: string = createRequire(import.meta.url)('relay-compiler');

const PAGE = `query PageQuery($id: ID!, $after: String) {
  profile(id: $id) {
    pool { unusedTotal shortfall wordCounts { pending } }
    words(first: 20, after: $after) @connection(key: "Page_words") { edges { node { id profileId text } } }
  }
}`;
const ENSURE = `mutation PageEnsureMutation {
  ensureDialogs(profileId: "ana", min: 5) { profile { pool { unusedTotal shortfall } } }
}`;
const CLAIM = `mutation PageClaimMutation {
  claimDialogs(profileId: "ana", count: 2) {
    id profileId word { id profileId } profile { pool { unusedTotal shortfall } }
  }
}`;
const REVIEW = `mutation PageReviewMutation($dialogId: ID!, $wordId: ID!) {
  updateProfile(id: "ana", input: { wordProgress: AUTOMATIC }) { id }
  reviewDialog(profileId: "ana", dialogId: $dialogId, results: [{ wordId: $wordId, grade: GOOD }]) {
    profile { pool { wordCounts { pending } } }
  }
}`;

/** Compiles documents against the published schema, as a frontend does. */
async function compiled(...documents: readonly string[]): Promise<ConcreteRequest[]> {
  const folder = await tempFolder();
  const settings = { src: 'src', schema: 'schema.graphql', language: 'javascript', eagerEsModules: true };
  await mkdir(join(folder, 'src'));
  await Promise.all([
    copyFile(schema, join(folder, 'schema.graphql')),
    writeFile(join(folder, 'relay.config.json'), JSON.stringify(settings)),
    writeFile(join(folder, 'src/Page.js'), documents.map((text) => `graphql\`${text}\`;\n`).join('')),
  ]);
  await promisify(execFile)(compiler, { cwd: folder });
  return Promise.all(
    documents.map(async (text) => {
      const [, name] = /^\w+ (\w+)/u.exec(text) ?? [];
      const artifact = join(folder, `src/__generated__/${name}.graphql.js`);
      return (await import(pathToFileURL(artifact).href)).default;
    }),
  );
}

/** A page that shows a course, and the mutations that it sends. */
async function coursePage(url: string, ...documents: readonly string[]) {
  const environment = relayEnvironment(url);
  const [page, ...mutations] = await compiled(PAGE, ...documents);
  if (!page) throw new Error('nothing was compiled');
  const operationOf = (id: string) => createOperationDescriptor(page, { id, after: null });
  environment.retain(operationOf('ana'));
  return {
    environment,
    operationOf,
    mutations,
    // A lookup has no type of its own: Relay's hooks take theirs from the compiler.
    shown: () => environment.lookup(operationOf('ana').fragment).data as unknown as CoursePage,
    /** Reads the page of words after a cursor. */
    read: (after: string | null) => fetchQuery(environment, page, { id: 'ana', after }).toPromise(),
    send: <Response extends Record<string, unknown>>(
      mutation: ConcreteRequest | undefined,
      variables: Record<string, string> = {},
    ) =>
      new Promise<Response>((resolve, reject) => {
        if (!mutation) throw new Error('there is no such mutation');
        commitMutation<{ variables: Record<string, string>; response: Response }>(environment, {
          mutation,
          variables,
          onCompleted: (response, errors) => (errors ? reject(errors) : resolve(response)),
          onError: reject,
        });
      }),
  };
}

test('Relay shows three pages as one list, and the new pool after a mutation without a refetch', async () => {
  const { read, send, shown, mutations } = await coursePage(await courseUrl(), ENSURE, CLAIM, REVIEW);
  const [ensure, claim, review] = mutations;
  await read(null);
  for (let pages = 1; shown().profile.words.pageInfo.hasNextPage; pages += 1) {
    expect(pages).toBeLessThan(3);
    await read(shown().profile.words.pageInfo.endCursor);
  }
  expectWholePage(shown(), 0);
  await send(ensure);
  expectWholePage(shown(), 5);
  const claimed = await send<Claim>(claim);
  expectWholePage(shown(), 3);
  await send(review, reviewOf(claimed));
  expectWholePage(shown(), 3, 49);
});

test('Relay keeps words of two profiles apart if they have the same id', async () => {
  const { environment, operationOf } = await coursePage('http://127.0.0.1:9');
  const textsOf = (id: string) => environment.lookup(operationOf(id).fragment).data;
  for (const [profileId, text] of [
    ['ana', 'Baum'],
    ['ben', 'Brot'],
  ] as const) {
    environment.commitPayload(operationOf(profileId), {
      profile: {
        id: profileId,
        pool: { unusedTotal: 0, shortfall: 12, wordCounts: { pending: 1 } },
        words: {
          edges: [{ cursor: '1', node: { __typename: 'Word', id: '1', profileId, text } }],
          pageInfo: { hasNextPage: false, endCursor: '1' },
        },
      },
    });
  }
  expect(textsOf('ana')).toMatchObject({ profile: { words: { edges: [{ node: { text: 'Baum' } }] } } });
  expect(textsOf('ben')).toMatchObject({ profile: { words: { edges: [{ node: { text: 'Brot' } }] } } });
});
