import { auditServer } from 'graphql-http';
import { expect, test } from 'vitest';
import { listen } from '../support/listen.ts';
import { openTestApp } from '../support/test-app.ts';

test('every audit of GraphQL over HTTP passes, those that are only recommended too', async () => {
  const { app } = await openTestApp();
  const results = await auditServer({ url: await listen(app) });
  const shortcomings = results.flatMap((result) =>
    result.status === 'ok' ? [] : [`${result.name}: ${result.reason}`],
  );
  expect(shortcomings).toEqual([]);
  expect(results.length).toBeGreaterThan(50);
});
