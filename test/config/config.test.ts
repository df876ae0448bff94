import { describe, expect, test } from 'vitest';
import { type Config, readConfig } from '../../src/config.ts';
import { mistakesIn } from './mistakes.ts';

const LLM = { LLM_BASE_URL: 'https://llm.example/v1', LLM_MODEL: 'writer' };
const TTS = { TTS_BASE_URL: 'https://tts.example/v1', TTS_MODEL: 'speaker' };
const COSMOS = { COSMOS_ENDPOINT: 'https://cosmos.example:443/' };

type Env = Readonly<Record<string, string>>;

test('without any variable, the server runs on this machine alone, with the embedded store and the demo', () => {
  expect(readConfig({})).toEqual({
    host: '127.0.0.1',
    port: 4000,
    dataDir: './data',
    maintenanceMs: 60_000,
    demo: true,
    logLevel: 'info',
    corsOrigins: [],
    publicUrl: null,
    cosmos: null,
    llm: null,
    tts: null,
    blobs: null,
    authentication: { jwt: null, keysFile: null },
    persistedOperations: null,
    requestsPerMinute: null,
  } satisfies Config);
});

test('every variable is read', () => {
  const config = readConfig({
    HOST: '::1',
    PORT: '0',
    DATA_DIR: '/var/lib/dialogs',
    MAINTENANCE_SECONDS: '300',
    DEMO: '0',
    LOG_LEVEL: 'debug',
    CORS_ORIGINS: 'https://app.example.com, http://staging.example.com:8080',
    PUBLIC_URL: 'https://dialogs.example.com/pool/',
    COSMOS_ENDPOINT: 'https://cosmos.example:443/',
    COSMOS_KEY: 'key',
    COSMOS_DATABASE: 'dialogs',
    LLM_BASE_URL: 'http://127.0.0.1:11434/v1',
    LLM_API_KEY: 'secret',
    LLM_MODEL: 'writer',
    LLM_CONCURRENCY: '8',
    LLM_TIMEOUT_MS: '30000',
    LLM_MAX_CALLS_PER_HOUR: '500',
    LLM_INPUT_PRICE: '0.27',
    LLM_OUTPUT_PRICE: '1',
    TTS_BASE_URL: 'http://127.0.0.1:8880/v1',
    TTS_API_KEY: 'voice-secret',
    TTS_MODEL: 'speaker',
    TTS_CONCURRENCY: '2',
    TTS_TIMEOUT_MS: '20000',
    AZURE_STORAGE_CONNECTION_STRING: 'AccountName=a;AccountKey=b',
    AUTH: 'keys, jwt',
    AUTH_JWKS_URL: 'https://issuer.example/keys',
    AUTH_ISSUER: 'https://issuer.example/',
    AUTH_AUDIENCE: 'dialogs',
    AUTH_ROLES_CLAIM: 'realm_access.roles',
    AUTH_KEYS_FILE: '/etc/dialogs/keys.json',
    PERSISTED_OPERATIONS: 'persisted-documents.json',
    RATE_LIMIT_PER_MINUTE: '120',
  });
  expect(config).toEqual({
    host: '::1',
    port: 0,
    dataDir: '/var/lib/dialogs',
    maintenanceMs: 300_000,
    demo: false,
    logLevel: 'debug',
    corsOrigins: ['https://app.example.com', 'http://staging.example.com:8080'],
    publicUrl: 'https://dialogs.example.com/pool',
    cosmos: {
      endpoint: 'https://cosmos.example:443/',
      key: 'key',
      database: 'dialogs',
      createDatabase: false,
    },
    llm: {
      baseUrl: 'http://127.0.0.1:11434/v1',
      apiKey: 'secret',
      model: 'writer',
      concurrency: 8,
      timeoutMs: 30_000,
      maxCallsPerHour: 500,
      prices: { perMillionInputTokens: 0.27, perMillionOutputTokens: 1 },
    },
    tts: {
      baseUrl: 'http://127.0.0.1:8880/v1',
      apiKey: 'voice-secret',
      model: 'speaker',
      concurrency: 2,
      timeoutMs: 20_000,
    },
    blobs: { connectionString: 'AccountName=a;AccountKey=b' },
    authentication: {
      jwt: {
        key: { jwksUrl: 'https://issuer.example/keys' },
        issuer: 'https://issuer.example/',
        audience: 'dialogs',
        rolesClaim: 'realm_access.roles',
      },
      keysFile: '/etc/dialogs/keys.json',
    },
    persistedOperations: 'persisted-documents.json',
    requestsPerMinute: 120,
  } satisfies Config);
});

