import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Plugin } from 'graphql-yoga';
import { nextTurn } from '../concurrency/fair-turns.ts';
import { answering } from './answering.ts';
import { asksForPage } from './asks-for-page.ts';
import { hasTag } from './entity-tag.ts';

/**
 * The document that GraphiQL opens with: a query that shows the demo pool, a mutation that tops it up, and a subscription
 * that shows its changes live. Its lines are short, so that they fit the pane in a small window.
 */
const OPENING_DOCUMENT = `# Press the play button
# and choose one of three operations.

query ShowPool {
  profile(id: "demo") {
    name
    targetLanguage
    pool {
      unusedTotal usedTotal min shortfall
      wordCounts {
        pending teaching learned
      }
    }
    words(states: [TEACHING], first: 5) {
      edges {
        node {
          text translation
          unusedDialog { id }
        }
      }
    }
  }
}

mutation TopUp {
  ensureDialogs(profileId: "demo") {
    outcome
    unusedTotal
    min
    created {
      word { text }
      turns { speaker text translation }
    }
    skipped { word { text } reason message }
  }
}

subscription WatchPool {
  pool(profileId: "demo") {
    unusedTotal
    usedTotal
    currentTopUp { id state }
  }
}
`;

/** Most of the page that waits for a client at a time. */
const CHUNK_BYTES = 64_000;

/**
 * Serves GraphiQL to browsers. The page holds all its scripts and styles and needs no other host, which makes it 9 MB.
 * It is made and compressed at the first request for it, and browsers cache it until it changes. All clients are sent
 * pieces of the same two copies, as fast as they read them.
 * @param failed the answer if the page cannot be made
 */
export function useGraphiQL(endpoint: string, failed: (error: unknown) => Response): Plugin {
  const isAsked = ({ request, url }: { readonly request: Request; readonly url: URL }) =>
    url.pathname === endpoint && asksForPage(request);
  return {
    onRequest: answering(isAsked, failed, async ({ request, fetchAPI }) => {
      const { plain, compressed, etag } = await madePage();
      const headers = {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        etag,
        vary: 'accept, accept-encoding',
        'x-frame-options': 'DENY',
      };
      if (hasTag(request.headers.get('if-none-match'), etag)) {
        return new fetchAPI.Response(null, { status: 304, headers });
      }
      const isCompressed = acceptsGzip(request.headers.get('accept-encoding'));
      const page = isCompressed ? compressed : plain;
      const length = { 'content-length': String(page.length) };
      const encoding = isCompressed && { 'content-encoding': 'gzip' };
      return new fetchAPI.Response(piecesOf(page), { headers: { ...headers, ...length, ...encoding } });
    }),
  };
}

/** Whether an `Accept-Encoding` header names gzip. With the weight 0 it refuses gzip. */
function acceptsGzip(header: string | null): boolean {
  const codings = header?.toLowerCase().split(',') ?? [];
  return codings.some((coding) => {
    const [name, ...parameters] = coding.split(';').map((part) => part.trim());
    return name === 'gzip' && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

/**
 * A body that shares its memory with `page` and is produced as fast as the client reads it. The system takes the first
 * megabytes at once, so that many clients together would keep the event loop busy for seconds.
 */
function piecesOf(page: Buffer): ReadableStream<Uint8Array> {
  let begin = 0;
  return new ReadableStream({
    async pull(controller) {
      const turn = nextTurn(controller);
      if (turn) await turn;
      if (begin >= page.length) return controller.close();
      controller.enqueue(page.subarray(begin, begin + CHUNK_BYTES));
      begin += CHUNK_BYTES;
    },
  });
}

let making: ReturnType<typeof makePage> | undefined;

/** The page, made at the first call in the process. A failure is not kept. */
function madePage(): ReturnType<typeof makePage> {
  making ??= makePage().catch((error: unknown) => {
    making = undefined;
    throw error;
  });
  return making;
}

async function makePage() {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const plain = Buffer.from(renderGraphiQL({ title: 'Dialog pool', defaultQuery: OPENING_DOCUMENT }));
  // The tag is weak because it is the same for both encodings.
  const etag = `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { plain, compressed: await promisify(gzip)(plain), etag };
}
