import { areSound, type StyleBeliefs } from '../../../model/style-beliefs.ts';
import { integer, list, number, text } from './values.ts';

/** What is believed of styles; null if nothing is, or if the parts do not fit together. */
export function stylesOf(value: unknown): StyleBeliefs | null {
  // A list that an earlier version of this program wrote ends before the styles.
  if (value === undefined || value === null) return null;
  const [features, priorMeans, priorVariances, precision, weighted, dialogs] = list(value);
  const counts = list(dialogs).map((one): [string, number] => {
    const [style, count] = list(one);
    return [text(style), integer(count)];
  });
  const beliefs: StyleBeliefs = {
    features: list(features).map(text),
    priorMeans: list(priorMeans).map(number),
    priorVariances: list(priorVariances).map(number),
    precision: list(precision).map(number),
    weighted: list(weighted).map(number),
    dialogs: Object.fromEntries(counts),
  };
  return areSound(beliefs) ? beliefs : null;
}

export function stylesList(styles: StyleBeliefs | null): unknown[] | null {
  if (styles === null) return null;
  const { features, priorMeans, priorVariances, precision, weighted, dialogs } = styles;
  return [features, priorMeans, priorVariances, precision, weighted, Object.entries(dialogs)];
}
