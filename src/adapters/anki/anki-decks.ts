import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import { BadDeck, DecksUnavailable, TooManyRequests } from '../../model/errors.ts';
import type { Deck, DeckReader, Note } from '../../ports/decks.ts';
import type { Log } from '../../ports/log.ts';
import { linesOf } from './lines.ts';
import { type Message, parseMessage } from './messages.ts';

/** The most packages that are read at once. Each takes up to 250 MB of the disk. */
const MAX_PROCESSES = 2;
/** The most packages that have arrived and wait until they are read. Each takes up to 50 MB of the disk. */
const MAX_WAITING = 6;
/** How long a package may take from the beginning of its reading on, in milliseconds. */
const DEADLINE_MS = 120_000;
/** The most memory of JavaScript in the process that reads a package, in megabytes. */
const MAX_HEAP_MB = 128;
/**
 * The most characters of a line from the process. Its longest are those of the note types, with at most 11 million: a
 * character can take six in JSON.
 */
const MAX_LINE = 16_000_000;
/** Most characters of what a process that failed has written to its standard error. */
const MAX_REPORT = 2_000;

/** The program of the process: compiled as this module is, or not. */
const PROGRAM = new URL(`./process/main${extname(import.meta.url)}`, import.meta.url);

interface AnkiDecksOptions {
  readonly log: Log;
  /** The program of the process that reads a package. */
  readonly program?: URL;
  /** The folder in which each package has a folder of its own while it is read. */
  readonly folder?: string;
}

/**
 * Reads packages of Anki (`.apkg` and `.colpkg`, old and new format), each in a process of its own with a temporary
 * folder. The process knows none of the server's environment variables.
 */
export function openAnkiDecks({
  log,
  program = PROGRAM,
  folder: parent = tmpdir(),
}: AnkiDecksOptions): DeckReader {
  const processes = bulkhead(MAX_PROCESSES, MAX_WAITING);

  async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
    const folder = await mkdtemp(join(parent, 'dialog-pool-anki-')).catch((error: unknown) => {
      throw unavailable(error);
    });
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async function receive(
    bytes: AsyncIterable<Uint8Array>,
    folder: string,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await pipeline(bytes, createWriteStream(packageIn(folder)), { signal });
    } catch (error) {
      throw isOfSystem(error) ? unavailable(error) : error;
    }
  }

  function unavailable(error: unknown): DecksUnavailable {
    log.error({ folder: parent, err: error }, 'a package cannot be kept in the temporary folder');
    return new DecksUnavailable(error);
  }

  return {
    async withDeck(bytes, use, signal) {
      const read = async (folder: string) => {
        const reading = new Reading(program, folder, { log, unavailable });
        try {
          return await use(await reading.deck(AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)])));
        } finally {
          await reading.end();
        }
      };
      if (processes.executionSlots + processes.queueSlots === 0) throw tooManyPackages();
      return inFolder(async (folder) => {
        await receive(bytes, folder, signal);
        try {
          return await processes.execute(() => read(folder), signal);
        } catch (error) {
          throw error instanceof BulkheadRejectedError ? tooManyPackages() : error;
        }
      });
    },
  };
}

function tooManyPackages(): TooManyRequests {
  return new TooManyRequests('Other packages are being read. Send the same request again in a moment.');
}

/** Whether an error is of this machine's, such as a full disk, and not of the sender's. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function packageIn(folder: string): string {
  return join(folder, 'package');
}

interface ReadingDeps {
  readonly log: Log;
  /** Reports a failure of this machine. */
  readonly unavailable: (error: Error) => DecksUnavailable;
}

/** One process that reads one package. */
class Reading {
  readonly #process: ChildProcess;
  readonly #output: Readable;
  readonly #closed: Promise<unknown>;
  readonly #report: Promise<string>;
  readonly #messages: AsyncIterator<Message>;
  readonly #deps: ReadingDeps;

  constructor(program: URL, folder: string, deps: ReadingDeps) {
    const flags = [...process.execArgv, `--max-old-space-size=${MAX_HEAP_MB}`];
    const child = spawn(process.execPath, [...flags, fileURLToPath(program), packageIn(folder), folder], {
      env: {},
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#deps = deps;
    this.#process = child;
    this.#closed = once(child, 'close').catch(() => undefined);
    this.#report = text(child.stderr).then((report) => report.slice(0, MAX_REPORT), String);
    this.#output = child.stdout.setEncoding('utf8');
    this.#messages = messagesOf(linesOf(this.#output, MAX_LINE));
  }

  /** @param signal ends the process */
  async deck(signal: AbortSignal): Promise<Deck> {
    if (signal.aborted) this.#process.kill('SIGKILL');
    signal.addEventListener('abort', () => this.#process.kill('SIGKILL'), { once: true });
    const message = await this.#next(signal);
    if (!('noteTypes' in message)) throw new Error('the process did not begin with the note types');
    return { noteTypes: message.noteTypes, notes: () => this.#notes(signal) };
  }

  /** Ends the process and resolves when it has ended, so that its folder can be removed. */
  async end(): Promise<void> {
    this.#process.kill('SIGKILL');
    // Output that nobody reads would keep the process from being closed.
    this.#output.destroy();
    await this.#closed;
  }

  async *#notes(signal: AbortSignal): AsyncIterable<Note> {
    for (;;) {
      const message = await this.#next(signal);
      if ('end' in message) return;
      if ('notes' in message) yield* message.notes;
    }
  }

  /** The next message that is no fault and no failure. */
  async #next(signal: AbortSignal): Promise<Message> {
    const { value, done } = await this.#messages.next();
    if (!done) {
      if ('failure' in value) throw this.#deps.unavailable(new Error(value.failure));
      if ('fault' in value) throw new BadDeck(value.fault);
      return value;
    }
    await this.#closed;
    const { exitCode, signalCode } = this.#process;
    const fields = { exitCode, signalCode, report: await this.#report };
    this.#deps.log.warn(fields, 'the process that reads a package has ended early');
    if (signal.aborted && !isTimeout(signal)) throw signal.reason;
    // A defect of the program has an exit code. SQLite and Node end by a signal if a package makes them fail.
    if (signalCode === null) throw new Error('a package could not be read');
    throw new BadDeck('The package is damaged, or takes too long to read.');
  }
}

function isTimeout({ reason }: AbortSignal): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}

async function* messagesOf(lines: AsyncIterable<string>): AsyncGenerator<Message> {
  for await (const line of lines) yield parseMessage(line);
}
