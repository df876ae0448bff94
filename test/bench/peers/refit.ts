import { createInterface } from 'node:readline';
import { computeParameters, FSRSBindingItem, FSRSBindingReview } from '@open-spaced-repetition/binding';

/*
 * Fits FSRS's parameters to a learner's reviews, as Anki does. Each line of the input is a JSON list of words, each a
 * list of reviews `[days since the last one, rating 1 to 4]`. Each line of the output is the list of 21 parameters.
 */

for await (const line of createInterface(process.stdin)) {
  const words: [number, number][][] = JSON.parse(line);
  const items = words.flatMap((reviews) =>
    reviews.slice(1).map((_, last) => {
      const until = reviews.slice(0, last + 2);
      return new FSRSBindingItem(until.map(([days, rating]) => new FSRSBindingReview(rating, days)));
    }),
  );
  const parameters = await computeParameters(items, { enableShortTerm: false });
  process.stdout.write(`${JSON.stringify(parameters)}\n`);
}
