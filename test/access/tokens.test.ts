import { createPublicKey } from 'node:crypto';
import { exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { acceptTokens } from '../../src/http/authentication/json-web-tokens.ts';
import { accepted, ask, opened, refused } from './asked-with-token.ts';
import { type Issuer, openIssuer, RULES } from './issuer.ts';

describe('a token is accepted', () => {
  test.each(['RS256', 'PS384', 'ES256', 'ES512', 'EdDSA'])('with a signature by %s', async (alg) => {
    const { app, issuer } = await opened(await openIssuer({ alg }));
    expect(await ask(app, `Bearer ${await issuer.token('frontend', ['service'])}`)).toMatchObject(accepted);
    expect(await ask(app, `bearer  ${await issuer.token('frontend', 'x service')}`)).toMatchObject(accepted);
  });

  test('with its roles in a claim with dots in its name, or below other claims', async () => {
    for (const rolesClaim of ['https://dialogs.example/roles', 'realm_access.roles']) {
      const { app, issuer } = await opened(await openIssuer({ rolesClaim }));
      expect(await ask(app, `Bearer ${await issuer.token('a', ['service'])}`)).toMatchObject(accepted);
    }
    const { app, issuer } = await opened(await openIssuer({ rolesClaim: 'realm_access.roles' }));
    const claims = { 'realm_access.roles': undefined, realm_access: { roles: ['service'] } };
    expect(await ask(app, `Bearer ${await issuer.token('a', [], { claims })}`)).toMatchObject(accepted);
  });

  test('if it is 8 KB long, and refused if it is longer', async () => {
    const { app, issuer } = await opened();
    const long = async (padding: number) =>
      await issuer.token('frontend', ['service'], { claims: { padding: 'x'.repeat(padding) } });
    const base = (await long(0)).length;
    // Base64 makes four characters of three.
    const longest = await long(Math.floor(((8192 - base) * 3) / 4));
    expect(longest.length).toBeGreaterThan(8180);
    expect(longest.length).toBeLessThanOrEqual(8192);
    expect(await ask(app, `Bearer ${longest}`)).toMatchObject(accepted);
    expect(await ask(app, `Bearer ${await long(7000)}`)).toMatchObject({
      ...refused,
      message: 'The token is longer than 8192 characters.',
    });
  });

  test('up to 30 seconds after it has expired, because clocks differ', async () => {
    const { app, issuer } = await opened();
    const now = Math.floor(Date.now() / 1000);
    const expired = (seconds: number) => issuer.token('a', ['service'], { claims: { exp: now - seconds } });
    expect(await ask(app, `Bearer ${await expired(5)}`)).toMatchObject(accepted);
    expect(await ask(app, `Bearer ${await expired(40)}`)).toMatchObject(refused);
  });
});

describe('a token is refused with 401', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const claim = (name: string) =>
    `The claim ${name} of the token is missing or not the one that this server expects.`;
  const malformed = 'The token is malformed, or its signature does not match.';
  const algorithms =
    'The token must be signed with one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519.';

  test.each<[fault: string, message: string, token: (issuer: Issuer) => Promise<string> | string]>([
    [
      'with another audience',
      claim('aud'),
      ({ token }) => token('a', 'service', { claims: { aud: 'other' } }),
    ],
    ['with another issuer', claim('iss'), ({ token }) => token('a', 'service', { claims: { iss: 'other' } })],
    ['without an expiry', claim('exp'), ({ token }) => token('a', 'service', { claims: { exp: undefined } })],
    ['without a subject', claim('sub'), ({ token }) => token('a', 'service', { claims: { sub: undefined } })],
    [
      'with a subject of 256 characters',
      'The sub of the token must be a text of 1 to 255 characters without control characters.',
      ({ token }) => token('a'.repeat(256), 'service'),
    ],
    [
      'that has expired',
      'The token has expired. Get a new one.',
      ({ token }) => token('a', 'service', { claims: { exp: now() - 60 } }),
    ],
    [
      'that is not valid yet',
      'The token is not valid yet.',
      ({ token }) => token('a', 'service', { claims: { nbf: now() + 60 } }),
    ],
    [
      'with an expiry that is a text',
      claim('exp'),
      ({ token }) => token('a', 'service', { claims: { exp: 'tomorrow' } }),
    ],
    [
      'without a signature (alg none)',
      algorithms,
      () =>
        new UnsecuredJWT({ roles: ['service'] })
          .setSubject('a')
          .setIssuer(RULES.issuer)
          .setAudience(RULES.audience)
          .setExpirationTime('1h')
          .encode(),
    ],
    [
      'signed by HS256 with the public key as the secret',
      algorithms,
      async (issuer) => {
        const secret = new TextEncoder().encode(await exportSPKI(await issuer.publicKey()));
        return issuer.token('a', 'service', { header: { alg: 'HS256' }, key: secret });
      },
    ],
    [
      "signed by someone else with the issuer's key id",
      malformed,
      async ({ token }) => token('a', 'service', { key: (await generateKeyPair('ES256')).privateKey }),
    ],
    [
      'with a key id that the issuer does not have',
      'No key of the issuer has the key id of the token.',
      ({ token }) => token('a', 'service', { header: { kid: 'unknown' } }),
    ],
    ['that is no token', malformed, () => 'x'],
    ['of three empty parts', malformed, () => '..'],
    ['of five parts', malformed, () => 'a.b.c.d.e'],
    [
      'with a header that is no object',
      malformed,
      () => `${Buffer.from('null').toString('base64url')}.e30.x`,
    ],
    [
      'with braces that nest 6,000 deep',
      malformed,
      () => `${Buffer.from('['.repeat(6000)).toString('base64url')}.e30.x`,
    ],
    [
      'with a changed payload',
      malformed,
      async ({ token }) => {
        const [header, payload = '', signature] = (await token('a', 'learner')).split('.');
        const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
        const forged = Buffer.from(JSON.stringify({ ...claims, roles: ['service'] })).toString('base64url');
        return `${header}.${forged}.${signature}`;
      },
    ],
    [
      'with an extension that this server does not know',
      'The header of the token names an extension (crit) that this server does not know.',
      async ({ token }) => {
        const header = Buffer.from('{"alg":"ES256","crit":["x"],"x":1}').toString('base64url');
        return (await token('a', 'service')).replace(/^[^.]+/, header);
      },
    ],
    [
      'with an extension that must be understood',
      malformed,
      async () => {
        const { privateKey } = await generateKeyPair('ES256');
        return new SignJWT({})
          .setProtectedHeader({ alg: 'ES256', crit: ['b64'], b64: true })
          .sign(privateKey);
      },
    ],
  ])('%s', async (_, message, token) => {
    const { app, issuer } = await opened();
    const answer = await ask(app, `Bearer ${await token(issuer)}`);
    expect(answer).toMatchObject({ ...refused, message });
    expect(answer.challenge).toBe(
      `Bearer realm="dialog-pool", error="invalid_token", error_description="${message}"`,
    );
    expect(answer.data).toBeUndefined();
  });

  test('if there is none, or the header has another form', async () => {
    const { app } = await opened();
    expect(await ask(app, null)).toMatchObject({ ...refused, challenge: 'Bearer realm="dialog-pool"' });
    for (const header of [
      '',
      'Bearer',
      'Bearer ',
      'Basic YTpi',
      'Bearer a b',
      'Bearer a, Bearer b',
      'x'.repeat(9000),
    ]) {
      expect(await ask(app, header), header.slice(0, 20)).toMatchObject(refused);
    }
  });
});

