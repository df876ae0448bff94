import type { PromptState } from '../../src/model/prompt-state.ts';
import { second } from './samples.ts';

/** The state of a prompt whose second version was promoted, and whose third one is being tried. */
export function samplePromptState(change: Partial<PromptState> = {}): PromptState {
  return {
    champions: [
      { number: 1, at: second(0), cause: 'first', champion: 'model/v1' },
      { number: 2, at: second(9), cause: 'promotion', champion: 'model/v2' },
    ],
    trials: [
      {
        challengerVersion: 'model/v2',
        championVersion: 'model/v1',
        champion: { count: 400, mean: 0.5, squares: 12.25 },
        challenger: { count: 101, mean: 0.625, squares: 3 },
        verdict: 'promoted',
        evidence: { difference: 0.125, error: 0.02, better: 1e12, worse: 0.3 },
        startedAt: second(1),
        endedAt: second(9),
      },
      {
        challengerVersion: 'model/v3',
        championVersion: 'model/v2',
        champion: { count: 0, mean: 0, squares: 0 },
        challenger: { count: 0, mean: 0, squares: 0 },
        verdict: 'running',
        evidence: { difference: 0, error: 1.41, better: 0.99, worse: 0.99 },
        startedAt: second(10),
        endedAt: null,
      },
    ],
    ...change,
  };
}
