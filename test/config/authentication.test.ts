import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { mistakesIn } from './mistakes.ts';

const JWT = { AUTH: 'jwt', AUTH_ISSUER: 'https://issuer.example/', AUTH_AUDIENCE: 'dialogs' };
const JWKS = { ...JWT, AUTH_JWKS_URL: 'https://issuer.example/keys' };
const KEYS = { AUTH: 'keys', AUTH_KEYS_FILE: 'keys.json' };

test('tokens are checked with the keys at a URL or with one public key', () => {
  const rules = { issuer: 'https://issuer.example/', audience: 'dialogs', rolesClaim: 'roles' };
  expect(readConfig(JWKS).authentication).toEqual({
    jwt: { key: { jwksUrl: 'https://issuer.example/keys' }, ...rules },
    keysFile: null,
  });
  expect(readConfig({ ...JWT, AUTH_PUBLIC_KEY: 'key.pem' }).authentication).toEqual({
    jwt: { key: { publicKey: 'key.pem' }, ...rules },
    keysFile: null,
  });
  expect(readConfig(KEYS).authentication).toEqual({ jwt: null, keysFile: 'keys.json' });
  expect(readConfig({ AUTH: 'none' }).authentication).toEqual({ jwt: null, keysFile: null });
});

type Refused = [env: Readonly<Record<string, string>>, mistakes: readonly string[]];

test.each<Refused>([
  [{ AUTH: 'yes' }, ['AUTH must be none, jwt, keys, or both: jwt,keys']],
  [{ AUTH: 'none,keys', AUTH_KEYS_FILE: 'x' }, ['AUTH must be none, jwt, keys, or both: jwt,keys']],
  [
    { AUTH: 'jwt' },
    [
      'AUTH_ISSUER is missing, but AUTH names jwt',
      'AUTH_AUDIENCE is missing, but AUTH names jwt',
      'AUTH_JWKS_URL or AUTH_PUBLIC_KEY is missing, but AUTH names jwt',
    ],
  ],
  [{ ...JWKS, AUTH_PUBLIC_KEY: 'x' }, ['AUTH_JWKS_URL and AUTH_PUBLIC_KEY are both set']],
  [{ ...JWKS, AUTH_JWKS_URL: 'keys' }, ['AUTH_JWKS_URL must be an https URL']],
  ...['http://issuer.example/keys', 'http://127.issuer.example/keys'].map(
    (AUTH_JWKS_URL): Refused => [
      { ...JWKS, AUTH_JWKS_URL },
      [
        'AUTH_JWKS_URL must be an https URL, because those who can change the keys on their way can make tokens',
      ],
    ],
  ),
  [{ AUTH: 'keys' }, ['AUTH_KEYS_FILE is missing, but AUTH names keys']],
  [{ AUTH_KEYS_FILE: 'x' }, ['AUTH_KEYS_FILE is set, but AUTH does not name keys']],
  [{ ...JWKS, AUTH_KEYS_FILE: 'x' }, ['AUTH_KEYS_FILE is set, but AUTH does not name keys']],
  [{ AUTH: 'none', AUTH_ISSUER: 'x' }, ['AUTH_ISSUER is set, but AUTH does not name jwt']],
  [{ AUTH_ISSUER: 'x' }, ['AUTH_ISSUER is set, but AUTH does not name jwt']],
])('%j is refused', (env, mistakes) => {
  expect(mistakesIn(env)).toEqual(mistakes);
});

test('a server that other machines can reach needs AUTH', () => {
  const mistake =
    'AUTH is missing, and other machines can reach HOST. Set AUTH to jwt or keys, or to none to let everyone in';
  for (const HOST of ['0.0.0.0', '::', '10.0.0.4', 'dialogs.example', '127.dialogs.example']) {
    expect(mistakesIn({ HOST })).toEqual([mistake]);
    expect(mistakesIn({ HOST, AUTH: ' ' })).toEqual([mistake]);
    for (const allowed of [{ AUTH: 'none' }, KEYS, JWKS])
      expect(mistakesIn({ HOST, ...allowed })).toEqual([]);
  }
  for (const HOST of ['localhost', '127.0.0.2', '::1']) expect(mistakesIn({ HOST })).toEqual([]);
});
