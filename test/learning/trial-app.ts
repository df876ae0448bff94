import { nothingLearned } from '../../src/learning/update-learning.ts';
import type { ArmRewards } from '../../src/model/trial.ts';
import type { DialogGenerator } from '../../src/ports/generator.ts';
import type { Store } from '../../src/ports/store.ts';
import { present, sampleProfile } from '../contract/samples.ts';
import type { PromptsShownFragment } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { seededRandom } from '../support/random.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

export const V1 = 'scripted/v1';
export const V2 = 'scripted/v2';
export const V3 = 'scripted/v3';

const ReadPrompts = graphql(`
  query ReadPrompts { prompts { ...PromptsShown } }
  fragment PromptsShown on Prompts {
    champion
    challenger
    trials {
      challenger
      champion
      verdict
      challengerRewards { dialogs mean }
      championRewards { dialogs mean }
      evidence { difference error better worse }
      startedAt
      endedAt
    }
    champions { number at cause champion }
  }
`);

export const RollBackPrompt = graphql(`
  mutation RollBackPrompt($version: String!) { rollBackPrompt(version: $version) { ...PromptsShown } }
`);

const Ensure = graphql(`
  mutation EnsureTried($min: Int!) {
    ensureDialogs(profileId: "course", min: $min) { created { generator } }
  }
`);

/** A server whose generator has several versions of its prompt. */
export interface TrialApp extends TestApp {
  shown(): Promise<PromptsShownFragment>;
  /** Waits until `isSo` is true of what is shown. @returns what is shown then */
  shownUntil(isSo: (shown: PromptsShownFragment) => boolean): Promise<PromptsShownFragment>;
  rollBack(version: string): Promise<PromptsShownFragment>;
  /** Tops up the pool of `course`. @returns the versions that wrote the new dialogs */
  written(min: number): Promise<string[]>;
}

export async function openTrialApp(
  store: Store,
  {
    versions = [V1, V2],
    judges = true,
  }: { readonly versions?: DialogGenerator['versions']; readonly judges?: boolean } = {},
): Promise<TrialApp> {
  const generator = scriptedGenerator(undefined, { versions });
  const app = await openTestApp({ store, generator, judges, random: seededRandom(7) });
  const shown = async () => (await app.ask(ReadPrompts, {})).prompts;
  return {
    ...app,
    shown,
    async shownUntil(isSo) {
      let last = await shown();
      await until(async () => {
        last = await shown();
        return isSo(last);
      });
      return last;
    },
    rollBack: async (version) => (await app.ask(RollBackPrompt, { version })).rollBackPrompt,
    async written(min) {
      const { ensureDialogs } = await app.ask(Ensure, { min });
      return ensureDialogs.created.map(({ generator }) => generator);
    },
  };
}

export const isTrying = (version: string) => (shown: PromptsShownFragment) => shown.challenger === version;

/** The rewards of dialogs with this mean, which differ by 0.1 on average. */
function rewardsOf(count: number, mean: number): ArmRewards {
  return { count, mean, squares: count * 0.01 };
}

/**
 * Adds profiles whose reviews have decided the trial: together 150 dialogs of the challenger with this mean reward, and
 * 600 of the champion with 0.5.
 */
export async function seedRewards(store: Store, trial: string, mean: number): Promise<void> {
  for (const count of [30, 120]) {
    const id = `${trial.replaceAll('/', '-')}-${count}`;
    await store.createProfile(sampleProfile(id));
    const rewards = {
      trial,
      champion: rewardsOf(4 * count, 0.5),
      challenger: rewardsOf(count, mean),
    };
    const learning = { ...nothingLearned(id), version: 1, rewards: [rewards] };
    present(await store.editLearning(id, () => learning));
  }
}
