import type { RecordingStore } from '../../ports/recordings.ts';
import type { Containers } from './client/containers.ts';
import { countWhere } from './documents/counting.ts';
import { IS_UNUSED_DIALOG, parseDialog, withRecordings } from './documents/dialog-document.ts';
import { editDocument } from './documents/edit-document.ts';
import { readEach } from './documents/keyed-reads.ts';
import { readPage } from './documents/listing.ts';
import { LONGEST_VOICE_ID } from './documents/text.ts';

/** Documents of other programs have no `is_voiced`, so they count as silent until this store has voiced them. */
const IS_SILENT = `${IS_UNUSED_DIALOG} AND IS_STRING(c.ref_voice_id) AND LENGTH(c.ref_voice_id) <= ${LONGEST_VOICE_ID} AND (NOT IS_DEFINED(c.is_voiced) OR c.is_voiced = false)`;

export function recordingMethods({ dialogs }: Containers): RecordingStore {
  return {
    silentDialogPage: (profileId, request) =>
      readPage({ container: dialogs, profileId, where: IS_SILENT, parse: parseDialog }, request),

    async saveRecordings(profileId, dialogId, names) {
      let total = 0;
      const found = await dialogs.read(profileId, dialogId);
      const edited = await editDocument(dialogs, profileId, found, (document) => {
        const { turns, isVoiced, added } = withRecordings(document, names);
        total = added;
        return added === 0 ? null : { turns, is_voiced: isVoiced };
      });
      return edited === null ? 0 : total;
    },

    voicedTotals: (profileIds) =>
      readEach(profileIds, (profileId) =>
        countWhere(dialogs, profileId, `${IS_UNUSED_DIALOG} AND c.is_voiced = true`),
      ),
  };
}
