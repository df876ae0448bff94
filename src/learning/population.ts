import type { StyleBeliefs } from '../model/style-beliefs.ts';
import type { Clock } from '../ports/clock.ts';
import { runWithoutCost } from '../ports/cost.ts';
import type { Log } from '../ports/log.ts';
import { profilePages } from '../ports/profile-pages.ts';
import type { Store } from '../ports/store.ts';
import { NO_BELIEFS } from './linear-model.ts';
import { MOST_PROFILES, populationPrior } from './population-prior.ts';

/** How often the profiles are read at most, in milliseconds of the monotonic clock. */
const EVERY_MS = 10 * 60_000;
/** A profile with fewer reviews says little of its learner's taste. */
const FEWEST_REVIEWS = 30;
/** After so many profiles, no further ones are read. */
const MOST_READ = 2_000;

interface PopulationTools {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the learners of all profiles have taught of styles. */
export class Population {
  readonly #tools: PopulationTools;
  #prior = NO_BELIEFS;
  #readAt: number | null = null;
  #reading: Promise<void> | null = null;
  readonly #stopping = new AbortController();

  constructor(tools: PopulationTools) {
    this.#tools = tools;
  }

  /**
   * What to believe of a learner before the first reward, as last read. Nobody waits for a read: it begins in the
   * background if the last one is 10 minutes old, so a process that never asks reads nothing.
   */
  prior(): StyleBeliefs {
    const now = this.#tools.clock.monotonic();
    const isDue = this.#readAt === null || now - this.#readAt >= EVERY_MS;
    if (isDue && this.#reading === null && !this.#stopping.signal.aborted) {
      this.#readAt = now;
      this.#reading = runWithoutCost(() => this.#read())
        .catch((err: unknown) => this.#tools.log.warn({ err }, 'the taste of all learners could not be read'))
        .finally(() => {
          this.#reading = null;
        });
    }
    return this.#prior;
  }

  /** Resolves when no read is under way. */
  async idle(): Promise<void> {
    await this.#reading;
  }

  /** Ends a read that is under way, and begins no other. Resolves when none is under way. */
  async finish(): Promise<void> {
    this.#stopping.abort();
    await this.idle();
  }

  async #read(): Promise<void> {
    const { store } = this.#tools;
    const found: StyleBeliefs[] = [];
    let read = 0;
    for await (const profiles of profilePages(store)) {
      const learnings = await store.learnings(profiles.map(({ id }) => id));
      if (this.#stopping.signal.aborted) return;
      for (const learning of learnings) {
        if (learning?.styles && learning.reviews >= FEWEST_REVIEWS) found.push(learning.styles);
      }
      read += profiles.length;
      if (read >= MOST_READ || found.length >= MOST_PROFILES) break;
    }
    this.#prior = await populationPrior(found);
  }
}
