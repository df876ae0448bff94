import type { Language } from '../scenes.ts';

/** Spanish that is understood both in Spain and in Latin America. */
export const spanish: Language = {
  tag: 'es',
  name: 'es',
  names: {
    en: 'inglés',
    es: 'español',
    fr: 'francés',
    de: 'alemán',
    it: 'italiano',
    pt: 'portugués',
    zh: 'chino',
    ja: 'japonés',
  },
  speakers: ['Lucía', 'Mateo'],
  quote: (text) => `«${text}»`,
  exclaim: (text) => `¡${text}!`,

  withWord: {
    atTheDoor: ({ exclaimed }) => [
      '¡Alto! Sin la contraseña no entra nadie.',
      `Espera, la sé… ${exclaimed}`,
      'Correcto. ¡Entra, rápido!',
      'Gracias. ¿Todavía queda pastel?',
    ],
    charades: ({ exclaimed }) => [
      'Te toca adivinar. ¡Fíjate bien!',
      `Déjame pensar… ${exclaimed}`,
      '¡Sí! Otro punto para nosotros.',
      'Era fácil. Ahora hago yo la mímica.',
      'De acuerdo, te estoy mirando.',
    ],
    firstThought: ({ exclaimed }) => [
      'Yo digo algo y tú contestas sin pensar. ¿Listo?',
      'Listo.',
      '¡Vacaciones!',
      `Eh… ${exclaimed}`,
      '¡Muy lento! Tienes que contestar más rápido.',
    ],
    newSong: ({ title }) => [
      '¿Qué estás escuchando?',
      `Una canción nueva que se llama ${title}.`,
      '¿Puedo escuchar yo también?',
      'Claro. Toma uno de los auriculares.',
    ],
    atTheCinema: ({ title }) => [
      '¿Vamos al cine esta noche?',
      'Buena idea. ¿Qué dan?',
      `A las ocho dan ${title}.`,
      'Perfecto, entonces compro las entradas.',
    ],
    newCafe: ({ word }) => [
      '¿Dónde nos vemos el sábado?',
      `En el café nuevo de la plaza. Se llama ${word}.`,
      '¿También tienen pasteles?',
      'Sí, y son muy buenos.',
      'Entonces llego a las cuatro.',
    ],
    teamName: ({ word }) => [
      'Ya inscribí a nuestro equipo en el torneo.',
      '¡Genial! ¿Y cómo nos llamamos?',
      `Nos llamamos ${word}.`,
      '¿Y contra quién jugamos primero?',
      '¡Contra los campeones del año pasado!',
    ],
    photoFolder: ({ word }) => [
      'No encuentro las fotos de nuestro viaje.',
      `Están en la carpeta que se llama ${word}.`,
      '¡Ah, aquí están! Esta es preciosa.',
      'Sí, la tomé el último día.',
    ],
    onTheRadio: ({ word }) => [
      `Acabo de oír ${word} en la radio.`,
      '¿Y lo entendiste?',
      'Al principio no, así que lo anoté.',
      'Buena idea. Así no lo olvidarás.',
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
  },
};
