import type { Language } from '../scenes.ts';

export const italian: Language = {
  tag: 'it',
  name: 'it',
  names: {
    en: 'inglese',
    es: 'spagnolo',
    fr: 'francese',
    de: 'tedesco',
    it: 'italiano',
    pt: 'portoghese',
    zh: 'cinese',
    ja: 'giapponese',
  },
  speakers: ['Giulia', 'Marco'],
  quote: (text) => `«${text}»`,
  exclaim: (text) => `${text}!`,

  withWord: {
    atTheDoor: ({ exclaimed }) => [
      'Alt! Senza parola d’ordine non entra nessuno.',
      `Aspetta, la so… ${exclaimed}`,
      'Giusto. Entra, presto!',
      'Grazie. C’è ancora un po’ di torta?',
    ],
    charades: ({ exclaimed }) => [
      'Tocca a te indovinare. Guarda bene!',
      `Fammi pensare… ${exclaimed}`,
      'Sì! Un altro punto per noi.',
      'Era facile. Ora tocca a me mimare.',
      'Va bene, ti guardo.',
    ],
    firstThought: ({ exclaimed }) => [
      'Io dico qualcosa e tu rispondi senza pensare. Pronto?',
      'Pronto.',
      'Vacanze!',
      `Ehm… ${exclaimed}`,
      'Troppo lento! Devi rispondere più in fretta.',
    ],
    newSong: ({ title }) => [
      'Che cosa ascolti?',
      `Una canzone nuova che si intitola ${title}.`,
      'Posso ascoltare anch’io?',
      'Certo. Tieni, prendi uno degli auricolari.',
    ],
    atTheCinema: ({ title }) => [
      'Andiamo al cinema stasera?',
      'Buona idea. Che cosa danno?',
      `Alle otto danno ${title}.`,
      'Perfetto, allora compro i biglietti.',
    ],
    newCafe: ({ word }) => [
      'Dove ci vediamo sabato?',
      `Al nuovo bar in piazza. Si chiama ${word}.`,
      'Hanno anche le torte?',
      'Sì, e sono molto buone.',
      'Allora ci sarò alle quattro.',
    ],
    teamName: ({ word }) => [
      'Ho iscritto la nostra squadra al torneo.',
      'Ottimo! E come ci chiamiamo?',
      `Ci chiamiamo ${word}.`,
      'E contro chi giochiamo la prima partita?',
      'Contro i campioni dell’anno scorso!',
    ],
    photoFolder: ({ word }) => [
      'Non trovo le foto del nostro viaggio.',
      `Sono nella cartella che si chiama ${word}.`,
      'Ah, eccole! Questa è bellissima.',
      'Sì, l’ho fatta l’ultimo giorno.',
    ],
    onTheRadio: ({ word }) => [
      `Ho appena sentito ${word} alla radio.`,
      'E l’hai capito?',
      'Non subito, allora me lo sono scritto.',
      'Buona idea. Così non te lo dimentichi.',
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
  },
};
