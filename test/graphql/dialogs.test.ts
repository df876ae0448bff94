import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { idsOf } from '../contract/samples.ts';
import { graphql } from '../generated/index.ts';
import { frozenClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, type TestApp } from '../support/test-app.ts';

const Read = graphql(`
  query ReadDialog($profileId: ID!, $id: ID!) {
    profile(id: $profileId) {
      dialog(id: $id) {
        id isUsed usedAt refVoiceId generator createdAt
        word { id text unusedDialog { id } }
        turns { speaker text translation audioUrl }
      }
    }
  }
`);

const List = graphql(`
  query ListDialogs($profileId: ID!, $isUsed: Boolean) {
    profile(id: $profileId) {
      dialogs(isUsed: $isUsed) { edges { node { id isUsed } } }
      pool { unusedTotal usedTotal shortfall }
    }
  }
`);

const Claim = graphql(`
  mutation ClaimDialogs($profileId: ID!, $count: Int) {
    claimDialogs(profileId: $profileId, count: $count) { id isUsed usedAt word { unusedDialog { id } } }
  }
`);

const Mark = graphql(`
  mutation MarkDialogUsed($profileId: ID!, $dialogId: ID!) {
    markDialogUsed(profileId: $profileId, dialogId: $dialogId) { id isUsed usedAt }
  }
`);

const Voice = graphql(`
  mutation CountSilentTurns($profileId: ID!) { voiceDialogs(profileId: $profileId) { voiced silent } }
`);

const MINUTE_MS = 60_000;

/** Opens an app with a course that has the given number of unused dialogs, created a minute apart. */
async function openWithDialogs(unused: number): Promise<TestApp> {
  let now = Date.parse('2025-01-01T00:00:00Z');
  const app = await openTestApp({ clock: { ...systemClock, now: () => new Date(now) } });
  await createCourse(app.store, { teaching: unused, learned: 3 });
  for (let min = 1; min <= unused; min += 1) {
    await app.pool.ensureDialogs('course', min);
    now += MINUTE_MS;
  }
  return app;
}

async function unusedIds(app: TestApp): Promise<string[]> {
  const { profile } = await app.ask(List, { profileId: 'course', isUsed: false });
  return profile?.dialogs.edges.map(({ node }) => node.id) ?? [];
}

describe('a dialog', () => {
  test('has its turns in order, its word and the name of its generator', async () => {
    const app = await openTestApp({ generator: scriptedGenerator() });
    const { words } = await createCourse(app.store, { teaching: 1 });
    await app.store.updateProfile('course', { refVoiceId: 'voice-1' });
    await app.pool.ensureDialogs('course', 1);
    await app.store.updateProfile('course', { refVoiceId: 'voice-2' });
    const id = `${words[0]?.id}.0`;
    const { profile } = await app.ask(Read, { profileId: 'course', id });
    expect(profile?.dialog).toEqual({
      id,
      isUsed: false,
      usedAt: null,
      refVoiceId: 'voice-1',
      generator: 'scripted/v1',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      word: { id: words[0]?.id, text: 'teaching 0', unusedDialog: { id } },
      turns: [
        { speaker: 'A', text: 'teaching 0? (0)', translation: 'Question 0', audioUrl: null },
        { speaker: 'B', text: 'teaching 0!', translation: 'Answer', audioUrl: null },
      ],
    });
  });

  test('that was used stays if its word is removed, and then has no word', async () => {
    const app = await openTestApp();
    const { words } = await createCourse(app.store, { teaching: 1 });
    await app.pool.ensureDialogs('course', 1);
    const [dialog] = await app.pool.claimDialogs('course', { count: 1 });
    await app.store.removeWords(
      'course',
      words.map(({ id }) => id),
    );
    const { profile } = await app.ask(Read, { profileId: 'course', id: dialog?.id ?? '' });
    expect(profile?.dialog).toMatchObject({ id: dialog?.id, isUsed: true, word: null });
  });

  test.each(['nobody', '', 'a\u0000b', '\ud800x'])('is null for the unknown id %j', async (id) => {
    const app = await openWithDialogs(1);
    expect(await app.ask(Read, { profileId: 'course', id })).toEqual({ profile: { dialog: null } });
  });
});

