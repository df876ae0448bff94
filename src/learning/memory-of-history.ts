import type { Memory } from '../model/memory.ts';
import type { MemoryOfHistory } from '../ports/memory-of-history.ts';
import { reviewed } from './fsrs.ts';

/** Computes memories by FSRS, as reviews of dialogs do. */
export const memoryOfHistory: MemoryOfHistory = (reviews) =>
  reviews.reduce<Memory | null>((memory, { grade, at }) => reviewed(memory, grade, at), null);
