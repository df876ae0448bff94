import type { Language } from '../scenes.ts';

/** Portuguese as in Portugal and Africa. */
export const europeanPortuguese: Language = {
  tag: 'pt-PT',
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
  speakers: ['Inês', 'Tiago'],
  quote: (text) => `«${text}»`,
  exclaim: (text) => `${text}!`,

  withWord: {
    atTheDoor: ({ exclaimed }) => [
      'Alto! Sem a palavra-passe ninguém entra.',
      `Espera, eu sei qual é… ${exclaimed}`,
      'Certo. Entra, depressa!',
      'Obrigado. Ainda há bolo?',
    ],
    charades: ({ exclaimed }) => [
      'É a tua vez de adivinhar. Olha com atenção!',
      `Deixa-me pensar… ${exclaimed}`,
      'Sim! Mais um ponto para nós.',
      'Foi fácil. Agora faço eu a mímica.',
      'Está bem, estou a olhar.',
    ],
    firstThought: ({ exclaimed }) => [
      'Eu digo uma coisa e tu respondes sem pensar. Pronto?',
      'Pronto.',
      'Férias!',
      `Hum… ${exclaimed}`,
      'Demasiado lento! Tens de responder mais depressa.',
    ],
    newSong: ({ title }) => [
      'O que estás a ouvir?',
      `Uma música nova chamada ${title}.`,
      'Também posso ouvir?',
      'Claro. Toma, fica com um dos auriculares.',
    ],
    atTheCinema: ({ title }) => [
      'Vamos ao cinema hoje à noite?',
      'Boa ideia. O que está a dar?',
      `Às oito dá ${title}.`,
      'Perfeito, então eu compro os bilhetes.',
    ],
    newCafe: ({ word }) => [
      'Onde nos encontramos no sábado?',
      `No café novo da praça. Chama-se ${word}.`,
      'Também têm bolos?',
      'Têm, e são muito bons.',
      'Então estou lá às quatro.',
    ],
    teamName: ({ word }) => [
      'Já inscrevi a nossa equipa no torneio.',
      'Boa! E como é que nos chamamos?',
      `Chamamo-nos ${word}.`,
      'E contra quem jogamos primeiro?',
      'Contra os campeões do ano passado!',
    ],
    photoFolder: ({ word }) => [
      'Não encontro as fotografias da nossa viagem.',
      `Estão na pasta chamada ${word}.`,
      'Ah, aqui estão! Esta é linda.',
      'Sim, tirei-a no último dia.',
    ],
    onTheRadio: ({ word }) => [
      `Acabei de ouvir ${word} na rádio.`,
      'E percebeste?',
      'Ao princípio não, por isso apontei.',
      'Boa ideia. Assim não te esqueces.',
    ],
    howToWriteIt: ({ word }) => [
      `Como se escreve ${word}?`,
      `Olha, assim: ${word}.`,
      'Obrigada. Escrevi bem?',
      'Sim, está perfeito.',
    ],
    sayItSlowly: ({ word }) => [
      'Podes repetir mais devagar, por favor?',
      `Claro: ${word}.`,
      `Agora eu: ${word}. Está bem assim?`,
      `Quase. Ouve outra vez: ${word}.`,
      `Ah, ${word}! Agora já consigo.`,
    ],
    inAStory: ({ word }) => [
      'O que estás a ler?',
      `Um conto. Olha, aqui está escrito ${word}.`,
      'Onde? Não estou a ver.',
      'Aqui, na terceira linha.',
      'Ah, sim, e aqui está outra vez!',
      'É verdade. Não tinha reparado.',
    ],
  },

  withMeaning: {
    howToSayIt: ({ word, meaning, target }) => [
      `Como se diz ${meaning} em ${target}?`,
      `Diz-se ${word}.`,
      'Podes escrever-me isso, por favor?',
      `Claro. Aqui tens: ${word}.`,
    ],
    whatItMeans: ({ word, meaning, native }) => [
      `O que quer dizer ${word}?`,
      `Em ${native}, é ${meaning}.`,
      'Ah, já percebi. Obrigada!',
      'De nada. Podes perguntar-me sempre que quiseres.',
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
      'Aprendeste alguma coisa nova?',
      `Sim. Alguém disse ${word}, e na legenda estava escrito ${meaning}.`,
      'É uma boa maneira de aprender.',
    ],
  },
};
