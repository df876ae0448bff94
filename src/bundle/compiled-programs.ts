import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** The programs by their paths in the bundle. */
const PROGRAMS = {
  main: 'src/main.ts',
  'make-token': 'src/main/make-token.ts',
  // The server starts it by this path, from beside `main.js`.
  'process/main': 'src/adapters/anki/process/main.ts',
};

const OUT = 'bundle';

/** CommonJS packages call `require`, which modules do not have. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

export interface CompiledPrograms {
  /** The content of each file by its path in the bundle. */
  readonly files: Map<string, string | Uint8Array>;
  /** The paths of all files that content in the bundle comes from, relative to the working folder. */
  readonly inputs: readonly string[];
}

/**
 * Compiles the programs with all packages that they import. What the server loads only if the configuration needs it is
 * in files of its own. Nothing is minified, so that a stack trace can be read without a source map. `keepNames` is left out:
 * it adds a call for each function that is created, and a page of the pool takes 10 % longer.
 */
export async function compiledPrograms(): Promise<CompiledPrograms> {
  const { outputFiles, metafile, warnings } = await build({
    entryPoints: PROGRAMS,
    outdir: OUT,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    // Of each package, the files that Node itself takes: by default, esbuild prefers those of another condition.
    conditions: [],
    banner: { js: REQUIRE },
    loader: { '.node': 'copy' },
    assetNames: 'libsql',
    plugins: [onePlatform],
  });
  if (warnings.length > 0) throw new Error('the compiler has warned');
  const contents = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return {
    files: new Map(outputFiles.map(({ path, contents: bytes }) => [pathInBundle(path), bytes])),
    inputs: contents.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path),
  };
}

function pathInBundle(path: string): string {
  return relative(OUT, path).replaceAll('\\', '/');
}

const REQUIRED_BINARY = /return require\(`@libsql\/\$\{target\}`\);/;

/**
 * `libsql` requires the package of its binary by a name that it computes. In the bundle it is the binary that `libsql`
 * loads on this machine.
 */
const onePlatform: Plugin = {
  name: 'one-platform',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]node_modules[\\/]libsql[\\/]index\.js$/ }, async ({ path }) => {
      const [before, after, ...others] = (await readFile(path, 'utf8')).split(REQUIRED_BINARY);
      if (before === undefined || after === undefined || others.length > 0) {
        throw new Error('libsql loads its binary in another way than before');
      }
      const here = loadedPlatform();
      const check = `if (target !== '${here}') throw new Error('This bundle is for ${here}, not for ' + target);`;
      return { contents: `${before}${check} return require('@libsql/${here}');${after}` };
    }),
};

/** What `libsql` calls this machine's platform, such as `linux-x64-gnu`. */
function loadedPlatform(): string {
  const require = createRequire(import.meta.url);
  require('libsql');
  const platforms = Object.keys(require.cache).flatMap(
    (path) => /@libsql[\\/]([\w-]+)[\\/]index\.node$/.exec(path)?.[1] ?? [],
  );
  const [platform, ...others] = platforms;
  if (platform === undefined || others.length > 0) throw new Error('libsql has not loaded one binary');
  return platform;
}
