import { describe, expect, test } from 'vitest';
import type { ChampionChange, PromptState } from '../../src/model/prompt-state.ts';
import { atOnce, type OpenStore } from './opened-store.ts';
import { samplePromptState } from './prompt-samples.ts';
import { present, second } from './samples.ts';

/** The state with one more champion. */
function withNext(state: PromptState | null): PromptState {
  const champions = state?.champions ?? [];
  const number = champions.length + 1;
  const next: ChampionChange = { number, at: second(number), cause: 'rollback', champion: `m/v${number}` };
  return { trials: [], champions: [...champions, next] };
}

export function promptContract(open: OpenStore): void {
  describe('the state of a prompt', () => {
    test('is kept as it was given, for each model', async () => {
      const { store, another } = await open();
      expect(await store.promptState('a model')).toBeNull();
      const state = samplePromptState();
      expect(await store.editPromptState('a model', () => state)).toEqual(state);
      const other = await another();
      expect(await other.promptState('a model')).toEqual(state);
      expect(await other.editPromptState('a model', () => null)).toEqual(state);
      expect(await other.promptState('a')).toBeNull();
      expect(await other.editPromptState('a', () => null)).toBeNull();
    });

    test.each(['org/model:7b?#\\', '', 'ü\0x', 'm'.repeat(2_000)])(
      'is kept for the model %j',
      async (model) => {
        const { store } = await open();
        await store.editPromptState(model, withNext);
        expect(present(await store.promptState(model)).champions).toHaveLength(1);
      },
    );

    test('is changed by one caller at a time, each from the state before', async () => {
      const opened = await open();
      await atOnce(opened, 6, (store) => store.editPromptState('model', withNext));
      const { champions } = present(await opened.store.promptState('model'));
      expect(champions.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    });

    test('stays as it is if a change refuses it', async () => {
      const { store } = await open();
      const state = samplePromptState();
      await store.editPromptState('model', () => state);
      const refuse = () => {
        throw new TypeError('refused');
      };
      await expect(store.editPromptState('model', refuse)).rejects.toThrow('refused');
      expect(await store.promptState('model')).toEqual(state);
    });
  });
}
