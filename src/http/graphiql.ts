import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Plugin } from 'graphql-yoga';
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

/**
 * Serves GraphiQL to browsers from this machine alone: the page brings everything with it and needs no network.
 * That makes it 9 MB, so it is compressed once, when it is first asked for, and cached by the browser until it
 * changes.
 */
export function useGraphiQL(endpoint: string): Plugin {
  let compressed: ReturnType<typeof compressedPage> | undefined;
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== endpoint || !['GET', 'HEAD'].includes(request.method)) return;
      if (!request.headers.get('accept')?.includes('text/html')) return;
      compressed ??= compressedPage().catch((error: unknown) => {
        compressed = undefined;
        throw error;
      });
      const { body, etag } = await compressed;
      const headers = {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        etag,
        vary: 'accept, accept-encoding',
        'x-frame-options': 'DENY',
      };
      if (hasTag(request.headers.get('if-none-match'), etag)) {
        endResponse(new fetchAPI.Response(null, { status: 304, headers }));
      } else if (acceptsGzip(request.headers.get('accept-encoding'))) {
        endResponse(new fetchAPI.Response(body, { headers: { ...headers, 'content-encoding': 'gzip' } }));
      } else {
        endResponse(new fetchAPI.Response(await promisify(gunzip)(body), { headers }));
      }
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

async function compressedPage() {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = renderGraphiQL({ title: 'Dialog pool', defaultQuery: OPENING_DOCUMENT });
  // Weak, since it stands for the page in either encoding.
  const etag = `W/"${createHash('sha256').update(page).digest('base64url').slice(0, 22)}"`;
  return { body: await promisify(gzip)(page), etag };
}
