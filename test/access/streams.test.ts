import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { graphql } from '../generated/index.ts';
import { skippingClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { subscribe } from '../support/event-stream.ts';
import { openTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { openIssuer } from './issuer.ts';

const Watch = graphql(`
  subscription WatchOwned { pool(profileId: "course") { unusedTotal } }
`);

const Give = graphql(`
  mutation GiveAway { updateProfile(id: "course", input: { ownerId: "bob" }) { id } }
`);

async function opened(clock: Clock = systemClock) {
  const issuer = await openIssuer({ clock });
  const app = await openTestApp({ authenticate: issuer.authenticate, clock });
  await createCourse(app.store, { ownerId: 'alice', teaching: 2 });
  return { app, issuer, clock };
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

test('a stream ends when its token expires', async () => {
  const { app, issuer, clock } = await opened(skippingClock());
  for (const role of ['learner', 'reader', 'service']) {
    const exp = seconds(clock.now()) + 40;
    const token = await issuer.token('alice', role, { claims: { exp } });
    const stream = await subscribe(app, Watch, {}, token);
    expect((await stream.next()).pool).toEqual({ unusedTotal: 0 });
    await stream.rest();
    expect(seconds(clock.now())).toBeGreaterThanOrEqual(exp);
    expect(seconds(clock.now())).toBeLessThan(exp + 30);
  }
});

test('a stream whose token has expired, but is accepted because clocks differ, ends when that time is over', async () => {
  const { app, issuer, clock } = await opened(skippingClock());
  const exp = seconds(clock.now()) - 5;
  const stream = await subscribe(app, Watch, {}, await issuer.token('alice', 'reader', { claims: { exp } }));
  expect((await stream.next()).pool).toEqual({ unusedTotal: 0 });
  await stream.rest();
  expect(seconds(clock.now())).toBeGreaterThanOrEqual(exp + 30);
});

test('a stream of a profile that is given to another owner ends with PROFILE_NOT_FOUND', async () => {
  const { app, issuer } = await opened();
  const stream = await subscribe(app, Watch, {}, await issuer.token('alice', 'learner'));
  expect((await stream.next()).pool).toEqual({ unusedTotal: 0 });
  await app.ask(Give, {}, await issuer.token('backend', 'service'));
  await expect(stream.next()).rejects.toThrow('PROFILE_NOT_FOUND');
});

test('nothing waits for the expiry of a token whose client has left', async () => {
  let sleeping = 0;
  const counting: Clock = {
    ...systemClock,
    async sleep(ms, signal) {
      sleeping += 1;
      await systemClock.sleep(ms, signal);
      sleeping -= 1;
    },
  };
  const { app, issuer } = await opened(counting);
  const stream = await subscribe(app, Watch, {}, await issuer.token('alice', 'learner'));
  await stream.next();
  expect(sleeping).toBeGreaterThan(0);
  await stream.hangUp();
  await until(() => sleeping === 0);
});
