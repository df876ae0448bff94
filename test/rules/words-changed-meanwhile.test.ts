import { describe, expect, test } from 'vitest';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { STORES } from '../support/stores.ts';
import { openTestApp } from '../support/test-app.ts';

const Ensure = graphql(`
  mutation EnsureMeanwhile($id: ID!, $min: Int!) {
    ensureDialogs(profileId: $id, min: $min) {
      created { word { id } }
      unusedTotal
      spend { calls }
      skipped { word { id } reason }
    }
  }
`);
const Learn = graphql(`
  mutation LearnMeanwhile($id: ID!, $wordIds: [ID!]!) {
    setWordState(profileId: $id, wordIds: $wordIds, state: LEARNED) { id }
  }
`);
const Remove = graphql(`
  mutation RemoveMeanwhile($id: ID!, $wordIds: [ID!]!) { removeWords(profileId: $id, wordIds: $wordIds) }
`);

describe.each(STORES)('on $name, during a top-up', ({ open }) => {
  test('words that are learned or removed before their calls begin are not paid for', async () => {
    const store = await open();
    const { id, words } = await createCourse(store, { teaching: 12 });
    const wordIds = words.map((word) => word.id);
    let kept: string[] = [];
    const generator = scriptedGenerator(() => 'write', {
      concurrency: 1,
      async turn() {
        if (generator.asked.length !== 1) return;
        // The first dialog is being written. Of the others, only three words stay.
        const others = wordIds.filter((wordId) => wordId !== generator.asked[0]?.word.id);
        kept = others.slice(0, 3);
        await app.ask(Learn, { id, wordIds: others.slice(3, 8) });
        await app.ask(Remove, { id, wordIds: others.slice(8) });
      },
    });
    const app = await openTestApp({ store, generator });
    const { ensureDialogs } = await app.ask(Ensure, { id, min: 12 });
    const asked = generator.asked.map(({ word }) => word.id);
    expect(asked.slice(1).toSorted()).toEqual(kept.toSorted());
    expect(ensureDialogs.spend.calls).toBe(4);
    expect(ensureDialogs.unusedTotal).toBe(4);
    const { created, skipped } = ensureDialogs;
    expect(created.map(({ word }) => word?.id).toSorted()).toEqual(asked.toSorted());
    expect(new Set(skipped.map(({ reason }) => reason))).toEqual(new Set(['TAKEN_ELSEWHERE']));
  });
});
