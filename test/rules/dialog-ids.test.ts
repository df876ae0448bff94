import { describe, expect, test } from 'vitest';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { STORES } from '../support/stores.ts';
import { openTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const Create = graphql(`
  mutation CreateAgain($id: ID!) {
    createProfile(input: { id: $id, name: "Ana", nativeLanguage: "en", targetLanguage: "es" }) { id }
  }
`);
const Delete = graphql(`
  mutation DeleteForIds($id: ID!) { deleteProfile(id: $id) }
`);
const Add = graphql(`
  mutation AddForIds($id: ID!) {
    addWords(profileId: $id, words: [{ text: "casa" }, { text: "perro" }]) { added { id } }
  }
`);
const Import = graphql(`
  mutation ImportForIds($id: ID!, $text: String!) {
    importWords(profileId: $id, input: { text: $text, format: CSV }) { added }
  }
`);
const Remove = graphql(`
  mutation RemoveForIds($id: ID!, $wordIds: [ID!]!) { removeWords(profileId: $id, wordIds: $wordIds) }
`);
const Ensure = graphql(`
  mutation EnsureForIds($id: ID!, $min: Int!) {
    ensureDialogs(profileId: $id, min: $min) { unusedTotal created { id word { id } } }
  }
`);
const Claim = graphql(`
  mutation ClaimForIds($id: ID!) { claimDialogs(profileId: $id, count: 1) { id } }
`);

const ClaimAll = graphql(`
  mutation ClaimAllForIds($id: ID!) { claimDialogs(profileId: $id, count: 100) { word { id } } }
`);

describe.each(STORES)('on $name, no dialog gets an id that a dialog had before', ({ open }) => {
  test('if words are removed and added or imported again, and if their profile is deleted and created again', async () => {
    const { ask } = await openTestApp({ store: await open() });
    const id = 'ana';
    const seen: string[] = [];
    const fill = async () => {
      const { created, unusedTotal } = (await ask(Ensure, { id, min: 2 })).ensureDialogs;
      expect(unusedTotal).toBe(2);
      seen.push(...created.map((dialog) => dialog.id));
      return created.flatMap(({ word }) => word?.id ?? []);
    };

    await ask(Create, { id });
    await ask(Add, { id });
    const wordIds = await fill();
    expect((await ask(Claim, { id })).claimDialogs).toHaveLength(1);
    await fill();
    await ask(Remove, { id, wordIds });
    await ask(Add, { id });
    expect((await fill()).toSorted()).toEqual(wordIds.toSorted());
    await ask(Remove, { id, wordIds });
    await ask(Import, { id, text: 'casa,house\nperro,dog' });
    expect((await fill()).toSorted()).toEqual(wordIds.toSorted());
    await ask(Delete, { id });
    await ask(Create, { id });
    await ask(Add, { id });
    expect((await fill()).toSorted()).toEqual(wordIds.toSorted());

    expect(seen).toHaveLength(9);
    expect(new Set(seen).size).toBe(9);
  });

  test('and a word without a series, of an earlier version, has dialogs with the ids that it had', async () => {
    const store = await open();
    const { ask } = await openTestApp({ store });
    const { words } = await createCourse(store, { id: 'ana', teaching: 1 });
    const idsOf = async () => {
      const { created } = (await ask(Ensure, { id: 'ana', min: 1 })).ensureDialogs;
      return created.map((dialog) => dialog.id);
    };
    expect(await idsOf()).toEqual(words.map((word) => `${word.id}.0`));
    await ask(Claim, { id: 'ana' });
    expect(await idsOf()).toEqual(words.map((word) => `${word.id}.1`));
  });

  test('and a word that is removed and added again while its dialog is being written has one unused dialog', async () => {
    const store = await open();
    const gate = newGate();
    const generator = scriptedGenerator(undefined, { turn: () => gate.opened });
    const { ask } = await openTestApp({ store, generator });
    const id = 'ana';
    await ask(Create, { id });
    const wordIds = (await ask(Add, { id })).addWords.added.map((word) => word.id);
    const first = ask(Ensure, { id, min: 2 });
    await until(() => generator.asked.length === 2);
    await ask(Remove, { id, wordIds });
    await ask(Add, { id });
    gate.open();
    await first;
    const { unusedTotal } = (await ask(Ensure, { id, min: 3 })).ensureDialogs;
    expect(unusedTotal).toBe(2);
    expect(generator.asked).toHaveLength(2);
    const { claimDialogs } = await ask(ClaimAll, { id });
    expect(claimDialogs.map(({ word }) => word?.id).toSorted()).toEqual(wordIds.toSorted());
  });
});
