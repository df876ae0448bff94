import type { DialogStore } from '../../ports/dialogs.ts';
import { claimWithKey } from './claim-with-key.ts';
import { claimWithoutKey } from './claim-without-key.ts';
import type { Tools } from './client/containers.ts';

export function claimMethods(tools: Tools): Pick<DialogStore, 'claimDialogs'> {
  return {
    claimDialogs: (profileId, count, at, token, key) =>
      key === undefined
        ? claimWithoutKey(tools, profileId, count, { at, token })
        : claimWithKey(tools, profileId, count, { at, token }, key),
  };
}
