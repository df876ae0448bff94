import type { Dialog } from '../../model/dialog.ts';
import { type Candidate, type Claim, markClaimed, oldestUnused } from './claim-candidates.ts';
import type { Tools } from './client/containers.ts';
import { parseDialog } from './documents/dialog-document.ts';

/** How many dialogs are read beyond those wanted, because other callers may claim some of them first. */
const SPARE = 8;
/** How often a claim tries to mark the same dialog. */
const MAX_TRIES = 3;

/**
 * Claims the oldest unused dialogs. Each is marked by a conditional replacement, which succeeds for one caller only.
 *
 * If the service fails after some dialogs were claimed, the call returns those, because no other caller can get them.
 * For the same reason it looks once more for dialogs whose replacement had no response.
 *
 * The loop ends, because each round reads only dialogs that are unused and were tried less than `MAX_TRIES` times.
 */
export async function claimWithoutKey(
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
      if (result === 'full') tries.set(id, MAX_TRIES);
      const dialog = typeof result === 'string' ? null : parseDialog(result);
      if (dialog === null) continue;
      claimed.set(id, dialog);
      return;
    }
  }

  /** Adds dialogs that were marked although the replacement had no response. */
  async function findUnanswered(): Promise<void> {
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
      const passed = [...tries].flatMap(([id, times]) => (times < MAX_TRIES ? [] : [id]));
      const found = await oldestUnused(dialogs, profileId, { wanted, most: wanted + SPARE, passed });
      if (found.length === 0) break;
      order.push(...found.map(({ id }) => id));
      const queue = found.values();
      const claims = Array.from({ length: wanted }, () => claimFrom(queue));
      for (const end of await Promise.allSettled(claims)) if (end.status === 'rejected') throw end.reason;
    }
  } catch (error) {
    await findUnanswered().catch((err: unknown) => {
      log.warn({ profileId, unanswered: [...unanswered], err }, 'claims had no response');
    });
    if (claimed.size === 0) throw error;
    log.warn({ profileId, claimed: claimed.size, wanted: count, err: error }, 'a claim ended early');
  }
  return [...new Set(order)].flatMap((id) => claimed.get(id) ?? []);
}
