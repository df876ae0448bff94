import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Draft } from '../../src/model/draft/draft.ts';
import { draftFault } from '../../src/model/draft/draft-fault.ts';
import { anyCharacter } from '../support/any-character.ts';
import { HIDDEN, NEEDED_INVISIBLES } from '../support/invisible-characters.ts';
import { contextOf, dialogOf, draftOf, german, type Line } from './drafts.ts';

/** A draft without faults, but with this value in one field of its third turn. */
function withField(field: 'speaker' | 'text' | 'translation', value: string): Draft {
  const { turns } = draftOf(german);
  return { turns: turns.map((turn, i) => (i === 2 ? { ...turn, [field]: value } : turn)) };
}

test('a dialog that follows all rules has no fault', () => {
  expect(draftFault(draftOf(german), contextOf('Hund'))).toBeNull();
});

describe('turns', () => {
  test.each([
    ['no turn', []],
    ['one turn', german.slice(0, 1)],
    ['thirteen turns', Array(13).fill(german[0])],
  ])('%s is a fault that names the bounds', (_, lines) => {
    expect(draftFault(draftOf(lines), contextOf('Hund'))).toContain(
      `${lines.length} turns; it must have 2 to 12`,
    );
  });

  test.each([2, 12])('%i turns are not a fault', (count) => {
    const lines = Array.from({ length: count }, (_, i): Line => [`Hund ${i}`, `dog ${i}`]);
    expect(draftFault(draftOf(lines), contextOf('Hund'))).toBeNull();
  });

  test('a single speaker is a fault, also if spaces around the name differ', () => {
    const turns = draftOf(german).turns.map((turn, i) => ({ ...turn, speaker: i ? ' A' : 'A ' }));
    expect(draftFault({ turns }, contextOf('Hund'))).toContain('at least 2 speakers');
  });

  test.each(['speaker', 'text', 'translation'] as const)('a turn with a blank %s is a fault', (field) => {
    expect(draftFault(withField(field, ' \n'), contextOf('Hund'))).toBe(`turn 3 has no ${field}`);
  });

  test.each([
    ['speaker', 60],
    ['text', 600],
    ['translation', 1200],
  ] as const)('a %s of more than %i characters is a fault', (field, limit) => {
    expect(draftFault(withField(field, 'x'.repeat(limit)), contextOf('Hund'))).toBeNull();
    expect(draftFault(withField(field, 'x'.repeat(limit + 1)), contextOf('Hund'))).toContain(
      `${limit} characters`,
    );
  });

  test.each(['\u0000', '\u001b[31m', '\ud83d'])(
    'characters that cannot be shown are a fault: %j',
    (broken) => {
      expect(draftFault(withField('text', `Oh${broken}`), contextOf('Hund'))).toContain('cannot be shown');
    },
  );

  test('line breaks, tabs and emojis can be shown', () => {
    expect(draftFault(withField('text', 'Oh!\n\t🐶'), contextOf('Hund'))).toBeNull();
  });
});

describe('hidden characters', () => {
  const parts = ['speaker', 'text', 'translation'] as const;

  test.each(parts)('in a %s are a fault that names the first', (part) => {
    for (const [hidden, code] of HIDDEN) {
      if (hidden === '\u200b' || hidden === '\u3164') continue;
      expect(draftFault(withField(part, `Oh ${hidden}`), contextOf('Hund')), code).toBe(
        `the ${part} of turn 3 has the invisible character ${code}; it must have none`,
      );
    }
  });

  test.each(parts)('are not a fault in a %s if the script needs them', (part) => {
    for (const needed of NEEDED_INVISIBLES) {
      const fault = draftFault(withField(part, needed), contextOf('Hund', { pair: 'und und' }));
      expect(fault, needed).toBeNull();
    }
  });

  test.each(['\u200b', '\u3164', '\u2800', '\u2066\u2069'])('alone do not make a text: %j', (text) => {
    expect(draftFault(withField('text', text), contextOf('Hund'))).toBe('turn 3 has no text');
  });
});

