import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import type { WordState } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { seededRandom } from '../support/random.ts';
import { runs } from '../support/runs.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { STORES } from '../support/stores.ts';
import { openTestApp, type TestApp } from '../support/test-app.ts';

const CreateProfile = graphql(`
  mutation CreatePropertyProfile($id: ID!) {
    createProfile(
      input: { id: $id, name: "Property", nativeLanguage: "en", targetLanguage: "es" }
    ) { id }
  }
`);

const AddWords = graphql(`
  mutation AddPropertyWords($profileId: ID!, $words: [WordInput!]!) {
    addWords(profileId: $profileId, words: $words) { added { id text state } }
  }
`);

const SetState = graphql(`
  mutation SetPropertyState($profileId: ID!, $wordIds: [ID!]!, $state: WordState!) {
    setWordState(profileId: $profileId, wordIds: $wordIds, state: $state) { id state }
  }
`);

const Remove = graphql(`
  mutation RemovePropertyWords($profileId: ID!, $wordIds: [ID!]!) {
    removeWords(profileId: $profileId, wordIds: $wordIds)
  }
`);

const Ensure = graphql(`
  mutation EnsureProperty($profileId: ID!, $min: Int!) {
    ensureDialogs(profileId: $profileId, min: $min) {
      created { id word { id } }
      unusedTotal
      shortfall
      outcome
      skipped { word { id } reason }
      profile { pool { unusedTotal } }
    }
  }
`);

const Claim = graphql(`
  mutation ClaimProperty($profileId: ID!, $count: Int!) {
    claimDialogs(profileId: $profileId, count: $count) { id isUsed }
  }
`);

/** What a learner's course looks like from outside: each word's state, and the unused dialogs, oldest first. */
interface Model {
  readonly words: Map<string, WordState>;
  unused: { id: string; wordId: string }[];
}

/** The unused total after a top-up, and whether it may be less than the minimum: the whole rule, in a few lines. */
function oracle(model: Model, min: number) {
  const has = new Set(model.unused.map(({ wordId }) => wordId));
  const eligible = [...model.words].filter(([id, state]) => state !== 'LEARNED' && !has.has(id));
  const before = model.unused.length;
  return {
    unusedTotal: Math.max(before, Math.min(min, before + eligible.length)),
    teaching: eligible.filter(([, state]) => state === 'TEACHING').map(([id]) => id),
    pending: eligible.filter(([, state]) => state === 'PENDING').map(([id]) => id),
  };
}

type Step = (app: TestApp, profileId: string, model: Model) => Promise<void>;

const stateOf = fc.constantFrom<WordState>('PENDING', 'TEACHING', 'LEARNED');
const part = fc.double({ min: 0, max: 1, noNaN: true });

const addWords = fc.array(stateOf, { minLength: 1, maxLength: 20 }).map(
  (states): Step =>
    async (app, profileId, model) => {
      const words = states.map((state, i) => ({ text: `word ${model.words.size + i} ${profileId}`, state }));
      const { addWords: payload } = await app.ask(AddWords, { profileId, words });
      for (const { id, state } of payload.added) model.words.set(id, state);
    },
);

const setState = fc.record({ state: stateOf, part }).map(
  ({ state, part }): Step =>
    async (app, profileId, model) => {
      const wordIds = [...model.words.keys()].filter((_, i) => i % 7 < part * 7);
      await app.ask(SetState, { profileId, wordIds, state });
      for (const id of wordIds) model.words.set(id, state);
    },
);

const removeWords = part.map(
  (part): Step =>
    async (app, profileId, model) => {
      const wordIds = [...model.words.keys()].filter((_, i) => i % 9 < part * 3);
      const { removeWords: removed } = await app.ask(Remove, { profileId, wordIds });
      expect(removed).toEqual(wordIds);
      for (const id of wordIds) model.words.delete(id);
      model.unused = model.unused.filter(({ wordId }) => model.words.has(wordId));
    },
);

const claim = fc.integer({ min: 1, max: 12 }).map(
  (count): Step =>
    async (app, profileId, model) => {
      const { claimDialogs } = await app.ask(Claim, { profileId, count });
      expect(new Set(claimDialogs.map(({ id }) => id))).toEqual(
        new Set(model.unused.slice(0, count).map(({ id }) => id)),
      );
      expect(claimDialogs.every(({ isUsed }) => isUsed)).toBe(true);
      model.unused = model.unused.slice(count);
    },
);

const ensure = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(0, 1, 12, 500)).map(
  (min): Step =>
    async (app, profileId, model) => {
      const expected = oracle(model, min);
      const before = model.unused.length;
      const { ensureDialogs: result } = await app.ask(Ensure, { profileId, min });
      expect(result.unusedTotal).toBe(expected.unusedTotal);
      expect(result.profile.pool.unusedTotal).toBe(expected.unusedTotal);
      expect(result.created).toHaveLength(expected.unusedTotal - before);
      expect(result.shortfall).toBe(Math.max(0, min - expected.unusedTotal));
      expect(result.outcome).toBe(expected.unusedTotal >= min ? 'SATISFIED' : 'WORDS_EXHAUSTED');

      const madeFor = result.created.map(({ word }) => word?.id ?? 'no word');
      const pending = madeFor.filter((id) => expected.pending.includes(id));
      const teaching = madeFor.filter((id) => expected.teaching.includes(id));
      expect(new Set(madeFor).size).toBe(madeFor.length);
      expect(teaching.length + pending.length).toBe(madeFor.length);
      if (pending.length > 0) expect(teaching).toHaveLength(expected.teaching.length);

      const has = new Set(model.unused.map(({ wordId }) => wordId));
      expect(result.skipped.length).toBeLessThanOrEqual(before);
      for (const { word, reason } of result.skipped) {
        expect(reason).toBe('HAS_UNUSED_DIALOG');
        expect(has).toContain(word.id);
      }
      model.unused.push(...result.created.map(({ id, word }) => ({ id, wordId: word?.id ?? 'no word' })));
    },
);

test.each(STORES)(
  'random pools on $name agree with the oracle, whatever happens between the top-ups',
  async ({ open, share }) => {
    const numRuns = Math.max(6, Math.ceil(runs({ usual: 30, deep: 2000 }) * share));
    let now = 1_700_000_000_000;
    const clock = { ...systemClock, now: () => new Date(now++) };
    // One call at a time, so that the order in which dialogs are stored is the order in which they are reported.
    const generator = scriptedGenerator(undefined, { concurrency: 1 });
    const app = await openTestApp({ store: await open(), generator, clock, random: seededRandom(7) });
    let pools = 0;
    let created = 0;
    await fc.assert(
      fc.asyncProperty(
        addWords,
        fc.array(fc.oneof(ensure, ensure, claim, addWords, setState, removeWords), {
          minLength: 3,
          maxLength: 8,
        }),
        async (first, steps) => {
          pools += 1;
          const { createProfile } = await app.ask(CreateProfile, { id: `p${pools}` });
          const model: Model = { words: new Map(), unused: [] };
          for (const step of [first, ...steps]) await step(app, createProfile.id, model);
          created += model.unused.length;
        },
      ),
      { numRuns, seed: 12 },
    );
    expect(pools).toBe(numRuns);
    expect(created).toBeGreaterThan(numRuns);
    expect(generator.asked.length).toBeGreaterThanOrEqual(created);
  },
  900_000,
);
