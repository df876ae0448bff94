import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { graphql } from '../generated/index.ts';
import { type Server, startServer } from '../llm/server.ts';
import { wavTone } from '../speech/wav.ts';
import { launchChromium } from './chromium.ts';

/*
 * Plays a turn in Chromium, in a page of another origin than the API's. An audio element with the turn's `audioUrl` loads
 * until it can play through, knows its length, plays, and seeks to places that it has not loaded yet. The speech service
 * is a server on this machine, and the browser reaches no other host.
 */

const SECONDS = 60;

const Prepare = graphql(`
  mutation PrepareForBrowser {
    createProfile(
      input: { id: "ana", name: "Ana", nativeLanguage: "en", targetLanguage: "es", refVoiceId: "marta" }
    ) { id }
    addWords(profileId: "ana", words: [{ text: "casa" }]) { added { id } }
    ensureDialogs(profileId: "ana", min: 1) { unusedTotal }
  }
`);

const AudioUrls = graphql(`
  query AudioUrlsForBrowser {
    profile(id: "ana") { dialogs { edges { node { turns { audioUrl } } } } }
  }
`);

/** Listens on a free port of this machine. */
async function listen(listener: RequestListener): Promise<{ url: string; close: () => void }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${address.port}`, close };
}

async function firstAudioUrl(server: Server): Promise<string> {
  await server.ask(Prepare, {});
  for (;;) {
    const { profile } = await server.ask(AudioUrls, {});
    const audioUrl = profile?.dialogs.edges[0]?.node.turns[0]?.audioUrl;
    if (audioUrl) return audioUrl;
    await pause(50);
  }
}

const provider = await listen((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'audio/wav' }).end(wavTone(SECONDS));
});
const html = await readFile(new URL('audio-page.html', import.meta.url));
const frontend = await listen((_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end(html);
});
const folder = await mkdtemp(join(tmpdir(), 'dialog-pool-browser-'));
const server = await startServer({
  DATA_DIR: folder,
  TTS_BASE_URL: provider.url,
  TTS_MODEL: 'voice-1',
});
const browser = await launchChromium('--autoplay-policy=no-user-gesture-required');
try {
  const audioUrl = await firstAudioUrl(server);
  const page = await browser.newPage();
  await page.goto(`${frontend.url}/?src=${encodeURIComponent(audioUrl)}`);
  const heard = await page.evaluate('heard');
  assert.deepEqual(heard, { duration: SECONDS, seeks: [50, 5, 59], end: SECONDS });
  process.stdout.write(`A turn was heard in Chromium: ${JSON.stringify(heard)}\n`);
} finally {
  await browser.close();
  await server.end('SIGTERM');
  provider.close();
  frontend.close();
  await rm(folder, { recursive: true, force: true });
}
