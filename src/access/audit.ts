import { CodedError } from '../model/errors.ts';
import type { Subject } from '../model/subject.ts';
import type { Log } from '../ports/log.ts';
import { currentRequest } from '../ports/request.ts';

/** The most characters of an id or a name in the log. A profile's id is not longer. */
const MAX_LENGTH = 128;

/**
 * Carries out a mutation and logs it.
 * @param profileId null for a new profile without an id
 * @param idOf the id of the profile, from what the mutation returns
 */
export type Audit = <Result>(
  mutation: string,
  profileId: string | null,
  work: () => Promise<Result>,
  idOf?: (result: Result) => string,
) => Promise<Result>;

/**
 * Logs one line for each mutation of a subject when it has ended: who changed which profile with which outcome, and
 * nothing of the content. Refused mutations are logged too.
 */
export function auditOf({ id, role }: Subject, log: Log): Audit {
  return async (mutation, profileId, work, idOf) => {
    const operation = currentRequest()?.operation?.name;
    const write = (profile: string | null, outcome: string) => {
      const fields = {
        subject: id,
        role,
        mutation,
        ...(operation != null && { operation: operation.slice(0, MAX_LENGTH) }),
        ...(profile !== null && { profileId: profile.slice(0, MAX_LENGTH) }),
        outcome,
      };
      log.info(fields, 'audit');
    };
    try {
      const result = await work();
      write(idOf?.(result) ?? profileId, 'OK');
      return result;
    } catch (error) {
      write(profileId, error instanceof CodedError ? error.code : 'INTERNAL_SERVER_ERROR');
      throw error;
    }
  };
}
