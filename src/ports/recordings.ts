import type { Dialog } from '../model/dialog.ts';
import type { Page, PageRequest } from '../model/page.ts';

/** Which turns have a recording. `Store` says what holds for every method. */
export interface RecordingStore {
  /**
   * The profile's unused dialogs that have a reference voice and a turn without a recording. Empty for an unknown
   * profile. Its cost grows with the page, not with the dialogs that have been voiced.
   */
  silentDialogPage(profileId: string, page: PageRequest): Promise<Page<Dialog>>;
  /**
   * Gives recordings to a dialog's turns: each turn that has none gets the one named for its text, where there is
   * one. A turn that has a recording keeps it, and nothing else of the dialog changes, used meanwhile or not.
   * @param names of recordings, by the text that they speak
   * @returns how many turns got one from this call; 0 where the dialog is gone
   */
  saveRecordings(profileId: string, dialogId: string, names: ReadonlyMap<string, string>): Promise<number>;
  /** How many of the profile's unused dialogs have a recording on every turn; 0 for an unknown profile. */
  voicedTotals(profileIds: readonly string[]): Promise<number[]>;
}
