import type { Language } from '../scenes.ts';

/** Brazilian Portuguese. */
export const portuguese: Language = {
  tag: 'pt',
  name: 'pt',
  names: {
    en: 'inglês',
    es: 'espanhol',
    fr: 'francês',
    de: 'alemão',
    it: 'italiano',
    pt: 'português',
    zh: 'chinês',
    ja: 'japonês',
  },
  speakers: ['Ana', 'Pedro'],
  quote: (text) => `“${text}”`,
  exclaim: (text) => `${text}!`,

  withWord: {
    atTheDoor: ({ exclaimed }) => [
      'Pare! Sem a senha ninguém entra.',
      `Espere, eu sei… ${exclaimed}`,
      'Certo. Entre, rápido!',
      'Obrigado. Ainda tem bolo?',
    ],
    charades: ({ exclaimed }) => [
      'É a sua vez de adivinhar. Olhe bem!',
      `Deixa eu pensar… ${exclaimed}`,
      'Isso! Mais um ponto para nós.',
      'Foi fácil. Agora eu faço a mímica.',
      'Está bem, estou olhando.',
    ],
    firstThought: ({ exclaimed }) => [
      'Eu digo uma coisa e você responde sem pensar. Pronto?',
      'Pronto.',
      'Férias!',
      `Hum… ${exclaimed}`,
      'Lento demais! Você tem que responder mais rápido.',
    ],
    newSong: ({ title }) => [
      'O que você está ouvindo?',
      `Uma música nova chamada ${title}.`,
      'Posso ouvir também?',
      'Claro. Pegue um dos fones.',
    ],
    atTheCinema: ({ title }) => [
      'Vamos ao cinema hoje à noite?',
      'Boa ideia. O que está passando?',
      `Às oito passa ${title}.`,
      'Perfeito, então eu compro os ingressos.',
    ],
    newCafe: ({ word }) => [
      'Onde a gente se encontra no sábado?',
      `No café novo da praça. Ele se chama ${word}.`,
      'Lá também tem bolo?',
      'Tem, e é muito bom.',
      'Então eu chego às quatro.',
    ],
    teamName: ({ word }) => [
      'Já inscrevi o nosso time no torneio.',
      'Que bom! E como a gente se chama?',
      `A gente se chama ${word}.`,
      'E contra quem a gente joga primeiro?',
      'Contra os campeões do ano passado!',
    ],
    photoFolder: ({ word }) => [
      'Não estou achando as fotos da nossa viagem.',
      `Elas estão na pasta chamada ${word}.`,
      'Ah, aqui estão! Esta é linda.',
      'É, eu tirei no último dia.',
    ],
    onTheRadio: ({ word }) => [
      `Acabei de ouvir ${word} no rádio.`,
      'E você entendeu?',
      'No começo não, então anotei.',
      'Boa ideia. Assim você não esquece.',
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
  },
};
