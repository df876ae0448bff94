import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Plugin } from 'graphql-yoga';
import { nextTurn } from '../concurrency/turns.ts';
import { hasTag } from './entity-tag.ts';

/** What GraphiQL opens on: a query that shows the demo pool and a mutation that tops it up. */
const OPENING_DOCUMENT = `# Two operations: press the play button and choose one.

query ShowPool {
  profile(id: "demo") {
    name
    targetLanguage
    pool {
      unusedTotal usedTotal min shortfall
      wordCounts { pending teaching learned }
    }
    words(states: [TEACHING], first: 5) {
      edges {
        node { text translation unusedDialog { id } }
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
`;

/** So much of the page waits for a client at a time. */
const CHUNK_BYTES = 64_000;

/**
 * Serves GraphiQL to browsers from this machine alone: the page brings everything with it and needs no network.
 * That makes it 9 MB, so it is made and compressed once, when it is first asked for, and cached by the browser until
 * it changes. All clients are sent pieces of the same two copies, as fast as they take them.
 */
export function useGraphiQL(endpoint: string): Plugin {
  let making: ReturnType<typeof makePage> | undefined;
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== endpoint || !['GET', 'HEAD'].includes(request.method)) return;
      if (!request.headers.get('accept')?.includes('text/html')) return;
      making ??= makePage().catch((error: unknown) => {
        making = undefined;
        throw error;
      });
      const { plain, compressed, etag } = await making;
      const headers = {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        etag,
        vary: 'accept, accept-encoding',
        'x-frame-options': 'DENY',
      };
      if (hasTag(request.headers.get('if-none-match'), etag)) {
        endResponse(new fetchAPI.Response(null, { status: 304, headers }));
        return;
      }
      const isCompressed = acceptsGzip(request.headers.get('accept-encoding'));
      const page = isCompressed ? compressed : plain;
      const body = request.method === 'HEAD' ? null : piecesOf(page);
      const length = { 'content-length': String(page.length) };
      const encoding = isCompressed && { 'content-encoding': 'gzip' };
      endResponse(new fetchAPI.Response(body, { headers: { ...headers, ...length, ...encoding } }));
    },
  };
}

/** Whether an `Accept-Encoding` header names gzip, and not with the weight 0, which is a no. */
function acceptsGzip(header: string | null): boolean {
  const codings = header?.toLowerCase().split(',') ?? [];
  return codings.some((coding) => {
    const [name, ...parameters] = coding.split(';').map((part) => part.trim());
    return name === 'gzip' && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

/**
 * A body that shares its bytes with `page`, and is read as fast as the client takes it. The system takes the first
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

async function makePage() {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const plain = Buffer.from(renderGraphiQL({ title: 'Dialog pool', defaultQuery: OPENING_DOCUMENT }));
  // Weak, since it stands for the page in either encoding.
  const etag = `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { plain, compressed: await promisify(gzip)(plain), etag };
}
