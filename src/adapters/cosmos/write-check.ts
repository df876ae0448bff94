import type { Store } from '../../ports/store.ts';
import type { Containers } from './client/containers.ts';

/** The id of a document in `leases` that is no lease. No profile has such an id, because of the space. */
const ID = 'write check';

export function writeCheckMethods({ leases }: Containers): Pick<Store, 'checkWritable'> {
  return {
    /** Writes a document without meaning. So refused credentials, a missing container and throttling are found. */
    checkWritable: () => leases.overwrite({ id: ID }),
  };
}
