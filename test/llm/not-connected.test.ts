import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { GeneratorFailed } from '../../src/ports/generator.ts';
import { writesDialogs } from './provider.ts';
import { type Setting, setting } from './setting.ts';

let here: Setting;
afterEach(() => here.provider.close());

/** Of a server that certifies itself. */
const CERTIFICATE = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/Sv+UXXpG1dAM3Gd
Qgig0U21K/p8UOHjyUpiFDTBMpuhRANCAAQUjAGxmUweckNt2BKFkYNNawIVx4e/
TF0edOReVN6UrlUb32eH+4rs+3uaKdKGmQEJWoYI5yDDlrwlFv3tVonC
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUNV9Ji8eUU+bDXt5CE5Fc5G7axowwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMTkxMjA4
MDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQUjAGxmUweckNt2BKFkYNNawIVx4e/TF0edOReVN6UrlUb32eH+4rs
+3uaKdKGmQEJWoYI5yDDlrwlFv3tVonCo1MwUTAdBgNVHQ4EFgQU5AypQOWjpajF
gPTSJcsqy+haZUUwHwYDVR0jBBgwFoAU5AypQOWjpajFgPTSJcsqy+haZUUwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA6OUtYFxIMZLLRSzd4p3b
OSLivir5iLxYeh0ihVj4tgUCID5o50fWTju/unErBJ7yevHZSZ0lMFbISnlNtcbL
c+i/
-----END CERTIFICATE-----`,
};

const refusals: [string, ServerOptions, RegExp][] = [
  ['whose certificate is not trusted', CERTIFICATE, /DEPTH_ZERO_SELF_SIGNED_CERT/u],
  // The code has a slash in Node.js 24.
  ['without a common cipher', {}, /ERR_SSL_[A-Z0-9/]+_ALERT_HANDSHAKE_FAILURE/u],
];

test.each(refusals)('nothing is paid for a server %s', async (_, options, code) => {
  let requests = 0;
  const server = createServer(options, () => {
    requests += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  here = await setting(writesDialogs, { baseUrl: `https://127.0.0.1:${port}/v1`, maxCallsPerHour: 1 });
  for (let tries = 0; tries < 2; tries += 1) {
    const failure = here.write('Hund');
    await expect(failure).rejects.toBeInstanceOf(GeneratorFailed);
    await expect(failure).rejects.toThrow(code);
    here.clock.move(5_000);
  }
  expect(requests).toBe(0);
  expect(here.paid).toEqual([]);
});

// Later versions of Node.js try to connect to such an address until the deadline.
test.runIf(process.versions.node.startsWith('20.'))(
  'nothing is paid for an address that the system does not connect to',
  async () => {
    // A link-local address without the interface that it belongs to.
    here = await setting(writesDialogs, { baseUrl: 'http://[fe80::1]/v1' });
    await expect(here.write('Hund')).rejects.toBeInstanceOf(GeneratorFailed);
    expect(here.paid).toEqual([]);
  },
);
