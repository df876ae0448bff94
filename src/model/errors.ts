/**
 * The errors a caller can meet, each with the code it gets in a response. Their messages are written for the
 * caller: they say what to do and nothing of the inside. Every other error is a defect or an accident; it is
 * logged whole and shown masked.
 */
export abstract class CodedError extends Error {
  /** `extensions.code` of the GraphQL error. */
  abstract readonly code: string;
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean = false;
}

/** An argument is outside its limits. Nothing was changed. */
export class BadUserInput extends CodedError {
  readonly code = 'BAD_USER_INPUT';

  /** @param argument the path of the argument as the schema names it, for example `input.minDialogs` */
  constructor(argument: string, message: string) {
    super(`${argument}: ${message}`);
  }
}

export class ProfileNotFound extends CodedError {
  readonly code = 'PROFILE_NOT_FOUND';

  constructor(id: string) {
    super(`There is no profile with the id ${quoted(id)}. Query \`profiles\` for those there are.`);
  }
}

export class ProfileAlreadyExists extends CodedError {
  readonly code = 'PROFILE_ALREADY_EXISTS';

  constructor(id: string) {
    super(`There is already a profile with the id ${quoted(id)}. Choose another, or leave the id out.`);
  }
}

export class WordNotFound extends CodedError {
  readonly code = 'WORD_NOT_FOUND';

  constructor(id: string) {
    super(`The profile has no word with the id ${quoted(id)}. Query \`words\` for those it has.`);
  }
}

export class DialogNotFound extends CodedError {
  readonly code = 'DIALOG_NOT_FOUND';

  constructor(id: string) {
    super(`The profile has no dialog with the id ${quoted(id)}. Query \`dialogs\` for those it has.`);
  }
}

/**
 * The store cannot be used. What was acknowledged before is kept. A write that failed so may have been carried out, and
 * sending it again is safe. `cause` holds what the store said, for the log.
 *
 * It is retryable if the failure can pass by itself: the store is busy, out of reach, or was closed for a restart. It is
 * not on a full disk, with a damaged file or with refused credentials: an operator has to act first.
 */
export class StoreUnavailable extends CodedError {
  readonly code = 'STORE_UNAVAILABLE';
  override readonly retryable: boolean;

  constructor(cause?: unknown, { retryable = true }: { readonly retryable?: boolean } = {}) {
    super(
      retryable
        ? 'The store is not available just now. Send the same request again in a moment.'
        : "The store cannot be used. Sending the request again does not help. An operator has to look at the store: the server's log says what is wrong.",
      { cause },
    );
    this.retryable = retryable;
  }
}

/** Most characters of an id that a message repeats: as many as a profile's id can have. */
const MAX_QUOTED = 128;

/** An id in quotation marks. What is too long to be one is cut: it must not come back whole to whoever sent it. */
function quoted(id: string): string {
  return JSON.stringify(id.length > MAX_QUOTED ? `${id.slice(0, MAX_QUOTED)}…` : id);
}

/** The server cannot start as it is set up. The message says what to change, for the operator. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}
