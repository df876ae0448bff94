import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import { createGraphQLError, type Plugin } from 'graphql-yoga';
import { CallerLimit } from '../../concurrency/caller-limit.ts';
import { BadUserInput, TooManyRequests } from '../../model/errors.ts';
import type { Log } from '../../ports/log.ts';
import type { ImportOptions } from '../../words/import/apply-import.ts';
import type { DeckMapping } from '../../words/import/deck-import.ts';
import type { DeckSource, WordImport } from '../../words/import/word-import.ts';
import { answering } from '../answering.ts';
import { errorResponse, refusal } from '../error-response.ts';
import type { BeginBody } from '../limits/arriving-bodies.ts';
import { piecesOf, type Receiving } from '../limits/body-limit.ts';
import { refuseCompressed } from '../limits/content-encoding.ts';

export const IMPORT_ANKI_PATH = '/import/anki';
/** The most bytes of a package. */
const MAX_PACKAGE = 50_000_000;
/** A page of another site cannot send it without asking, as it can send a form. */
const MEDIA_TYPE = 'application/octet-stream';
const INCOMPLETE = 'The body of the request did not arrive whole. Send the request again.';
const MAX_NOTE_TYPES = 100;
/** The most packages that one caller sends or has imported at once. */
const MAX_OF_CALLER = 2;
/** The longest parameter, in characters. */
const MAX_PARAMETER = 1_000;

interface AnkiImportDeps {
  /** What the sender of a request may import. */
  readonly wordsFor: (request: Request) => WordImport;
  /** Whose limit a request counts against; null if against none. */
  readonly callerOf: (request: Request, message: IncomingMessage | undefined) => string | null;
  /** Counts a package among all that are arriving. */
  readonly begin: BeginBody;
  readonly log: Log;
}

/**
 * Imports the body of a POST, a package of Anki, into the profile that the parameter `profile` names.
 *
 * Without the parameter `text`, it answers with the note types of the package and imports nothing. With it, `text` and
 * `translation` are names of fields; `noteType` may be repeated; `dryRun` and `partial` are `true` or `false`.
 */
export function useAnkiImport({
  wordsFor,
  callerOf,
  begin,
  log,
}: AnkiImportDeps): Plugin<object, { req?: IncomingMessage }> {
  const failed = errorResponse(log);
  const isAsked = ({ url }: { readonly url: URL }) => url.pathname === IMPORT_ANKI_PATH;
  const limit = new CallerLimit(MAX_OF_CALLER);
  return {
    onRequest: answering(isAsked, failed, async ({ request, url, serverContext: { req } }) => {
      if (request.method !== 'POST') {
        return refusal(405, 'Send the package by POST.', undefined, { allow: 'POST' });
      }
      if (request.headers.get('content-type')?.toLowerCase() !== MEDIA_TYPE) {
        return refusal(415, `Send the package as ${MEDIA_TYPE}, and not as a form.`);
      }
      const compressed = refuseCompressed(request);
      if (compressed !== null) return compressed;
      const giveBack = limit.take(callerOf(request, req));
      if (giveBack === null) return failed(tooManyOfCaller());
      try {
        const bytes = arriving(request, {
          message: req,
          max: MAX_PACKAGE,
          begin: () => begin(request, req),
        });
        const deck = { bytes, signal: request.signal };
        return Response.json(await answer(wordsFor(request), deck, url.searchParams));
      } catch (error) {
        // The client has left in the middle, which is no fault of the server's.
        return request.signal.aborted ? refusal(400, INCOMPLETE) : failed(error);
      } finally {
        giveBack();
      }
    }),
  };
}

function tooManyOfCaller(): TooManyRequests {
  return new TooManyRequests(
    `You are sending or importing ${MAX_OF_CALLER} packages already, and may not have more at once. Wait until one of them has been answered, and send the same request again.`,
  );
}

async function answer(words: WordImport, deck: DeckSource, parameters: URLSearchParams): Promise<object> {
  const { profile, mapping, options } = parse(parameters);
  if (mapping === null) return { noteTypes: await words.describeDeck(profile, deck) };
  const { rejected, ...counts } = await words.importDeck(profile, deck, mapping, options);
  return { ...counts, rejected: rejected.map(({ entry, reason }) => ({ note: entry, reason })) };
}

async function* arriving(request: Request, receiving: Receiving): AsyncIterable<Uint8Array> {
  let isEmpty = true;
  try {
    for await (const piece of piecesOf(request, receiving)) {
      isEmpty = false;
      yield piece;
    }
  } catch (error) {
    if (error instanceof GraphQLError || error instanceof TooManyRequests) throw error;
    throw refused(INCOMPLETE);
  }
  if (isEmpty) throw refused('The body of the request is empty. Send the package as it is, as the body.');
}

function refused(message: string): Error {
  return createGraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
}

interface Parameters {
  readonly profile: string;
  /** Null if the note types are asked for. */
  readonly mapping: DeckMapping | null;
  readonly options: ImportOptions;
}

const NAMES = ['profile', 'text', 'translation', 'noteType', 'dryRun', 'partial'];

/** @throws {BadUserInput} */
function parse(parameters: URLSearchParams): Parameters {
  for (const name of parameters.keys()) {
    if (!NAMES.includes(name))
      throw new BadUserInput('URL', `must have no parameters but ${NAMES.join(', ')}`);
  }
  const all = (name: string): string[] => {
    const values = parameters.getAll(name);
    const isLong = values.some((value) => value.length > MAX_PARAMETER);
    if (isLong) throw new BadUserInput(name, `must have at most ${MAX_PARAMETER} characters`);
    return values;
  };
  const one = (name: string): string | null => {
    const [value = null, ...others] = all(name);
    if (others.length > 0) throw new BadUserInput(name, 'must have one value');
    if (value === '') throw new BadUserInput(name, 'must not be empty');
    return value;
  };
  const flag = (name: string): boolean => {
    const value = one(name) ?? 'false';
    if (value !== 'true' && value !== 'false') throw new BadUserInput(name, 'must be "true" or "false"');
    return value === 'true';
  };
  const profile = one('profile');
  if (profile === null) throw new BadUserInput('profile', 'must be in the URL; it is the id of a profile');
  const [text, translation, noteTypes] = [one('text'), one('translation'), all('noteType')];
  if (noteTypes.length > MAX_NOTE_TYPES) {
    throw new BadUserInput('noteType', `must have at most ${MAX_NOTE_TYPES} values`);
  }
  const options = { dryRun: flag('dryRun'), partial: flag('partial') };
  if (text === null && (translation !== null || noteTypes.length > 0)) {
    throw new BadUserInput(
      'text',
      'must name the field with the word; leave all fields out to see which there are',
    );
  }
  return { profile, mapping: text === null ? null : { text, translation, noteTypes }, options };
}
