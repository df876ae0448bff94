import type { Language } from '../scenes.ts';

export const english: Language = {
  tag: 'en',
  names: {
    en: 'English',
    es: 'Spanish',
    fr: 'French',
    de: 'German',
    it: 'Italian',
    pt: 'Portuguese',
    'zh-Hans': 'Chinese',
    ja: 'Japanese',
  },
  speakers: ['Emma', 'Tom'],
  quote: (text) => `“${text}”`,

  withWord: {
    onTheRadio: ({ word }) => [
      `I’ve just heard ${word} on the radio.`,
      'And did you understand it?',
      'Not at first, so I wrote it down.',
      'Good idea. That way you won’t forget it.',
    ],
    onTheMirror: ({ word }) => [
      `There’s a note on the mirror that says ${word}. Is it yours?`,
      'Yes. That way I see it every day.',
      'Good idea! I’ll do that too.',
    ],
    howToWriteIt: ({ word }) => [
      `How do you write ${word}?`,
      `Look, like this: ${word}.`,
      'Thanks. Have I written it correctly?',
      'Yes, that’s perfect.',
    ],
    sayItSlowly: ({ word }) => [
      'Could you say that again more slowly, please?',
      `Of course: ${word}.`,
      `My turn: ${word}. Was that right?`,
      `Almost. Listen again: ${word}.`,
      `Ah, ${word}! Now I’ve got it.`,
    ],
    inTheTest: ({ word }) => [
      `We have a test tomorrow. Do you think ${word} will come up?`,
      'Probably. The teacher said it three times today.',
      'Then I’ll go over it again tonight.',
      'Me too. Shall we study together?',
      'Yes, good idea!',
    ],
    inAStory: ({ word }) => [
      'What are you reading?',
      `A short story. Look, it says ${word} here.`,
      'Where? I can’t see it.',
      'Here, in the third line.',
      'Oh yes, and here it is again!',
      'You’re right. I hadn’t noticed that.',
    ],
  },

  withMeaning: {
    howToSayIt: ({ word, meaning, target }) => [
      `How do you say ${meaning} in ${target}?`,
      `You say ${word}.`,
      'Could you write that down for me, please?',
      `Of course. Here you are: ${word}.`,
    ],
    whatItMeans: ({ word, meaning, native }) => [
      `What does ${word} mean?`,
      `In ${native}, it’s ${meaning}.`,
      'Ah, I see. Thank you!',
      'You’re welcome. You can ask me any time.',
    ],
    flashcards: ({ word, meaning }) => [
      'Shall we practise with the cards?',
      `All right. The first one says ${meaning}.`,
      `That’s easy! It’s ${word}.`,
      `Let’s see what’s on the back… Yes, ${word}.`,
      'Great! Next one, please!',
    ],
    subtitles: ({ word, meaning, target, native }) => [
      `Last night I watched a film in ${target} with subtitles in ${native}.`,
      'Did you learn anything new?',
      `Yes. Somebody said ${word}, and the subtitles said ${meaning}.`,
      'That’s a good way to learn.',
    ],
    tipOfTheTongue: ({ word, meaning, target }) => [
      `Do you remember how to say ${meaning} in ${target}?`,
      'Wait… It’s on the tip of my tongue.',
      'Shall I tell you?',
      `No, don’t tell me… I’ve got it: ${word}!`,
      `Exactly, ${word}. Very good!`,
      'I won’t forget it again.',
    ],
    homework: ({ word, meaning, target }) => [
      `I’m doing my homework. In ${target}, ${meaning} is ${word}, right?`,
      `Yes, ${word} is right.`,
      'Great, then I’ve finished!',
    ],
  },
};