test('an endpoint and a model are enough for dialogs written by a model', () => {
  expect(readConfig(LLM).llm).toEqual({
    baseUrl: 'https://llm.example/v1',
    apiKey: null,
    model: 'writer',
    concurrency: 4,
    timeoutMs: 60_000,
    maxCallsPerHour: null,
    prices: null,
  });
});

test('an endpoint and a model are enough for a voice', () => {
  expect(readConfig(TTS).tts).toEqual({
    baseUrl: 'https://tts.example/v1',
    apiKey: null,
    model: 'speaker',
    concurrency: 4,
    timeoutMs: 60_000,
  });
});

test('recordings are kept in one account, named in one of two ways', () => {
  const accountUrl = 'https://account.blob.core.windows.net';
  const both = { AZURE_STORAGE_CONNECTION_STRING: 'AccountName=a', AZURE_STORAGE_ACCOUNT_URL: accountUrl };
  expect(readConfig({ AZURE_STORAGE_ACCOUNT_URL: accountUrl }).blobs).toEqual({ accountUrl });
  expect(mistakesIn(both)).toEqual([
    'AZURE_STORAGE_CONNECTION_STRING and AZURE_STORAGE_ACCOUNT_URL are both set',
  ]);
});

test('an endpoint is enough for Cosmos DB, which gets no demo unless it is asked for', () => {
  expect(readConfig(COSMOS)).toMatchObject({
    demo: false,
    cosmos: {
      endpoint: 'https://cosmos.example:443/',
      key: null,
      database: 'dialog-pool',
      createDatabase: true,
    },
  });
  expect(readConfig({ ...COSMOS, DEMO: '1' }).demo).toBe(true);
});

test('blanks around a value are removed, and an empty value counts as not set', () => {
  const env = { PORT: ' 4001 ', HOST: '', DATA_DIR: '  ', LLM_API_KEY: ' ', COSMOS_KEY: '\t' };
  expect(readConfig(env)).toEqual({ ...readConfig({}), port: 4001 });
});

test('variables of other programs are ignored', () => {
  expect(readConfig({ PATH: '/usr/bin', PORTS: 'x', port: 'x' })).toEqual(readConfig({}));
});

