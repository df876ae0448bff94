import type { Memory } from '../model/memory.ts';
import type { ReplayReviews } from '../ports/review-replay.ts';
import { reviewed } from './fsrs.ts';

/** Computes memories by FSRS, as reviews of dialogs do. */
export const replayReviews: ReplayReviews = (reviews) =>
  reviews.reduce<Memory | null>((memory, { grade, at }) => reviewed(memory, grade, at), null);
