import { afterEach, describe, expect, test } from 'vitest';
import { draftFault } from '../../src/model/draft/draft-fault.ts';
import { WordFailed } from '../../src/ports/generator.ts';
import { dialogJson, type Reply, type Script, writesDialogs } from './provider.ts';
import { dialogOf, profile, type Setting, setting, wordOf } from './setting.ts';

let here: Setting;
afterEach(() => here.provider.close());

/** Gives each reply once, in order, and then usable dialogs. */
function replies(...list: Reply[]): Script {
  return (call) => list[call.number - 1] ?? writesDialogs(call);
}

describe('an answer', () => {
  const good = dialogJson('Hund');
  test.each([
    ['without anything around it', good],
    ['in a fence', `\`\`\`json\n${good}\n\`\`\``],
    ['in a fence with prose around it', `Sure! Here it is:\n\`\`\`\n${good}\n\`\`\`\nHave fun {really}!`],
    ['after reasoning', `<think>Say {"turns": []}? No: {a}</think>\n\n${good}`],
    ['after reasoning full of braces', `<think>${'a {b {c} '.repeat(500)}</think>${good}`],
    ['after reasoning whose beginning is missing', `hm, {"turns":[{"speaker":"A"}]}\n</think>${good}`],
    ['after a draft of the answer', `First {"turns":[{"speaker":"A"}]}, better:\n${good}`],
    ['with braces and quotes in its strings', good.replace('Ach so!', 'Ach so \\"}{\\" !')],
    ['with fields that were not asked for', good.replace('{', '{"title":"Der Hund","level":{"cefr":"A2"},')],
    ['without forms', good.replace(',"forms":[]', '')],
    ['with forms of a wrong type', good.replace('"forms":[]', '"forms":"Hunde"')],
    ['after empty lines, which keep the connection alive', `\n\n\n${good}`],
  ])('%s is read after one call', async (_, content) => {
    here = await setting(() => ({ content }));
    const draft = await here.write('Hund');
    expect(draft.turns).toHaveLength(4);
    expect(draftFault(draft, { word: wordOf('Hund'), profile, earlier: [] })).toBeNull();
    expect(here.provider.calls).toHaveLength(1);
  });

  test.each<[string, object]>([
    [
      'in several parts',
      {
        content: [
          { type: 'thinking', thinking: [] },
          { type: 'text', text: good },
        ],
      },
    ],
    ['with a refusal of false', { content: good, refusal: false }],
  ])('%s is read', async (_, message) => {
    here = await setting(() => ({ status: 200, body: { choices: [{ message, finish_reason: 'stop' }] } }));
    expect((await here.write('Hund')).turns).toHaveLength(4);
    expect(here.provider.calls).toHaveLength(1);
  });

  test('is read instead of reasoning in a field of its own', async () => {
    here = await setting(() => ({ content: good, thoughts: `Maybe so: ${dialogJson('Katze')}` }));
    await here.write('Hund');
    expect(here.provider.calls).toHaveLength(1);
  });

  test('is trimmed: spaces around its texts are removed', async () => {
    here = await setting(() => ({ content: good.replace('"Mia"', '" Mia "') }));
    expect((await here.write('Hund')).turns[0]?.speaker).toBe('Mia');
  });

  /** Lets the model write a text for the third of four turns, and returns what became of it after one call. */
  async function writtenAs(said: string, word = 'Hund', translation: string | null = null) {
    here = await setting(() => ({
      content: dialogJson(word).replace('"Ach so!', () => `${JSON.stringify(said).slice(0, -1)} Ach so!`),
    }));
    const { turns } = await here.write(word, { word: wordOf(word, { translation }) });
    expect(here.provider.calls).toHaveLength(1);
    return turns[2]?.text.replace(/ Ach so! Das kenne ich schon lange\.$/u, '');
  }

  test.each([
    ['Wo ist der **Hund**?', 'Wo ist der Hund?'],
    ['**Wo ist er?** ***Da!***', 'Wo ist er? Da!'],
    ['Zwei **Hund**e und ein Haus**tier**.', 'Zwei Hunde und ein Haustier.'],
    ['Wo ist der __Hund__?', 'Wo ist der Hund?'],
    ['„`Hund`“, ja.', '„Hund“, ja.'],
    ['Der [Hund](http://x.example/a?b=c), ja.', 'Der Hund, ja.'],
    ['## Wo ist der Hund?', 'Wo ist der Hund?'],
    ['我有**一只狗**。 Und du, mein lieber Hund?', '我有一只狗。 Und du, mein lieber Hund?'],
  ])('loses its Markdown: %s', async (said, plain) => {
    expect(await writtenAs(said)).toBe(plain);
  });

  test.each([
    'F**k, so ein Sch**ß!',
    'Ich __ hier, und du __ da.',
    'A: __, B: __, und C?',
    'Ein snake__case__name.',
    'L`eau, d`or.',
    '2 ** 3 ** 4 oder 2**3**4',
    'Die Schüler*innen und die Lehrer*innen.',
    '#1 ist der Hund [und] (die Katze).',
    '*seufzt* Na gut. >_< Nein! >_<',
    `${'**a '.repeat(50)}${'[b'.repeat(50)}`,
  ])('keeps what is not Markdown for sure: %s', async (said) => {
    expect(await writtenAs(said)).toBe(said);
  });

  test('keeps marks that are part of the word or its translation', async () => {
    expect(await writtenAs('Was ist `__init__`?', '__init__')).toBe('Was ist `__init__`?');
    await here.provider.close();
    expect(await writtenAs('Wie heißt **Hund**?', 'Hund', 'the **dog**')).toBe('Wie heißt **Hund**?');
  });

  test.each([
    ['not JSON', 'I would rather not.', 'not a JSON object'],
    ['empty', '', 'not a JSON object'],
    ['absent', null, 'not a JSON object'],
    ['JSON without turns', '{"dialog":[]}', 'not a JSON object'],
    ['JSON that is cut off', good.slice(0, -20), 'not a JSON object'],
    ['nothing but opening braces', '{'.repeat(20_000), 'not a JSON object'],
    ['without a translation in one turn', good.replace(/,"translation":"[^"]*"/u, ''), 'turns.0.translation'],
    ['of one turn', '{"turns":[{"speaker":"A","text":"Hund","translation":"dog"}]}', '1 turns'],
    ['without the word', dialogJson('Katze'), '"Hund" is not in the text'],
    [
      'in another script',
      JSON.stringify({
        turns: [
          { speaker: 'A', text: 'Это твой Hund?', translation: 'Is this yours?' },
          { speaker: 'B', text: 'Да, это моя собака.', translation: 'Yes, it is my dog.' },
        ],
      }),
      'script',
    ],
    ['with markup', good.replace('Ach so!', 'Ach <i>so</i>!'), 'of turn 3 has markup (<i>)'],
    ['with hidden characters', good.replace('Ach so!', 'Ach \u202eso!'), 'invisible character U+202E'],
  ])('that is %s is sent back with the reason, in the same conversation', async (_, content, reason) => {
    here = await setting(replies({ content }));
    await here.write('Hund');
    const [first, second] = here.provider.calls;
    expect(here.provider.calls).toHaveLength(2);
    expect(second?.body.messages.slice(0, 2)).toEqual(first?.body.messages);
    expect(second?.body.messages.slice(2).map((message) => message.role)).toEqual(['assistant', 'user']);
    expect(second?.body.messages.every((message) => message.content !== '')).toBe(true);
    expect(second?.body.messages.at(-1)?.content).toContain(reason);
  });

  test('that repeats an earlier dialog is sent back', async () => {
    const earlier = [dialogOf(['Wo ist denn der Hund?', 'Der Hund schläft unter dem Tisch.'])];
    const again = {
      turns: [
        { speaker: 'A', text: 'Wo ist denn der Hund?', translation: 'Where is the dog?' },
        { speaker: 'B', text: 'Der Hund schläft unter dem Bett.', translation: 'It sleeps under the bed.' },
      ],
    };
    here = await setting(replies({ content: JSON.stringify(again) }));
    const draft = await here.write('Hund', { earlier });
    expect(here.provider.calls).toHaveLength(2);
    expect(draft.turns).toHaveLength(4);
  });

  test('that is unusable twice fails the word alone', async () => {
    here = await setting((call) =>
      call.prompt.includes('Hund') ? { content: dialogJson('Katze') } : writesDialogs(call),
    );
    const failure = here.write('Hund');
    await expect(failure).rejects.toBeInstanceOf(WordFailed);
    await expect(failure).rejects.toThrow(
      'The model wrote no usable dialog: the word "Hund" is not in the text',
    );
    expect(here.provider.calls).toHaveLength(2);
    await here.write('Haus');
    expect(here.provider.calls).toHaveLength(3);
  });

  test.each<[string, Reply]>([
    ['is stopped by a filter', { content: '', finishReason: 'content_filter' }],
    [
      'is stopped by a filter, without a message',
      { status: 200, body: { choices: [{ index: 0, finish_reason: 'content_filter' }] } },
    ],
    ['is a refusal', { content: null, refusal: 'I cannot help with that.' }],
    ['is cut off', { content: dialogJson('Hund').slice(0, 90), finishReason: 'length' }],
    ['is cut off in its reasoning', { content: '<think>Let me see', finishReason: 'length' }],
    [
      'is a 400 because of the content',
      { status: 400, body: { error: { message: 'Content Exists Risk', type: 'invalid_request_error' } } },
    ],
    [
      'is a 400 of a content filter',
      { status: 400, body: { error: { message: 'no', code: 'content_filter' } } },
    ],
  ])('that %s fails the word alone after one call', async (_, reply) => {
    here = await setting((call) => (call.word === 'Hund' ? reply : writesDialogs(call)));
    await expect(here.write('Hund')).rejects.toBeInstanceOf(WordFailed);
    expect(here.provider.calls).toHaveLength(1);
    await here.write('Haus');
    expect(here.provider.calls).toHaveLength(2);
  });

  test('that is complete is used, even if the model would have continued', async () => {
    here = await setting(() => ({ content: `${dialogJson('Hund')}\nAnother`, finishReason: 'length' }));
    await here.write('Hund');
    expect(here.provider.calls).toHaveLength(1);
  });
});