test('with one public key, HS256 with that key as the secret and tokens without a signature are refused too', async () => {
  for (const alg of ['RS256', 'ES256', 'EdDSA']) {
    const issuer = await openIssuer({ alg });
    const pem = await exportSPKI(await issuer.publicKey());
    const authenticate = acceptTokens(createPublicKey(pem), RULES, systemClock);
    const { app } = await opened({ ...issuer, authenticate });
    expect(await ask(app, `Bearer ${await issuer.token('a', 'service')}`)).toMatchObject(accepted);
    const secret = new TextEncoder().encode(pem);
    const forged = [
      await issuer.token('a', 'service', { header: { alg: 'HS256' }, key: secret }),
      (await issuer.token('a', 'service')).replace(
        /^[^.]+/,
        Buffer.from('{"alg":"none"}').toString('base64url'),
      ),
    ];
    for (const token of forged) {
      const answer = await ask(app, `Bearer ${token}`);
      expect(answer).toMatchObject(refused);
      expect(answer.message).toContain('The token must be signed with one of RS256');
    }
    expect(issuer.fetches()).toBe(0);
  }
});

test('a token without a role is refused with 403', async () => {
  const { app, issuer } = await opened();
  for (const roles of [[], ['admin'], 'services', ['Service'], undefined, 5, { service: true }]) {
    const token = await issuer.token('a', [], { claims: { roles } });
    expect(await ask(app, `Bearer ${token}`)).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
      challenge: null,
      message: 'The token has none of the roles service, reader, learner in its claim roles.',
    });
  }
});
