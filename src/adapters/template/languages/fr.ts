import type { Language } from '../scenes.ts';

/** French has a narrow no-break space before ? ! : ; and inside quotation marks. */
const NARROW_SPACE = '\u202f';

/** A template tag that adds these spaces to the text of a line and leaves the inserted values unchanged. */
function fr(text: TemplateStringsArray, ...inserted: string[]): string {
  const raw = text.map((part) => part.replace(/ (?=[?!:;])/g, NARROW_SPACE));
  return String.raw({ raw }, ...inserted);
}

export const french: Language = {
  tag: 'fr',
  names: {
    en: 'anglais',
    es: 'espagnol',
    fr: 'français',
    de: 'allemand',
    it: 'italien',
    pt: 'portugais',
    'zh-Hans': 'chinois',
    ja: 'japonais',
  },
  speakers: ['Léa', 'Hugo'],
  quote: (text) => `«${NARROW_SPACE}${text}${NARROW_SPACE}»`,

  withWord: {
    onTheRadio: ({ word }) => [
      fr`Je viens d’entendre ${word} à la radio.`,
      fr`Et tu as compris ?`,
      fr`Pas tout de suite, alors je l’ai noté.`,
      fr`Bonne idée. Comme ça, tu ne l’oublieras pas.`,
    ],
    onTheMirror: ({ word }) => [
      fr`Sur le miroir, il y a un petit papier où il est écrit ${word}. C’est à toi ?`,
      fr`Oui. Comme ça, je le vois tous les jours.`,
      fr`Bonne idée ! Je vais faire pareil.`,
    ],
    howToWriteIt: ({ word }) => [
      fr`Comment est-ce qu’on écrit ${word} ?`,
      fr`Regarde, comme ça : ${word}.`,
      fr`Merci. Je l’ai bien écrit ?`,
      fr`Oui, c’est parfait.`,
    ],
    sayItSlowly: ({ word }) => [
      fr`Tu peux répéter plus lentement, s’il te plaît ?`,
      fr`Bien sûr : ${word}.`,
      fr`À moi : ${word}. C’est bien comme ça ?`,
      fr`Presque. Écoute encore : ${word}.`,
      fr`Ah, ${word} ! Maintenant, j’y arrive.`,
    ],
    inTheTest: ({ word }) => [
      fr`On a un contrôle demain. Tu crois qu’il y aura ${word} ?`,
      fr`Sûrement. La prof l’a dit trois fois aujourd’hui.`,
      fr`Alors, je vais le réviser encore une fois ce soir.`,
      fr`Moi aussi. On révise ensemble ?`,
      fr`Oui, bonne idée !`,
    ],
    inAStory: ({ word }) => [
      fr`Qu’est-ce que tu lis ?`,
      fr`Une petite histoire. Regarde, ici, c’est écrit ${word}.`,
      fr`Où ça ? Je ne le vois pas.`,
      fr`Ici, à la troisième ligne.`,
      fr`Ah oui, et le voilà encore une fois !`,
      fr`C’est vrai. Je ne l’avais pas remarqué.`,
    ],
  },

  withMeaning: {
    howToSayIt: ({ word, meaning, target }) => [
      fr`Comment dit-on ${meaning} en ${target} ?`,
      fr`On dit ${word}.`,
      fr`Tu peux me l’écrire, s’il te plaît ?`,
      fr`Bien sûr. Voilà : ${word}.`,
    ],
    whatItMeans: ({ word, meaning, native }) => [
      fr`Que veut dire ${word} ?`,
      fr`En ${native}, c’est ${meaning}.`,
      fr`Ah, je comprends. Merci !`,
      fr`De rien. Tu peux me demander quand tu veux.`,
    ],
    flashcards: ({ word, meaning }) => [
      fr`On s’entraîne avec les fiches ?`,
      fr`D’accord. Sur la première, il y a ${meaning}.`,
      fr`Facile ! C’est ${word}.`,
      fr`Voyons ce qu’il y a au dos… Oui, ${word}.`,
      fr`Super ! La suivante, s’il te plaît !`,
    ],
    subtitles: ({ word, meaning, target, native }) => [
      fr`Hier soir, j’ai regardé un film en ${target} avec des sous-titres en ${native}.`,
      fr`Tu as appris quelque chose de nouveau ?`,
      fr`Oui. Quelqu’un a dit ${word}, et dans les sous-titres, il y avait ${meaning}.`,
      fr`C’est une bonne façon d’apprendre.`,
    ],
    tipOfTheTongue: ({ word, meaning, target }) => [
      fr`Tu te rappelles comment on dit ${meaning} en ${target} ?`,
      fr`Attends… Je l’ai sur le bout de la langue.`,
      fr`Je te le dis ?`,
      fr`Non, ne me le dis pas… Ça y est : ${word} !`,
      fr`Exactement, ${word}. Très bien !`,
      fr`Je ne l’oublierai plus.`,
    ],
    homework: ({ word, meaning, target }) => [
      fr`Je fais mes devoirs. En ${target}, ${meaning}, c’est ${word}, non ?`,
      fr`Oui, ${word}, c’est juste.`,
      fr`Super, alors j’ai fini !`,
    ],
  },
};
