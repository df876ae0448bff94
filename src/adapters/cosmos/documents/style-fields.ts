import { z } from 'zod';
import { areSound, MOST_FEATURES, MOST_STYLES, type StyleBeliefs } from '../../../model/style-beliefs.ts';

const numbers = z.array(z.number()).max((MOST_FEATURES * (MOST_FEATURES + 1)) / 2);

const beliefs = z.object({
  features: z.array(z.string()).max(MOST_FEATURES),
  prior_means: numbers,
  prior_variances: numbers,
  precision: numbers,
  weighted: numbers,
  dialogs: z.array(z.object({ style: z.string(), count: z.number() })).max(MOST_STYLES),
});

/** Parses what is believed of styles; null if nothing is, or if it cannot be read. */
export function parseStyles(field: unknown): StyleBeliefs | null {
  const { data } = beliefs.safeParse(field);
  if (data === undefined) return null;
  const { features, prior_means, prior_variances, precision, weighted, dialogs } = data;
  const parsed: StyleBeliefs = {
    features,
    priorMeans: prior_means,
    priorVariances: prior_variances,
    precision,
    weighted,
    dialogs: Object.fromEntries(dialogs.map(({ style, count }) => [style, count])),
  };
  return areSound(parsed) ? parsed : null;
}

/** Whether a field that holds something is in the form of what is believed of styles. */
export function areStyles(field: unknown): boolean {
  return beliefs.safeParse(field).success;
}

/** What is believed of styles as fields of a document. */
export function styleFields(styles: StyleBeliefs): Record<string, unknown> {
  const { features, priorMeans, priorVariances, precision, weighted, dialogs } = styles;
  return {
    features,
    prior_means: priorMeans,
    prior_variances: priorVariances,
    precision,
    weighted,
    dialogs: Object.entries(dialogs).map(([style, count]) => ({ style, count })),
  };
}
