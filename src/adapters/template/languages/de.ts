import type { Language } from '../scenes.ts';

export const german: Language = {
  tag: 'de',
  names: {
    en: 'Englisch',
    es: 'Spanisch',
    fr: 'Französisch',
    de: 'Deutsch',
    it: 'Italienisch',
    pt: 'Portugiesisch',
    'zh-Hans': 'Chinesisch',
    ja: 'Japanisch',
  },
  speakers: ['Lena', 'Jonas'],
  quote: (text) => `„${text}“`,

  withWord: {
    onTheRadio: ({ word }) => [
      `Ich habe gerade ${word} im Radio gehört.`,
      'Und hast du es verstanden?',
      'Nicht gleich, deshalb habe ich es aufgeschrieben.',
      'Gute Idee. So vergisst du es nicht.',
    ],
    onTheMirror: ({ word }) => [
      `Am Spiegel hängt ein Zettel, auf dem ${word} steht. Ist der von dir?`,
      'Ja. So sehe ich es jeden Tag.',
      'Gute Idee! Das mache ich auch.',
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
    inTheTest: ({ word }) => [
      `Morgen haben wir einen Test. Glaubst du, dass ${word} drankommt?`,
      'Wahrscheinlich. Die Lehrerin hat es heute dreimal gesagt.',
      'Dann lerne ich es heute Abend noch einmal.',
      'Ich auch. Wollen wir zusammen lernen?',
      'Ja, gute Idee!',
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
    tipOfTheTongue: ({ word, meaning, target }) => [
      `Weißt du noch, wie man ${meaning} auf ${target} sagt?`,
      'Warte … Es liegt mir auf der Zunge.',
      'Soll ich es dir sagen?',
      `Nein, sag es mir nicht … Jetzt habe ich es: ${word}!`,
      `Genau, ${word}. Sehr gut!`,
      'Das vergesse ich nicht mehr.',
    ],
    homework: ({ word, meaning, target }) => [
      `Ich mache gerade Hausaufgaben. Auf ${target} heißt ${meaning} doch ${word}, oder?`,
      `Ja, ${word} ist richtig.`,
      'Super, dann bin ich fertig!',
    ],
  },
};
