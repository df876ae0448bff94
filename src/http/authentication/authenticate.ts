import type { Subject } from '../../model/subject.ts';

/**
 * Finds out who sends a request by its bearer token.
 * @throws {Unauthenticated} if the token is not valid
 * @throws {Forbidden} if it is valid and gives no role
 * @throws {AuthenticationUnavailable} if it cannot be checked just now
 */
export type Authenticate = (token: string) => Promise<Subject>;
