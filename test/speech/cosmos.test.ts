import { expect, onTestFinished, test } from 'vitest';
import { openAudioFolder } from '../../src/adapters/audio-folder/audio-folder.ts';
import { openedCosmosStore } from '../cosmos/opened-cosmos-store.ts';
import { startEmulator } from '../emulators/cosmos-emulator.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openSpeechServer } from './speech-server.ts';
import { GREETING, question } from './talk-generator.ts';
import { openVoicedApp } from './voiced-app.ts';

test('on Azure Cosmos DB, two servers that voice the same dialogs at the same time buy each sentence once', async () => {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.stop());
  const opened = await openedCosmosStore(emulator);
  onTestFinished(() => opened.dispose());
  const server = await openSpeechServer();
  const folder = await tempFolder();
  const [one, other] = [
    await openVoicedApp(server, { store: opened.store, audio: await openAudioFolder(folder) }),
    await openVoicedApp(server, { store: await opened.another(), audio: await openAudioFolder(folder) }),
  ];
  await one.addProfile('ana', 4, 'marta');
  await one.ensure('ana', 4);
  const reports = await Promise.all([one.voice('ana'), other.voice('ana')]);
  expect(reports.map(({ silent }) => silent)).toEqual([0, 0]);
  expect(await other.pool('ana')).toMatchObject({ unusedTotal: 4, voicedTotal: 4 });
  const sentences = [GREETING, ...[0, 1, 2, 3].map((i) => question(`teaching ${i}`))];
  expect(server.inputs().sort()).toEqual(sentences.sort());
});
