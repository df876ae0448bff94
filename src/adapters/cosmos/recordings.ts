import type { Dialog } from '../../model/dialog.ts';
import type { Page, PageRequest } from '../../model/page.ts';
import type { Containers } from './client/containers.ts';
import { countWhere } from './documents/counting.ts';
import { IS_UNUSED_DIALOG, parseDialog, withRecordings } from './documents/dialog-document.ts';
import { editDocument } from './documents/edit-document.ts';
import { readEach } from './documents/keyed-reads.ts';
import { readPage } from './documents/listing.ts';
import { LONGEST_VOICE_ID } from './documents/text.ts';

/** Documents of other writers do not say whether they are voiced, and those that are voiced are ours. */
const IS_SILENT = `${IS_UNUSED_DIALOG} AND IS_STRING(c.ref_voice_id) AND LENGTH(c.ref_voice_id) <= ${LONGEST_VOICE_ID} AND (NOT IS_DEFINED(c.is_voiced) OR c.is_voiced = false)`;

export function silentDialogPage(
  { dialogs }: Containers,
  profileId: string,
  request: PageRequest,
): Promise<Page<Dialog>> {
  return readPage({ container: dialogs, profileId, where: IS_SILENT, parse: parseDialog }, request);
}

export async function saveRecordings(
  { dialogs }: Containers,
  profileId: string,
  dialogId: string,
  names: ReadonlyMap<string, string>,
): Promise<number> {
  let given = 0;
  const found = await dialogs.read(profileId, dialogId);
  const edited = await editDocument(dialogs, profileId, found, (document) => {
    const { turns, isVoiced, added } = withRecordings(document, names);
    given = added;
    return added === 0 ? null : { turns, is_voiced: isVoiced };
  });
  return edited === null ? 0 : given;
}

export function voicedTotals({ dialogs }: Containers, profileIds: readonly string[]): Promise<number[]> {
  return readEach(profileIds, (profileId) =>
    countWhere(dialogs, profileId, `${IS_UNUSED_DIALOG} AND c.is_voiced = true`),
  );
}
