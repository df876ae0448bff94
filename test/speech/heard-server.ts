import { expect, onTestFinished } from 'vitest';
import { graphql } from '../generated/index.ts';
import { type Server, startServer } from '../llm/server.ts';
import type { SpeechServer } from './speech-server.ts';
import { KEY } from './voiced-app.ts';

export const CreateProfile = graphql(`
  mutation CreateHeardProfile {
    createProfile(
      input: { id: "ana", name: "Ana", nativeLanguage: "en", targetLanguage: "es", refVoiceId: "marta" }
    ) { id }
    addWords(
      profileId: "ana"
      words: [
        { text: "casa" }, { text: "perro" }, { text: "gato" }, { text: "libro" }, { text: "mesa" }
        { text: "llave" }, { text: "pan" }, { text: "agua" }, { text: "sol" }, { text: "luna" }
        { text: "tren" }, { text: "calle" }
      ]
    ) { added { id } }
  }
`);

export const Ensure = graphql(`
  mutation EnsureHeard { ensureDialogs(profileId: "ana") { outcome unusedTotal } }
`);

export const Voice = graphql(`
  mutation VoiceHeard { voiceDialogs(profileId: "ana") { voiced silent } }
`);

const Turns = graphql(`
  query HeardTurns {
    profile(id: "ana") {
      pool { unusedTotal voicedTotal }
      dialogs(first: 100) { edges { node { turns { text audioUrl } } } }
    }
  }
`);

/** Starts a server on a folder whose voice is the provider. */
export async function serverOn(folder: string, provider: SpeechServer): Promise<Server> {
  const server = await startServer({
    DATA_DIR: folder,
    TTS_BASE_URL: provider.baseUrl,
    TTS_API_KEY: KEY,
    TTS_MODEL: 'voice-1',
  });
  onTestFinished(async () => {
    await server.end('SIGKILL');
    expect(server.output()).not.toContain(KEY);
  });
  return server;
}

export async function turnsOf(server: Pick<Server, 'ask'>) {
  const { profile } = await server.ask(Turns, {});
  return profile?.dialogs.edges.flatMap(({ node }) => node.turns) ?? [];
}
