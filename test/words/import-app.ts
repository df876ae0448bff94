import { readdir } from 'node:fs/promises';
import type { ImportWordsInput } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openTestApp, type TestApp } from '../support/test-app.ts';

const Import = graphql(`
  mutation ImportWords($profileId: ID!, $input: ImportWordsInput!) {
    importWords(profileId: $profileId, input: $input) {
      added
      existing
      repeated
      rejected { line reason }
      rejectedTotal
    }
  }
`);

const Words = graphql(`
  query ImportedWords($profileId: ID!, $after: String) {
    profile(id: $profileId) {
      words(first: 100, after: $after) {
        edges { node { text translation state createdAt } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

interface Imported {
  readonly added: number;
  readonly existing: number;
  readonly repeated: number;
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
  readonly rejectedTotal: number;
}

/** A word as it is listed: its text, then `=` and its translation if it has one, then its state. */
type Listed = string;

/** An app with the empty profile `course`, into which words are imported. */
export interface ImportApp extends TestApp {
  /** Imports a text; CSV if nothing else is said. An error fails the test. */
  importWords(text: string, options?: Partial<ImportWordsInput>, profileId?: string): Promise<Imported>;
  /** The code and the message of the error with which an import is refused. */
  refused(text: string, options?: Partial<ImportWordsInput>, profileId?: string): Promise<[string, string]>;
  /** The files that reading packages of Anki has left, or uses now. */
  packageFiles(): Promise<string[]>;
  /** The words of the profile, in the order in which they are listed. */
  listed(profileId?: string): Promise<Listed[]>;
}

export async function openImportApp(options: Parameters<typeof openTestApp>[0] = {}): Promise<ImportApp> {
  const decksFolder = await tempFolder();
  const app = await openTestApp({ decksFolder, ...options });
  await createCourse(app.store);
  const variables = (text: string, more: Partial<ImportWordsInput>, profileId: string) => ({
    profileId,
    input: { text, format: 'CSV' as const, ...more },
  });
  return {
    ...app,
    async importWords(text, more = {}, profileId = 'course') {
      return (await app.ask(Import, variables(text, more, profileId))).importWords;
    },
    async refused(text, more = {}, profileId = 'course') {
      const { errors } = await app.send(Import, variables(text, more, profileId));
      return [String(errors[0]?.extensions?.code), errors[0]?.message ?? ''];
    },
    packageFiles: () => readdir(decksFolder),
    async listed(profileId = 'course') {
      const words: Listed[] = [];
      for (let after: string | null = null; ; ) {
        const { profile }: { profile?: WordPage | null } = await app.ask(Words, { profileId, after });
        if (!profile) throw new Error('there is no such profile');
        for (const { node } of profile.words.edges) {
          words.push(`${node.text}${node.translation == null ? '' : ` = ${node.translation}`} ${node.state}`);
        }
        if (!profile.words.pageInfo.hasNextPage) return words;
        after = profile.words.pageInfo.endCursor ?? null;
      }
    },
  };
}

interface WordPage {
  readonly words: {
    readonly edges: readonly {
      readonly node: { readonly text: string; readonly translation?: string | null; readonly state: string };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
  };
}

/** The bytes of a package that is being sent: its beginning, and the rest once `rest` resolves. */
export function arrivingSlowly(
  bytes: Uint8Array<ArrayBuffer>,
  rest: Promise<void>,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(bytes.slice(0, 100)),
    async pull(controller) {
      await rest;
      controller.enqueue(bytes.slice(100));
      controller.close();
    },
  });
}