describe('markup', () => {
  test.each([
    ['<b>Oh</b>', '<b>'],
    ['Oh</i>', '</i>'],
    ['Oh<br/>ja', '<br/>'],
    ['<a href="http://evil.example">Oh</a>', '<a href="http://evil.example">'],
    ['<script>alert(1)</script>', '<script>'],
    ['<SPAN class=x>Oh', '<SPAN class=x>'],
    ['<x-y>', '<x-y>'],
    ['<!-- Oh -->', '<!--'],
    ['Oh&nbsp;ja', '&nbsp;'],
    ['Ich hab&#39;s', '&#39;'],
    ['Tom &amp; Mia', '&amp;'],
    ['&#x27;', '&#x27;'],
    [`<a ${'x'.repeat(100)}>`, `<a ${'x'.repeat(37)}`],
  ])('is a fault: %s', (text, markup) => {
    const fault = `of turn 3 has markup (${markup}); it must be plain text`;
    expect(draftFault(withField('text', text), contextOf('Hund'))).toBe(`the text ${fault}`);
    expect(draftFault(withField('translation', text), contextOf('Hund'))).toBe(`the translation ${fault}`);
  });

  test.each([
    '3 < 5',
    '<3',
    'a < b > c',
    'x<y',
    '<-- da',
    'Tom & Mia; los!',
    'R&B;',
    '«Oh»',
    '<<Oh>>',
    '>:(',
  ])('does not include every angle bracket and ampersand: %s', (text) => {
    expect(draftFault(withField('text', text), contextOf('Hund'))).toBeNull();
  });

  test('may be part of the word', () => {
    const turns = draftOf(german).turns.map((turn) => ({
      ...turn,
      text: turn.text.replace('Hund', '<br>'),
      translation: turn.translation.replace('dog', '&lt;br&gt;'),
    }));
    const { word, ...context } = contextOf('<br>');
    expect(draftFault({ turns }, { ...context, word: { ...word, translation: '&lt;br&gt;' } })).toBeNull();
  });
});

describe('repetition', () => {
  const earlier = [dialogOf([['Etwas anderes.', 'Something else.']]), dialogOf(german)];
  const change = (from: string, to: string) => german.map(([text, of]): Line => [text.replace(from, to), of]);
  const nearlyTheSame = 'the dialog is nearly the same as an earlier one for this word';

  test.each([
    ['the same dialog', german],
    ['other punctuation', change('?', '!')],
    ['one word replaced', change('Tisch', 'Bett')],
    ['another order', german.toReversed()],
    ['one more turn', [...german, ['Gute Idee.', 'Good idea.'] as const]],
  ])('%s is a fault', (_, lines) => {
    expect(draftFault(draftOf(lines), contextOf('Hund', { earlier }))).toBe(nearlyTheSame);
  });

  test('another dialog for the word is not a fault, also if it begins in the same way', () => {
    const other: Line[] = [
      ['Wo ist denn der Hund?', 'Where is the dog?'],
      ['Ich glaube, er ist mit Papa spazieren gegangen.', 'I think he went for a walk with Dad.'],
      ['Schade, ich wollte mit ihm spielen.', 'A pity, I wanted to play with him.'],
      ['Sie kommen gleich zurück.', 'They will be back soon.'],
    ];
    expect(draftFault(draftOf(other), contextOf('Hund', { earlier }))).toBeNull();
  });

  test('two dialogs that quote the same long phrase are not nearly the same', () => {
    const word =
      'Wer anderen eine Grube gräbt, fällt selbst hinein, und wer im Glashaus sitzt, soll nicht mit Steinen werfen';
    const asked: Line[] = [
      [`Was heißt: ${word}?`, 'What?'],
      ['Keine Ahnung.', 'No idea.'],
    ];
    const now: Line[] = [
      [`Sag: ${word}!`, 'Say it!'],
      ['Nein.', 'No.'],
    ];
    const before = [dialogOf(asked)];
    expect(draftFault(draftOf(now), contextOf(word, { earlier: before }))).toBeNull();
  });
});

test('the check never throws, whatever the draft is', () => {
  const text = fc.string({ unit: anyCharacter, maxLength: 40 });
  const turns = fc.array(fc.record({ speaker: text, text, translation: text }), { maxLength: 14 });
  fc.assert(
    fc.property(turns, fc.array(text), text, text, text, (drafted, forms, word, target, native) => {
      const context = contextOf(word, { earlier: [dialogOf(german)] });
      const profile = { ...context.profile, targetLanguage: target, nativeLanguage: native };
      const fault = draftFault({ turns: drafted, forms }, { ...context, profile });
      expect(fault === null || fault.length > 0).toBe(true);
    }),
  );
});
