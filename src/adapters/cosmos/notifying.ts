import { StoreUnavailable } from '../../model/errors.ts';
import type { Store } from '../../ports/store.ts';

/**
 * The store, whose methods call `changed` after they have changed what watchers see: the profile, its words, its dialogs
 * or its top-ups. It is also called after a failure that leaves open whether something was changed.
 */
export function notifying(store: Store, changed: (profileId: string) => void): Store {
  async function after<Result>(
    profileId: string,
    work: Promise<Result>,
    hasChanged: (result: Result) => boolean = () => true,
  ): Promise<Result> {
    try {
      const result = await work;
      if (hasChanged(result)) changed(profileId);
      return result;
    } catch (error) {
      if (error instanceof StoreUnavailable) changed(profileId);
      throw error;
    }
  }
  const hasSome = ({ length }: readonly unknown[]) => length > 0;
  const hasResult = (result: unknown) => result !== null;

  return {
    ...store,
    createProfile: (profile, most) => after(profile.id, store.createProfile(profile, most)),
    updateProfile: (id, change) => after(id, store.updateProfile(id, change)),
    deleteProfile: (id) => after(id, store.deleteProfile(id)),
    addWords: (id, words) => after(id, store.addWords(id, words), ({ added }) => hasSome(added)),
    setWordState: (id, wordIds, state) => after(id, store.setWordState(id, wordIds, state), hasSome),
    editWords: (id, wordIds, change) => after(id, store.editWords(id, wordIds, change)),
    removeWords: (id, wordIds) => after(id, store.removeWords(id, wordIds), hasSome),
    createDialog: (dialog, fence) =>
      after(dialog.profileId, store.createDialog(dialog, fence), (isStored) => isStored),
    claimDialogs: (id, ...rest) => after(id, store.claimDialogs(id, ...rest), hasSome),
    markDialogUsed: (id, dialogId, at) => after(id, store.markDialogUsed(id, dialogId, at)),
    saveRecordings: (id, dialogId, names) => after(id, store.saveRecordings(id, dialogId, names)),
    storeReview: (key, wordIds, rules) => after(key.profileId, store.storeReview(key, wordIds, rules)),
    createTopUp: (record) => after(record.profileId, store.createTopUp(record), hasResult),
    saveTopUp: (record) => after(record.profileId, store.saveTopUp(record), hasResult),
    requestCancel: (id, topUpId) => after(id, store.requestCancel(id, topUpId), hasResult),
    reserveCalls: (id, day, count, limit) => after(id, store.reserveCalls(id, day, count, limit)),
    returnCalls: (id, day, count) => after(id, store.returnCalls(id, day, count)),
  };
}
