import type { Containers } from './client/containers.ts';

/** The id of a document among the leases that is no lease. The space keeps it apart from ids of profiles. */
const ID = 'write check';

/** Writes a document that means nothing: refused credentials, a container that is gone and throttling are found so. */
export function checkWritable({ leases }: Containers): Promise<void> {
  return leases.overwrite({ id: ID });
}
