import { builtinModules } from 'node:module';
import { posix } from 'node:path';

/** One module importing another, or a package. */
interface Import {
  readonly from: string;
  /** A path below `src`, or the name of a package. */
  readonly to: string;
  readonly ours: boolean;
}

const STATEMENT = /^\s*(?:import|export)\b(?:[\w\s{},*$]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;
const CALL = /\bimport\s*\(\s*['"]([^'"]+)['"]/g;

/** The imports of a module, also those of types only, `node:` modules left out. */
function importsOf(file: string, source: string): Import[] {
  const specifiers = [STATEMENT, CALL].flatMap((pattern) =>
    [...source.matchAll(pattern)].map(([, to]) => to),
  );
  return specifiers.flatMap((specifier = ''): Import[] => {
    if (specifier.startsWith('.')) {
      return [{ from: file, to: posix.join(posix.dirname(file), specifier), ours: true }];
    }
    if (specifier.startsWith('node:') || builtinModules.includes(specifier)) return [];
    const [scope = '', name = ''] = specifier.split('/');
    return [{ from: file, to: scope.startsWith('@') ? `${scope}/${name}` : scope, ours: false }];
  });
}

/** What each part of `src` may import beside itself. A part not named here may import nothing. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  ports: ['model'],
  concurrency: ['ports', 'model'],
  pool: ['concurrency', 'ports', 'model'],
  voicing: ['concurrency', 'ports', 'model'],
  profiles: ['concurrency', 'ports', 'model'],
  words: ['concurrency', 'ports', 'model'],
  learning: ['concurrency', 'ports', 'model'],
  access: ['pool', 'voicing', 'learning', 'profiles', 'words', 'ports', 'model'],
  graphql: ['access', 'pool', 'voicing', 'learning', 'profiles', 'words', 'concurrency', 'ports', 'model'],
  http: ['access', 'graphql', 'words', 'concurrency', 'ports', 'model'],
  adapter: ['concurrency', 'ports', 'model'],
  demo: ['learning', 'ports', 'model'],
  config: ['model'],
};

/** What adapters of HTTP endpoints share: the one part that its siblings may import. */
const SHARED_BY_ADAPTERS = 'adapters/endpoint';

/** Folders of an adapter from the lowest layer up. A folder may import only those before it. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'adapters/cosmos': ['client', 'documents'],
  'adapters/sqlite': ['file'],
  'adapters/anki': ['messages.ts', 'process'],
};

/** Packages that belong to one part. Those not named here may be imported by adapters only. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  pool: ['dataloader'],
  access: ['dataloader'],
  words: ['htmlparser2', 'papaparse'],
  graphql: ['@pothos/core', '@pothos/plugin-validation', 'dataloader', 'graphql', 'graphql-scalars', 'zod'],
  http: [
    '@escape.tech/graphql-armor-max-aliases',
    '@escape.tech/graphql-armor-max-depth',
    '@graphql-yoga/plugin-persisted-operations',
    '@graphql-yoga/render-graphiql',
    '@whatwg-node/fetch',
    '@whatwg-node/promise-helpers',
    'graphql',
    'graphql-jit',
    'graphql-yoga',
    'jose',
    'lru-cache',
    'zod',
  ],
  config: ['zod'],
  bundle: ['esbuild', 'zod'],
};

/** Packages that only some of the adapters may import: the software that they adapt. */
const SDKS: Readonly<Record<string, readonly string[]>> = {
  // A collection of Anki is a SQLite file.
  libsql: ['adapters/sqlite', 'adapters/anki'],
  yauzl: ['adapters/anki'],
  fzstd: ['adapters/anki'],
  '@azure/cosmos': ['adapters/cosmos'],
  'prom-client': ['adapters/prometheus'],
  '@azure/storage-blob': ['adapters/audio-blob'],
  '@opentelemetry/api': ['adapters/tracing'],
};

/** Packages that only one file may import. ts-fsrs changes `Date.prototype`, so no other file may come to rely on it. */
const SINGLE_FILES: Readonly<Record<string, string>> = {
  'ts-fsrs': 'learning/fsrs.ts',
};

/**
 * Every import of the modules that breaks a rule, in words: calls run from `main.ts` down to the model, and imports
 * follow them; only an adapter looks up, to the port it keeps; and nothing imports in a circle.
 *
 * @param modules the source of each module by its path below `src`
 */
export function importFaults(modules: ReadonlyMap<string, string>): string[] {
  const imports = [...modules].flatMap(([file, source]) => importsOf(file, source));
  const faults = imports.flatMap((one) => (one.ours ? ownFault(one) : packageFault(one)));
  return [...faults, ...circles(imports.filter(({ ours }) => ours))];
}

function ownFault({ from, to }: Import): string[] {
  const [importer, imported] = [partOf(from), partOf(to)];
  if (importer === 'main') return [];
  if (importer === imported) return isUpward(from, to) ? [`${from} may not import ${to}`] : [];
  const isAdapter = importer.startsWith('adapters/');
  if (isAdapter && imported === SHARED_BY_ADAPTERS) return [];
  const allowed = MAY_IMPORT[isAdapter ? 'adapter' : importer] ?? [];
  return allowed.includes(imported) ? [] : [`${from} may not import ${to}`];
}

/** Whether a module in a lower layer of an adapter imports one in a higher layer. */
function isUpward(from: string, to: string): boolean {
  const layers = LAYERS[partOf(from)] ?? [];
  // A module outside the folders is in the highest layer.
  const layerOf = (file: string) => {
    const folder = layers.indexOf(file.split('/')[2] ?? '');
    return folder < 0 ? layers.length : folder;
  };
  return layerOf(to) > layerOf(from);
}

function packageFault({ from, to }: Import): string[] {
  const onlyFile = SINGLE_FILES[to];
  if (onlyFile !== undefined) return from === onlyFile ? [] : [`${from} may not import the package ${to}`];
  const importer = partOf(from);
  const sdkOf = SDKS[to];
  const allowed = importer.startsWith('adapters/')
    ? sdkOf === undefined || sdkOf.includes(importer)
    : importer === 'main'
      ? sdkOf === undefined
      : (PACKAGES[importer] ?? []).includes(to);
  return allowed ? [] : [`${from} may not import the package ${to}`];
}

/** `model`, `pool`, `ports`, `adapters/sqlite`, `main` and so on. */
function partOf(file: string): string {
  const [first = '', second = ''] = file.split('/');
  return first === 'adapters' ? `${first}/${second}` : first.replace(/\.ts$/, '');
}

/** Each circle once, found by walking the imports depth first. */
function circles(imports: readonly Import[]): string[] {
  const importedBy = new Map<string, string[]>();
  for (const { from, to } of imports) importedBy.set(from, [...(importedBy.get(from) ?? []), to]);
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push(`a circle: ${[...path.slice(start), file].join(' → ')}`);
    if (start >= 0 || done.has(file)) return;
    for (const next of importedBy.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of importedBy.keys()) walk(file, []);
  return found;
}
