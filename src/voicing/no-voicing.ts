import { existingProfile } from '../ports/existing-profile.ts';
import type { Store } from '../ports/store.ts';
import { countSilentTurns } from './count-silent-turns.ts';
import type { Voicing } from './voicing.ts';

/** The voicing of a server without a voice: it records nothing and counts the silent turns. */
export function noVoicing(store: Store): Voicing {
  return {
    async voiceDialogs(profileId) {
      await existingProfile(store, profileId);
      return { voiced: 0, silent: await countSilentTurns(store, profileId) };
    },
    finish: async () => undefined,
  };
}
