/**
 * What a failed call says about the calls to come:
 * - `content`: the provider refuses what this request is about
 * - `answer`: the answer is larger than the limit
 * - `request`: the provider does not accept the request
 * - `timeout`: no answer came in time
 * - `given-up`: this process is about to end and does not wait for the answer
 * - `passing`: the same call may succeed later; the cause may lie in this request
 * - `unavailable`: the same call may succeed later; until then every call fails
 * - `lasting`: every call fails, also later, until an operator acts
 */
export type FailureKind =
  | 'content'
  | 'answer'
  | 'request'
  | 'timeout'
  | 'given-up'
  | 'passing'
  | 'unavailable'
  | 'lasting';

/** A call that got no usable answer. The message and the fields are for the log and hold no part of the key. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly kind: FailureKind;
  /** Whether the call may have been paid for: it was sent, and the provider did not refuse it. */
  readonly paid: boolean;
  /** How long the provider asks to wait, in milliseconds; null if it does not say. */
  readonly retryAfterMs: number | null;
  /** What the provider says about the failure, at most 200 characters; null if it says nothing that may be shown. */
  readonly detail: string | null;

  constructor(
    message: string,
    about: { kind: FailureKind; paid: boolean; retryAfterMs?: number | null; detail?: string | null },
  ) {
    super(message);
    this.kind = about.kind;
    this.paid = about.paid;
    this.retryAfterMs = about.retryAfterMs ?? null;
    this.detail = about.detail ?? null;
  }
}
