import type { Language } from '../scenes.ts';

export const italian: Language = {
  tag: 'it',
  names: {
    en: 'inglese',
    es: 'spagnolo',
    fr: 'francese',
    de: 'tedesco',
    it: 'italiano',
    pt: 'portoghese',
    'zh-Hans': 'cinese',
    ja: 'giapponese',
  },
  speakers: ['Giulia', 'Marco'],
  quote: (text) => `«${text}»`,

  withWord: {
    onTheRadio: ({ word }) => [
      `Ho appena sentito ${word} alla radio.`,
      'E l’hai capito?',
      'Non subito, così me lo sono scritto.',
      'Buona idea. Così non te lo dimentichi.',
    ],
    onTheMirror: ({ word }) => [
      `Sullo specchio c’è un biglietto con scritto ${word}. È tuo?`,
      'Sì. Così lo vedo tutti i giorni.',
      'Buona idea! Lo faccio anch’io.',
    ],
    howToWriteIt: ({ word }) => [
      `Come si scrive ${word}?`,
      `Guarda, così: ${word}.`,
      'Grazie. L’ho scritto bene?',
      'Sì, è perfetto.',
    ],
    sayItSlowly: ({ word }) => [
      'Puoi ripetere più lentamente, per favore?',
      `Certo: ${word}.`,
      `Ora io: ${word}. Va bene così?`,
      `Quasi. Ascolta ancora: ${word}.`,
      `Ah, ${word}! Ora ci riesco.`,
    ],
    inTheTest: ({ word }) => [
      `Domani abbiamo una verifica. Secondo te ci sarà ${word}?`,
      'Probabilmente sì. Oggi la prof l’ha detto tre volte.',
      'Allora stasera lo ripasso ancora una volta.',
      'Anch’io. Studiamo insieme?',
      'Sì, buona idea!',
    ],
    inAStory: ({ word }) => [
      'Che cosa leggi?',
      `Un racconto. Guarda, qui c’è scritto ${word}.`,
      'Dove? Non lo vedo.',
      'Qui, alla terza riga.',
      'Ah sì, ed eccolo di nuovo!',
      'È vero. Non me n’ero accorto.',
    ],
  },

  withMeaning: {
    howToSayIt: ({ word, meaning, target }) => [
      `Come si dice ${meaning} in ${target}?`,
      `Si dice ${word}.`,
      'Me lo puoi scrivere, per favore?',
      `Certo. Ecco: ${word}.`,
    ],
    whatItMeans: ({ word, meaning, native }) => [
      `Che cosa significa ${word}?`,
      `In ${native} si dice ${meaning}.`,
      'Ah, ho capito. Grazie!',
      'Prego. Chiedimi pure quando vuoi.',
    ],
    flashcards: ({ word, meaning }) => [
      'Ci esercitiamo con le flashcard?',
      `D’accordo. Sulla prima c’è scritto ${meaning}.`,
      `Facile! È ${word}.`,
      `Vediamo che cosa c’è sul retro… Sì, ${word}.`,
      'Benissimo! La prossima, per favore!',
    ],
    subtitles: ({ word, meaning, target, native }) => [
      `Ieri sera ho visto un film in ${target} con i sottotitoli in ${native}.`,
      'Hai imparato qualcosa di nuovo?',
      `Sì. Qualcuno ha detto ${word} e nei sottotitoli c’era scritto ${meaning}.`,
      'È un buon modo per imparare.',
    ],
    tipOfTheTongue: ({ word, meaning, target }) => [
      `Ti ricordi come si dice ${meaning} in ${target}?`,
      'Aspetta… Ce l’ho sulla punta della lingua.',
      'Te lo dico?',
      `No, non dirmelo… Ci sono: ${word}!`,
      `Esatto, ${word}. Bravissimo!`,
      'Non lo dimenticherò più.',
    ],
    homework: ({ word, meaning, target }) => [
      `Sto facendo i compiti. In ${target} ${meaning} si dice ${word}, vero?`,
      `Sì, ${word} va bene.`,
      'Ottimo, allora ho finito!',
    ],
  },
};
