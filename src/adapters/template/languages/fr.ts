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
  name: 'fr',
  names: {
    en: 'anglais',
    es: 'espagnol',
    fr: 'français',
    de: 'allemand',
    it: 'italien',
    pt: 'portugais',
    zh: 'chinois',
    ja: 'japonais',
  },
  speakers: ['Léa', 'Hugo'],
  quote: (text) => `«${NARROW_SPACE}${text}${NARROW_SPACE}»`,
  exclaim: (text) => `${text}${NARROW_SPACE}!`,

  withWord: {
    atTheDoor: ({ exclaimed }) => [
      fr`Stop ! Personne n’entre sans le mot de passe.`,
      fr`Attends, je le connais… ${exclaimed}`,
      fr`C’est ça. Entre, vite !`,
      fr`Merci. Il reste encore du gâteau ?`,
    ],
    charades: ({ exclaimed }) => [
      fr`C’est à toi de deviner. Regarde bien !`,
      fr`Laisse-moi réfléchir… ${exclaimed}`,
      fr`Oui ! Encore un point pour nous.`,
      fr`C’était facile. Maintenant, c’est moi qui mime.`,
      fr`D’accord, je te regarde.`,
    ],
    firstThought: ({ exclaimed }) => [
      fr`Je dis quelque chose et tu réponds sans réfléchir. Prêt ?`,
      fr`Prêt.`,
      fr`Vacances !`,
      fr`Euh… ${exclaimed}`,
      fr`Trop lent ! Il faut répondre plus vite.`,
    ],
    newSong: ({ title }) => [
      fr`Qu’est-ce que tu écoutes ?`,
      fr`Une nouvelle chanson qui s’appelle ${title}.`,
      fr`Je peux écouter aussi ?`,
      fr`Bien sûr. Tiens, prends un écouteur.`,
    ],
    atTheCinema: ({ title }) => [
      fr`On va au cinéma ce soir ?`,
      fr`Bonne idée. Qu’est-ce qui passe ?`,
      fr`À huit heures, il y a ${title}.`,
      fr`Parfait, alors j’achète les billets.`,
    ],
    newCafe: ({ word }) => [
      fr`On se retrouve où samedi ?`,
      fr`Au nouveau café sur la place. Il s’appelle ${word}.`,
      fr`Ils ont aussi des gâteaux ?`,
      fr`Oui, et ils sont très bons.`,
      fr`Alors, j’y serai à quatre heures.`,
    ],
    teamName: ({ word }) => [
      fr`J’ai inscrit notre équipe au tournoi.`,
      fr`Super ! Et comment on s’appelle ?`,
      fr`On s’appelle ${word}.`,
      fr`Et on joue contre qui en premier ?`,
      fr`Contre les champions de l’année dernière !`,
    ],
    photoFolder: ({ word }) => [
      fr`Je ne trouve pas les photos de notre voyage.`,
      fr`Elles sont dans le dossier qui s’appelle ${word}.`,
      fr`Ah, les voilà ! Celle-ci est très belle.`,
      fr`Oui, je l’ai prise le dernier jour.`,
    ],
    onTheRadio: ({ word }) => [
      fr`Je viens d’entendre ${word} à la radio.`,
      fr`Et tu as compris ?`,
      fr`Pas tout de suite, alors je l’ai noté.`,
      fr`Bonne idée. Comme ça, tu ne l’oublieras pas.`,
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
  },
};
