import type { Language } from '../scenes.ts';

export const german: Language = {
  tag: 'de',
  name: 'de',
  names: {
    en: 'Englisch',
    es: 'Spanisch',
    fr: 'Französisch',
    de: 'Deutsch',
    it: 'Italienisch',
    pt: 'Portugiesisch',
    zh: 'Chinesisch',
    ja: 'Japanisch',
  },
  speakers: ['Lena', 'Jonas'],
  quote: (text) => `„${text}“`,
  exclaim: (text) => `${text}!`,

  withWord: {
    atTheDoor: ({ exclaimed }) => [
      'Halt! Ohne Passwort kommt hier niemand rein.',
      `Warte, ich weiß es … ${exclaimed}`,
      'Richtig. Komm schnell rein!',
      'Danke. Ist noch Kuchen da?',
    ],
    charades: ({ exclaimed }) => [
      'Du bist mit Raten dran. Schau gut hin!',
      `Lass mich überlegen … ${exclaimed}`,
      'Ja! Noch ein Punkt für uns.',
      'Das war leicht. Jetzt bin ich mit der Pantomime dran.',
      'Gut, ich schaue zu.',
    ],
    firstThought: ({ exclaimed }) => [
      'Ich sage etwas, und du antwortest, ohne nachzudenken. Bereit?',
      'Bereit.',
      'Ferien!',
      `Äh … ${exclaimed}`,
      'Zu langsam! Du musst schneller antworten.',
    ],
    newSong: ({ title }) => [
      'Was hörst du da?',
      `Ein neues Lied. Es heißt ${title}.`,
      'Darf ich mithören?',
      'Natürlich. Hier, nimm einen Ohrhörer.',
    ],
    atTheCinema: ({ title }) => [
      'Gehen wir heute Abend ins Kino?',
      'Gute Idee. Was läuft denn?',
      `Um acht läuft ${title}.`,
      'Sehr gut, dann kaufe ich die Karten.',
    ],
    newCafe: ({ word }) => [
      'Wo treffen wir uns am Samstag?',
      `In dem neuen Café am Platz. Es heißt ${word}.`,
      'Gibt es dort auch Kuchen?',
      'Ja, und der ist sehr gut.',
      'Dann bin ich um vier da.',
    ],
    teamName: ({ word }) => [
      'Ich habe unsere Mannschaft für das Turnier angemeldet.',
      'Super! Und wie heißen wir?',
      `Wir heißen ${word}.`,
      'Und gegen wen spielen wir zuerst?',
      'Gegen die Sieger vom letzten Jahr!',
    ],
    photoFolder: ({ word }) => [
      'Ich finde die Fotos von unserer Reise nicht.',
      `Die sind in dem Ordner, der ${word} heißt.`,
      'Ah, da sind sie! Das hier ist sehr schön.',
      'Ja, das habe ich am letzten Tag gemacht.',
    ],
    onTheRadio: ({ word }) => [
      `Ich habe gerade ${word} im Radio gehört.`,
      'Und hast du es verstanden?',
      'Nicht gleich, deshalb habe ich es aufgeschrieben.',
      'Gute Idee. So vergisst du es nicht.',
    ],
    howToWriteIt: ({ word }) => [
      `Wie schreibt man ${word}?`,
      `Schau mal, so: ${word}.`,
      'Danke. Habe ich es richtig geschrieben?',
      'Ja, das ist perfekt.',
    ],
    sayItSlowly: ({ word }) => [
      'Kannst du das bitte noch einmal langsamer sagen?',
      `Natürlich: ${word}.`,
      `Jetzt ich: ${word}. War das richtig?`,
      `Fast. Hör noch einmal zu: ${word}.`,
      `Ah, ${word}! Jetzt kann ich es.`,
    ],
    inAStory: ({ word }) => [
      'Was liest du da?',
      `Eine Kurzgeschichte. Schau mal, hier steht ${word}.`,
      'Wo? Ich sehe es nicht.',
      'Hier, in der dritten Zeile.',
      'Ach ja, und hier steht es noch einmal!',
      'Stimmt. Das habe ich gar nicht bemerkt.',
    ],
  },

  withMeaning: {
    howToSayIt: ({ word, meaning, target }) => [
      `Wie sagt man ${meaning} auf ${target}?`,
      `Man sagt ${word}.`,
      'Kannst du mir das bitte aufschreiben?',
      `Natürlich. Hier, bitte: ${word}.`,
    ],
    whatItMeans: ({ word, meaning, native }) => [
      `Was bedeutet ${word}?`,
      `Auf ${native} heißt das ${meaning}.`,
      'Ach so, ich verstehe. Danke!',
      'Gern geschehen. Du kannst mich jederzeit fragen.',
    ],
    flashcards: ({ word, meaning }) => [
      'Wollen wir mit den Karten üben?',
      `Gut. Auf der ersten steht ${meaning}.`,
      `Ganz leicht! Das ist ${word}.`,
      `Mal sehen, was auf der Rückseite steht … Ja, ${word}.`,
      'Super! Die nächste, bitte!',
    ],
    subtitles: ({ word, meaning, target, native }) => [
      `Gestern Abend habe ich einen Film auf ${target} mit Untertiteln auf ${native} gesehen.`,
      'Hast du etwas Neues gelernt?',
      `Ja. Jemand hat ${word} gesagt, und in den Untertiteln stand ${meaning}.`,
      'So kann man gut lernen.',
    ],
  },
};
