import { Forbidden, ProfileNotFound } from '../model/errors.ts';
import type { Profile } from '../model/profile.ts';
import type { Subject } from '../model/subject.ts';
import type { WordExport } from '../words/export/word-export.ts';
import { auditOf } from './audit.ts';
import { learnerRights, READER_RIGHTS, SERVICE_RIGHTS } from './change-rights.ts';
import { ownedReads } from './owned-reads.ts';
import { permittedChanges } from './permitted-changes.ts';
import type { Changes, Reads, Services } from './services.ts';

/** What a subject can read and change, for one request. */
export interface Access extends Changes {
  readonly reads: Reads;
  readonly exports: WordExport;
  /** The owner of a profile as it is shown to the subject. */
  shownOwner(profile: Profile): string | null;
  /** Forgets what was read to decide, so that it is read again. To be called after a change. */
  refresh(): void;
}

/**
 * Decides what subjects can read and change. This is the only place that does: the API reads and changes everything
 * through what is returned. A profile that the subject must not see behaves exactly as a missing one.
 *
 * Whether a learner owns a profile is read before the change. If a service gives the profile to another owner in
 * between, the change is still carried out.
 *
 * @returns a function that is called once for each request
 */
export function createAccess(services: Services): (subject: Subject) => Access {
  // The server does not ask who calls.
  const everything: Access = {
    ...services,
    reads: services.store,
    shownOwner: ownerOf,
    refresh: doNothing,
  };
  return (subject) => (subject.id === null ? everything : accessOf(subject, subject.id, services));
}

function accessOf(subject: Subject, id: string, services: Services): Access {
  const { store, log, exports } = services;
  const { role } = subject;
  const audit = auditOf(subject, log);
  if (role === 'learner') {
    const { reads, owns, refresh } = ownedReads(store, id);
    const changes = permittedChanges(services, learnerRights(id, owns), audit);
    return {
      ...changes,
      reads: withoutOwners(reads),
      exports: ownedExports(exports, owns),
      shownOwner: () => null,
      refresh,
    };
  }
  if (role === 'reader') {
    const changes = permittedChanges(services, READER_RIGHTS, audit);
    return { ...changes, reads: withoutOwners(store), exports, shownOwner: () => null, refresh: doNothing };
  }
  const changes = permittedChanges(services, SERVICE_RIGHTS, audit);
  return { ...changes, reads: store, exports, shownOwner: ownerOf, refresh: doNothing };
}

/** Who owns a profile is shown to services only. A list of what one owner has would show it too. */
function withoutOwners(reads: Reads): Reads {
  return {
    ...reads,
    async profilePage(request, ownerId) {
      if (ownerId !== undefined) {
        throw new Forbidden('Only services may list the profiles of one owner. Leave ownerId out.');
      }
      return reads.profilePage(request);
    },
  };
}

function ownedExports(exports: WordExport, owns: (profileId: string) => Promise<boolean>): WordExport {
  return {
    async *exportWords(profileId, format, audioUrl) {
      if (!(await owns(profileId))) throw new ProfileNotFound(profileId);
      yield* exports.exportWords(profileId, format, audioUrl);
    },
  };
}

function ownerOf({ ownerId }: Profile): string | null {
  return ownerId;
}

function doNothing(): void {}
