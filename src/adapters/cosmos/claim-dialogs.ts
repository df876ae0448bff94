import type { Dialog } from '../../model/dialog.ts';
import type { StoredDocument } from './client/container.ts';
import type { Tools } from './client/containers.ts';
import { IS_UNUSED_DIALOG, parseDialog } from './documents/dialog-document.ts';
import { readPage } from './documents/listing.ts';

/** More dialogs are read than wanted, so that losing some to other callers seldom costs another look. */
const SPARE = 8;

/**
 * Claims the oldest unused dialogs, each by a replacement that only one caller can win. Where the store fails after
 * some have been claimed, those are returned: they are this caller's, and nobody else would ever get them. For the
 * same reason claims that were never answered are looked for once more before the call gives up.
 */
export async function claimDialogs(
  { dialogs, log }: Tools,
  profileId: string,
  count: number,
  at: Date,
  claim: string,
): Promise<Dialog[]> {
  const unused = { container: dialogs, profileId, where: IS_UNUSED_DIALOG };
  const change = { is_used: true, used_at: at.toISOString(), claim_token: claim };
  const claimed = new Map<StoredDocument, Dialog>();
  const order: StoredDocument[] = [];
  const unanswered = new Map<string, StoredDocument>();

  async function claimFrom(queue: Iterator<StoredDocument>): Promise<void> {
    const { value: document, done } = queue.next();
    if (done) return;
    unanswered.set(document.id, document);
    const result = await dialogs.replace(profileId, document, change);
    unanswered.delete(document.id);
    const dialog = typeof result === 'string' ? null : parseDialog(result);
    if (dialog === null) return claimFrom(queue);
    claimed.set(document, dialog);
  }

  async function lookForUnanswered(): Promise<void> {
    if (unanswered.size === 0) return;
    const found = await dialogs.queryProfile(profileId, {
      select: '*',
      where: 'ARRAY_CONTAINS(@ids, c.id) AND c.claim_token = @claim',
      values: { '@ids': [...unanswered.keys()], '@claim': claim },
    });
    for (const dialog of found.flatMap((document) => parseDialog(document) ?? [])) {
      const document = unanswered.get(dialog.id);
      if (document !== undefined) claimed.set(document, dialog);
    }
  }

  try {
    while (claimed.size < count) {
      const missing = count - claimed.size;
      const { documents } = await readPage(unused, { first: missing + SPARE, after: null }, missing);
      if (documents.length === 0) break;
      order.push(...documents);
      const queue = documents.values();
      const claims = Array.from({ length: missing }, () => claimFrom(queue));
      for (const end of await Promise.allSettled(claims)) if (end.status === 'rejected') throw end.reason;
    }
  } catch (error) {
    await lookForUnanswered().catch((err: unknown) => {
      log.warn({ profileId, unanswered: [...unanswered.keys()], err }, 'claims were never answered');
    });
    if (claimed.size === 0) throw error;
    log.warn({ profileId, claimed: claimed.size, wanted: count, err: error }, 'a claim was cut short');
  }
  return order.flatMap((document) => claimed.get(document) ?? []);
}
