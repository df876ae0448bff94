import { expect, test } from 'vitest';
import { bearer, openTestApp } from '../support/test-app.ts';
import { openIssuer } from './issuer.ts';

test('services and readers are told what a request costs, and learners are not', async () => {
  const issuer = await openIssuer();
  const app = await openTestApp({ authenticate: issuer.authenticate, storeCharges: true });
  const extensionsFor = async (role: string) => {
    const headers = { 'x-include-cost': '1', ...bearer(await issuer.token('one', role)) };
    const response = await app.app.fetch('http://127.0.0.1/graphql?query={profile(id:"a"){id}}', { headers });
    return (await response.json()).extensions;
  };
  const cost = { cost: { requests: 0, charge: 0 } };
  expect(await extensionsFor('service')).toEqual(cost);
  expect(await extensionsFor('reader')).toEqual(cost);
  expect(await extensionsFor('learner')).toBeUndefined();
  expect(app.log.lines.filter((line) => line.includes('cost of a request'))).toHaveLength(3);
});

test('the line of what a request costs has the same length for every name of an operation', async () => {
  const app = await openTestApp({ storeCharges: true });
  for (const name of ['A', 'A'.repeat(5000)]) {
    const document = `query ${name} { __typename }`;
    const url = `http://127.0.0.1/graphql?query=${encodeURIComponent(document)}&operationName=${name}`;
    expect((await app.app.fetch(url)).status).toBe(200);
  }
  const [first, second] = app.log.lines.filter((line) => line.includes('cost of a request'));
  expect(first).toContain('"requests":0');
  expect(second).toBe(first);
});
