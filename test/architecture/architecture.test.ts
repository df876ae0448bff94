import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importFaults } from './import-rules.ts';

const SRC = join(import.meta.dirname, '../../src');

async function sourceFiles(): Promise<string[]> {
  const entries = await readdir(SRC, { recursive: true });
  return entries.filter((path) => path.endsWith('.ts')).map((path) => path.replaceAll('\\', '/'));
}

async function sources(): Promise<Map<string, string>> {
  const files = await sourceFiles();
  return new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(join(SRC, file), 'utf8')] as const)),
  );
}

test('imports run from main.ts down to the model, in no circle', async () => {
  const modules = await sources();
  expect(modules.size).toBeGreaterThan(30);
  expect(importFaults(modules)).toEqual([]);
});

test('a file is named after what it holds', async () => {
  const vague = /util|helper|manager|misc|common|shared/i;
  expect((await sourceFiles()).filter((file) => vague.test(basename(file)))).toEqual([]);
});

test('a file holds one idea, which needs at most 250 lines', async () => {
  const lengths = [...(await sources())].map(([file, text]) => [file, text.split('\n').length - 1] as const);
  expect(lengths.filter(([, lines]) => lines > 250)).toEqual([]);
});

describe('each rule finds its violation', () => {
  const planted: readonly [rule: string, file: string, source: string, fault: string][] = [
    [
      'the model imports nothing of ours',
      'model/word.ts',
      "import type { Store } from '../ports/store.ts';",
      'model/word.ts may not import ports/store.ts',
    ],
    [
      'the model imports no package',
      'model/word.ts',
      "import { z } from 'zod';",
      'model/word.ts may not import the package zod',
    ],
    [
      'a port knows nothing of the pool',
      'ports/events.ts',
      "import type { TopUp } from '../pool/top-up.ts';",
      'ports/events.ts may not import pool/top-up.ts',
    ],
    [
      'the pool knows its ports and never an adapter',
      'pool/pool.ts',
      "import { systemClock } from '../adapters/system/system-clock.ts';",
      'pool/pool.ts may not import adapters/system/system-clock.ts',
    ],
    [
      'the pool knows nothing of voicing: they meet in events',
      'pool/generate-dialogs.ts',
      "import type { Voicing } from '../voicing/voicing.ts';",
      'pool/generate-dialogs.ts may not import voicing/voicing.ts',
    ],
    [
      'voicing knows nothing of the pool',
      'voicing/voicing.ts',
      "import { createPool } from '../pool/pool.ts';",
      'voicing/voicing.ts may not import pool/pool.ts',
    ],
    [
      'words know nothing of the pool',
      'words/word-service.ts',
      "import { createPool } from '../pool/pool.ts';",
      'words/word-service.ts may not import pool/pool.ts',
    ],
    [
      'words import only the packages that read text',
      'words/word-service.ts',
      "import { z } from 'zod';",
      'words/word-service.ts may not import the package zod',
    ],
    [
      'learning knows nothing of the pool',
      'learning/need.ts',
      "import { wordWalk } from '../pool/word-walk.ts';",
      'learning/need.ts may not import pool/word-walk.ts',
    ],
    [
      'one file of learning imports FSRS',
      'learning/need.ts',
      "import { forgetting_curve } from 'ts-fsrs';",
      'learning/need.ts may not import the package ts-fsrs',
    ],
    [
      'not even main.ts imports FSRS',
      'main.ts',
      "import { fsrs } from 'ts-fsrs';",
      'main.ts may not import the package ts-fsrs',
    ],
    [
      'profiles know nothing of the schema',
      'profiles/profile-service.ts',
      "import { profileId } from '../graphql/input.ts';",
      'profiles/profile-service.ts may not import graphql/input.ts',
    ],
    [
      'profiles and words meet only in the model and the ports',
      'profiles/profile-service.ts',
      "import { createWordService } from '../words/word-service.ts';",
      'profiles/profile-service.ts may not import words/word-service.ts',
    ],
    [
      'an adapter never imports a sibling',
      'adapters/cosmos/words.ts',
      "import {\n  type Row,\n  rowOf,\n} from '../sqlite/rows.ts';",
      'adapters/cosmos/words.ts may not import adapters/sqlite/rows.ts',
    ],
    [
      'what adapters share knows none of them',
      'adapters/endpoint/endpoint.ts',
      "import { readCompletion } from '../llm/completion.ts';",
      'adapters/endpoint/endpoint.ts may not import adapters/llm/completion.ts',
    ],
    [
      'what adapters share is not imported by anything else',
      'voicing/recorder.ts',
      "import { CallFailed } from '../adapters/endpoint/call-failed.ts';",
      'voicing/recorder.ts may not import adapters/endpoint/call-failed.ts',
    ],
    [
      'an adapter imports the port and not the pool',
      'adapters/llm/writer.ts',
      "export { createPool } from '../../pool/pool.ts';",
      'adapters/llm/writer.ts may not import pool/pool.ts',
    ],
    [
      "an adapter's client knows nothing of its documents",
      'adapters/cosmos/client/query.ts',
      "import { parseWord } from '../documents/word-document.ts';",
      'adapters/cosmos/client/query.ts may not import adapters/cosmos/documents/word-document.ts',
    ],
    [
      "an adapter's file access knows nothing of its stores",
      'adapters/sqlite/file/database.ts',
      "import { words } from '../words.ts';",
      'adapters/sqlite/file/database.ts may not import adapters/sqlite/words.ts',
    ],
    [
      "an adapter imports no other adapter's software",
      'adapters/cosmos/words.ts',
      "import Libsql from 'libsql';",
      'adapters/cosmos/words.ts may not import the package libsql',
    ],
    [
      'only the adapter of traces knows OpenTelemetry',
      'adapters/llm/chat.ts',
      "import { trace } from '@opentelemetry/api';",
      'adapters/llm/chat.ts may not import the package @opentelemetry/api',
    ],
    [
      'the schema knows nothing of HTTP',
      'graphql/word.ts',
      "import { MAX_BODY } from '../http/limits/query-limits.ts';",
      'graphql/word.ts may not import http/limits/query-limits.ts',
    ],
    [
      'HTTP reaches the pool through the schema',
      'http/app.ts',
      "import { createPool } from '../pool/pool.ts';",
      'http/app.ts may not import pool/pool.ts',
    ],
    [
      'only main.ts composes',
      'http/app.ts',
      "const { openSqliteStore } = await import('../adapters/sqlite/sqlite-store.ts');",
      'http/app.ts may not import adapters/sqlite/sqlite-store.ts',
    ],
    [
      'nobody reads the configuration but main.ts',
      'http/serve.ts',
      "import { readConfig } from '../config.ts';",
      'http/serve.ts may not import config.ts',
    ],
    [
      'a new part is given its place first',
      'extras/report.ts',
      "import '../model/word.ts';",
      'extras/report.ts may not import model/word.ts',
    ],
  ];

  test.each(planted)('%s', (_, file, source, fault) => {
    expect(importFaults(new Map([[file, source]]))).toEqual([fault]);
  });

  test('nothing imports in a circle, of types neither', () => {
    const modules = new Map([
      ['pool/a.ts', "import { b } from './b.ts';\nimport { d } from './d.ts';"],
      ['pool/b.ts', "import type { C } from './c.ts';"],
      ['pool/c.ts', "import { b } from './b.ts';"],
      ['pool/d.ts', "import { readFile } from 'node:fs/promises';"],
    ]);
    expect(importFaults(modules)).toEqual(['a circle: pool/b.ts → pool/c.ts → pool/b.ts']);
  });

  test('an adapter may import what adapters share', () => {
    const source = "import { createEndpoint } from '../endpoint/endpoint.ts';";
    expect(importFaults(new Map([['adapters/llm/chat.ts', source]]))).toEqual([]);
  });

  test('main.ts may import everything of ours', () => {
    const source = `
      import { pino } from 'pino';
      import { openSqliteStore } from './adapters/sqlite/sqlite-store.ts';
      import { readConfig } from './config.ts';
      import { createApp } from './http/app.ts';
      import { createPool } from './pool/pool.ts';`;
    expect(importFaults(new Map([['main.ts', source]]))).toEqual([]);
  });
});