describe('claimDialogs', () => {
  test('takes the oldest unused dialogs out of the pool, in order', async () => {
    const app = await openWithDialogs(6);
    const ids = await unusedIds(app);
    const { claimDialogs } = await app.ask(Claim, { profileId: 'course', count: 4 });
    expect(claimDialogs.map(({ id }) => id)).toEqual(ids.slice(0, 4));
    for (const { isUsed, usedAt, word } of claimDialogs) {
      expect(isUsed).toBe(true);
      expect(usedAt).toMatch(/^2025-01-01T/);
      expect(word?.unusedDialog).toBe(null);
    }
    expect(await unusedIds(app)).toEqual(ids.slice(4));
    const { profile } = await app.ask(List, { profileId: 'course' });
    expect(profile?.pool).toEqual({ unusedTotal: 2, usedTotal: 4, shortfall: 10 });
  });

  test('takes the dialogs of two top-ups in the order of the top-ups, also within one millisecond', async () => {
    const clock = frozenClock();
    const app = await openTestApp({ clock });
    await createCourse(app.store, { teaching: 40 });
    const first = await app.pool.ensureDialogs('course', 20);
    const second = await app.pool.ensureDialogs('course', 40);
    const { claimDialogs } = await app.ask(Claim, { profileId: 'course', count: 40 });
    expect(claimDialogs.map(({ id }) => id)).toEqual(idsOf([...first.created, ...second.created]));
  });

  test('a dialog whose date is a day ahead does not put those of later top-ups ahead', async () => {
    const clock = frozenClock();
    const app = await openTestApp({ clock });
    await createCourse(app.store, { teaching: 2 });
    clock.move(24 * 60 * 60_000);
    await app.pool.ensureDialogs('course', 1);
    clock.move(-24 * 60 * 60_000);
    const { created } = await app.pool.ensureDialogs('course', 2);
    expect(created.map(({ createdAt }) => createdAt)).toEqual([clock.now()]);
  });

  test('takes one dialog if no count is given, and none from an empty pool', async () => {
    const app = await openWithDialogs(2);
    expect((await app.ask(Claim, { profileId: 'course' })).claimDialogs).toHaveLength(1);
    expect((await app.ask(Claim, { profileId: 'course', count: null })).claimDialogs).toHaveLength(1);
    expect((await app.ask(Claim, { profileId: 'course' })).claimDialogs).toEqual([]);
  });

  test('takes all dialogs if it asks for more than there are', async () => {
    const app = await openWithDialogs(3);
    const ids = await unusedIds(app);
    const { claimDialogs } = await app.ask(Claim, { profileId: 'course', count: 100 });
    expect(claimDialogs.map(({ id }) => id)).toEqual(ids);
  });

  test('gives each dialog to one caller only', async () => {
    const app = await openWithDialogs(12);
    const ids = await unusedIds(app);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.ask(Claim, { profileId: 'course', count: 2 })),
    );
    const claimed = answers.flatMap(({ claimDialogs }) => claimDialogs.map(({ id }) => id));
    expect(claimed.toSorted()).toEqual(ids.toSorted());
  });
});

describe('markDialogUsed', () => {
  test('marks one dialog as used, and changes nothing if it is repeated', async () => {
    const app = await openWithDialogs(3);
    const [, dialogId = ''] = await unusedIds(app);
    const { markDialogUsed: first } = await app.ask(Mark, { profileId: 'course', dialogId });
    expect(first).toMatchObject({ id: dialogId, isUsed: true, usedAt: expect.stringMatching(/^2025/) });
    const { markDialogUsed: second } = await app.ask(Mark, { profileId: 'course', dialogId });
    expect(second).toEqual(first);
    expect(await unusedIds(app)).toHaveLength(2);
  });

  test('does not change the time of a claimed dialog', async () => {
    const app = await openWithDialogs(1);
    const { claimDialogs } = await app.ask(Claim, { profileId: 'course' });
    const [claimed] = claimDialogs;
    const { markDialogUsed } = await app.ask(Mark, { profileId: 'course', dialogId: claimed?.id ?? '' });
    expect(markDialogUsed.usedAt).toBe(claimed?.usedAt);
  });

  test('fails with DIALOG_NOT_FOUND for a dialog that is unknown or belongs to another profile', async () => {
    const app = await openWithDialogs(1);
    await createCourse(app.store, { id: 'other' });
    const [dialogId = ''] = await unusedIds(app);
    for (const variables of [
      { profileId: 'course', dialogId: 'nowhere' },
      { profileId: 'other', dialogId },
    ]) {
      const { errors } = await app.send(Mark, variables);
      expect(errors).toMatchObject([{ path: ['markDialogUsed'], extensions: { code: 'DIALOG_NOT_FOUND' } }]);
    }
    expect(await unusedIds(app)).toEqual([dialogId]);
  });
});

test('dialogs can be listed used, unused or both, oldest first', async () => {
  const app = await openWithDialogs(5);
  const ids = await unusedIds(app);
  await app.pool.claimDialogs('course', { count: 2 });
  const read = async (isUsed?: boolean | null) => {
    const { profile } = await app.ask(List, { profileId: 'course', ...(isUsed !== undefined && { isUsed }) });
    return profile?.dialogs.edges.map(({ node }) => node.id);
  };
  expect(await read()).toEqual(ids);
  expect(await read(null)).toEqual(ids);
  expect(await read(true)).toEqual(ids.slice(0, 2));
  expect(await read(false)).toEqual(ids.slice(2));
});

test('without a speech service, voiceDialogs records nothing and counts the silent turns of all unused dialogs', async () => {
  const app = await openTestApp({ generator: scriptedGenerator() });
  await createCourse(app.store, { teaching: 130 });
  await app.pool.ensureDialogs('course', 130);
  await app.pool.claimDialogs('course', { count: 7 });
  expect(await app.ask(Voice, { profileId: 'course' })).toEqual({
    voiceDialogs: { voiced: 0, silent: 2 * 123 },
  });
});