describe('a wrong value is named with what would be right', () => {
  const url = 'must be an http or https URL';
  const baseUrl = 'must not have a user name, a password, a query or a fragment';
  const whole = (min: number, max: number) => `must be a whole number from ${min} to ${max}`;
  const origins = 'must be origins such as https://app.example.com, separated by commas';
  const database = 'must be 1 to 255 characters without / \\ ? #';
  const price = 'must be a price such as 0.27';

  test.each<[variable: string, values: readonly string[], mistake: string, among?: Env]>([
    ['PORT', ['x', '-1', '4000.5', '0x10', '4e3', '４０００'], whole(0, 65_535)],
    ['PORT', ['65536', '99999999999999999999'], whole(0, 65_535)],
    ['DEMO', ['yes', 'true', '2', '01'], 'must be 0 or 1'],
    ['LOG_LEVEL', ['INFO', 'verbose'], 'must be one of trace, debug, info, warn, error, fatal, silent'],
    ['CORS_ORIGINS', ['*', 'null', 'app.example.com', 'https://a.example/', 'https://a.example,'], origins],
    ['CORS_ORIGINS', ['https://a.example/path', 'HTTPS://A.EXAMPLE'], origins],
    ['COSMOS_ENDPOINT', ['cosmos', 'ftp://cosmos.example', 'https://', 'AccountEndpoint=https://x'], url],
    ['COSMOS_DATABASE', ['a/b', 'a\\b', 'a?', 'a#', 'a'.repeat(256)], database, COSMOS],
    ['LLM_BASE_URL', ['localhost:11434/v1', '//llm.example', 'http:/llm'], url, LLM],
    ['LLM_BASE_URL', ['http://me:secret@llm.example/v1', 'https://llm.example/v1?x=1'], baseUrl, LLM],
    ['LLM_MODEL', ['m'.repeat(191)], 'must have at most 190 characters', LLM],
    ['LLM_CONCURRENCY', ['four', '1.5'], whole(1, 100), LLM],
    ['LLM_CONCURRENCY', ['0', '101'], whole(1, 100), LLM],
    ['LLM_TIMEOUT_MS', ['1s'], whole(1000, 300_000), LLM],
    ['LLM_TIMEOUT_MS', ['999', '300001'], whole(1000, 300_000), LLM],
    ['LLM_MAX_CALLS_PER_HOUR', ['-1'], whole(1, 1_000_000), LLM],
    ['LLM_MAX_CALLS_PER_HOUR', ['0', '1000001'], whole(1, 1_000_000), LLM],
    ['LLM_INPUT_PRICE', ['0,27', '-1', '$1', '.5', '1e3'], price, { ...LLM, LLM_OUTPUT_PRICE: '1' }],
    ['LLM_OUTPUT_PRICE', ['free'], price, { ...LLM, LLM_INPUT_PRICE: '1' }],
    [
      'LLM_INPUT_PRICE',
      ['1000000001', '9'.repeat(400)],
      'must be at most 1000000000',
      { ...LLM, LLM_OUTPUT_PRICE: '1' },
    ],
    ['MAINTENANCE_SECONDS', ['-1', '86401', '1m'], whole(0, 86_400)],
    ['PUBLIC_URL', ['dialogs.example.com', '/pool'], url],
    [
      'PUBLIC_URL',
      ['https://me@dialogs.example.com', 'https://a.example/?x=1', 'https://a.example/#x'],
      baseUrl,
    ],
    ['TTS_BASE_URL', ['localhost:8880'], url, TTS],
    ['TTS_API_KEY', ['a\nb', 'schlüssel'], 'has characters that no HTTP header may have', TTS],
    ['TTS_CONCURRENCY', ['0', '101'], whole(1, 100), TTS],
    ['TTS_TIMEOUT_MS', ['999', '300001'], whole(1000, 300_000), TTS],
    ['AZURE_STORAGE_ACCOUNT_URL', ['account'], url],
    ['RATE_LIMIT_PER_MINUTE', ['0', '1000001'], whole(1, 1_000_000)],
    ['RATE_LIMIT_PER_MINUTE', ['-1', '60/min'], whole(1, 1_000_000)],
  ])('%s %j', (variable, values, mistake, among = {}) => {
    for (const value of values) {
      expect(mistakesIn({ ...among, [variable]: value }), value).toEqual([`${variable} ${mistake}`]);
    }
  });

  test.each<[variable: string, values: readonly string[], among?: Env]>([
    ['PORT', ['0', '65535']],
    ['COSMOS_DATABASE', ['a'.repeat(255), 'übung 1'], COSMOS],
    ['LLM_CONCURRENCY', ['1', '100'], LLM],
    ['LLM_TIMEOUT_MS', ['1000', '300000'], LLM],
    ['LLM_MAX_CALLS_PER_HOUR', ['1', '1000000'], LLM],
    ['LLM_INPUT_PRICE', ['0', '12.50', '1000000000'], { ...LLM, LLM_OUTPUT_PRICE: '1' }],
  ])('but not %s %j', (variable, values, among = {}) => {
    for (const value of values) expect(mistakesIn({ ...among, [variable]: value }), value).toEqual([]);
  });
});

describe('a variable that needs another names it', () => {
  test.each([
    ['COSMOS_KEY', 'COSMOS_ENDPOINT', {}],
    ['COSMOS_DATABASE', 'COSMOS_ENDPOINT', {}],
    ['LLM_API_KEY', 'LLM_BASE_URL', {}],
    ['LLM_MODEL', 'LLM_BASE_URL', {}],
    ['LLM_CONCURRENCY', 'LLM_BASE_URL', {}],
    ['LLM_TIMEOUT_MS', 'LLM_BASE_URL', {}],
    ['LLM_MAX_CALLS_PER_HOUR', 'LLM_BASE_URL', {}],
    ['TTS_API_KEY', 'TTS_BASE_URL', {}],
    ['TTS_MODEL', 'TTS_BASE_URL', {}],
    ['TTS_CONCURRENCY', 'TTS_BASE_URL', {}],
    ['TTS_TIMEOUT_MS', 'TTS_BASE_URL', {}],
    ['LLM_INPUT_PRICE', 'LLM_OUTPUT_PRICE', LLM],
    ['LLM_OUTPUT_PRICE', 'LLM_INPUT_PRICE', LLM],
  ])('%s needs %s', (variable, needed, among) => {
    const value = variable.endsWith('_TIMEOUT_MS') ? '1000' : '1';
    expect(mistakesIn({ ...among, [variable]: value })).toEqual([
      `${needed} is missing, but ${variable} is set`,
    ]);
  });

  test.each(['LLM', 'TTS'])('%s_BASE_URL needs %s_MODEL', (service) => {
    expect(mistakesIn({ [`${service}_BASE_URL`]: 'https://service.example/v1' })).toEqual([
      `${service}_MODEL is missing, but ${service}_BASE_URL is set`,
    ]);
  });
});

