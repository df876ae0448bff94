import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * A worker runs much code a few times. So V8 gets more room for objects that soon are garbage, in megabytes, and inlines
 * little when it compiles. Together, this saves a tenth of the processor time of a worker.
 */
const V8_FLAGS = [
  '--min-semi-space-size=32',
  '--max-semi-space-size=64',
  '--max-inlined-bytecode-size-cumulative=100',
];

/** Files that take long, most of them in three folders. */
const LONG =
  /\/(?:(?:cosmos|processes|words)\/[^/]+|(?:sqlite\/contract|http\/stalled-connections)\.test\.ts)$/;

/**
 * Begins with files that take long. Without the durations of an earlier run, vitest begins with the largest files, and one
 * that is small and takes long would keep one worker busy when the others have ended.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/**
 * `npm test` runs `*.test.ts` and a few runs of each property (`*.property.ts`). `npm run test:deep`, which is
 * `--mode deep`, runs the properties at length, and `*.deep.ts`: what takes too long for every change.
 */
export default defineConfig(({ mode }) => ({
  // The file that Node itself takes: a second copy of the package would not know the classes of the first.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.property.ts', mode === 'deep' ? 'test/**/*.deep.ts' : 'test/**/*.test.ts'],
    env: { DEEP: mode === 'deep' ? '1' : '0' },
    // One more than the two cores of a small machine: several files wait for servers and clocks.
    maxWorkers: 3,
    execArgv: V8_FLAGS,
    // The files of a worker share their modules: importing takes 13 s of processor time in all, instead of 62 s. So no
    // test may leave a module's state changed.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/support/memory-folder.ts', 'test/support/build.ts'],
    setupFiles: 'test/support/repeated-properties.ts',
    // A busy machine may keep a test waiting for seconds.
    expect: { poll: { interval: 5, timeout: 60_000 } },
    // A property that runs at length may take minutes.
    testTimeout: mode === 'deep' ? 900_000 : 180_000,
    hookTimeout: 180_000,
  },
}));
