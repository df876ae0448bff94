import { z } from 'zod';
import {
  type AuthenticationConfig,
  authenticationMistakes,
  authenticationOf,
  authenticationVariables,
} from './config/authentication-variables.ts';
import { misspeltVariables } from './config/misspelt-variables.ts';
import { CannotStart } from './model/errors.ts';
import { isThisMachine } from './model/this-machine.ts';

/** The configuration of the server. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Folder of the embedded store and of recordings. */
  readonly dataDir: string;
  /** How often to look for profiles with `autoTopUp` whose pool is short, in milliseconds; 0 for never. */
  readonly maintenanceMs: number;
  /** Whether an empty store gets the demo profiles. */
  readonly demo: boolean;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** Origins whose pages may call the API, in addition to pages served by this machine. */
  readonly corsOrigins: readonly string[];
  readonly authentication: AuthenticationConfig;
  /** The path of the manifest of the only operations that are executed; null to execute every operation. */
  readonly persistedOperations: string | null;
  /** How many requests a subject may send in a minute; null for any number. */
  readonly requestsPerMinute: number | null;
  /** Azure Cosmos DB as the store; null for the embedded one. */
  readonly cosmos: CosmosConfig | null;
  /** The URL under which clients reach this server, without a slash at its end; null for the origin they call. */
  readonly publicUrl: string | null;
  /** The model that writes dialogs; null for the built-in templates. */
  readonly llm: LlmConfig | null;
  /** The service that voices dialogs; null for none. */
  readonly tts: TtsConfig | null;
  /** Azure Blob Storage for recordings; null for a folder. */
  readonly blobs: { readonly connectionString: string } | { readonly accountUrl: string } | null;
}

export interface CosmosConfig {
  readonly endpoint: string;
  /** Null for Azure's default credential chain. */
  readonly key: string | null;
  readonly database: string;
  /** Whether to create the database if it is absent. A database that was named is not: the name may be mistyped. */
  readonly createDatabase: boolean;
}

export interface LlmConfig {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
  /** Paid calls at once in this process, 1 to 100. */
  readonly concurrency: number;
  /** Deadline of one call in milliseconds, 1,000 to 300,000. */
  readonly timeoutMs: number;
  /** Most paid calls an hour in this process; null for no cap. */
  readonly maxCallsPerHour: number | null;
  /** What a million tokens cost; null if that was not set. */
  readonly prices: { readonly perMillionInputTokens: number; readonly perMillionOutputTokens: number } | null;
}

export interface TtsConfig {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
  /** Sentences being spoken at once for this process, 1 to 100. */
  readonly concurrency: number;
  /** Deadline of one call in milliseconds, 1,000 to 300,000. */
  readonly timeoutMs: number;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
/** A URL that a path is appended to. `fetch` refuses URLs with a password in them. */
const baseUrl = url.refine((text) => {
  if (!URL.canParse(text)) return true;
  const { username, password, search, hash } = new URL(text);
  return username + password + search + hash === '';
}, 'must not have a user name, a password, a query or a fragment');
const whole = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);
/** More than a million tokens cost in any currency. A cost must be a finite number. */
const LARGEST_PRICE = 1_000_000_000;
const price = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'must be a price such as 0.27')
  .transform(Number)
  .refine((value) => value <= LARGEST_PRICE, `must be at most ${LARGEST_PRICE}`);
const headerText = z.string().regex(/^[\x20-\x7e]+$/, 'has characters that no HTTP header may have');
const flag = z.enum(['0', '1'], 'must be 0 or 1').transform((value) => value === '1');
const origins = z
  .string()
  .transform((list) => list.split(',').map((origin) => origin.trim()))
  .refine(
    (list) => list.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
    'must be origins such as https://app.example.com, separated by commas',
  );

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: whole(0, 65_535).default(4000),
  DATA_DIR: z.string().default('./data'),
  DEMO: flag.optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  CORS_ORIGINS: origins.default([]),
  MAINTENANCE_SECONDS: whole(0, 86_400).default(60),
  PUBLIC_URL: baseUrl.transform((base) => base.replace(/\/+$/, '')).optional(),
  COSMOS_ENDPOINT: url.optional(),
  COSMOS_KEY: headerText.optional(),
  COSMOS_DATABASE: z
    .string()
    .regex(/^[^/\\?#]{1,255}$/, 'must be 1 to 255 characters without / \\ ? #')
    .optional(),
  LLM_BASE_URL: baseUrl.optional(),
  LLM_API_KEY: headerText.optional(),
  LLM_MODEL: z.string().max(190, 'must have at most 190 characters').optional(),
  LLM_CONCURRENCY: whole(1, 100).optional(),
  LLM_TIMEOUT_MS: whole(1000, 300_000).optional(),
  LLM_MAX_CALLS_PER_HOUR: whole(1, 1_000_000).optional(),
  LLM_INPUT_PRICE: price.optional(),
  LLM_OUTPUT_PRICE: price.optional(),
  TTS_BASE_URL: baseUrl.optional(),
  TTS_API_KEY: headerText.optional(),
  TTS_MODEL: z.string().optional(),
  TTS_CONCURRENCY: whole(1, 100).optional(),
  TTS_TIMEOUT_MS: whole(1000, 300_000).optional(),
  AZURE_STORAGE_CONNECTION_STRING: z.string().optional(),
  AZURE_STORAGE_ACCOUNT_URL: url.optional(),
  ...authenticationVariables,
  PERSISTED_OPERATIONS: z.string().optional(),
  RATE_LIMIT_PER_MINUTE: whole(1, 1_000_000).optional(),
});

