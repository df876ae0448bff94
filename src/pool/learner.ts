import { isSameLanguage } from '../model/draft/writing-system.ts';
import type { Learning } from '../model/learning.ts';
import type { Profile } from '../model/profile.ts';
import type { LatestDialog } from '../ports/dialogs.ts';
import type { DialogGenerator, DialogRequest } from '../ports/generator.ts';
import type { ReviewedDialog } from '../ports/reviews.ts';
import type { Store } from '../ports/store.ts';
import type { ChooseStyle } from '../ports/style-choice.ts';
import type { Candidate } from './plan-pass.ts';

/** How many learned words are read. */
const MOST_KNOWN = 500;
/** How many of the profile's last styles a choice may depend on. */
const LATEST_STYLES = 12;
/** How many of the last reviews are searched for examples. */
const LATEST_REVIEWS = 20;
/** How many examples of each kind there are at most, and which ratings they have. */
const LIKED = { most: 2, min: 4, max: 5 } as const;
const DISLIKED = { most: 1, min: 1, max: 2 } as const;

/** What reading and choosing depends on. */
export interface LearnerTools {
  readonly store: Store;
  readonly generator: DialogGenerator;
  readonly chooseStyle: ChooseStyle;
}

/** What the dialogs of a top-up are written by: what is known of the learner, and which styles there were. */
export class Learner {
  /** The texts of learned words, at most 500. */
  readonly known: readonly string[];
  /** What reviews have taught about the learner. Null before the first one. */
  readonly learning: Learning | null;
  /** When the profile's last dialog was created; null if it has none. */
  readonly latestCreation: Date | null;
  readonly #tools: LearnerTools;
  /** The last ones, newest first. */
  readonly #reviewed: readonly ReviewedDialog[];
  /** Newest first. Dialogs that are being written are among them: the store does not know those yet. */
  #latestStyles: readonly (string | null)[];

  /** Reads what is known, all at once. */
  static async read(tools: LearnerTools, profileId: string): Promise<Learner> {
    const { store } = tools;
    const [[learning = null], known, latest, reviewed] = await Promise.all([
      store.learnings([profileId]),
      store.learnedTexts(profileId, MOST_KNOWN),
      store.latestDialogs(profileId, LATEST_STYLES),
      store.latestReviews(profileId, LATEST_REVIEWS),
    ]);
    return new Learner(tools, { learning, known, latest, reviewed });
  }

  private constructor(
    tools: LearnerTools,
    read: {
      readonly learning: Learning | null;
      readonly known: readonly string[];
      readonly latest: readonly LatestDialog[];
      readonly reviewed: readonly ReviewedDialog[];
    },
  ) {
    this.#tools = tools;
    this.learning = read.learning;
    this.#latestStyles = read.latest.map(({ style }) => style);
    this.latestCreation = read.latest[0]?.createdAt ?? null;
    this.known = read.known;
    this.#reviewed = read.reviewed;
  }

  /**
   * The last dialogs that the learner rated 4 or 5, newest first, at most 2, and the last one that the learner rated 1 or 2.
   * Those that are not known to be in the profile's target language are left out: it may have been another one then.
   */
  examples({ targetLanguage }: Profile): Pick<DialogRequest, 'liked' | 'disliked'> {
    const inLanguage = this.#reviewed.filter(
      ({ selfCheck }) => selfCheck?.language != null && isSameLanguage(selfCheck.language, targetLanguage),
    );
    return { liked: rated(inLanguage, LIKED), disliked: rated(inLanguage, DISLIKED) };
  }

  /** The style of the dialog that is written next; null if the generator varies nothing. */
  nextStyle(profile: Profile, { word, history }: Candidate): string | null {
    const { generator, chooseStyle } = this.#tools;
    const { known } = this;
    const latest = this.#latestStyles;
    const { recent: earlier, styles: ofWord } = history;
    const [first, ...others] = generator.styles({ profile, word, earlier, ofWord, latest, known });
    const style = first === undefined ? null : chooseStyle([first, ...others], this.learning);
    this.#latestStyles = [style, ...latest].slice(0, LATEST_STYLES);
    return style;
  }
}

function rated(reviewed: readonly ReviewedDialog[], { most, min, max }: typeof LIKED | typeof DISLIKED) {
  return reviewed
    .filter(({ review: { rating } }) => rating !== null && rating >= min && rating <= max)
    .slice(0, most);
}
