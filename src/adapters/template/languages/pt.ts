import type { Language } from '../scenes.ts';

/** Brazilian Portuguese. */
export const portuguese: Language = {
  tag: 'pt',
  names: {
    en: 'inglês',
    es: 'espanhol',
    fr: 'francês',
    de: 'alemão',
    it: 'italiano',
    pt: 'português',
    'zh-Hans': 'chinês',
    ja: 'japonês',
  },
  speakers: ['Ana', 'Pedro'],
  quote: (text) => `“${text}”`,

  withWord: {
    onTheRadio: ({ word }) => [
      `Acabei de ouvir ${word} no rádio.`,
      'E você entendeu?',
      'No começo não, então anotei.',
      'Boa ideia. Assim você não esquece.',
    ],
    onTheMirror: ({ word }) => [
      `No espelho tem um bilhete que diz ${word}. É seu?`,
      'É, sim. Assim eu vejo isso todos os dias.',
      'Boa ideia! Também vou fazer isso.',
    ],
    howToWriteIt: ({ word }) => [
      `Como se escreve ${word}?`,
      `Veja, assim: ${word}.`,
      'Obrigada. Escrevi certo?',
      'Sim, está perfeito.',
    ],
    sayItSlowly: ({ word }) => [
      'Você pode repetir mais devagar, por favor?',
      `Claro: ${word}.`,
      `Agora eu: ${word}. Está certo assim?`,
      `Quase. Escute de novo: ${word}.`,
      `Ah, ${word}! Agora consegui.`,
    ],
    inTheTest: ({ word }) => [
      `Amanhã temos prova. Você acha que vai cair ${word}?`,
      'Provavelmente. A professora falou isso três vezes hoje.',
      'Então vou revisar de novo hoje à noite.',
      'Eu também. Vamos estudar juntos?',
      'Vamos, boa ideia!',
    ],
    inAStory: ({ word }) => [
      'O que você está lendo?',
      `Um conto. Veja, aqui está escrito ${word}.`,
      'Onde? Não estou vendo.',
      'Aqui, na terceira linha.',
      'Ah, sim, e aqui aparece de novo!',
      'É verdade. Eu não tinha percebido.',
    ],
  },

  withMeaning: {
    howToSayIt: ({ word, meaning, target }) => [
      `Como se diz ${meaning} em ${target}?`,
      `Dizemos ${word}.`,
      'Você pode escrever para mim, por favor?',
      `Claro. Aqui está: ${word}.`,
    ],
    whatItMeans: ({ word, meaning, native }) => [
      `O que significa ${word}?`,
      `Em ${native}, é ${meaning}.`,
      'Ah, entendi. Obrigada!',
      'De nada. Pode me perguntar quando quiser.',
    ],
    flashcards: ({ word, meaning }) => [
      'Vamos praticar com os cartões?',
      `Vamos. No primeiro está escrito ${meaning}.`,
      `Que fácil! É ${word}.`,
      `Vamos ver o verso… Sim, ${word}.`,
      'Ótimo! O próximo, por favor!',
    ],
    subtitles: ({ word, meaning, target, native }) => [
      `Ontem à noite vi um filme em ${target} com legendas em ${native}.`,
      'Você aprendeu alguma coisa nova?',
      `Sim. Alguém disse ${word}, e na legenda estava escrito ${meaning}.`,
      'É um bom jeito de aprender.',
    ],
    tipOfTheTongue: ({ word, meaning, target }) => [
      `Você lembra como se diz ${meaning} em ${target}?`,
      'Espere… Está na ponta da língua.',
      'Quer que eu diga?',
      `Não, não diga… Lembrei: ${word}!`,
      `Isso mesmo, ${word}. Muito bem!`,
      'Não vou esquecer mais.',
    ],
    homework: ({ word, meaning, target }) => [
      `Estou fazendo a lição de casa. Em ${target}, ${meaning} é ${word}, certo?`,
      `Sim, ${word} está certo.`,
      'Que bom, então terminei!',
    ],
  },
};
