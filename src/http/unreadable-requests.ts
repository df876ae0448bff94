import {
  type IncomingMessage,
  maxHeaderSize,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { errorBody } from './error-response.ts';

interface Refusal {
  readonly status: number;
  readonly message: string;
}

const MALFORMED: Refusal = { status: 400, message: 'The request is not valid HTTP/1.1.' };

/** The code of the error if the client closes its side of the connection in the middle of a request. */
const LEFT = 'HPE_INVALID_EOF_STATE';

/** Refusals by the code of the error of Node's HTTP parser. */
const REFUSALS: ReadonlyMap<string | undefined, Refusal> = new Map([
  [
    'HPE_HEADER_OVERFLOW',
    {
      status: 431,
      message: `The URL and the headers are longer than ${maxHeaderSize} bytes together. Send long queries by POST.`,
    },
  ],
  [
    'HPE_CHUNK_EXTENSIONS_OVERFLOW',
    { status: 413, message: 'The chunk extensions of the body are too long. Send the body without them.' },
  ],
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    { status: 408, message: 'The request did not arrive in time. Send it again, on another connection.' },
  ],
]);

/**
 * Answers requests that Node's HTTP parser cannot read, and so does not hand over: with the statuses that Node would
 * send, and in addition with an error in GraphQL's form. The connection is closed then.
 */
export function answerUnreadable(server: Server): void {
  const latest = new WeakMap<Duplex, { request: IncomingMessage; response: ServerResponse }>();
  const refused = new WeakSet<Duplex>();
  server.on('request', (request, response) => latest.set(request.socket, { request, response }));
  server.on('checkExpectation', refuseExpectation);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // The parser also reports what arrives afterwards.
    if (refused.has(socket)) return;
    refused.add(socket);
    const refuse = () => send(socket, REFUSALS.get(error.code) ?? MALFORMED);
    const { request, response } = latest.get(socket) ?? {};
    if (request === undefined || response === undefined || response.writableFinished) refuse();
    else if (request.complete && error.code !== LEFT) response.once('close', refuse);
    // What cannot be read is the body of a request that has been handed over.
    else if (!request.complete && response.socket !== null && !response.headersSent) refuse();
    else socket.destroy();
  });
}

const refuseExpectation: RequestListener = (_, response) => {
  const message = 'The header Expect can only be 100-continue. Send the request without it.';
  response.writeHead(417, { 'content-type': 'application/json' }).end(errorBody(message));
};

function send(socket: Duplex, { status, message }: Refusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = errorBody(message);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