describe('a misspelt variable is named with the name that was probably meant', () => {
  test.each([
    ['LLM_MODLE', 'LLM_MODEL'],
    ['LLM_BASEURL', 'LLM_BASE_URL'],
    ['LLM_APIKEY', 'LLM_API_KEY'],
    ['LLM_TIMEOUT', 'LLM_TIMEOUT_MS'],
    ['TTS_TIMEOUT_MSEC', 'TTS_TIMEOUT_MS'],
    ['COSMOS_ENDPIONT', 'COSMOS_ENDPOINT'],
    ['COSMOS_DATABSE', 'COSMOS_DATABASE'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['DATADIR', 'DATA_DIR'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['LOG_LEVLE', 'LOG_LEVEL'],
    ['AZURE_STORAGE_CONECTION_STRING', 'AZURE_STORAGE_CONNECTION_STRING'],
    ['AUTH_JWKS_URI', 'AUTH_JWKS_URL'],
    ['AUTH_ISUER', 'AUTH_ISSUER'],
    ['AUTH_AUDIANCES', 'AUTH_AUDIENCE'],
    ['AUTH_ROLE_CLAIM', 'AUTH_ROLES_CLAIM'],
    ['AUTH_KEY_FILE', 'AUTH_KEYS_FILE'],
    ['RATE_LIMIT_PER_MIN', 'RATE_LIMIT_PER_MINUTE'],
    ['PERSISTED_OPERATION', 'PERSISTED_OPERATIONS'],
  ])('%s for %s', (name, meant) => {
    expect(mistakesIn({ [name]: 'secret' })).toEqual([`${name} is not known. Did you mean ${meant}?`]);
  });

  test('a name with a prefix of this server is a mistake even if it resembles no other', () => {
    expect(mistakesIn({ COSMOS_DB: 'secret' })).toEqual([
      'COSMOS_DB is not known. Known are COSMOS_ENDPOINT, COSMOS_KEY, COSMOS_DATABASE.',
    ]);
  });

  test('an empty one counts as not set', () => {
    expect(mistakesIn({ LLM_MODLE: ' ' })).toEqual([]);
  });

  test.each([
    ['AZURE_CLIENT_ID', 'AZURE_STORAGE_ACCOUNT', 'AZURE_STORAGE_KEY', 'AZURE_TENANT_ID'],
    ['OTEL_SERVICE_NAME', 'OTEL_LOG_LEVEL', 'AUTH_SECRET', 'AUTH_URL', 'AUTH_GITHUB_ID'],
    [
      'HOSTS',
      'HOSTNAME',
      'PORTS',
      'DEMOS',
      'LLM',
      'VLLM_API_KEY',
      'VLLM_MODEL',
      'XDG_DATA_DIRS',
      'APP_LOG_LEVEL',
    ],
    // The SDK of OpenTelemetry reads them.
    ['OTEL_SERVICE_NAME', 'OTEL_LOG_LEVEL', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_TRACES_EXPORTER'],
    // Kubernetes sets these for services that are called llm, tts-api and cosmos.
    ['LLM_SERVICE_HOST', 'LLM_SERVICE_PORT', 'LLM_SERVICE_PORT_HTTP', 'LLM_PORT', 'LLM_PORT_8000_TCP'],
    [
      'TTS_API_PORT_80_TCP_PROTO',
      'TTS_API_PORT_80_TCP_ADDR',
      'TTS_API_SERVICE_HOST',
      'COSMOS_PORT_443_TCP_PORT',
    ],
  ])('variables of other programs are left alone: %s, %s, %s, %s', (...names) => {
    expect(mistakesIn(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual([]);
  });
});

test('one message names every mistake, wrong values and missing ones, and repeats no value', () => {
  const env = {
    PORT: 'port-value',
    DEMO: 'demo-value',
    LOG_LEVEL: 'level-value',
    CORS_ORIGINS: 'origins-value',
    COSMOS_KEY: 'cosmos-secret-value',
    LLM_API_KEY: 'llm-secret-value',
    LLM_CONCURRENCY: 'concurrency-value',
    LLM_OUTPUT_PRICE: 'price-value',
  };
  const mistakes = mistakesIn(env);
  expect(mistakes.map((line) => line.split(' ')[0])).toEqual([
    'PORT',
    'DEMO',
    'LOG_LEVEL',
    'CORS_ORIGINS',
    'LLM_CONCURRENCY',
    'LLM_OUTPUT_PRICE',
    'COSMOS_ENDPOINT',
    'LLM_BASE_URL',
    'LLM_INPUT_PRICE',
  ]);
  expect(mistakes.join('\n')).not.toContain('-value');
});
