import type { Audit } from './audit.ts';
import type { Rights } from './change-rights.ts';
import type { Changes, Services } from './services.ts';

/** The services, of which every change is audited and passes through the rights of a subject. */
export function permittedChanges(
  { pool, profiles, words, imports, voicing, learning, prompts }: Services,
  rights: Rights,
  audit: Audit,
): Changes {
  function change<Result>(mutation: string, profileId: string, work: () => Promise<Result>): Promise<Result> {
    return audit(mutation, profileId, async () => {
      await rights.mayChange(profileId);
      return work();
    });
  }
  return {
    profiles: {
      createProfile: (asked) =>
        audit(
          'createProfile',
          asked.id ?? null,
          async () => {
            const { profile, most } = rights.toCreate(asked);
            return profiles.createProfile(profile, most ?? undefined);
          },
          ({ id }) => id,
        ),
      updateProfile: (id, update) =>
        audit('updateProfile', id, async () => {
          rights.mayUpdate(update);
          await rights.mayChange(id);
          return profiles.updateProfile(id, update);
        }),
      deleteProfile: (id) => change('deleteProfile', id, () => profiles.deleteProfile(id)),
    },
    words: {
      addWords: (id, added) => change('addWords', id, () => words.addWords(id, added)),
      setWordState: (id, wordIds, state) =>
        change('setWordState', id, () => words.setWordState(id, wordIds, state)),
      removeWords: (id, wordIds) => change('removeWords', id, () => words.removeWords(id, wordIds)),
    },
    imports: {
      importTable: (id, table, options) =>
        change('importWords', id, () => imports.importTable(id, table, options)),
      importDeck: (id, deck, mapping, options) =>
        change('importDeck', id, () => imports.importDeck(id, deck, mapping, options)),
      // It changes nothing, but the next request does.
      async describeDeck(id, deck) {
        await rights.mayChange(id);
        return imports.describeDeck(id, deck);
      },
    },
    voicing: {
      voiceDialogs: (id) => change('voiceDialogs', id, () => voicing.voiceDialogs(id)),
    },
    learning: {
      // It reads the profile itself, together with everything else, which saves a learner a round trip.
      reviewDialog: (id, dialogId, practice) =>
        audit('reviewDialog', id, async () =>
          learning.reviewDialog(id, dialogId, practice, rights.permits()),
        ),
      rollBackLearning: (id, version) =>
        change('rollBackLearning', id, () => learning.rollBackLearning(id, version)),
      // These work with what the subject has read.
      recallNow: (memory, learned) => learning.recallNow(memory, learned),
      due: (memory, learned) => learning.due(memory, learned),
    },
    prompts: {
      async prompts() {
        rights.maySeePrompts();
        return prompts.prompts();
      },
      rollBackPrompt: (version) =>
        audit('rollBackPrompt', null, async () => {
          rights.mayChangePrompts();
          return prompts.rollBackPrompt(version);
        }),
    },
    pool: {
      ensureDialogs: (id, min) => change('ensureDialogs', id, () => pool.ensureDialogs(id, min)),
      startTopUp: (id, min) => change('startTopUp', id, () => pool.startTopUp(id, min)),
      cancelTopUp: (id, topUpId) => change('cancelTopUp', id, () => pool.cancelTopUp(id, topUpId)),
      claimDialogs: (id, options) => change('claimDialogs', id, () => pool.claimDialogs(id, options)),
      markDialogUsed: (id, dialogId) => change('markDialogUsed', id, () => pool.markDialogUsed(id, dialogId)),
      // These work with records that the subject has read, or tell only that something has changed.
      spendOf: (record) => pool.spendOf(record),
      watchForLoss: (record) => pool.watchForLoss(record),
      watch: (id, caller) => pool.watch(id, caller),
    },
  };
}