/** Variables that others need: if one of `by` is set, `name` must be set too. */
const NEEDED: readonly [name: string, by: readonly string[]][] = [
  ['COSMOS_ENDPOINT', ['COSMOS_KEY', 'COSMOS_DATABASE']],
  [
    'LLM_BASE_URL',
    [
      'LLM_API_KEY',
      'LLM_MODEL',
      'LLM_CONCURRENCY',
      'LLM_TIMEOUT_MS',
      'LLM_MAX_CALLS_PER_HOUR',
      'LLM_INPUT_PRICE',
      'LLM_OUTPUT_PRICE',
    ],
  ],
  ['LLM_MODEL', ['LLM_BASE_URL']],
  ['LLM_INPUT_PRICE', ['LLM_OUTPUT_PRICE']],
  ['LLM_OUTPUT_PRICE', ['LLM_INPUT_PRICE']],
  ['TTS_BASE_URL', ['TTS_API_KEY', 'TTS_MODEL', 'TTS_CONCURRENCY', 'TTS_TIMEOUT_MS']],
  ['TTS_MODEL', ['TTS_BASE_URL']],
];

/** Variables of which only one may be set. */
const EXCLUSIVE = ['AZURE_STORAGE_CONNECTION_STRING', 'AZURE_STORAGE_ACCOUNT_URL'] as const;

/**
 * Reads the environment. Blanks around a value are removed, and an empty value counts as not set.
 * @throws {CannotStart} that names every mistake
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const trimmed = Object.entries(env).map(([name, value]) => [name, value?.trim()] as const);
  const set = Object.fromEntries(trimmed.filter(([, value]) => value));
  const parsed = environment.safeParse(set);
  const wrong = parsed.error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];
  const missing = NEEDED.flatMap(([name, by]) => {
    const other = by.find((each) => each in set);
    return other === undefined || name in set ? [] : [`${name} is missing, but ${other} is set`];
  });
  const both = EXCLUSIVE.every((name) => name in set) ? [`${EXCLUSIVE.join(' and ')} are both set`] : [];
  const auth = authenticationMistakes(set, isThisMachine(set.HOST ?? '127.0.0.1'));
  const misspelt = misspeltVariables(Object.keys(set), Object.keys(environment.shape));
  const mistakes = [...misspelt, ...wrong, ...missing, ...both, ...auth];
  if (!parsed.success || mistakes.length > 0) {
    throw new CannotStart(`The configuration is wrong:\n${mistakes.map((line) => `  ${line}`).join('\n')}`);
  }
  const { data } = parsed;
  return {
    host: data.HOST,
    port: data.PORT,
    dataDir: data.DATA_DIR,
    maintenanceMs: data.MAINTENANCE_SECONDS * 1000,
    demo: data.DEMO ?? data.COSMOS_ENDPOINT === undefined,
    logLevel: data.LOG_LEVEL,
    corsOrigins: data.CORS_ORIGINS,
    publicUrl: data.PUBLIC_URL ?? null,
    authentication: authenticationOf(set),
    persistedOperations: data.PERSISTED_OPERATIONS ?? null,
    requestsPerMinute: data.RATE_LIMIT_PER_MINUTE ?? null,
    cosmos:
      data.COSMOS_ENDPOINT === undefined
        ? null
        : {
            endpoint: data.COSMOS_ENDPOINT,
            key: data.COSMOS_KEY ?? null,
            database: data.COSMOS_DATABASE ?? 'dialog-pool',
            createDatabase: data.COSMOS_DATABASE === undefined,
          },
    llm:
      data.LLM_BASE_URL === undefined || data.LLM_MODEL === undefined
        ? null
        : {
            baseUrl: data.LLM_BASE_URL,
            apiKey: data.LLM_API_KEY ?? null,
            model: data.LLM_MODEL,
            concurrency: data.LLM_CONCURRENCY ?? 4,
            timeoutMs: data.LLM_TIMEOUT_MS ?? 60_000,
            maxCallsPerHour: data.LLM_MAX_CALLS_PER_HOUR ?? null,
            prices:
              data.LLM_INPUT_PRICE === undefined || data.LLM_OUTPUT_PRICE === undefined
                ? null
                : {
                    perMillionInputTokens: data.LLM_INPUT_PRICE,
                    perMillionOutputTokens: data.LLM_OUTPUT_PRICE,
                  },
          },
    tts:
      data.TTS_BASE_URL === undefined || data.TTS_MODEL === undefined
        ? null
        : {
            baseUrl: data.TTS_BASE_URL,
            apiKey: data.TTS_API_KEY ?? null,
            model: data.TTS_MODEL,
            concurrency: data.TTS_CONCURRENCY ?? 4,
            timeoutMs: data.TTS_TIMEOUT_MS ?? 60_000,
          },
    blobs: blobsOf(data.AZURE_STORAGE_CONNECTION_STRING, data.AZURE_STORAGE_ACCOUNT_URL),
  };
}

function blobsOf(connectionString: string | undefined, accountUrl: string | undefined): Config['blobs'] {
  if (connectionString !== undefined) return { connectionString };
  return accountUrl === undefined ? null : { accountUrl };
}
