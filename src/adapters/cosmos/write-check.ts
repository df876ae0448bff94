import type { Store } from '../../ports/store.ts';
import { isAddressable } from './client/address.ts';
import type { Containers } from './client/containers.ts';

/**
 * The id of a document in `dialogs` that is no dialog: it has no `word_id` and no `is_used`. No dialog has such an id,
 * because of the space. It is also the partition that is written to if no profile is named.
 */
const ID = 'write check';

export function writeCheckMethods({ dialogs }: Containers): Pick<Store, 'checkWritable'> {
  return {
    /**
     * Writes a document without meaning where the next dialog of the profile will be stored. Throughput, data roles and
     * limits of size belong to a container or a partition, so a write anywhere else would tell little. The document is
     * deleted with the profile.
     */
    checkWritable: (profileId) =>
      dialogs.overwrite({
        id: ID,
        profile_id: profileId !== null && isAddressable(profileId) ? profileId : ID,
      }),
  };
}
