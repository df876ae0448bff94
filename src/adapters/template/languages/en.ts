import type { Language } from '../scenes.ts';

export const english: Language = {
  tag: 'en',
  name: 'en',
  names: {
    en: 'English',
    es: 'Spanish',
    fr: 'French',
    de: 'German',
    it: 'Italian',
    pt: 'Portuguese',
    zh: 'Chinese',
    ja: 'Japanese',
  },
  speakers: ['Emma', 'Tom'],
  quote: (text) => `“${text}”`,
  exclaim: (text) => `${text}!`,

  withWord: {
    atTheDoor: ({ exclaimed }) => [
      'Stop! Nobody gets in without the password.',
      `Wait, I know it… ${exclaimed}`,
      'That’s right. Come in, quickly!',
      'Thanks. Is there any cake left?',
    ],
    charades: ({ exclaimed }) => [
      'It’s your turn to guess. Watch carefully!',
      `Let me think… ${exclaimed}`,
      'Yes! Another point for us.',
      'That was easy. Now I’ll do the acting.',
      'All right, I’m watching.',
    ],
    firstThought: ({ exclaimed }) => [
      'I’ll say something, and you answer without thinking. Ready?',
      'Ready.',
      'Holidays!',
      `Um… ${exclaimed}`,
      'Too slow! You have to answer faster.',
    ],
    newSong: ({ title }) => [
      'What are you listening to?',
      `A new song called ${title}.`,
      'Can I listen too?',
      'Of course. Here, take one of the earphones.',
    ],
    atTheCinema: ({ title }) => [
      'Shall we go to the cinema tonight?',
      'Good idea. What’s on?',
      `At eight there’s ${title}.`,
      'Perfect, then I’ll buy the tickets.',
    ],
    newCafe: ({ word }) => [
      'Where shall we meet on Saturday?',
      `At the new café in the square. It’s called ${word}.`,
      'Do they have cakes too?',
      'Yes, and they’re very good.',
      'Then I’ll be there at four.',
    ],
    teamName: ({ word }) => [
      'I’ve entered our team in the tournament.',
      'Great! And what are we called?',
      `We’re called ${word}.`,
      'And who do we play first?',
      'Last year’s champions!',
    ],
    photoFolder: ({ word }) => [
      'I can’t find the photos from our trip.',
      `They’re in the folder called ${word}.`,
      'Ah, here they are! This one is lovely.',
      'Yes, I took it on the last day.',
    ],
    onTheRadio: ({ word }) => [
      `I’ve just heard ${word} on the radio.`,
      'And did you understand it?',
      'Not at first, so I wrote it down.',
      'Good idea. That way you won’t forget it.',
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
  },
};
