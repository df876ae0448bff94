import type { Learning } from '../../model/learning.ts';
import type { StoredDocument } from './client/container.ts';
import type { Tools } from './client/containers.ts';
import { createToken } from './documents/create-token.ts';
import {
  LEARNING_ID,
  learningFields,
  replaceableLearning,
  versionFields,
} from './documents/learning-document.ts';

/**
 * Keeps the present version under its own id, so that it is still there after the next one has replaced it. Each version
 * has one content, so it does not matter who keeps it and how often.
 */
export async function keepVersion({ learnings }: Tools, learning: Learning | null): Promise<void> {
  if (learning !== null) await learnings.overwrite(versionFields(learning.profileId, learning));
}

/**
 * Replaces what a profile has learned by its next version. It starts again with the newer one if another caller was
 * faster, until one replacement succeeds.
 * @param document the version to start with; null if there is none
 * @param kept whether `keepVersion` was called with this version
 * @param change computes the next version; null leaves it as it is
 * @returns the learning as it is then
 * @throws {StoreUnavailable} if the document cannot be read
 */
export async function editLearning(
  tools: Tools,
  profileId: string,
  { document, kept }: { readonly document: StoredDocument | null; readonly kept: boolean },
  change: (learning: Learning | null) => Learning | null,
): Promise<Learning | null> {
  const { learnings, newId } = tools;
  /** `save_token` differs in every version, so that a read tells after a lost response which version was stored. */
  const saveToken = () => ({ save_token: newId() });
  let current = document;
  for (let isKept = kept; ; isKept = false) {
    const learning = replaceableLearning(current);
    const next = change(learning);
    if (next === null) return learning;
    if (!isKept) await keepVersion(tools, learning);
    const fields = learningFields(next);
    if (current === null) {
      const token = { ...createToken(newId), ...saveToken() };
      if ((await learnings.create(profileId, fields, token)) !== null) return next;
    } else {
      const replaced = await learnings.replace(profileId, current, { ...fields, ...saveToken() });
      if (typeof replaced === 'object') return next;
    }
    current = await learnings.read(profileId, LEARNING_ID);
  }
}
