import type { Dialog } from '../model/dialog.ts';
import type { Page, PageRequest } from '../model/page.ts';

/** Stores which turns have a recording. `Store` says what holds for every method. */
export interface RecordingStore {
  /**
   * A page of the profile's unused dialogs that have a reference voice and at least one turn without a recording. Empty
   * for an unknown profile. The cost grows with the page and not with the number of voiced dialogs.
   */
  silentDialogPage(profileId: string, page: PageRequest): Promise<Page<Dialog>>;
  /**
   * Adds recordings to the turns of a dialog. Each turn without a recording gets the one that `names` has for its text,
   * if there is one. Other turns and fields stay as they are, also if the dialog is used meanwhile.
   * @param names names of recordings by the text that they speak
   * @returns how many recordings this call has added; 0 if the dialog does not exist
   */
  saveRecordings(profileId: string, dialogId: string, names: ReadonlyMap<string, string>): Promise<number>;
  /** How many unused dialogs have a recording on every turn, per profile. 0 for an unknown profile. */
  voicedTotals(profileIds: readonly string[]): Promise<number[]>;
}
