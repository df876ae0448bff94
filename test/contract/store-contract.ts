import { describe } from 'vitest';
import { changeContract } from './change-marks.ts';
import { claimContract } from './claims.ts';
import { dialogContract } from './dialogs.ts';
import { drawingContract } from './drawing.ts';
import { learningContract } from './learnings.ts';
import { leaseContract } from './leases.ts';
import { misuseContract } from './misuse.ts';
import { type Capabilities, disposing, type OpenStore } from './opened-store.ts';
import { pagingContract } from './paging.ts';
import { paidCallContract } from './paid-calls.ts';
import { profileContract } from './profiles.ts';
import { promptContract } from './prompts.ts';
import { reviewContract } from './reviews.ts';
import { surveyContract } from './surveys.ts';
import { topUpListContract } from './top-up-lists.ts';
import { topUpContract } from './top-ups.ts';
import { voicingContract } from './voicing.ts';
import { wordContract } from './words.ts';
import { writeCheckContract } from './write-check.ts';

/** The tests that every store passes. Each opens a fresh, empty store of its own. */
export function storeContract(name: string, open: OpenStore, capabilities: Capabilities): void {
  profilesAndWordsContract(name, open);
  dialogsAndLeasesContract(name, open, capabilities);
}

/**
 * The first part of the contract, for a store whose tests are split into files that run at the same time.
 * @param words how many words are changed by one call, more than 100
 */
export function profilesAndWordsContract(name: string, open: OpenStore, words = 1000): void {
  const opened = disposing(open);
  describe(`${name} keeps the contract of a store:`, () => {
    profileContract(opened);
    wordContract(opened, words);
    drawingContract(opened);
    writeCheckContract(opened);
    misuseContract(opened);
  });
}

/** The second part of the contract. */
export function dialogsAndLeasesContract(name: string, open: OpenStore, capabilities: Capabilities): void {
  const opened = disposing(open);
  describe(`${name} keeps the contract of a store:`, () => {
    pagingContract(opened);
    dialogContract(opened, capabilities);
    claimContract(opened);
    surveyContract(opened);
    leaseContract(opened);
    voicingContract(opened);
    topUpContract(opened, capabilities);
    topUpListContract(opened);
    paidCallContract(opened, capabilities);
    reviewContract(opened);
    learningContract(opened);
    promptContract(opened);
    changeContract(opened);
  });
}
