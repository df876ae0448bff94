import { describe } from 'vitest';
import { claimContract } from './claims.ts';
import { dialogContract } from './dialogs.ts';
import { drawingContract } from './drawing.ts';
import { leaseContract } from './leases.ts';
import { misuseContract } from './misuse.ts';
import { type Capabilities, disposing, type OpenStore } from './opened-store.ts';
import { pagingContract } from './paging.ts';
import { profileContract } from './profiles.ts';
import { surveyContract } from './surveys.ts';
import { voicingContract } from './voicing.ts';
import { wordContract } from './words.ts';
import { writeCheckContract } from './write-check.ts';

/** The tests that every store passes. Each opens its own empty store. */
export function storeContract(name: string, open: OpenStore, capabilities: Capabilities): void {
  const opened = disposing(open);
  describe(`${name} fulfils the contract of a store:`, () => {
    profileContract(opened);
    wordContract(opened);
    pagingContract(opened);
    dialogContract(opened, capabilities);
    claimContract(opened);
    drawingContract(opened);
    surveyContract(opened);
    leaseContract(opened);
    voicingContract(opened);
    writeCheckContract(opened);
    misuseContract(opened);
  });
}
