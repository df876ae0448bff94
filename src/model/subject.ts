/** The roles, the one that may do most first. If a caller has several, the first of this list applies. */
export const ROLES = ['service', 'reader', 'learner'] as const;

/**
 * What a caller may do. A `service` may read and change every profile. A `reader` may read every profile and change
 * nothing. A `learner` may read and change the profiles that it owns.
 */
export type Role = (typeof ROLES)[number];

/** Who sends a request. */
export interface Subject {
  /** The `sub` of a token or the name of a key, 1 to `MAX_SUBJECT` characters. Null if the server does not ask. */
  readonly id: string | null;
  readonly role: Role;
  /** When its credentials expire; null if they do not. */
  readonly expiresAt: Date | null;
}

/** The most characters (UTF-16 code units) of a subject's id, and of the owner of a profile. */
export const MAX_SUBJECT = 255;

/** Whether a text can be the id of a subject: it has 1 to `MAX_SUBJECT` characters and no control characters. */
export function isSubjectId(text: string): boolean {
  return text.length >= 1 && text.length <= MAX_SUBJECT && !/[\p{Cc}\p{Cs}]/u.test(text);
}

/** The subject of every request if the server does not ask who calls. */
export const ANYONE: Subject = { id: null, role: 'service', expiresAt: null };
