import { Counter, type Registry } from 'prom-client';
import type { Voice } from '../../ports/voice.ts';

/** Returns the voice, whose sentences and their characters are counted. */
export function voiceMetrics(registry: Registry): (voice: Voice) => Voice {
  const sentences = new Counter({
    name: 'dialog_pool_voice_sentences_total',
    help: 'Sentences sent to the speech service: spoken (paid for) or failed (perhaps paid for).',
    labelNames: ['model', 'outcome'],
    registers: [registry],
  });
  const characters = new Counter({
    name: 'dialog_pool_voice_characters_total',
    help: 'Characters of the sentences that were spoken.',
    labelNames: ['model'],
    registers: [registry],
  });
  return (voice) => {
    const { model } = voice;
    for (const outcome of ['spoken', 'failed']) sentences.inc({ model, outcome }, 0);
    characters.inc({ model }, 0);
    return {
      ...voice,
      async speak(sentence, signal) {
        try {
          const recording = await voice.speak(sentence, signal);
          sentences.inc({ model, outcome: 'spoken' });
          characters.inc({ model }, Array.from(sentence.text).length);
          return recording;
        } catch (error) {
          sentences.inc({ model, outcome: 'failed' });
          throw error;
        }
      },
    };
  };
}
