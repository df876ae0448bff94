import DataLoader from 'dataloader';
import type { WordHistory } from '../ports/dialogs.ts';
import type { Store } from '../ports/store.ts';

/** Reads of one pass that the store answers by a single query. */
export interface SurveyLoader {
  /** Batches the existence checks of the words that are tried, keyed by the ids of the words. */
  readonly histories: DataLoader<string, WordHistory>;
  /** The unused total that the query counted, to be called after a history has been loaded. */
  unusedTotal(): number;
}

/** Creates the loader for one pass: it caches, and the next pass must observe the store again (rule 2). */
export function surveyLoader(store: Store, profileId: string): SurveyLoader {
  let counted = 0;
  const histories = new DataLoader<string, WordHistory>(async (wordIds) => {
    const survey = await store.survey(profileId, wordIds);
    counted = survey.unusedTotal;
    return survey.histories;
  });
  return { histories, unusedTotal: () => counted };
}
