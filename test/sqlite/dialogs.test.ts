import { expect, test } from 'vitest';
import { disposing } from '../contract/opened-store.ts';
import { present, sampleDialog, storedWords } from '../contract/samples.ts';
import { openFreshFile } from './opened-file.ts';

const open = disposing(openFreshFile);

test('a dialog is not stored for a word that has been learned', async () => {
  const { store } = await open();
  const word = present((await storedWords(store, 'a', 1))[0]);
  await store.setWordState('a', [word.id], 'learned');
  expect(await store.createDialog(sampleDialog(word))).toBe(false);
  await store.setWordState('a', [word.id], 'pending');
  expect(await store.createDialog(sampleDialog(word))).toBe(true);
});

test('a dialog is not stored for a removed word or a deleted profile', async () => {
  const { store } = await open();
  const [removed, other] = (await storedWords(store, 'a', 2)).map(present);
  await store.removeWords('a', [present(removed).id]);
  expect(await store.createDialog(sampleDialog(present(removed)))).toBe(false);
  await store.deleteProfile('a');
  expect(await store.createDialog(sampleDialog(present(other)))).toBe(false);
  expect(await store.dialogCounts(['a'])).toEqual([{ unused: 0, used: 0 }]);
});

test('a dialog is not stored for a word of another profile', async () => {
  const { store } = await open();
  const word = present((await storedWords(store, 'a', 1))[0]);
  await storedWords(store, 'b', 1);
  expect(await store.createDialog(sampleDialog(word, 0, { profileId: 'b' }))).toBe(false);
});
