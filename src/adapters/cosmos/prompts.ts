import { StoreUnavailable } from '../../model/errors.ts';
import type { PromptState } from '../../model/prompt-state.ts';
import type { PromptStore } from '../../ports/prompts.ts';
import type { Tools } from './client/containers.ts';
import { createToken } from './documents/create-token.ts';
import { parsePromptState, promptFields, promptId } from './documents/prompt-document.ts';

export function promptMethods({ leases, newId }: Tools): PromptStore {
  return {
    async promptState(model) {
      const id = promptId(model);
      return stateOf(await leases.read(id, id));
    },

    async editPromptState(model, change) {
      const id = promptId(model);
      /** `save_token` differs in every version, so that a read tells after a lost response which one was stored. */
      const saveToken = () => ({ save_token: newId() });
      for (;;) {
        const document = await leases.read(id, id);
        const state = stateOf(document);
        const changed = change(state);
        if (changed === null) return state;
        const fields = promptFields(model, changed);
        const stored =
          document === null
            ? await leases.create(id, fields, { ...createToken(newId), ...saveToken() })
            : await leases.replace(id, document, { ...fields, ...saveToken() });
        if (typeof stored === 'object' && stored !== null) return changed;
      }
    },
  };
}

/**
 * The state in a document; null without one. A document that cannot be read, such as one of a later version of this
 * server, is not taken for none: its champions and rollbacks would be overwritten.
 */
function stateOf(document: unknown): PromptState | null {
  if (document === null) return null;
  const state = parsePromptState(document);
  if (state === null) {
    throw new StoreUnavailable(new Error('the document with the state of the prompt cannot be read'), {
      retryable: false,
    });
  }
  return state;
}
