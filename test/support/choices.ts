import { createChoices } from '../../src/learning/choices.ts';
import { NO_BELIEFS } from '../../src/learning/linear-model.ts';
import { seededRandom } from './random.ts';

/** What a pool is told by what was learned, without the other profiles and the same in every run. */
export const choices = createChoices(() => NO_BELIEFS, seededRandom(1));
