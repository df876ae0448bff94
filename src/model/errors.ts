/**
 * An error that is shown to the caller. Its message says what to do and reveals no internals. All other errors are
 * logged in full and shown as an internal server error.
 */
export abstract class CodedError extends Error {
  /** The `extensions.code` of the GraphQL error. */
  abstract readonly code: string;
  /** Whether the same request can succeed later. */
  readonly retryable: boolean = false;
}

/** An argument is outside its limits. No data was changed. */
export class BadUserInput extends CodedError {
  readonly code = 'BAD_USER_INPUT';

  /** @param argument the path of the argument in the schema's names, for example `input.minDialogs` */
  constructor(argument: string, message: string) {
    super(`${argument}: ${message}`);
  }
}

/** The request has no credentials that are valid. */
export class Unauthenticated extends CodedError {
  readonly code = 'UNAUTHENTICATED';
  /** Whether the request has credentials, which are not valid. */
  readonly hasCredentials: boolean;

  constructor(message: string, { hasCredentials = true }: { readonly hasCredentials?: boolean } = {}) {
    super(message);
    this.hasCredentials = hasCredentials;
  }
}

/** The caller is known and has no right to what it asks for. No data was changed. */
export class Forbidden extends CodedError {
  readonly code = 'FORBIDDEN';
}

/** The owner has as many profiles as it may have. */
export class TooManyProfiles extends Forbidden {
  constructor(most: number) {
    super(`You have ${most} profiles, and may not have more. Delete one first.`);
  }
}

/** Credentials cannot be checked just now. `cause` is the reason, for the log. */
export class AuthenticationUnavailable extends CodedError {
  readonly code = 'AUTHENTICATION_UNAVAILABLE';
  override readonly retryable = true;

  constructor(cause: unknown) {
    super('Credentials cannot be checked just now. Send the same request again in a moment.', { cause });
  }
}

export class ProfileNotFound extends CodedError {
  readonly code = 'PROFILE_NOT_FOUND';

  constructor(id: string) {
    super(`There is no profile with the id ${quoted(id)}. Query \`profiles\` to list those that exist.`);
  }
}

export class ProfileAlreadyExists extends CodedError {
  readonly code = 'PROFILE_ALREADY_EXISTS';

  constructor(id: string) {
    super(
      `There is already a profile with the id ${quoted(id)}. Choose another id, or leave it out to get a new one.`,
    );
  }
}

export class WordNotFound extends CodedError {
  readonly code = 'WORD_NOT_FOUND';

  constructor(id: string) {
    super(`The profile has no word with the id ${quoted(id)}. Query \`words\` to list those it has.`);
  }
}

export class DialogNotFound extends CodedError {
  readonly code = 'DIALOG_NOT_FOUND';

  constructor(id: string) {
    super(`The profile has no dialog with the id ${quoted(id)}. Query \`dialogs\` to list those it has.`);
  }
}

/** The caller, or all callers together, ask for more than the server gives them now. */
export class TooManyRequests extends CodedError {
  readonly code = 'TOO_MANY_REQUESTS';
  override readonly retryable = true;
}

/** A file is no package of Anki, or cannot be read. Nothing was imported. */
export class BadDeck extends CodedError {
  readonly code = 'BAD_USER_INPUT';

  /** @param fault what is wrong with the file, as a sentence */
  constructor(fault: string) {
    super(`${fault} Export the deck from Anki again, as .apkg or .colpkg, and send the whole file.`);
  }
}

/** This machine cannot keep or read packages of Anki now. `cause` is the reason, for the log. Nothing was imported. */
export class DecksUnavailable extends CodedError {
  readonly code = 'STORE_UNAVAILABLE';
  override readonly retryable = true;

  constructor(cause: unknown) {
    super('Packages cannot be read just now. Send the same request again in a moment.', { cause });
  }
}

export class TopUpNotFound extends CodedError {
  readonly code = 'TOP_UP_NOT_FOUND';

  constructor(id: string) {
    super(
      `The profile has no top-up with the id ${quoted(id)}. Query \`topUps\` to list the last 20, or start another one.`,
    );
  }
}

/**
 * The store cannot be used. Writes that were acknowledged before are kept. A write that fails with this error may have
 * been carried out; it is safe to repeat it. `cause` is the store's own error, for the log.
 *
 * The error is retryable if the failure can pass by itself: the store is busy, unreachable, or closed for a restart. It
 * is not retryable if an operator has to act first: the disk is full, the file is damaged, or the credentials are refused.
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

/** The most characters of an id that a message repeats. A profile's id is not longer. */
const MAX_QUOTED = 128;

/** An id in quotation marks. A longer text is cut, so that a message never repeats megabytes of input. */
function quoted(id: string): string {
  return JSON.stringify(id.length > MAX_QUOTED ? `${id.slice(0, MAX_QUOTED)}…` : id);
}

/** The server cannot start with its present configuration. The message tells the operator what to change. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}
