import type { Language } from '../scenes.ts';

/** Spanish that is understood both in Spain and in Latin America. */
export const spanish: Language = {
  tag: 'es',
  names: {
    en: 'inglés',
    es: 'español',
    fr: 'francés',
    de: 'alemán',
    it: 'italiano',
    pt: 'portugués',
    'zh-Hans': 'chino',
    ja: 'japonés',
  },
  speakers: ['Lucía', 'Mateo'],
  quote: (text) => `«${text}»`,

  withWord: {
    onTheRadio: ({ word }) => [
      `Acabo de oír ${word} en la radio.`,
      '¿Y lo entendiste?',
      'Al principio no, así que lo anoté.',
      'Buena idea. Así no lo olvidarás.',
    ],
    onTheMirror: ({ word }) => [
      `En el espejo hay una nota que dice ${word}. ¿Es tuya?`,
      'Sí. Así lo veo todos los días.',
      '¡Buena idea! Yo también voy a hacerlo.',
    ],
    howToWriteIt: ({ word }) => [
      `¿Cómo se escribe ${word}?`,
      `Mira, así: ${word}.`,
      'Gracias. ¿Lo escribí bien?',
      'Sí, está perfecto.',
    ],
    sayItSlowly: ({ word }) => [
      '¿Puedes repetirlo más despacio, por favor?',
      `Claro: ${word}.`,
      `Ahora yo: ${word}. ¿Está bien así?`,
      `Casi. Escucha otra vez: ${word}.`,
      `¡Ah, ${word}! Ahora sí.`,
    ],
    inTheTest: ({ word }) => [
      `Mañana tenemos un examen. ¿Crees que saldrá ${word}?`,
      'Seguramente. Hoy la profesora lo dijo tres veces.',
      'Entonces esta noche lo repaso otra vez.',
      'Yo también. ¿Estudiamos juntos?',
      '¡Sí, buena idea!',
    ],
    inAStory: ({ word }) => [
      '¿Qué estás leyendo?',
      `Un cuento. Mira, aquí dice ${word}.`,
      '¿Dónde? No lo veo.',
      'Aquí, en la tercera línea.',
      '¡Ah, sí, y aquí está otra vez!',
      'Es verdad. No me había dado cuenta.',
    ],
  },

  withMeaning: {
    howToSayIt: ({ word, meaning, target }) => [
      `¿Cómo se dice ${meaning} en ${target}?`,
      `Se dice ${word}.`,
      '¿Me lo puedes escribir, por favor?',
      `Claro. Aquí tienes: ${word}.`,
    ],
    whatItMeans: ({ word, meaning, native }) => [
      `¿Qué significa ${word}?`,
      `En ${native} es ${meaning}.`,
      'Ah, ya entiendo. ¡Gracias!',
      'De nada. Puedes preguntarme cuando quieras.',
    ],
    flashcards: ({ word, meaning }) => [
      '¿Practicamos con las tarjetas?',
      `De acuerdo. En la primera dice ${meaning}.`,
      `¡Qué fácil! Es ${word}.`,
      `A ver qué dice detrás… Sí, ${word}.`,
      '¡Genial! ¡La siguiente, por favor!',
    ],
    subtitles: ({ word, meaning, target, native }) => [
      `Anoche vi una película en ${target} con subtítulos en ${native}.`,
      '¿Aprendiste algo nuevo?',
      `Sí. Alguien dijo ${word} y los subtítulos decían ${meaning}.`,
      'Es una buena forma de aprender.',
    ],
    tipOfTheTongue: ({ word, meaning, target }) => [
      `¿Te acuerdas de cómo se dice ${meaning} en ${target}?`,
      'Espera… Lo tengo en la punta de la lengua.',
      '¿Te lo digo?',
      `No, no me lo digas… ¡Ya lo tengo: ${word}!`,
      `Exacto, ${word}. ¡Muy bien!`,
      'Ya no se me va a olvidar.',
    ],
    homework: ({ word, meaning, target }) => [
      `Estoy haciendo la tarea. En ${target}, ${meaning} es ${word}, ¿verdad?`,
      `Sí, ${word} está bien.`,
      '¡Qué bien! Entonces ya terminé.',
    ],
  },
};
