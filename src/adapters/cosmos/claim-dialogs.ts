import type { Dialog } from '../../model/dialog.ts';
import { type Candidate, type Claim, markClaimed, oldestUnused } from './claim-candidates.ts';
import type { Tools } from './client/containers.ts';
import { parseDialog } from './documents/dialog-document.ts';

/** More dialogs are read than wanted, so that losing some to other callers seldom costs another look. */
const SPARE = 8;
/** A dialog that has changed so often under the claim, and is still unused, is left to others. */
const MOST_TRIES = 3;

/**
 * Claims the oldest unused dialogs, each by a replacement that only one caller can win. If the store fails after some
 * have been claimed, those are returned: they are this caller's, and no other caller would ever get them. For the
 * same reason claims that were never answered are looked for once more before the call gives up.
 *
 * It ends: each look finds only dialogs that are unused and were tried less than `MOST_TRIES` times.
 */
export async function claimDialogs(
  { dialogs, log }: Tools,
  profileId: string,
  count: number,
  claim: Claim,
): Promise<Dialog[]> {
  const claimed = new Map<string, Dialog>();
  const order: string[] = [];
  const unanswered = new Set<string>();
  const tries = new Map<string, number>();

  async function claimFrom(queue: Iterator<Candidate>): Promise<void> {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const { id } = next.value;
      tries.set(id, (tries.get(id) ?? 0) + 1);
      const document = next.value.document ?? (await dialogs.read(profileId, id));
      if (document === null || parseDialog(document)?.isUsed !== false) continue;
      unanswered.add(id);
      const result = await markClaimed(dialogs, profileId, document, claim);
      unanswered.delete(id);
      if (result === 'full') tries.set(id, MOST_TRIES);
      const dialog = typeof result === 'string' ? null : parseDialog(result);
      if (dialog === null) continue;
      claimed.set(id, dialog);
      return;
    }
  }

  async function lookForUnanswered(): Promise<void> {
    if (unanswered.size === 0) return;
    const query = {
      select: '*',
      where: 'ARRAY_CONTAINS(@ids, c.id) AND c.claim_token = @claim',
      values: { '@ids': [...unanswered], '@claim': claim.token },
    };
    for (const dialog of await dialogs.queryProfile(profileId, query, parseDialog))
      claimed.set(dialog.id, dialog);
  }

  try {
    while (claimed.size < count) {
      const wanted = count - claimed.size;
      const passed = [...tries].flatMap(([id, times]) => (times < MOST_TRIES ? [] : [id]));
      const found = await oldestUnused(dialogs, profileId, { wanted, most: wanted + SPARE, passed });
      if (found.length === 0) break;
      order.push(...found.map(({ id }) => id));
      const queue = found.values();
      const claims = Array.from({ length: wanted }, () => claimFrom(queue));
      for (const end of await Promise.allSettled(claims)) if (end.status === 'rejected') throw end.reason;
    }
  } catch (error) {
    await lookForUnanswered().catch((err: unknown) => {
      log.warn({ profileId, unanswered: [...unanswered], err }, 'claims were never answered');
    });
    if (claimed.size === 0) throw error;
    log.warn({ profileId, claimed: claimed.size, wanted: count, err: error }, 'a claim was cut short');
  }
  return [...new Set(order)].flatMap((id) => claimed.get(id) ?? []);
}
